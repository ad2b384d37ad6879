using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Tests.Identity;

/// <summary>A court's system with a key for proofs, which makes them sound and otherwise.</summary>
internal sealed class Possessor(IdentityHost host) : IDisposable
{
    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The newest nonce that it was given.</summary>
    public string? Nonce { get; set; }

    public JsonObject Jwk
    {
        get
        {
            var point = Key.ExportParameters(includePrivateParameters: false).Q;
            return new() { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
        }
    }

    /// <summary>RFC 7638, by hand.</summary>
    public string Thumbprint => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(
        $$"""{"crv":"P-256","kty":"EC","x":"{{Jwk["x"]}}","y":"{{Jwk["y"]}}"}""")));

    public JsonObject Header() => new() { ["alg"] = "ES256", ["typ"] = "dpop+jwt", ["jwk"] = Jwk };

    /// <summary>The claims of a sound proof; for the token endpoint without a token.</summary>
    public JsonObject Claims(string? token = null, string method = "GET", string path = "/whoami", string root = "http://gateway.test") =>
        new JsonObject
        {
            ["jti"] = RandomNumberGenerator.GetHexString(32),
            ["htm"] = token is null ? "POST" : method,
            ["htu"] = token is null ? $"{root}/connect/token" : $"{root}{path}",
            ["iat"] = host.Now.ToUnixTimeSeconds(),
        }
        .With("nonce", Nonce)
        .With("ath", token is null ? null : (JsonNode)Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token))));

    public string Proof(string? token = null) => Forge.Sign(Header(), Claims(token), Key);

    /// <summary>A token bound to the key, and a nonce, by the way through the first refusal.</summary>
    public async Task<string> FetchAsync()
    {
        Nonce = (await host.FetchAsync(Assertion(), [Proof()])).Nonce;
        var answer = await host.FetchAsync(Assertion(), [Proof()]);
        Assert.Equal((200, "DPoP"), (answer.Status, answer.Type));
        Nonce = answer.Nonce;
        return answer.Token!; // it was issued
    }

    public string Assertion() => Forge.Sign(Forge.Header(), Forge.Claims(host.Now), host.CourtKey);

    /// <summary>Calls; the status, and what the challenge or the body says.</summary>
    public static async Task<(int Status, string Said)> CallAsync(
        IdentityHost at, string token, string[] proofs, string scheme = "DPoP", string path = "/whoami", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {token}");
        request.Headers.TryAddWithoutValidation("DPoP", proofs);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await at.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, response.IsSuccessStatusCode
            ? await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
            : response.Headers.WwwAuthenticate.ToString());
    }

    public void Dispose() => Key.Dispose();
}
