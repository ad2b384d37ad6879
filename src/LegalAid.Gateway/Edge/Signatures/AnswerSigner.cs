using System.Globalization;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Identity.Signatures;

namespace LegalAid.Gateway.Edge.Signatures;

/// <summary>
/// Signs an answer (RFC 9421) with the key that signs receipts, and binds it to the request's own signature: an answer to one request is none to
/// another (section 2.4). Agencies find the key in the gateway's JWKS.
/// </summary>
internal sealed class AnswerSigner(SigningKey key, TimeProvider time)
{
    /// <summary>Fields that change what an answer means: where one is there, it is covered.</summary>
    private static readonly string[] MeaningFields =
        ["content-type", "content-digest", "content-range", "repr-digest", "location", "upload-offset", "retry-after"];

    private static readonly FieldParameters OfRequest = new([new("req", new BareItem.Flag(true))]);

    /// <summary>Puts the signature on. Only before the response has started.</summary>
    public void Sign(HttpResponse response, TakenSignature taken)
    {
        var headers = response.Headers;
        var input = new FieldMember.InnerList(
            [
                Component("@status"),
                .. MeaningFields.Where(headers.ContainsKey).Select(Component),
                .. new[] { "@method", "@target-uri", "signature" }.Select(name => new FieldItem(new BareItem.Text(name), OfRequest)),
            ],
            new FieldParameters(
            [
                new("created", new BareItem.Integer(time.GetUtcNow().ToUnixTimeSeconds())),
                new("keyid", new BareItem.Text(key.Kid)),
                new("alg", new BareItem.Text("ecdsa-p256-sha256")),
                new("tag", new BareItem.Text(SignatureCheck.Tag)),
            ]));
        var signed = SignatureBase.TryBuild(input, item => ValueOf(item, response, taken.Request))
            ?? throw new InvalidOperationException("an answer has what its signature covers");
        headers["Signature-Input"] = $"sig={input}";
        headers["Signature"] = $"sig={new BareItem.Bytes(key.Sign(signed))}";
    }

    private static string? ValueOf(FieldItem item, HttpResponse response, SignedRequest request)
    {
        if (!item.Parameters.All.IsEmpty)
        {
            return request.ValueOf(item with { Parameters = FieldParameters.None });
        }

        var name = ((BareItem.Text)item.Value).Value;
        return name == "@status" ? response.StatusCode.ToString(CultureInfo.InvariantCulture) : SignatureBase.FieldValue(response.Headers[name]);
    }

    private static FieldItem Component(string name) => new(new BareItem.Text(name), FieldParameters.None);
}
