using System.Buffers.Text;
using System.Security.Cryptography;
using LegalAid.Gateway.Casework.Configuration;

namespace LegalAid.Gateway.Casework.Tests.Configuration;

/// <summary>Entries of another city's gateway and of agencies behind it: what they must be, and what they cannot have.</summary>
public sealed class GatewayEntryTests
{
    private static readonly string Gateway = $$"""
        id: gateway-b
        kind: gateway
        title: { zh: 外市网关, en: Gateway }
        region: "450200"
        channel: { kind: peer, url: "https://gateway.example/", allowed-addresses: ["10.1.0.0/16"] }
        clients:
          - client-id: gateway-b-system
            signatures: required
            certificate: { thumbprints: [0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef] }
            jwks: { keys: [{{NewKey("gate")}}] }
        """;

    private const string Behind = """
        id: firm-b
        kind: law-firm
        title: { zh: 外市律所, en: Firm }
        region: "450200"
        channel: { kind: through, gateway: gateway-b }
        """;

    [Fact]
    public void Entries_AsTheyShouldBe_Load() => Assert.Empty(Faults(Gateway, Behind));

    [Theory]
    [InlineData("certificate: { thumbprints: [0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef] }", "certificate: { dns: gateway.example }", "CONFIG_PEER_CERTIFICATE")]
    [InlineData("certificate: { thumbprints: [0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef] }", "certificate: { subject: CN=gateway }", "CONFIG_PEER_CERTIFICATE")]
    [InlineData("channel: { kind: peer, url: \"https://gateway.example/\", allowed-addresses: [\"10.1.0.0/16\"] }", "channel: { kind: mailbox }", "CONFIG_PEER_CHANNEL")]
    [InlineData("kind: gateway\n", "kind: law-firm\n", "CONFIG_PEER_CHANNEL", "CONFIG_GATEWAY_UNKNOWN")]
    public void Gateway_OtherThanAPeerIs_IsAFault(string find, string put, params string[] codes) => Assert.Equal(codes.Order(StringComparer.Ordinal), Faults(Changed(Gateway, find, put), Behind));

    [Theory]
    [InlineData("gateway: gateway-b", "gateway: nobody", "CONFIG_GATEWAY_UNKNOWN")]
    [InlineData("channel:", "clients: [{ client-id: firm-b-system, jwks: { keys: [KEY] } }]\nchannel:", "CONFIG_THROUGH_ALONE")]
    public void Agency_BehindItThatIsNot_IsAFault(string find, string put, string code) =>
        Assert.Equal([code], Faults(Gateway, Changed(Behind, find, put.Replace("KEY", NewKey("firm"), StringComparison.Ordinal))));

    private static string NewKey(string kid)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return $"{{ kty: EC, crv: P-256, kid: {kid}, x: \"{Base64Url.EncodeToString(point.X)}\", y: \"{Base64Url.EncodeToString(point.Y)}\" }}";
    }

    private static string Changed(string text, string find, string put)
    {
        Assert.Contains(find, text, StringComparison.Ordinal);
        return text.Replace(find, put, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Faults(string gateway, string behind)
    {
        ConfigurationFile[] files = [.. SoundFiles.All(), new("agencies/gateway-b.yaml", gateway), new("agencies/firm-b.yaml", behind)];
        return SoundFiles.Load(files) is LoadOutcome.Faulty faulty ? faulty.Faults.Select(found => found.Fault.Code.Code).Order(StringComparer.Ordinal) : [];
    }
}
