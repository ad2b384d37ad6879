using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Connectors;
using Microsoft.AspNetCore.Http;
using static LegalAid.Gateway.Tests.Cooperation.Cooperations;

namespace LegalAid.Gateway.Tests.Peers;

/// <summary>A gateway of somebody else's making, whose signatures are made and checked by a library that shares nothing with ours: each takes the other's word.</summary>
public sealed class ThirdPartyPeerTests : IDisposable
{
    private const string Peer = "other-make-gateway", Kid = "other-make-1";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _key.Dispose();

    /// <summary>Our signed request verifies there, and the answer that it signs is taken here: the message counts as delivered by its receipt.</summary>
    [Fact]
    public async Task Update_ToAGatewayOfAnotherMake_VerifiesThereAndItsAnswerHere()
    {
        await using var other = await StandInAgency.StartAsync();
        await using var city = await TwoCities.City.StartAsync();
        var jwks = new JsonObject { ["keys"] = await EnrolAsync(city, new Uri(other.Address.Replace("localhost", "127.0.0.1", StringComparison.Ordinal))) };
        var judged = new List<JsonNode>();
        other.Answer = async context =>
        {
            var seen = other.Seen[^1];
            var request = Request(new Uri($"http://{context.Request.Host}{seen.Target}"), seen.Headers.Select(header => (header.Key, header.Value)));
            judged.Add(await AskAsync("verifyRequest", new JsonObject { ["request"] = request.DeepClone(), ["body"] = seen.Body, ["jwks"] = jwks.DeepClone() }));
            var body = new JsonObject { ["v"] = 1, ["receipt"] = Receipt() }.ToJsonString();
            var headers = await AskAsync("signAnswer", new JsonObject { ["request"] = request.DeepClone(), ["body"] = body, ["pem"] = _key.ExportPkcs8PrivateKeyPem(), ["kid"] = Kid });
            foreach (var (name, value) in headers.AsObject())
            {
                context.Response.Headers[name] = (string?)value;
            }

            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body), Cancellation);
        };

        await OpenAsync(city.Gateway);

        await Eventually.HoldsAsync(() => city.Gateway.Store.Count("delivery", $"recipient = '{Peer}' AND last_outcome = '200'") == 1, "delivered by its receipt");
        Assert.All(judged, verdict => Assert.Equal("{\"holds\":true,\"digest\":true}", verdict.ToJsonString()));
    }

    /// <summary>Its signed request is taken here, and our signed answer verifies there.</summary>
    [Fact]
    public async Task Command_OfAGatewayOfAnotherMake_IsTakenAndOurAnswerVerifiesThere()
    {
        await using var city = await TwoCities.City.StartAsync();
        var jwks = new JsonObject { ["keys"] = await EnrolAsync(city, new Uri("http://127.0.0.1:1/")) };
        var body = new JsonObject
        {
            ["v"] = 1, ["id"] = "0197a3b1-0000-7000-8000-000000000001", ["exchange"] = "0197a3b1-0000-7000-8000-000000000002", ["step"] = "accept", ["agency"] = Asked,
            ["payload"] = new JsonObject(), ["receipt"] = Receipt(), ["documents"] = new JsonArray(),
        }.ToJsonString();
        var request = Request(new Uri(city.Address, "/v1/peers/commands"), []);
        var headers = await AskAsync("signRequest", new JsonObject { ["request"] = request.DeepClone(), ["body"] = body, ["pem"] = _key.ExportPkcs8PrivateKeyPem(), ["kid"] = Kid });
        request["headers"] = headers.DeepClone();
        using var message = new HttpRequestMessage(HttpMethod.Post, (string?)request["url"]) { Content = new StringContent(body, Encoding.UTF8) };
        message.Content.Headers.Clear();
        foreach (var (name, value) in headers.AsObject())
        {
            Assert.True(message.Headers.TryAddWithoutValidation(name, (string?)value) || message.Content.Headers.TryAddWithoutValidation(name, (string?)value), name);
        }

        using var http = new HttpClient();
        using var answer = await http.SendAsync(message, Cancellation);
        var said = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("NOT_FOUND", (string?)JsonNode.Parse(said)?["faults"]?[0]?["code"]); // there is no such exchange: it came as far as the ledger
        var verdict = await AskAsync("verifyAnswer", new JsonObject
        {
            ["request"] = request.DeepClone(), ["body"] = said, ["jwks"] = jwks,
            ["answer"] = new JsonObject
            {
                ["status"] = (int)answer.StatusCode,
                ["headers"] = Headers(answer.Headers.Concat(answer.Content.Headers).Select(header => (header.Key, string.Join(", ", header.Value)))),
            },
        });
        Assert.Equal("{\"holds\":true,\"digest\":true}", verdict.ToJsonString());
    }

    /// <summary>The city with the other gateway in its directory; the keys that the city publishes.</summary>
    private async Task<JsonArray> EnrolAsync(TwoCities.City city, Uri address)
    {
        var jwk = AgencyClientKey.From(Kid, _key).ToJwk();
        city.Gateway.Overlay =
        [
            new ConfigurationFile($"agencies/{Peer}.yaml", $$"""
                id: {{Peer}}
                kind: gateway
                title: { zh: 他制网关, en: A gateway of another make }
                region: "450200"
                channel: { kind: peer, url: "{{address}}", allowed-addresses: ["127.0.0.0/8"] }
                clients:
                  - { client-id: {{Peer}}-system, signatures: required, binding: none, jwks: { keys: [{{jwk.ToJsonString()}}] } }
                """),
            TwoCities.City.Behind(Asked, Peer),
        ];
        await city.RestartAsync();
        return (await city.KeysAsync()).DeepClone().AsArray();
    }

    /// <summary>A receipt by the other's own key (RFC 7515).</summary>
    private string Receipt()
    {
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = Kid, ["typ"] = ReceiptSigner.Type }.ToJsonString();
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString("{}"u8)}";
        return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))}";
    }

    private static JsonObject Request(Uri url, IEnumerable<(string Name, string Value)> headers) => new() { ["method"] = "POST", ["url"] = url.AbsoluteUri, ["headers"] = Headers(headers) };

    private static JsonObject Headers(IEnumerable<(string Name, string Value)> headers) => new(headers.Select(header => KeyValuePair.Create<string, JsonNode?>(header.Name, header.Value)));

    private static async Task<JsonNode> AskAsync(string act, JsonObject question)
    {
        question["do"] = act;
        return JsonNode.Parse(await NodeTools.AskAsync("http-message-signatures", "peer-signatures.cjs", question, Cancellation))!; // the program prints JSON
    }
}
