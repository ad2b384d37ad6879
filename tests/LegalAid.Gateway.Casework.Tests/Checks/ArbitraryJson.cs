using System.Text.Json.Nodes;
using CsCheck;

namespace LegalAid.Gateway.Casework.Tests.Checks;

/// <summary>JSON objects that use the field names the checks read, with values of every type in every place.</summary>
internal static class ArbitraryJson
{
    private static readonly string[] Names =
    [
        "caseNumber", "stage", "procedure", "grounds", "ground", "foundTime", "judgmentServedTime", "hearing", "startTime", "person", "name", "residentNumber", "document",
        "kind", "number", "issuer", "unknownIdentity", "label", "estimatedAge", "birthDate", "disabilityCertificate", "language", "wish", "lawyerName",
        "speciality", "wishMet", "wishReason", "changes", "counsel", "licenceNumber", "firm", "phone", "answer", "reason", "competentCentre",
        "ownCounselName", "aidCentre", "x",
    ];

    private static readonly string[] Texts =
    [
        "", " ", "（2026）桂0103刑初123号", "（2015）青刑初字第1号", "STAGE_FIRST_INSTANCE", "STAGE_DEATH_REVIEW", "GROUND_MINOR", "GROUND_LIFE_OR_DEATH",
        "GROUND_ORDINARY_TRIAL", "DOCUMENT_KIND_PASSPORT", "DOCUMENT_KIND_RESIDENCE_PERMIT", "2026-03-10T10:00:00Z", "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999999999-14:00", "2026-03-10T10:00:00.", "1990-05-04", "9999-12-31", "0001-01-01", "agencies/firm", "agencies/",
        CheckWorld.ThreeYearsLicence, CheckWorld.NoviceLicence, "测试律师甲", CheckWorld.Number(2009, 1, 1), CheckWorld.Number(2009, 1, 1) + "72",
        "ASSIGNMENT_ANSWER_DECLINED", "DECLINE_GROUND_NOT_COMPETENT", "WITHDRAWAL_GROUND_OWN_COUNSEL", "\ud800", "甲\0", "\u202e",
    ];

    public static Gen<JsonObject> Payloads { get; } = Objects(3);

    public static Gen<JsonObject> Views { get; } =
        Gen.Select(Objects(2), Objects(2)).Select((notice, assignment) => new JsonObject { ["notice"] = notice, ["assignment"] = assignment });

    private static Gen<JsonObject> Objects(int depth) =>
        Gen.Select(Gen.Int[0, Names.Length - 1].Select(index => Names[index]), Nodes(depth)).Array[0, 12].Select(fields =>
        {
            var made = new JsonObject();
            foreach (var (name, value) in fields)
            {
                made[name] = value?.DeepClone();
            }

            return made;
        });

    private static Gen<JsonNode?> Nodes(int depth)
    {
        var leaf = Gen.OneOf(
            Gen.Int[0, Texts.Length - 1].Select(index => (JsonNode?)JsonValue.Create(Texts[index])),
            Gen.String[0, 30].Select(text => (JsonNode?)JsonValue.Create(text)),
            Gen.Int.Select(number => (JsonNode?)JsonValue.Create(number)),
            Gen.Long.Select(number => (JsonNode?)JsonValue.Create(number)),
            Gen.Bool.Select(truth => (JsonNode?)JsonValue.Create(truth)),
            Gen.Const(0).Select(_ => (JsonNode?)null));
        return depth == 0
            ? leaf
            : Gen.OneOf(
                leaf,
                Objects(depth - 1).Select(inner => (JsonNode?)inner),
                leaf.Array[0, 4].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])));
    }
}
