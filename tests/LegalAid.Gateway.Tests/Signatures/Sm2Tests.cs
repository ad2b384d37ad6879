using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Signatures;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Enrolment;
using LegalAid.Gateway.Identity.Signatures;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Identity;

namespace LegalAid.Gateway.Tests.Signatures;

/// <summary>SM2 behind the same interface as ES256: the standard's own example, tokens and proofs over the wire, and neither algorithm taken for the other.</summary>
public sealed class Sm2Tests
{
    private const string Kid = "court-sm2";

    /// <summary>GB/T 32918.5-2017 annex A.2.</summary>
    [Fact]
    public void Verifies_TheStandardsExample_AndNothingBesideIt()
    {
        var key = Sm2Key.TryCreate(
            Convert.FromHexString("09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"),
            Convert.FromHexString("CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"));
        var signature = Convert.FromHexString(
            "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA");

        Assert.NotNull(key);
        Assert.True(key.Verifies("message digest"u8, signature));
        Assert.False(key.Verifies("message digesT"u8, signature));
        Assert.False(key.Verifies("message digest"u8, signature.AsSpan(1)));
        Assert.False(key.Verifies("message digest"u8, new byte[64]));
        signature[40] ^= 1;
        Assert.False(key.Verifies("message digest"u8, signature));
    }

    [Fact]
    public void ReadKey_OfAnotherCurve_IsNone()
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = p256.ExportParameters(includePrivateParameters: false).Q;
        Assert.Null(Sm2Key.TryCreate(point.X, point.Y));
        Assert.Null(Sm2Key.TryCreate([.. Enumerable.Repeat((byte)0xff, 32)], point.Y));
        Assert.Null(AgencyClientKey.TryCreate(Kid, Element(new Sm2Pair().Jwk.With("alg", "ES256"))));
        Assert.Null(AgencyClientKey.TryCreate(Kid, Element(new Sm2Pair().Jwk.With("crv", "P-256"))));
    }

    /// <summary>ECDSA on the SM2 curve is what the platform would make of such a key: no SM2 signature, and not taken for one.</summary>
    [Fact]
    public void Verifies_PlainEcdsaOnTheSm2Curve_IsRefused()
    {
        using var ecdsa = ECDsa.Create(ECCurve.CreateFromValue("1.2.156.10197.1.301"));
        var point = ecdsa.ExportParameters(includePrivateParameters: false).Q;
        var key = Sm2Key.TryCreate(point.X, point.Y);

        Assert.NotNull(key);
        Assert.False(key.Verifies("m"u8, ecdsa.SignData("m"u8.ToArray(), HashAlgorithmName.SHA256)));
    }

    [Fact]
    public async Task Token_ByAnSm2Assertion_IsIssuedAndBoundToAnSm2Key()
    {
        var (keys, proofs) = (new Sm2Pair(), new Sm2Pair());
        await using var host = await StartAsync(keys);
        var jwk = proofs.Jwk.With("alg", null);
        var header = new JsonObject { ["alg"] = "SM2", ["typ"] = "dpop+jwt", ["jwk"] = jwk };
        var claims = new JsonObject
        {
            ["jti"] = RandomNumberGenerator.GetHexString(32), ["htm"] = "POST", ["htu"] = "http://gateway.test/connect/token", ["iat"] = host.Now.ToUnixTimeSeconds(),
        };
        var nonce = (await host.FetchAsync(Assertion(host, keys), [Sign(header, claims, proofs)])).Nonce;

        var answer = await host.FetchAsync(Assertion(host, keys), [Sign(header, claims.With("nonce", nonce), proofs)]);

        Assert.Equal((200, "DPoP"), (answer.Status, answer.Type));
        var thumbprint = SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"crv":"SM2","kty":"EC","x":"{{jwk["x"]}}","y":"{{jwk["y"]}}"}"""));
        Assert.Equal(Base64Url.EncodeToString(thumbprint), Forge.Read(answer.Token!, 1).GetProperty("cnf").GetProperty("jkt").GetString()); // it was issued

        var call = claims.With("jti", RandomNumberGenerator.GetHexString(32)).With("htm", "GET").With("htu", "http://gateway.test/whoami").With("nonce", answer.Nonce)
            .With("ath", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(answer.Token!))));
        Assert.Equal(200, (await Possessor.CallAsync(host, answer.Token!, [Sign(header, call, proofs)])).Status);
        var another = new Sm2Pair();
        var stolen = header.With("jwk", another.Jwk.With("alg", null));
        Assert.Equal(401, (await Possessor.CallAsync(host, answer.Token!, [Sign(stolen, call.With("jti", "another-one-of-32-characters-0001"), another)])).Status);
    }

    [Fact]
    public async Task Token_ByTheOtherAlgorithmThanTheKeys_IsRefused()
    {
        var keys = new Sm2Pair();
        await using var host = await StartAsync(keys);

        foreach (var assertion in new[]
        {
            Sign(Header().With("alg", "ES256"), Forge.Claims(host.Now), keys), // the key's, said to be the other's
            Forge.Sign(Header(), Forge.Claims(host.Now), host.CourtKey), // the other's, under the key's id
            Sign(Header().With("kid", IdentityHost.CourtKid), Forge.Claims(host.Now), keys), // under the other's id
            Sign(Header(), Forge.Claims(host.Now), new Sm2Pair()), // a stranger's
        })
        {
            Assert.Equal((401, "invalid_client"), await host.FetchAsync(assertion) is var answer ? (answer.Status, answer.Error) : default);
        }

        Assert.Equal(200, (await host.FetchAsync(Assertion(host, keys))).Status);
    }

    [Fact]
    public void Enrolment_OfAnSm2Key_NeedsItsPrivateHalf()
    {
        var (pair, other) = (new Sm2Pair(), new Sm2Pair());
        var header = new JsonObject { ["alg"] = "SM2", ["typ"] = EnrolmentKey.ProofType };
        var claims = new JsonObject { ["aud"] = IdentityHost.Issuer, ["code"] = "ABCD" };

        var key = EnrolmentKey.TryRead(Element(pair.Jwk), Sign(header, claims, pair), IdentityHost.Issuer, "ABCD");

        Assert.Equal(("sm2sig_sm3", key?.Thumbprint), (key?.Algorithm, key?.Kid));
        Assert.Equal("SM2", key?.ToJwk()["alg"]?.GetValue<string>());
        Assert.Null(EnrolmentKey.TryRead(Element(pair.Jwk), Sign(header, claims, other), IdentityHost.Issuer, "ABCD"));
        Assert.Null(EnrolmentKey.TryRead(Element(pair.Jwk), Sign(header.With("alg", "ES256"), claims, pair), IdentityHost.Issuer, "ABCD"));
    }

    private static async Task<IdentityHost> StartAsync(Sm2Pair keys)
    {
        var host = await IdentityHost.StartAsync();
        var client = IdentityHost.CourtClient(host.CourtKey);
        host.Registry.Replace([client with { Keys = new([.. client.Keys, AgencyClientKey.TryCreate(Kid, Element(keys.Jwk))!]) }]); // on its curve
        return host;
    }

    private static JsonObject Header() => Forge.Header().With("alg", "SM2").With("kid", Kid);

    private static string Assertion(IdentityHost host, Sm2Pair keys) => Sign(Header(), Forge.Claims(host.Now), keys);

    private static string Sign(JsonObject header, JsonObject claims, Sm2Pair keys) => Forge.Join(header.ToJsonString(), claims.ToJsonString(), keys.Sign);

    private static JsonElement Element(JsonObject jwk) => JsonSerializer.SerializeToElement(jwk);
}
