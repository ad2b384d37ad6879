using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Demo.Agencies.Bodies;

/// <summary>Civil affairs (民政): JSON, a key in a header; codes in an envelope.</summary>
internal sealed class CivilAffairsInterface() : HttpInterface(
    BodyField.Coded(
        "register", "jzlb",
        ("none", "00"), ("subsistence", "01"), ("special-hardship", "02"), ("subsistence-edge", "03"), ("temporary", "04"), ("other-hardship", "09")),
    BodyField.YesNo("fixed-livelihood", "gdsh", "1", "0"),
    BodyField.Coded("spending-cause", "zcyy", ("none", "0"), ("sudden-event", "1"), ("accident", "2"), ("serious-illness", "3")))
{
    public override BodyReply Answer(BodyRequest request, string secret, Func<string, IReadOnlyDictionary<string, string>?> find) =>
        request.Header("X-App-Key") != secret ? BodyReply.Unknown
        : find(TextOf(request.Body, "param", "sfzh")) is { } known ? BodyReply.Json(new JsonObject { ["code"] = "0", ["msg"] = "查询成功", ["data"] = Members(known) })
        : BodyReply.Json(new JsonObject { ["code"] = "1004", ["msg"] = "查无此人" });
}

/// <summary>Disabled persons' federation (残联): a form with the key in it.</summary>
internal sealed class DisabledFederationInterface() : HttpInterface(
    BodyField.Coded(
        "disability", "kind",
        ("none", "0"), ("sight", "1"), ("hearing", "2"), ("speech", "3"), ("limb", "4"), ("intellectual", "5"), ("mental", "6"), ("multiple", "7")),
    BodyField.YesNo("senses-impaired", "senses", "Y", "N"))
{
    public override BodyReply Answer(BodyRequest request, string secret, Func<string, IReadOnlyDictionary<string, string>?> find)
    {
        var form = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(request.Body);
        if (form["token"] != secret)
        {
            return BodyReply.Unknown;
        }

        var known = find(form["idcard"].ToString());
        var answer = known is null ? [] : Members(known);
        answer["result"] = known is null ? 0 : 1;
        return BodyReply.Json(answer);
    }
}

/// <summary>Social security (人社): a token of its own for the client's secret; sums in fen; 404 for whom it does not know.</summary>
internal sealed class SocialSecurityInterface() : HttpInterface(
    new BodyField("migrant-worker", "migrant"),
    new BodyField("returning-worker", "returned"),
    new BodyField("fixed-livelihood", "livelihood"),
    new BodyField("unemployed", "unemploymentCertificate"),
    BodyField.Sum("household-income", "householdPerHead", 100),
    BodyField.Sum("own-income", "own", 100))
{
    private const string Client = "legalaid-gateway";

    public override BodyReply Answer(BodyRequest request, string secret, Func<string, IReadOnlyDictionary<string, string>?> find)
    {
        if (request.Path == "/oauth/token")
        {
            var basic = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{Client}:{secret}"));
            return request.Header("Authorization") == $"Basic {basic}"
                ? BodyReply.Json(new JsonObject { ["access_token"] = TokenOf(secret), ["token_type"] = "Bearer", ["expires_in"] = 600 })
                : BodyReply.Unknown;
        }

        return request.Header("Authorization") != $"Bearer {TokenOf(secret)}" ? BodyReply.Unknown
            : find(TextOf(request.Body, "aac002")) is { } known
                ? BodyReply.Json(new JsonObject { ["person"] = Members(known, field => field.PerYuan is null), ["wages"] = Members(known, field => field.PerYuan is not null) })
                : BodyReply.Json(new JsonObject { ["error"] = "not_insured" }, StatusCodes.Status404NotFound);
    }

    private static string TokenOf(string secret) => BodySignatures.HexSha256($"token of {secret}");
}
