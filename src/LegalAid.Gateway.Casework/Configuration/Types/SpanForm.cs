using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Yaml;

namespace LegalAid.Gateway.Casework.Configuration.Types;

/// <summary>Reads the span of a hold: <c>{ from, to, before, after, step }</c>. What comes before and after is a path or a duration (<c>30min</c>).</summary>
internal static class SpanForm
{
    private static readonly TimeSpan StepOtherwise = TimeSpan.FromMinutes(15);

    public static SpanDraft? Read(MapReader map)
    {
        var (from, to) = (map.Text("from"), map.Text("to"));
        var (before, after) = (ReadLead(map, "before"), ReadLead(map, "after"));
        var node = map.Find("step");
        var step = node is null ? StepOtherwise : ScalarForms.Duration(node, map.Faults, HoldSpan.StepMin, HoldSpan.StepMax);
        if (node is not null && step is { } length && HoldSpan.StepMax.Ticks % length.Ticks != 0)
        {
            map.Faults.Add(node, ExchangeTypeFaults.SpanStep);
            step = null;
        }

        map.Close();
        return from is null || to is null || step is null ? null : new SpanDraft(from, to, before, after, step.Value);
    }

    public static HoldSpan Compile(SpanDraft draft) =>
        new(PayloadPath.Parse(draft.From.Text), PayloadPath.Parse(draft.To.Text), Lead(draft.Before), Lead(draft.After), draft.Step);

    private static LeadDraft? ReadLead(MapReader map, string key)
    {
        if (map.OptionalText(key) is not { } word)
        {
            return null;
        }

        return !char.IsAsciiDigit(word.Text[0]) ? new LeadDraft(word, null)
            : ScalarForms.Duration(word.At, map.Faults, TimeSpan.Zero, HoldSpan.LeadMax) is { } length ? new LeadDraft(null, length)
            : null;
    }

    private static SpanLead Lead(LeadDraft? draft) =>
        draft?.Path is { } path ? new SpanLead.At(PayloadPath.Parse(path.Text)) : new SpanLead.Fixed(draft?.Length ?? TimeSpan.Zero);
}
