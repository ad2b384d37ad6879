using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Identity.Enrolment;
using LegalAid.Gateway.Operations.Enrolment;

namespace LegalAid.Gateway.Operations.Connect;

/// <param name="Code">Null where the engineer gave none.</param>
/// <param name="ByRequest">Enrol by a certificate request.</param>
/// <param name="Rotate">Change the key.</param>
/// <param name="Again">Send a test message though one arrived before.</param>
/// <param name="Patience">How long to wait for the test message.</param>
internal sealed record ConnectWishes(string? Code, bool ByRequest, bool Rotate, bool Again, TimeSpan Patience);

/// <summary>
/// A connection, step by step. Each step leaves something that the next run finds: it may be ended anywhere and run again. Where a step fails the rest is
/// skipped, and the report says so; only a test message that did not arrive leaves the readiness to be asked, which may say why. Only <see cref="IOException"/> and its like come out: the folder cannot be used.
/// </summary>
internal sealed class Connecting(ConnectFolder folder, HttpMessageHandler handler, Uri gateway, TimeProvider time, ConnectWishes wishes) : IDisposable
{
    public const string Gateway = "gateway", Key = "key", Enrolment = "enrolment", Token = "token", Rotation = "rotation", Identity = "whoAmI", Test = "test",
        Readiness = "readiness";

    /// <summary>A gateway refuses what is made by a clock that is further off.</summary>
    private static readonly TimeSpan ClockOffMax = TimeSpan.FromSeconds(60);

    private readonly HttpClient _open = new(handler, disposeHandler: false) { BaseAddress = Rooted(gateway), Timeout = TimeSpan.FromSeconds(30) };
    private readonly List<ConnectStep> _steps = [];
    private string _name = "", _provider = "";
    private ECDsa? _key;
    private Calling? _calling;

    public async Task<ConnectReport> RunAsync(CancellationToken cancellationToken)
    {
        JsonObject? connection = null, whoAmI = null;
        ReadinessDocument? readiness = null;
        await TryAsync(Gateway, () => MeetAsync(cancellationToken));
        await TryAsync(Key, () => Task.FromResult(HaveKey()));
        await TryAsync(Enrolment, async () => { (connection, var step) = await EnrolAsync(cancellationToken); return step; });
        await TryAsync(Token, () => AuthorizeAsync(Found(connection), cancellationToken));
        if (wishes.Rotate || IsNextKeyThere())
        {
            await TryAsync(Rotation, () => RotateAsync(Found(connection), cancellationToken));
        }

        await TryAsync(Identity, async () =>
        {
            whoAmI = await Calls.AskAsync("v1/whoami", body: null, cancellationToken);
            return new(Identity, StepState.Done, $"{whoAmI["agency"]?["titleZh"]}", $"{whoAmI["clientId"]}, {whoAmI["binding"]}");
        });
        await TryAsync(Test, () => new TestMessage(folder, Calls, time).RunAsync(wishes, ReadinessAsync, cancellationToken));
        await TryAsync(Readiness, async () =>
        {
            readiness = await ReadinessAsync(cancellationToken);
            return readiness.Ready ? new(Readiness, StepState.Done, "无须处理的事项", "nothing is missing") : new(Readiness, StepState.Failed, "有须处理的事项，见下", "something is missing, see below");
        });
        return new ConnectReport(_steps.TrueForAll(step => step.State is StepState.Done or StepState.Stands), [.. _steps], whoAmI, readiness);
    }

    public void Dispose()
    {
        _calling?.Dispose();
        _open.Dispose();
        _key?.Dispose();
    }

    private HttpClient Calls => Found(_calling).Http;

    private async Task TryAsync(string name, Func<Task<ConnectStep>> step)
    {
        if (_steps.Exists(before => before.State == StepState.Skipped || (before.State == StepState.Failed && before.Step != Test)))
        {
            _steps.Add(new(name, StepState.Skipped, "", ""));
            return;
        }

        try
        {
            _steps.Add(await step());
        }
        catch (ConnectRefusedException refused)
        {
            _steps.Add(new(name, StepState.Failed, refused.Zh, refused.En, refused.Code));
        }
        catch (TokenRefusedException refused)
        {
            _steps.Add(new(name, StepState.Failed, "令牌端点拒绝", refused.Message, refused.Error));
        }
        catch (Exception unreached) when (unreached is HttpRequestException or TaskCanceledException { InnerException: TimeoutException })
        {
            _steps.Add(new(name, StepState.Failed, "未能连接网关，或其暂不可用：稍后重新运行", $"The gateway was not reached, or cannot at present: run this again. {unreached.Message}"));
        }
    }

    /// <summary>Whether it is a gateway (RFC 9728), and whether the two clocks agree well enough for what they sign to be taken.</summary>
    private async Task<ConnectStep> MeetAsync(CancellationToken cancellationToken)
    {
        using var response = await _open.GetAsync(new Uri(".well-known/oauth-protected-resource", UriKind.Relative), cancellationToken);
        var metadata = await GatewayCalls.ReadAsync(response, cancellationToken);
        (_name, _provider) = (NameIn(metadata["resource"]), NameIn(metadata["authorization_servers"]?[0]));
        var off = response.Headers.Date is { } date ? time.GetUtcNow() - date : TimeSpan.Zero;
        return off.Duration() <= ClockOffMax
            ? new(Gateway, StepState.Done, $"{_name}，时钟相差 {off.Duration().TotalSeconds:0} 秒", $"clocks differ by {off.Duration().TotalSeconds:0} s")
            : throw new ConnectRefusedException(
                $"本机时钟与网关相差 {off.TotalSeconds:0} 秒：请先校时", $"This machine's clock is {off.TotalSeconds:0} s off the gateway's: set it first", "CLOCK_OFF");
    }

    /// <summary>As the gateway writes its own name: an address with its path.</summary>
    private static string NameIn(JsonNode? value) => Uri.TryCreate(value?.GetValue<string>(), UriKind.Absolute, out var address)
        ? address.AbsoluteUri
        : throw new ConnectRefusedException("网关的元数据没有地址：请核对地址", "The gateway's metadata names no address: compare the one that you gave");

    private ConnectStep HaveKey()
    {
        _key = folder.FindKey();
        var state = _key is null ? StepState.Done : StepState.Stands;
        _key ??= folder.MakeKey();
        return new(Key, state, "私钥不离开本机", $"P-256, {EnrolmentKey.KidOf(_key)}");
    }

    /// <summary>
    /// A code is good for the same key again: where the process dies between the gateway's answer and <c>client.json</c>, the next run gets the same answer.
    /// </summary>
    private async Task<(JsonObject Connection, ConnectStep Step)> EnrolAsync(CancellationToken cancellationToken)
    {
        if (folder.FindConnection() is { } before)
        {
            return (before, new(Enrolment, StepState.Stands, $"{before["clientId"]}", $"{before["agency"]}"));
        }

        var code = wishes.Code ?? throw new ConnectRefusedException("尚未登记：请以 --code 给出接入码", "Not enrolled yet: give the code by --code", "CODE_NEEDED");
        var request = Shown(Found(_key), code, _name);
        request["code"] = code;
        var connection = await _open.AskAsync("v1/enrolments", request, cancellationToken);
        folder.KeepConnection(connection);
        return (connection, new(Enrolment, StepState.Done, $"{connection["clientId"]}", $"{connection["agency"]}"));
    }

    /// <summary>A public key, and that its private half is here.</summary>
    /// <param name="about">The code, or the client's id where it changes its key.</param>
    private JsonObject Shown(ECDsa key, string about, string audience)
    {
        if (wishes.ByRequest)
        {
            return new JsonObject { ["csr"] = new CertificateRequest("CN=legalaid", key, HashAlgorithmName.SHA256).CreateSigningRequestPem() };
        }

        var jwk = AgencyClientKey.From(EnrolmentKey.KidOf(key), key).ToJwk();
        jwk.Remove("kid"); // the gateway names keys by what they are
        return new JsonObject { ["jwk"] = jwk, ["proof"] = EnrolmentKey.Prove(key, audience, about) };
    }

    private async Task<ConnectStep> AuthorizeAsync(JsonObject connection, CancellationToken cancellationToken)
    {
        if (_provider != _name)
        {
            throw new ConnectRefusedException(
                $"已登记；本网关的令牌由 {_provider} 颁发：请在该处登记同一客户端编号和公钥，用其令牌调用",
                $"Enrolled. Tokens for this gateway are issued by {_provider}: register the same client id and public key there, and call with its tokens", "TOKENS_ISSUED_ELSEWHERE");
        }

        Use(connection);
        try
        {
            await Found(_calling).Tokens.GetAsync(cancellationToken);
        }
        catch (TokenRefusedException) when (IsNextKeyThere())
        {
            // A run before died after the gateway had taken the next key, and the key before has run out since.
            folder.TakeNextKey();
            Use(connection);
            await Found(_calling).Tokens.GetAsync(cancellationToken);
        }

        return new(Token, StepState.Done, "令牌绑定于本机密钥", "bound to this key (DPoP)");
    }

    /// <summary>
    /// The next key is on disk before the gateway hears of it, and takes the other's place after the gateway has it. Where the process dies between, the next
    /// run asks again, which changes nothing more.
    /// </summary>
    private async Task<ConnectStep> RotateAsync(JsonObject connection, CancellationToken cancellationToken)
    {
        using (var next = folder.FindNextKey() ?? folder.MakeNextKey())
        {
            var shown = Shown(next, Text(connection, "clientId"), Text(connection, "issuer"));
            folder.KeepConnection(await Calls.AskAsync("v1/enrolments:changeKey", shown, cancellationToken));
        }

        folder.TakeNextKey();
        Use(connection);
        return new(Rotation, StepState.Done, "新旧密钥并用 24 小时：请在此期间换用新密钥", $"now {EnrolmentKey.KidOf(Found(_key))}; the key before is good for 24 hours");
    }

    /// <summary>Calls by the key that is on disk from now on.</summary>
    private void Use(JsonObject connection)
    {
        _calling?.Dispose();
        _key?.Dispose();
        _key = folder.FindKey();
        var (key, client) = (Found(_key), Text(connection, "clientId"));
        var credential = new AgencyCredential(new Uri(Rooted(gateway), "connect/token"), Text(connection, "issuer"), client, EnrolmentKey.KidOf(key), key, key);
        _calling = new Calling(_open, handler, credential, signs: Text(connection, "signatures") == "required", time);
    }

    private bool IsNextKeyThere()
    {
        using var next = folder.FindNextKey();
        return next is not null;
    }

    private async Task<ReadinessDocument> ReadinessAsync(CancellationToken cancellationToken) =>
        (await Calls.AskAsync("v1/enrolments:readiness", body: null, cancellationToken)).Deserialize<ReadinessDocument>(EnrolmentJson.Told)
        ?? throw new InvalidOperationException("an object is no null");

    private static string Text(JsonObject connection, string name) =>
        connection[name]?.GetValue<string>() ?? throw new ConnectRefusedException($"client.json 缺少 {name}", $"client.json lacks {name}");

    private static T Found<T>(T? value)
        where T : class => value ?? throw new InvalidOperationException("a step before this one left it");

    private static Uri Rooted(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");

    /// <summary>Calls by one key.</summary>
    private sealed class Calling : IDisposable
    {
        public Calling(HttpClient open, HttpMessageHandler handler, AgencyCredential credential, bool signs, TimeProvider time)
        {
            Tokens = new AgencyTokenSource(open, credential, time);
            HttpMessageHandler wire = new Kept(handler);
            Http = new HttpClient(new AgencyTokenHandler(Tokens) { InnerHandler = signs ? new RequestSigningHandler(credential.Kid, credential.Key, time) { InnerHandler = wire } : wire })
            {
                BaseAddress = open.BaseAddress, Timeout = open.Timeout,
            };
        }

        public AgencyTokenSource Tokens { get; }

        public HttpClient Http { get; }

        public void Dispose()
        {
            Http.Dispose();
            Tokens.Dispose();
        }
    }

    /// <summary>Connections that outlive one set of calls.</summary>
    private sealed class Kept(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override void Dispose(bool disposing)
        {
            // The connections are the verb's.
        }
    }
}
