using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Identity.Signatures;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Signed requests (RFC 9421) over real sockets: what is taken, what each kind of attack meets, and what is signed in return.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class SignedRequestTests : IAsyncLifetime
{
    private const string Path = "/v1/defenceNotices";

    private GatewayFixture _gateway = null!; // set before each test by InitializeAsync

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private AgencySystem Court => _gateway[Notices.Court];

    public async ValueTask InitializeAsync() => _gateway = await GatewayFixture.StartAsync(new GatewayStart { Signing = [Notices.Court] });

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Notice_Signed_IsTakenAndItsSignatureIsEvidence(Face face)
    {
        var answer = await Court.CallAsync(face, "SubmitDefenceNotice", Notices.Of("COURT").Request);
        Assert.True(answer.Accepted, answer.Code);

        var store = await CapturedConsole.RunAsync(
            "verify", "store", System.IO.Path.Combine(_gateway.WorkingFolder, "var", "gateway.db"), "--key-folder", System.IO.Path.Combine(_gateway.WorkingFolder, "var", "keys"));
        Assert.True(store.Code == 0, store.Output + store.Error);
        Assert.Equal(1, _gateway.Store.Count("leaf", $"kind = 'message' AND json_extract(entry, '$.signedBy') = '{Court.Kid}'"));
    }

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Notice_UnsignedOfAClientThatMustSign_IsRefused(Face face)
    {
        var before = _gateway.Store.BusinessRows();
        using var unsigned = new SigningClient(Court, _gateway.Gateway, Signing.None);

        Assert.Equal("SIGNATURE_REQUIRED", (await unsigned.SubmitAsync(face, Cancellation)).Code);
        using var read = await unsigned.Rest.GetAsync(new Uri("/v1/whoami", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Equal(before, _gateway.Store.BusinessRows());
    }

    [Fact]
    public async Task Answer_ToASignedRequest_IsSignedForItAlone()
    {
        var keys = await KeysAsync();
        using var first = await Court.Rest.PostAsJsonAsync(new Uri(Path, UriKind.Relative), Notices.Of("COURT").Request, Cancellation);
        using var refused = await Court.Rest.PostAsJsonAsync(new Uri(Path, UriKind.Relative), new JsonObject { ["kind"] = "NOTICE_KIND_COURT" }, Cancellation);
        using var read = await Court.Rest.GetAsync(new Uri("/v1/whoami", UriKind.Relative), Cancellation);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.OK), (first.StatusCode, refused.StatusCode, read.StatusCode));
        foreach (var answer in new[] { first, refused, read })
        {
            Assert.True(await answer.IsSignedAsync(keys, Cancellation));
        }

        // The answer to one request shown as that to another; a changed status; a changed body.
        var (asked, status, body) = (refused.RequestMessage, refused.StatusCode, await refused.Content.ReadAsByteArrayAsync(Cancellation));
        refused.RequestMessage = first.RequestMessage;
        Assert.False(await refused.IsSignedAsync(keys, Cancellation));
        (refused.RequestMessage, refused.StatusCode) = (asked, HttpStatusCode.OK);
        Assert.False(await refused.IsSignedAsync(keys, Cancellation));
        refused.StatusCode = status;
        Assert.True(await refused.IsSignedAsync(keys, Cancellation));
        refused.Content = new ByteArrayContent([.. body, (byte)' ']) { Headers = { ContentType = refused.Content.Headers.ContentType } };
        Assert.False(await refused.IsSignedAsync(keys, Cancellation));
    }

    [Fact]
    public async Task Answer_ToAnUnsignedRequest_CarriesNoSignature()
    {
        using var answer = await _gateway[Notices.AidCentre].Rest.GetAsync(new Uri("/v1/whoami", UriKind.Relative), Cancellation);
        Assert.False(answer.Headers.Contains("Signature"));
        Assert.False(await answer.IsSignedAsync(await KeysAsync(), Cancellation));
    }

    /// <summary>Each attack on a good request, and what it meets. None leaves business; each leaves a refusal.</summary>
    [Theory]
    [InlineData(nameof(Attacks.Body), 400, 3, "CONTENT_DIGEST_MISMATCH")]
    [InlineData(nameof(Attacks.BodyCut), 400, 3, "CONTENT_DIGEST_MISMATCH")]
    [InlineData(nameof(Attacks.BodyWithItsDigest), 403, 7, "SIGNATURE_INVALID")]
    [InlineData(nameof(Attacks.DigestTakenOut), 400, 3, "SIGNATURE_COVERS_TOO_LITTLE")]
    [InlineData(nameof(Attacks.Query), 403, 7, "SIGNATURE_INVALID")]
    [InlineData(nameof(Attacks.PurposePutIn), 400, 3, "SIGNATURE_COVERS_TOO_LITTLE")]
    [InlineData(nameof(Attacks.OtherHost), 403, 7, "SIGNATURE_INVALID")]
    [InlineData(nameof(Attacks.ForeignKey), 403, 7, "SIGNATURE_INVALID")]
    [InlineData(nameof(Attacks.UnknownKey), 403, 7, "SIGNATURE_INVALID")]
    [InlineData(nameof(Attacks.Old), 403, 7, "SIGNATURE_EXPIRED")]
    [InlineData(nameof(Attacks.Future), 403, 7, "SIGNATURE_NOT_YET_VALID")]
    [InlineData(nameof(Attacks.WithoutInput), 400, 3, "SIGNATURE_MALFORMED")]
    [InlineData(nameof(Attacks.Second), 400, 3, "SIGNATURE_MALFORMED")]
    [InlineData(nameof(Attacks.Garbage), 400, 3, "SIGNATURE_MALFORMED")]
    public async Task Request_Attacked_IsRefusedAndLeavesNoBusiness(string attack, int status, int grpc, string code)
    {
        var before = _gateway.Store.BusinessRows();
        using var forger = new SigningClient(Court, _gateway.Gateway, Attacks.Of(attack, _gateway[Notices.Police]));

        Assert.Equal((status, code), await forger.SubmitAsync(Face.Rest, Cancellation));
        Assert.Equal((grpc, code), await forger.SubmitAsync(Face.Grpc, Cancellation));

        Assert.Equal(before, _gateway.Store.BusinessRows());
        Assert.Equal([$"[\"{code}\"]", $"[\"{code}\"]"], _gateway.Store.Refusals().Select(refusal => refusal["codes"]!.ToJsonString())); // a refusal lists its codes
    }

    [Fact]
    public async Task Request_ShownAgain_IsRefusedAlsoAfterARestart()
    {
        var seen = new Seen();
        using (var client = new SigningClient(Court, _gateway.Gateway, new Signing { Behind = seen }))
        {
            Assert.Equal((200, ""), await client.SubmitAsync(Face.Rest, Cancellation));
        }

        Assert.Equal((403, "SIGNATURE_REPLAYED"), await seen.ShowAsync(_gateway.Gateway, Cancellation));

        await _gateway.StopAsync();
        await _gateway.StartAgainAsync();

        Assert.Equal((403, "SIGNATURE_REPLAYED"), await seen.ShowAsync(_gateway.Gateway, Cancellation));
    }

    /// <summary>The program of the page about signing, word for word, by a library that shares nothing with ours; the answer is checked by it too.</summary>
    [Fact]
    public async Task Notice_SignedByTheProgramOfThePage_IsTakenAndTheAnswerVerifies()
    {
        var page = await File.ReadAllTextAsync(System.IO.Path.Combine(NodeTools.Root, "docs", "signing.md"), Cancellation);
        var program = page.Split("```js\n")[1].Split("```")[0];
        var credential = Court.Credential(new Uri(_gateway.Gateway.Rest, "/connect/token"), "");
        var jwks = (await Court.GetAsync("/.well-known/jwks", Cancellation)).Body!; // a key set

        var said = await NodeTools.RunAsync(
            "http-message-signatures",
            $$"""
            (async () => {
            const token = process.env.TOKEN, notice = JSON.parse(process.env.NOTICE);
            {{program}}
            const { createVerifier } = require("http-message-signatures");
            const { createPublicKey } = require("node:crypto");
            const answer = await fetch(signed.url, { method: "POST", headers: signed.headers, body });
            const text = await answer.text();
            const digest = `sha-256=:${createHash("sha256").update(text).digest("base64")}:`;
            const jwks = JSON.parse(process.env.JWKS);
            const good = await httpbis.verifyMessage({
              keyLookup: async (parameters) => ({
                id: parameters.keyid, algs: ["ecdsa-p256-sha256"],
                verify: createVerifier(createPublicKey({ key: jwks.keys.find((one) => one.kid === parameters.keyid), format: "jwk" }), "ecdsa-p256-sha256"),
              }),
              requiredFields: ["@status", "content-digest"], tolerance: 60,
            }, { status: answer.status, headers: Object.fromEntries(answer.headers) }, signed);
            console.log(`${answer.status} ${good} ${digest === answer.headers.get("content-digest")}`);
            })();
            """,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["GATEWAY"] = _gateway.Gateway.Rest.GetLeftPart(UriPartial.Authority),
                ["TOKEN"] = await Court.TokenAsync(Cancellation),
                ["NOTICE"] = Notices.Of("COURT").Request.ToJsonString(),
                ["CLIENT_KEY_PEM"] = credential.Key.ExportPkcs8PrivateKeyPem(),
                ["CLIENT_KID"] = credential.Kid,
                ["JWKS"] = jwks.ToJsonString(),
            },
            Cancellation);

        Assert.Equal("200 true true", said.Trim());
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(2_000_000)]
    public async Task Document_SentAndFetchedSigned_IsSignedWithItsDigest(int bytes)
    {
        var keys = await KeysAsync();
        byte[] content = [.. "%PDF-1.7\n"u8, .. RandomNumberGenerator.GetBytes(bytes)];
        var notice = (await Court.CallAsync(Face.Rest, "SubmitDefenceNotice", Notices.Of("COURT").Request)).Required["outcomes"]![0]!["notice"]!["name"]!.GetValue<string>(); // accepted
        var uploads = $"/v1/{notice.Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal)}/uploads";
        using var begin = new HttpRequestMessage(HttpMethod.Post, uploads)
        {
            Headers =
            {
                { "Tus-Resumable", "1.0.0" }, { "Upload-Length", $"{content.Length}" },
                { "Upload-Metadata", $"kind {Base64("judgment")},filename {Base64("a.pdf")},filetype {Base64("application/pdf")}" },
            },
        };
        using var begun = await Court.Rest.SendAsync(begin, Cancellation);
        Assert.Equal(HttpStatusCode.Created, begun.StatusCode);
        Assert.True(await begun.IsSignedAsync(keys, Cancellation));
        using var piece = new HttpRequestMessage(HttpMethod.Patch, begun.Headers.Location)
        {
            Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Offset", "0" } },
            Content = new ByteArrayContent(content) { Headers = { ContentType = new("application/offset+octet-stream") } },
        };
        using var taken = await Court.Rest.SendAsync(piece, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, taken.StatusCode);

        using var fetched = await Court.Rest.GetAsync(
            new Uri(begun.Headers.Location!.OriginalString.Replace("/uploads/", "/attachments/", StringComparison.Ordinal) + ":download", UriKind.Relative), Cancellation); // 201 has one
        Assert.Equal(content, await fetched.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.True(await fetched.IsSignedAsync(keys, Cancellation));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private async Task<Func<string, ISignatureKey?>> KeysAsync()
    {
        var set = (await Court.GetAsync("/.well-known/jwks", Cancellation)).Body!["keys"]!.AsArray(); // a key set
        return kid => set.FirstOrDefault(key => key!["kid"]!.GetValue<string>() == kid) is { } found // each key has an id
            ? AgencyClientKey.TryCreate(kid, JsonSerializer.SerializeToElement(found))
            : null;
    }
}
