using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Json;
using static LegalAid.Gateway.Casework.Catalogue.DigestParts;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>
/// The digest by which a determination pins its pack: SHA-256 over the canonical JSON of what the pack says, with the facts it speaks of. Comments and the order
/// of keys do not change it. The member names stand here, as a renamed property must not change the digest of a pack in use.
/// </summary>
internal static class PackDigest
{
    public static string Of(RulePack pack) => CanonicalJson.Digest(CanonicalJson.Canonicalise(Json(pack)));

    private static JsonObject Json(RulePack pack) => new()
    {
        ["form"] = 1,
        ["id"] = pack.Id,
        ["title"] = Title(pack.Title),
        ["historical"] = pack.Standing == PackStanding.Historical,
        ["from"] = Date(pack.From),
        ["until"] = Date(pack.Until),
        ["facts"] = List(pack.Rules.SelectMany(rule => rule.When.Tests).Select(test => test.Fact).DistinctBy(fact => fact.Name).OrderBy(fact => fact.Index), Fact),
        ["areas"] = List(pack.Areas, area => new JsonObject { ["id"] = area.Id, ["places"] = List(area.Places, place => place.ToString()) }),
        ["parameters"] = List(pack.Parameters, parameter => new JsonObject
        {
            ["id"] = parameter.Id,
            ["title"] = Title(parameter.Title),
            ["rows"] = List(parameter.Rows, row => new JsonObject
            {
                ["from"] = Date(row.From), ["basis"] = Basis(row.Basis), ["values"] = List(row.Values, value => value is { } yuan ? Money(yuan) : null),
            }),
        }),
        ["undertaking"] = pack.Undertaking is not { } undertaking ? null : new JsonObject
        {
            ["facts"] = List(undertaking.Facts, fact => fact.Name), ["basis"] = Basis(undertaking.Basis),
        },
        ["rules"] = List(pack.Rules, rule => new JsonObject
        {
            ["id"] = rule.Id,
            ["title"] = Title(rule.Title),
            ["effect"] = TraceNames.Of(rule.Effect),
            ["basis"] = Basis(rule.Basis),
            ["from"] = Date(rule.From),
            ["until"] = Date(rule.Until),
            ["when"] = When(rule.When),
        }),
    };

    private static JsonObject Fact(FactDefinition fact) => new()
    {
        ["name"] = fact.Name,
        ["title"] = Title(fact.Title),
        ["kind"] = TraceNames.Of(fact.Kind),
        ["choices"] = List(fact.Choices, choice => new JsonObject { ["name"] = choice.Name, ["title"] = Title(choice.Title) }),
        ["validDays"] = fact.ValidDays,
    };

    private static JsonObject When(Condition condition) => condition switch
    {
        Condition.All all => new JsonObject { ["all"] = List(all.Of, When) },
        Condition.Any any => new JsonObject { ["any"] = List(any.Of, When) },
        Condition.Not not => new JsonObject { ["not"] = When(not.Of) },
        Condition.Test test => Test(test),
        _ => throw new InvalidOperationException($"no such condition: {condition.GetType().Name}"),
    };

    private static JsonObject Test(Condition.Test test)
    {
        var json = new JsonObject { ["fact"] = test.Fact.Name };
        var (name, value) = test.Demand switch
        {
            Demand.Is yes => ("is", (JsonNode)yes.Yes),
            Demand.OneOf some => ("in", List(some.Choices, choice => test.Fact.Choices[choice].Name)),
            Demand.Span span => (span.Below ? "below" : "from", span.Cut),
            Demand.Limit limit => (limit.Below ? "below" : "from", limit.Parameter),
            Demand.Sum sum => (sum.Below ? "below" : "from", Money(sum.Cut)),
            _ => throw new InvalidOperationException($"no such demand: {test.Demand.GetType().Name}"),
        };
        json[name] = value;
        return json;
    }

    private static string Money(decimal yuan) => yuan.ToString("0.00", CultureInfo.InvariantCulture);

    private static string? Date(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
