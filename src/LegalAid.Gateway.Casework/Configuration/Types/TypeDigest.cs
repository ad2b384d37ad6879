using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Json;
using static LegalAid.Gateway.Casework.Catalogue.DigestParts;

namespace LegalAid.Gateway.Casework.Configuration.Types;

/// <summary>
/// The digest by which an exchange pins its type: SHA-256 over the canonical JSON of what was compiled, so comments, white space and
/// the order of keys in the file do not change it, and anything that the type does or is called does. The member names stand here and
/// not in the records, as a renamed property must not change the digest of a type in use.
/// </summary>
internal static class TypeDigest
{
    public static string Of(ExchangeType type) => CanonicalJson.Digest(CanonicalJson.Canonicalise(Json(type)));

    private static JsonObject Json(ExchangeType type) => With(
        new JsonObject
        {
            ["form"] = 1,
            ["id"] = type.Id.Value,
            ["title"] = Title(type.Title),
            ["legalBasis"] = List(type.LegalBasis, Basis),
            ["roles"] = List(type.Roles, role => new JsonObject
            {
                ["name"] = role.Name.Value, ["title"] = Title(role.Title), ["reads"] = Texts(role.Reads), ["openTo"] = Texts(role.OpenTo),
            }),
            ["states"] = List(type.States, state => new JsonObject
            {
                ["name"] = state.Name.Value, ["title"] = Title(state.Title), ["final"] = state.Final,
            }),
            ["attachmentKinds"] = Texts(type.AttachmentKinds),
            ["steps"] = List(type.Steps, Step),
            ["clocks"] = List(type.Clocks, Clock),
            ["holds"] = List(type.Holds, Hold),
            ["search"] = List(type.Search, search => new JsonObject { ["name"] = search.Name, ["value"] = Formed(search.Value) }),
            ["caseNumber"] = type.CaseNumber?.ToString(),
            ["retention"] = new JsonObject
            {
                ["payloadDays"] = type.Retention.PayloadDays, ["auditDays"] = type.Retention.AuditDays, ["basis"] = Basis(type.Retention.Basis),
            },
        },
        ("refers", type.Reference is { } reference ? Reference(reference) : null));

    private static JsonObject Step(StepDefinition step) => With(
        new JsonObject
        {
            ["name"] = step.Name.Value,
            ["title"] = Title(step.Title),
            ["by"] = Texts(step.By.Select(role => role.Value)),
            ["from"] = Texts(step.From.Select(state => state.Value)),
            ["to"] = step.To?.Value,
            ["payload"] = step.Payload,
            ["view"] = step.View switch
            {
                ViewChange.Put put => new JsonObject { ["put"] = put.Section },
                ViewChange.Patch patch => new JsonObject { ["patch"] = patch.Section, ["from"] = patch.From.ToString() },
                ViewChange.Append append => new JsonObject { ["append"] = append.Section, ["max"] = append.Max },
                ViewChange.Extend extend => new JsonObject { ["extend"] = extend.Section, ["from"] = extend.From.ToString() },
                _ => throw new InvalidOperationException($"no such change: {step.View}"),
            },
            ["parties"] = List(step.Parties, party => new JsonObject
            {
                ["role"] = party.Role.Value, ["from"] = party.From?.ToString(), ["else"] = party.Else, ["kind"] = Kind(party), ["required"] = party.Required,
            }),
            ["releases"] = Texts(step.Releases.Select(role => role.Value)),
            ["deliver"] = Texts(step.DeliverTo.Select(role => role.Value)),
            ["overtakes"] = step.Overtakes,
            ["requiredAttachments"] = List(step.RequiredAttachments, set => Texts(set)),
            ["allow"] = List(step.Allow, Value),
            ["checks"] = Texts(step.Checks),
        },
        ("answers", step.Answers.IsEmpty ? null : Texts(step.Answers.Select(asked => asked.Value))),
        ("closes", step.Closes.IsEmpty ? null : Texts(step.Closes.Select(asked => asked.Value))),
        ("clears", step.Clears.IsEmpty ? null : Texts(step.Clears)),
        ("together", step.Together is null ? null : new JsonObject
        {
            ["exchange"] = step.Together.Exchange.ToString(), ["take"] = step.Together.Take.Value, ["payload"] = step.Together.Payload.ToString(),
        }));

    private static JsonObject Clock(ClockDefinition clock) => With(
        new JsonObject
        {
            ["name"] = clock.Name.Value,
            ["title"] = Title(clock.Title),
            ["kind"] = Name(clock.Kind),
            ["obligated"] = clock.Obligated.Value,
            ["start"] = List(clock.Start, Trigger),
            ["stop"] = Texts(clock.Stop.Select(step => step.Value)),
            ["cancel"] = Texts(clock.Cancel.Select(step => step.Value)),
            ["pause"] = Texts(clock.Pause.Select(step => step.Value)),
            ["resume"] = Texts(clock.Resume.Select(step => step.Value)),
            ["limit"] = clock.Limit.ToString(),
            ["counting"] = Name(clock.Counting),
            ["warn"] = List(clock.Warnings, lead => JsonValue.Create((long)lead.TotalSeconds)),
            ["when"] = List(clock.When, Value),
            ["basis"] = Basis(clock.Basis),
        },
        ("standstills", clock.Standstills.IsEmpty ? null : List(clock.Standstills, rule => new JsonObject
        {
            ["from"] = Texts(rule.From.Select(step => step.Value)), ["until"] = Texts(rule.Until.Select(step => step.Value)),
            ["each"] = rule.Each?.ToString(), ["at"] = rule.At?.ToString(),
        })),
        ("due", clock.Due?.ToString()),
        ("passesOn", clock.PassesOn ? true : null),
        ("tell", clock.Tell.IsEmpty ? null : Texts(clock.Tell.Select(role => role.Value))));

    /// <summary>One kind as it was written before there could be several: the digests of types that exchanges rest on stay as they are.</summary>
    private static JsonNode Kind(PartyRule party) => party.Kinds is [var only] ? only : Texts(party.Kinds);

    private static JsonObject Reference(ReferenceDefinition reference) => new()
    {
        ["path"] = reference.Path.ToString(),
        ["types"] = Texts(reference.Types.Select(type => type.Value)),
        ["effects"] = List(reference.Effects, effect => new JsonObject
        {
            ["on"] = Texts(effect.On.Select(step => step.Value)), ["take"] = effect.Take.Value, ["when"] = List(effect.When, Value),
        }),
    };

    /// <summary>What came to the language later stands in the digest only where a type says it: a type in use keeps its own.</summary>
    private static JsonObject With(JsonObject json, params ReadOnlySpan<(string Name, JsonNode? Value)> later)
    {
        foreach (var (name, value) in later)
        {
            if (value is not null)
            {
                json[name] = value;
            }
        }

        return json;
    }

    private static JsonObject Hold(HoldDefinition hold)
    {
        var json = new JsonObject { ["name"] = hold.Name, ["parts"] = List(hold.Parts, Formed), ["while"] = Texts(hold.While.Select(state => state.Value)) };
        if (hold.Span is { } span)
        {
            json["span"] = new JsonObject
            {
                ["from"] = span.From.ToString(),
                ["to"] = span.To.ToString(),
                ["before"] = Lead(span.Before),
                ["after"] = Lead(span.After),
                ["step"] = (long)span.Step.TotalSeconds,
            };
        }

        return json;
    }

    private static JsonNode Lead(SpanLead lead) => lead switch
    {
        SpanLead.Fixed known => JsonValue.Create((long)known.Length.TotalSeconds),
        SpanLead.At at => JsonValue.Create(at.Path.ToString()),
        _ => throw new InvalidOperationException($"no such lead: {lead}"),
    };

    private static JsonObject Trigger(ClockTrigger trigger) => trigger switch
    {
        ClockTrigger.Taken taken => new JsonObject { ["step"] = taken.Step.Value },
        ClockTrigger.Delivered delivered => new JsonObject { ["delivered"] = delivered.Step.Value, ["to"] = delivered.To.Value },
        ClockTrigger.Fact fact => new JsonObject { ["fact"] = fact.Path.ToString() },
        ClockTrigger.Expired expired => new JsonObject { ["expired"] = expired.Clock.Value },
        _ => throw new InvalidOperationException($"no such trigger: {trigger}"),
    };

    private static JsonObject Value(ValueRule rule) => new() { ["path"] = rule.Path.ToString(), [rule.Negated ? "not" : "values"] = Texts(rule.Values) };

    private static JsonObject Formed(FormedPath value) => new() { ["path"] = value.Path.ToString(), ["as"] = Name(value.Form) };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)JsonValue.Create(text))];

    /// <summary>The name that the value has in configuration.</summary>
    private static string Name<T>(T value)
        where T : struct, Enum => ConfigurationNames.Of(value);
}
