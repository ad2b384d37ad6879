using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Demo.Agencies.Bodies;

/// <summary>Natural resources (自然资源): JSON, each request signed by HMAC-SHA256 over its lines; sums in ten thousand yuan.</summary>
internal sealed class NaturalResourcesInterface() : HttpInterface(
    new BodyField("household-assets", "beyondHome"),
    BodyField.Sum("household-asset-value", "worth", 0.0001m),
    new BodyField("own-assets", "beyondHome"),
    BodyField.Sum("own-asset-value", "worth", 0.0001m))
{
    public override BodyReply Answer(BodyRequest request, string secret, Func<string, IReadOnlyDictionary<string, string>?> find)
    {
        var signed = string.Join('\n', request.Method, request.Path, "", request.Header("X-Timestamp"), request.Header("X-Nonce"), BodySignatures.HexSha256(request.Body));
        if (request.Header("X-Key-Id") != "legalaid" || !BodySignatures.Equal(request.Header("X-Signature"), BodySignatures.HmacSha256Hex(secret, signed)))
        {
            return BodyReply.Unknown;
        }

        return BodyReply.Json(find(TextOf(request.Body, "holder", "certNo")) is { } known
            ? new JsonObject
            {
                ["status"] = "FOUND",
                ["holdings"] = new JsonObject
                {
                    ["household"] = Members(known, field => field.Fact.StartsWith("household-", StringComparison.Ordinal)),
                    ["own"] = Members(known, field => field.Fact.StartsWith("own-", StringComparison.Ordinal)),
                },
            }
            : new JsonObject { ["status"] = "NOT_FOUND" });
    }
}

/// <summary>Public security (公安): JSON, each request signed by SM3-HMAC; the answer is a document inside of a text.</summary>
internal sealed class PoliceInterface() : HttpInterface(
    new BodyField("birth-date", "csrq"),
    BodyField.Coded("sex", "xbdm", ("male", "1"), ("female", "2")),
    BodyField.YesNo("abuse-victim", "jqbs", "1", "0"))
{
    public override BodyReply Answer(BodyRequest request, string secret, Func<string, IReadOnlyDictionary<string, string>?> find)
    {
        var signed = string.Join('|', request.Header("X-App"), request.Header("X-Time"), request.Header("X-Nonce"), request.Body);
        if (request.Header("X-App") != "legalaid" || !BodySignatures.Equal(request.Header("X-Sign"), BodySignatures.HmacSm3Base64(secret, signed)))
        {
            return BodyReply.Unknown;
        }

        var known = find(TextOf(request.Body, "gmsfhm"));
        var inner = known is null ? [] : Members(known);
        inner["rtnCode"] = known is null ? "404" : "200";
        return BodyReply.Json(new JsonObject { ["rtnData"] = inner.ToJsonString() });
    }
}
