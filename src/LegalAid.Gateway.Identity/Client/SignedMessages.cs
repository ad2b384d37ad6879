using System.Globalization;
using System.Net.Http.Headers;
using LegalAid.Gateway.Identity.Signatures;

namespace LegalAid.Gateway.Identity.Client;

/// <summary>Requests and answers of an <see cref="HttpClient"/> as signatures see them.</summary>
public static class SignedMessages
{
    internal static SignedRequest Of(HttpRequestMessage request)
    {
        var uri = request.RequestUri is { IsAbsoluteUri: true } absolute ? absolute : throw new InvalidOperationException("only a request to an absolute address is signed");
        return new SignedRequest(request.Method.Method, uri, uri.PathAndQuery, name => Values(name, request.Headers, request.Content?.Headers));
    }

    /// <summary>
    /// Whether the gateway signed this answer to this very request: its status, its body, and that it belongs to the request's signature. Reads the
    /// body into memory. False for an answer without a signature, so that nobody gets past by leaving it out.
    /// </summary>
    /// <param name="findKey">The gateway's receipt keys by their ids, from its JWKS.</param>
    public static async Task<bool> IsSignedAsync(this HttpResponseMessage answer, Func<string, ISignatureKey?> findKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(findKey);
        if (answer.RequestMessage is not { } asked
            || SignatureCheck.ReadOne(Values("signature-input", answer.Headers, null), Values("signature", answer.Headers, null)) is not var (input, signature)
            || input.Parameters.Find("tag") is not BareItem.Text { Value: SignatureCheck.Tag }
            || input.Parameters.Find("keyid") is not BareItem.Text { Value: var kid }
            || findKey(kid) is not { } key)
        {
            return false;
        }

        var covered = input.Items.Select(item => item.ToString()).ToHashSet(StringComparer.Ordinal);
        var request = Of(asked);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        return covered.IsSupersetOf(["\"@status\"", "\"@method\";req", "\"@target-uri\";req", "\"signature\";req"])
            && (body.Length == 0 || HasDigest(answer, body, covered))
            && SignatureBase.TryBuild(input, item => ValueOf(item, answer, request)) is { } signed
            && key.Verifies(signed, signature.Span);
    }

    /// <summary>By the digest of this content, or of the document that it is the whole of.</summary>
    private static bool HasDigest(HttpResponseMessage answer, byte[] body, HashSet<string> covered) =>
        new[] { "content-digest", "repr-digest" }.Any(name =>
            covered.Contains($"\"{name}\"") && Values(name, answer.Headers, answer.Content.Headers) is [{ } digest] && digest == ContentDigest.Of(body));

    private static string? ValueOf(FieldItem item, HttpResponseMessage answer, SignedRequest request)
    {
        if (item.ToString().EndsWith("\";req", StringComparison.Ordinal))
        {
            return request.ValueOf(item with { Parameters = FieldParameters.None });
        }

        return item switch
        {
            { Parameters.All.IsEmpty: true, Value: BareItem.Text { Value: "@status" } } => ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture),
            { Parameters.All.IsEmpty: true, Value: BareItem.Text { Value: var name } } => SignatureBase.FieldValue(Values(name, answer.Headers, answer.Content.Headers)),
            _ => null,
        };
    }

    private static List<string?> Values(string name, HttpHeaders headers, HttpHeaders? content) =>
    [
        .. headers.NonValidated.TryGetValues(name, out var own) ? own : [],
        .. content is not null && content.NonValidated.TryGetValues(name, out var others) ? others : [],
    ];
}
