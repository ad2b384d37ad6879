using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Contracts.Cooperation.V1;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Contracts.Directory.V1;
using LegalAid.Gateway.Contracts.Exchanges.V1;
using LegalAid.Gateway.Contracts.Mailbox.V1;
using LegalAid.Gateway.Identity.Client;

namespace LegalAid.Gateway.Demo.Agencies;

/// <summary>
/// An agency's business system as the gateway sees it: a key of its own, tokens by <c>private_key_jwt</c>, REST and gRPC clients. It has
/// no other way in than a real agency's.
/// </summary>
public sealed class AgencySystem : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa? _proofKey;
    private AgencyTokenSource? _tokens;
    private AgencyTokenSource? _unbound;
    private HttpClient? _rest;
    private HttpClient? _tokenClient;
    private GrpcChannel? _channel;

    /// <param name="bound">Its tokens are bound to a key that it makes for itself, and each call proves that it has it (DPoP).</param>
    public AgencySystem(string agency, bool bound = false)
    {
        Agency = AgencyId.Parse(agency);
        _proofKey = bound ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;
    }

    public AgencyId Agency { get; }

    /// <summary>Whether it signs its requests, and is enrolled as one that must.</summary>
    public bool Signs { get; init; }

    /// <summary>Which of the agency's systems it is.</summary>
    public string Name { get; init; } = "system";

    public string ClientId => $"{Agency.Value}-{Name}";

    public string Kid => $"{Agency.Value}-key-1";

    public DefenceService.DefenceServiceClient Defence => new(Invoker);

    public ExchangeService.ExchangeServiceClient Exchanges => new(Invoker);

    public CooperationService.CooperationServiceClient Cooperations => new(Invoker);

    public MailboxService.MailboxServiceClient Mailbox => new(Invoker);

    public DirectoryService.DirectoryServiceClient Directory => new(Invoker);

    public AttachmentService.AttachmentServiceClient Attachments => new(Invoker);

    /// <summary>The REST face, with the system's token on every call.</summary>
    public HttpClient Rest => _rest ?? throw new InvalidOperationException("connect first");

    public CallInvoker Invoker => (_channel ?? throw new InvalidOperationException("connect first")).CreateCallInvoker();

    /// <summary>The public half of the key, as it is enrolled.</summary>
    public JsonObject PublicJwk()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["kid"] = Kid,
            ["x"] = System.Buffers.Text.Base64Url.EncodeToString(point.X),
            ["y"] = System.Buffers.Text.Base64Url.EncodeToString(point.Y),
        };
    }

    /// <summary>Connects to a gateway. Again after a restart on other ports; the key stays.</summary>
    public void Connect(Uri rest, Uri grpc, string issuer, TimeProvider time)
    {
        Disconnect();
        _tokenClient = new HttpClient();
        var credential = Credential(new Uri(rest, "/connect/token"), issuer);
        _tokens = new AgencyTokenSource(_tokenClient, credential with { ProofKey = _proofKey }, time);
        _unbound = new AgencyTokenSource(_tokenClient, credential, time);
        _rest = new HttpClient(new AgencyTokenHandler(_tokens) { InnerHandler = Signing(new SocketsHttpHandler(), time) }) { BaseAddress = rest };
        _channel = GrpcChannel.ForAddress(grpc, new GrpcChannelOptions
        {
            HttpHandler = new AgencyTokenHandler(_tokens)
            {
                InnerHandler = Signing(new SocketsHttpHandler { EnableMultipleHttp2Connections = true }, time),
            },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
            // The usual bound is two minutes: a gateway that was restarted a few times would look down long after it is up.
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
            MaxReconnectBackoff = TimeSpan.FromSeconds(1),
        });
    }

    /// <summary>What it fetches tokens with; the key stays this system's.</summary>
    public AgencyCredential Credential(Uri tokenEndpoint, string issuer) => new(tokenEndpoint, issuer, ClientId, Kid, _key);

    /// <summary>A token that is not bound, whatever its own calls use: for tools that only know how to show one, such as curl.</summary>
    public ValueTask<string> TokenAsync(CancellationToken cancellationToken) =>
        (_unbound ?? throw new InvalidOperationException("connect first")).GetAsync(cancellationToken);

    /// <summary>An assertion of the system, for what the token source does not ask for.</summary>
    public string Assertion(string audience, DateTimeOffset now) => ClientAssertion.Create(ClientId, audience, Kid, _key, now);

    /// <summary>Posts JSON to the REST face and reads the answer, whatever its status.</summary>
    public async Task<RestAnswer> PostAsync(string path, JsonNode body, CancellationToken cancellationToken = default)
    {
        using var response = await Rest.PostAsJsonAsync(path, body, cancellationToken);
        return await RestAnswer.ReadAsync(response, cancellationToken);
    }

    public async Task<RestAnswer> GetAsync(string path, CancellationToken cancellationToken = default)
    {
        using var response = await Rest.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return await RestAnswer.ReadAsync(response, cancellationToken);
    }

    public void Dispose()
    {
        Disconnect();
        _proofKey?.Dispose();
        _key.Dispose();
    }

    private HttpMessageHandler Signing(HttpMessageHandler inner, TimeProvider time) =>
        Signs ? new RequestSigningHandler(Kid, _key, time) { InnerHandler = inner } : inner;

    private void Disconnect()
    {
        _channel?.Dispose();
        _rest?.Dispose();
        _tokens?.Dispose();
        _unbound?.Dispose();
        _tokenClient?.Dispose();
    }
}

/// <summary>An answer of the REST face.</summary>
public sealed record RestAnswer(int Status, MediaTypeHeaderValue? MediaType, JsonNode? Body)
{
    /// <summary>The problem's code, empty where the answer is none.</summary>
    public string Code => Body?["code"]?.GetValue<string>() ?? "";

    public bool Succeeded => Status is >= 200 and < 300;

    public static async Task<RestAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var json = response.Content.Headers.ContentType?.MediaType?.Contains("json", StringComparison.Ordinal) == true;
        return new RestAnswer((int)response.StatusCode, response.Content.Headers.ContentType, json && text.Length > 0 ? JsonNode.Parse(text) : null);
    }
}
