using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Grpc.Net.Client;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>How a client signs.</summary>
internal sealed record Signing
{
    /// <summary>Not at all.</summary>
    public static Signing None { get; } = new() { Signs = false };

    public bool Signs { get; init; } = true;

    /// <summary>Another key than the client's own.</summary>
    public (string Kid, ECDsa Key)? With { get; init; }

    /// <summary>How far the signer's clock is off.</summary>
    public TimeSpan Off { get; init; }

    /// <summary>What is signed in place of the request's own address.</summary>
    public Uri? InPlaceOf { get; init; }

    /// <summary>What happens to a request on its way.</summary>
    public Change? Behind { get; init; }
}

/// <summary>Somebody on the way between a signer and the gateway.</summary>
internal class Change(Func<HttpRequestMessage, Task>? change = null)
{
    public virtual Task OnAsync(HttpRequestMessage request) => change?.Invoke(request) ?? Task.CompletedTask;
}

/// <summary>
/// An agency's client with its own key, for the gateway's public address; every connection leads to one node, as a balancer's would.
/// </summary>
internal sealed class SigningClient : IDisposable
{
    public const string PublicAddress = "http://127.0.0.1:8080";

    private readonly AgencyTokenSource _tokens;
    private readonly GrpcChannel _channel;

    public SigningClient(AgencySystem agency, DemoGateway node, Signing signing)
    {
        var credential = agency.Credential(new Uri($"{PublicAddress}/connect/token"), new Uri(PublicAddress).AbsoluteUri);
        _tokens = new AgencyTokenSource(new HttpClient(To(node.Rest)), credential, TimeProvider.System);
        Rest = new HttpClient(Chain(credential, signing, To(node.Rest))) { BaseAddress = new Uri(PublicAddress) };
        _channel = GrpcChannel.ForAddress(
            PublicAddress, new GrpcChannelOptions { HttpHandler = Chain(credential, signing, To(node.Grpc)), DisposeHttpClient = true });
    }

    public HttpClient Rest { get; }

    /// <summary>Submits a notice of its own; HTTP or gRPC status, and the code of the refusal.</summary>
    public async Task<(int Status, string Code)> SubmitAsync(Face face, CancellationToken cancellationToken)
    {
        var request = Notices.Of("COURT").Request;
        var method = Faces.Method("SubmitDefenceNotice");
        var answer = face == Face.Rest
            ? await Faces.CallRestAsync(Rest, method, request, cancellationToken)
            : await Faces.CallGrpcAsync(_channel.CreateCallInvoker(), method, request, cancellationToken);
        return (answer.Status, answer.Code);
    }

    public void Dispose()
    {
        Rest.Dispose();
        _channel.Dispose();
        _tokens.Dispose();
    }

    public static SocketsHttpHandler To(Uri listener) => new()
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(listener.Host, listener.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    private AgencyTokenHandler Chain(AgencyCredential credential, Signing signing, SocketsHttpHandler wire)
    {
        HttpMessageHandler inner = new Way(signing.Behind, async request => request.RequestUri = await Task.FromResult(Original(request))) { InnerHandler = wire };
        if (signing.Signs)
        {
            var (kid, key) = signing.With ?? (credential.Kid, credential.Key);
            inner = new RequestSigningHandler(kid, key, new FakeTimeProvider(TimeProvider.System.GetUtcNow() + signing.Off)) { InnerHandler = inner };
        }

        return new AgencyTokenHandler(_tokens) { InnerHandler = new Way(new Change(request => Task.FromResult(Pretend(request, signing.InPlaceOf))), null) { InnerHandler = inner } };
    }

    private static readonly HttpRequestOptionsKey<Uri> Real = new("real address");

    private static HttpRequestMessage Pretend(HttpRequestMessage request, Uri? other)
    {
        if (other is not null && request.RequestUri is { } own)
        {
            request.Options.Set(Real, own);
            request.RequestUri = new Uri(other, own.PathAndQuery);
        }

        return request;
    }

    private static Uri? Original(HttpRequestMessage request) => request.Options.TryGetValue(Real, out var own) ? own : request.RequestUri;

    private sealed class Way(Change? change, Func<HttpRequestMessage, Task>? first) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await (first?.Invoke(request) ?? Task.CompletedTask);
            await (change?.OnAsync(request) ?? Task.CompletedTask);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>Keeps the last request that came by, and shows it again.</summary>
internal sealed class Seen : Change
{
    private readonly List<KeyValuePair<string, IEnumerable<string>>> _headers = [];
    private byte[] _body = [];
    private MediaTypeHeaderValue? _type;
    private Uri? _address;

    public override async Task OnAsync(HttpRequestMessage request)
    {
        _headers.Clear();
        _headers.AddRange(request.Headers.NonValidated.Select(header => KeyValuePair.Create(header.Key, (IEnumerable<string>)[.. header.Value])));
        (_address, _type) = (request.RequestUri, request.Content?.Headers.ContentType);
        _body = request.Content is { } content ? await content.ReadAsByteArrayAsync() : [];
    }

    public async Task<(int Status, string Code)> ShowAsync(DemoGateway node, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(SigningClient.To(node.Rest));
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(_body) { Headers = { ContentType = _type } } };
        foreach (var (name, values) in _headers)
        {
            request.Headers.TryAddWithoutValidation(name, values);
        }

        using var answer = await http.SendAsync(request, cancellationToken);
        var problem = await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
        return ((int)answer.StatusCode, problem?["code"]?.GetValue<string>() ?? "");
    }
}

/// <summary>What can be done to a signed request, or to its signing, one at a time.</summary>
internal static class Attacks
{
    public static Signing Body => Behind(request => ReplaceAsync(request, body => [.. body[..^3], (byte)(body[^3] ^ 1), .. body[^2..]]));

    public static Signing BodyCut => Behind(request => ReplaceAsync(request, body => body[..^1]));

    public static Signing BodyWithItsDigest => Behind(async request =>
    {
        await ReplaceAsync(request, body => [.. body[..^3], (byte)(body[^3] ^ 1), .. body[^2..]]);
        Set(request, "Content-Digest", $"sha-256=:{Convert.ToBase64String(SHA256.HashData(await request.Content!.ReadAsByteArrayAsync()))}:"); // it was just put in
    });

    public static Signing DigestTakenOut => Behind(request => Task.FromResult(request.Headers.Remove("Content-Digest")));

    public static Signing Query => Behind(request => Task.FromResult(request.RequestUri = new Uri(request.RequestUri + "?pageSize=1")));

    public static Signing PurposePutIn => Behind(request => Task.FromResult(Set(request, "gateway-purpose", "defence")));

    public static Signing OtherHost => new() { InPlaceOf = new Uri("https://gateway.example") };

    public static Signing UnknownKey => new() { With = ("nobody", ECDsa.Create(ECCurve.NamedCurves.nistP256)) };

    public static Signing ForeignKey(AgencySystem other) =>
        other.Credential(new Uri(SigningClient.PublicAddress), "") is var credential ? new Signing { With = (credential.Kid, credential.Key) } : Signing.None;

    public static Signing Old => new() { Off = TimeSpan.FromMinutes(-10) };

    public static Signing Future => new() { Off = TimeSpan.FromMinutes(2) };

    public static Signing WithoutInput => Behind(request => Task.FromResult(request.Headers.Remove("Signature-Input")));

    public static Signing Second => Behind(request =>
    {
        var good = request.Headers.GetValues("Signature-Input").Single();
        return Task.FromResult(Set(request, "Signature-Input", $"{good}, b{good}"));
    });

    public static Signing Garbage => Behind(request => Task.FromResult(Set(request, "Signature-Input", "((((")));

    public static Signing Of(string name, AgencySystem other) =>
        name == nameof(ForeignKey) ? ForeignKey(other)
        : (Signing?)typeof(Attacks).GetProperty(name)?.GetValue(null) ?? throw new ArgumentException($"no attack {name}", nameof(name));

    private static Signing Behind(Func<HttpRequestMessage, Task> change) => new() { Behind = new Change(change) };

    private static bool Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        return request.Headers.TryAddWithoutValidation(name, value);
    }

    private static async Task ReplaceAsync(HttpRequestMessage request, Func<byte[], byte[]> change)
    {
        var old = request.Content ?? throw new InvalidOperationException("only a request with a body is changed so");
        request.Content = new ByteArrayContent(change(await old.ReadAsByteArrayAsync())) { Headers = { ContentType = old.Headers.ContentType } };
    }
}
