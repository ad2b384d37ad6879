using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Tests.Checks;

/// <summary>One call of one check, built from a call that finds nothing. Every change gives a new scene.</summary>
internal sealed record CheckScene(string Check)
{
    private JsonObject Payload { get; init; } = [];

    private JsonObject View { get; init; } = [];

    private string Caller { get; init; } = "qingxiu-court";

    private DateTimeOffset Now { get; init; } = CheckWorld.Now;

    private ImmutableSortedDictionary<string, AgencyId> Parties { get; init; } = ImmutableSortedDictionary<string, AgencyId>.Empty;

    /// <summary>A court's notice for an adult, in order in every way.</summary>
    public static CheckScene Submit(string check) => new(check) { Payload = Notice() };

    /// <summary>An amendment, still empty, of that notice.</summary>
    public static CheckScene Amend(string check) => new(check)
    {
        Payload = Parse("""{"reason":"更正","changes":{}}"""),
        View = new JsonObject { ["notice"] = Notice() },
    };

    /// <summary>An assignment of the lawyer who has three years today, for that notice.</summary>
    public static CheckScene Assign(string check) => new CheckScene(check)
    {
        Payload = Parse($$"""
            {"counsel":{"licenceNumber":"{{CheckWorld.ThreeYearsLicence}}","name":"测试律师甲","firm":"agencies/firm","firmName":"测试律师事务所",
             "phone":"0771-0000001"},"letterNumber":"桂南援公字〔2026〕1号"}
            """),
        View = new JsonObject { ["notice"] = Notice() },
    }.By("qingxiu-aid");

    public static CheckScene Says(string check, string payload) => new(check) { Payload = Parse(payload) };

    public CheckScene With(string path, JsonNode? value) => this with { Payload = Put(Payload, path, value) };

    public CheckScene Without(string path) => this with { Payload = Put(Payload, path, null, remove: true) };

    public CheckScene Viewing(string path, JsonNode? value) => this with { View = Put(View, path, value) };

    public CheckScene By(string caller) => this with { Caller = caller };

    public CheckScene At(DateTimeOffset now) => this with { Now = now };

    public CheckScene Party(string role, string agency) => this with { Parties = Parties.Add(role, AgencyId.Parse(agency)) };

    public CheckInput Input() => new(
        CheckWorld.Type, CheckWorld.Step, Payload, View, Parties, CheckWorld.Snapshot.Agencies.Get(AgencyId.Parse(Caller)), Now, CheckWorld.Snapshot);

    public CheckFindings Run() => StandardChecks.Catalogue.Check(Check)(Input());

    public static JsonObject Notice() => Parse($$"""
        {
          "caseNumber": "（2026）桂0103刑初123号", "cause": "盗窃罪", "stage": "STAGE_FIRST_INSTANCE", "procedure": "PROCEDURE_ORDINARY",
          "grounds": ["GROUND_ORDINARY_TRIAL"], "foundTime": "2026-03-09T01:00:00Z",
          "person": {"name": "测试人甲", "residentNumber": "{{CheckWorld.Number(1990, 5, 4)}}"},
          "custody": {"status": "CUSTODY_STATUS_BAIL"}, "contact": {"name": "测试法官", "phone": "0771-0000000"},
          "hearing": {"startTime": "2026-05-11T01:00:00Z"}
        }
        """);

    public static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject(); // the tests' own text is an object

    private static JsonObject Put(JsonObject root, string path, JsonNode? value, bool remove = false)
    {
        var copy = root.DeepClone().AsObject();
        var fields = path.Split('.');
        var holder = copy;
        foreach (var field in fields[..^1])
        {
            if (holder[field] is not JsonObject inner)
            {
                inner = [];
                holder[field] = inner;
            }

            holder = inner;
        }

        if (remove)
        {
            holder.Remove(fields[^1]);
        }
        else
        {
            holder[fields[^1]] = value?.DeepClone();
        }

        return copy;
    }
}

/// <summary>A scene and all that its check finds: faults as <c>field: CODE</c> (the bare code where there is no field), flags by code.</summary>
internal sealed record CheckCase(string Name, CheckScene Scene, params string[] Findings);
