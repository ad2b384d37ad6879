using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Testing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Identity;

/// <summary>
/// The whole gateway over TLS, used by client libraries of others as they come from npm: <c>openid-client</c> and <c>oauth4webapi</c>, each by every way to
/// authenticate. Whatever they ask of a provider (discovery, challenges, error forms, nonces) they ask of ours.
/// </summary>
public sealed class ThirdPartyClientTests : IAsyncLifetime
{
    private const string Issuer = "https://localhost:8443", ForCertificates = "https://localhost:8444";

    private readonly TestAuthority _authority = new();
    private readonly X509Certificate2 _certificate = TestAuthority.SelfSigned("CN=court.example");
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256), _boundKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("legalaid-keys-");
    private GatewayFixture? _gateway;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        using var server = _authority.IssueServer();
        await File.WriteAllTextAsync(Path.Combine(_keys.FullName, "tls.pem"), TestAuthority.PemOf(server), Cancellation);
        _gateway = await GatewayFixture.StartAsync(new GatewayStart
        {
            Overlay = [WithClients()],
            Adjust = settings => settings with
            {
                KeyFolder = _keys.FullName,
                PublicAddress = new Uri(Issuer),
                Listeners = settings.Listeners with { Rest = new Uri("https://127.0.0.1:0") },
                MutualTls = new MutualTlsSettings { PublicAddress = new Uri(ForCertificates), Listener = new Uri("https://127.0.0.1:0") },
            },
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        _keys.Delete(recursive: true);
        _certificate.Dispose();
        _authority.Dispose();
        _key.Dispose();
        _boundKey.Dispose();
    }

    [Theory]
    [InlineData("openid-client")]
    [InlineData("oauth4webapi")]
    public async Task PrivateKeyJwt_OfALibrary_LivesAndIsRefusedToOthers(string library)
    {
        var said = await UseAsync(library, "key");

        Assert.Equal("bearer", Text(said, "tokenType"));
        Assert.Equal(("third-key", "bearer"), (Text(said["whoami"], "clientId"), Text(said["whoami"], "binding")));
        Assert.Equal("invalid_client", Text(said, "tokenAgain")); // the assertion was used
        AssertEnds(said);
    }

    [Theory]
    [InlineData("openid-client")]
    [InlineData("oauth4webapi")]
    public async Task DPoP_OfALibrary_LivesAndIsRefusedToOthers(string library)
    {
        var said = await UseAsync(library, "dpop");

        Assert.Equal("dpop", Text(said, "tokenType"));
        Assert.Equal(("third-dpop", "dpop"), (Text(said["whoami"], "clientId"), Text(said["whoami"], "binding")));
        Assert.Equal("PROOF_REPLAYED", Text(said, "callAgain"));
        Assert.Equal("PROOF_OTHER_KEY", Text(said, "withoutKey"));
        Assert.Equal("TOKEN_DOWNGRADED", Text(said, "asBearer"));
        Assert.NotNull(said["introspected"]?["cnf"]?["jkt"]);
        AssertEnds(said);
    }

    [Theory]
    [InlineData("openid-client")]
    [InlineData("oauth4webapi")]
    public async Task MutualTls_OfALibrary_LivesAndIsRefusedToOthers(string library)
    {
        var said = await UseAsync(library, "certificate");

        Assert.Equal("bearer", Text(said, "tokenType"));
        Assert.Equal(("third-certificate", "certificate"), (Text(said["whoami"], "clientId"), Text(said["whoami"], "binding")));
        Assert.Equal("TOKEN_OTHER_CERTIFICATE", Text(said, "otherCertificate"));
        Assert.Equal("TOKEN_OTHER_CERTIFICATE", Text(said, "withoutCertificate"));
        Assert.NotNull(said["introspected"]?["cnf"]?["x5t#S256"]);
        AssertEnds(said);
    }

    /// <summary>What holds of every token: nobody else gets, asks about or revokes one, and it ends when its own client revokes it.</summary>
    private static void AssertEnds(JsonNode said)
    {
        Assert.Equal("invalid_client", Text(said, "tokenByOther"));
        Assert.Equal("invalid_client", Text(said, "introspectedByOther"));
        Assert.Equal("invalid_client", Text(said, "revokedByOther"));
        Assert.True(said["introspected"]?["active"]?.GetValue<bool>());
        Assert.False(said["introspectedAfter"]?["active"]?.GetValue<bool>());
        Assert.Equal("TOKEN_REVOKED", Text(said, "callAfter"));
    }

    private async Task<JsonNode> UseAsync(string library, string method)
    {
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var otherCertificate = TestAuthority.SelfSigned("CN=court.example");
        var addresses = _gateway?.Gateway.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.ToImmutableArray()
            ?? throw new InvalidOperationException("not started");
        var byCertificate = method == "certificate";
        var key = method == "dpop" ? _boundKey : _key;
        var question = new JsonObject
        {
            ["library"] = library, ["method"] = method, ["issuer"] = Issuer, ["resource"] = byCertificate ? ForCertificates : Issuer,
            ["ports"] = new JsonObject { ["8443"] = new Uri(addresses[0]).Port, ["8444"] = new Uri(addresses[2]).Port },
            ["authority"] = _authority.Root.ExportCertificatePem(), ["clientId"] = $"third-{method}", ["kid"] = "third-1",
            ["key"] = byCertificate ? null : PrivateJwk(key), ["otherKey"] = byCertificate ? null : PrivateJwk(otherKey),
            ["certificate"] = byCertificate ? TestAuthority.PemOf(_certificate) : null,
            ["otherCertificate"] = byCertificate ? TestAuthority.PemOf(otherCertificate) : null,
        };
        return JsonNode.Parse(await NodeTools.AskAsync(library, "third-party-client.mjs", question, Cancellation))
            ?? throw new InvalidOperationException("the program said nothing");
    }

    /// <summary>The court's file with a client for every way. JSON is YAML.</summary>
    private ConfigurationFile WithClients()
    {
        var file = $"agencies/{Notices.Court}.yaml";
        var shipped = File.ReadAllText(Path.Combine(GatewayFixture.ConfigurationFolder, file));
        var clients = new JsonArray(
            new JsonObject { ["client-id"] = "third-key", ["binding"] = "none", ["jwks"] = Keys(_key) },
            new JsonObject { ["client-id"] = "third-dpop", ["binding"] = "dpop", ["jwks"] = Keys(_boundKey) },
            new JsonObject
            {
                ["client-id"] = "third-certificate", ["binding"] = "certificate",
                ["certificate"] = new JsonObject { ["thumbprints"] = new JsonArray(TestAuthority.ThumbprintOf(_certificate)) },
            });
        return new ConfigurationFile(file, shipped.Replace("clients: []", $"clients: {clients.ToJsonString()}", StringComparison.Ordinal));
    }

    private static JsonObject Keys(ECDsa key) => new() { ["keys"] = new JsonArray(AgencyClientKey.From("third-1", key).ToJwk()) };

    private static JsonObject PrivateJwk(ECDsa key)
    {
        var jwk = AgencyClientKey.From("third-1", key).ToJwk();
        jwk["d"] = System.Buffers.Text.Base64Url.EncodeToString(key.ExportParameters(includePrivateParameters: true).D);
        return jwk;
    }

    private static string? Text(JsonNode? from, string name) => from?[name]?.GetValue<string>();
}
