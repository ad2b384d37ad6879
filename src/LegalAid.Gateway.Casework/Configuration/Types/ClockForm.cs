using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Yaml;

namespace LegalAid.Gateway.Casework.Configuration.Types;

/// <summary>Reads one clock of an exchange type.</summary>
internal static class ClockForm
{
    private const int ListMax = 40, WarningsMax = 10;

    private static readonly TimeSpan LeadMin = TimeSpan.FromMinutes(1), LeadMax = TimeSpan.FromDays(60);

    public static ClockDraft? Read(MapReader map)
    {
        var (name, title, obligated) = (map.Name("name"), map.Title("title"), map.Name("obligated"));
        var kind = ScalarForms.Choice(map.Find("kind"), ConfigurationNames.Kinds, map.Faults) ?? ClockKind.Deadline;
        var start = TypeFile.Many(map, "start", 1, ListMax, ReadTrigger);
        var (stop, cancel) = (map.Names("stop", 0, ListMax), map.Names("cancel", 0, ListMax));
        var (pause, resume) = (map.Names("pause", 0, ListMax), map.Names("resume", 0, ListMax));
        var standstills = TypeFile.Many(map, "standstills", 0, ListMax, ReadStandstill);
        var (limit, due) = (ReadLimit(map), map.OptionalText("due"));
        if (map.Node.Find("limit") is null == (map.Node.Find("due") is null))
        {
            map.Faults.Add(map.Node, ConfigurationFaults.EitherOr, "limit, due");
        }

        var counting = map.Choice("counting", ConfigurationNames.Rules);
        var warnings = map.List("warn", 0, WarningsMax, node =>
            ScalarForms.Duration(node, map.Faults, LeadMin, LeadMax) is { } lead ? new Warning(lead, node) : null);
        var (tell, passesOn) = (map.Names("tell", 0, ListMax), map.Flag("passes-on", otherwise: false));
        var when = TypeFile.Many(map, "when", 0, ListMax, TypeFile.ReadValue);
        var basis = map.Basis("basis");
        return name is null
            ? null
            : new ClockDraft(name, title, kind, obligated, start, stop, cancel, pause, resume, standstills, limit, due, counting, warnings, tell, passesOn, when, basis);
    }

    private static StandstillDraft ReadStandstill(MapReader map) =>
        new(map.Names("from", 1, ListMax), map.Names("until", 1, ListMax), map.OptionalText("each"), map.OptionalText("at"));

    /// <summary><c>{ fact: path }</c>, <c>{ step: name }</c>, <c>{ delivered: step, to: role }</c> or <c>{ expired: clock }</c>.</summary>
    private static TriggerDraft? ReadTrigger(MapReader map)
    {
        var (fact, step, expired) = (map.OptionalText("fact"), map.OptionalName("step"), map.OptionalName("expired"));
        var delivered = map.OptionalName("delivered");
        var to = map.Node.Find("delivered") is null ? null : map.Name("to");
        if (new[] { "fact", "step", "delivered", "expired" }.Count(key => map.Node.Find(key) is not null) != 1)
        {
            map.Faults.Add(map.Node, ConfigurationFaults.EitherOr, "fact, step, delivered, expired");
            return null;
        }

        return (delivered is not null && to is null) || (fact ?? step ?? delivered ?? expired) is null
            ? null
            : new TriggerDraft(map.Node, fact, step ?? delivered, to, expired);
    }

    private static (TimeLimit Value, YamlNode At)? ReadLimit(MapReader map)
    {
        if (map.OptionalText("limit", 20) is not { } word)
        {
            return null;
        }

        if (TimeLimit.TryParse(word.Text, out var limit))
        {
            return (limit, word.At);
        }

        map.Faults.Add(word.At, ExchangeTypeFaults.LimitInvalid);
        return null;
    }
}
