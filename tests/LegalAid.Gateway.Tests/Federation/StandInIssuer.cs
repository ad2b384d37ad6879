using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Identity.Federation;
using LegalAid.Gateway.Tests.Identity;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>An agency's provider of which a test holds the key, so that it can make what no sound provider would.</summary>
internal sealed class StandInIssuer : IDisposable
{
    public const string Url = "https://login.court.test";
    public const string Audience = "https://gateway.test/people";
    public const string Kid = "people-1";

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The issuer with its key pinned.</summary>
    public AgencyIssuer Pinned(bool singleUse = false, string url = Url) => new(
        url, new JsonObject { ["keys"] = new JsonArray(Jwk(Key, Kid)) }.ToJsonString(), ["127.0.0.0/8"], ["ES256"],
        new DelegationRules(Audience, singleUse, [new DelegationGrant(new ClaimRule("roles", "handler"), ["legalaid.directory.v1.DirectoryService/WhoAmI"])]), null);

    public static JsonObject Jwk(ECDsa key, string kid)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = kid,
            ["x"] = System.Buffers.Text.Base64Url.EncodeToString(point.X), ["y"] = System.Buffers.Text.Base64Url.EncodeToString(point.Y),
        };
    }

    public static JsonObject Header() => new() { ["alg"] = "ES256", ["typ"] = "at+jwt", ["kid"] = Kid };

    public static JsonObject Claims(DateTimeOffset now) => new()
    {
        ["iss"] = Url, ["sub"] = "person-7", ["aud"] = Audience, ["jti"] = RandomNumberGenerator.GetHexString(16), ["roles"] = new JsonArray("handler", "other"),
        ["iat"] = now.ToUnixTimeSeconds(), ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
    };

    public string Token(DateTimeOffset now) => Forge.Sign(Header(), Claims(now), Key);

    public void Dispose() => Key.Dispose();

    /// <summary>The issuers of the court, and of another agency.</summary>
    public sealed class Issuers(AgencyIssuer ofCourt, AgencyIssuer? ofOther = null) : IAgencyIssuers
    {
        public AgencyIssuer? OfCourt { get; set; } = ofCourt;

        public IReadOnlyList<TrustedAgencyIssuer> OfStaff => [];

        public IReadOnlyList<AgencyIssuer> Of(AgencyId agency) =>
            agency.Value == "qingxiu-court" ? OfCourt is { } issuer ? [issuer] : [] : ofOther is { } other ? [other] : [];
    }

    /// <summary>Any address: the guard is the host's, and tested there.</summary>
    public sealed class Handlers : IIssuerHandlers
    {
        public HttpMessageHandler Create(AgencyIssuer issuer) => new SocketsHttpHandler { AllowAutoRedirect = false };
    }
}
