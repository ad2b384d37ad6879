using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Yaml;

namespace LegalAid.Gateway.Casework.Configuration.Types;

/// <summary>Checks that the steps of a type lead from its opening through every state to an end.</summary>
internal static class StateGraph
{
    public static void Check(TypeDraft type, FaultSink faults)
    {
        CheckOpening(type, faults);
        var final = type.States.Where(state => state.Final).Select(state => state.Name.Text).ToHashSet(StringComparer.Ordinal);
        foreach (var step in type.Steps)
        {
            foreach (var state in (step.From ?? []).Where(state => final.Contains(state.Text)))
            {
                faults.Add(state.At, ExchangeTypeFaults.StateFinalLeft, state.Text);
            }
        }

        var known = type.States.Select(state => state.Name.Text).ToHashSet(StringComparer.Ordinal);
        if (type.Opening is { To: { } first } && type.Steps.All(step => step.To is null || known.Contains(step.To.Text)))
        {
            var reached = Closure([first.Text], state => TargetsOf(type, state));
            foreach (var state in type.States.Where(state => !reached.Contains(state.Name.Text)))
            {
                faults.Add(state.Name.At, ExchangeTypeFaults.StateUnreachable);
            }
        }

        var ending = Closure(final, state => SourcesOf(type, state));
        foreach (var state in type.States.Where(state => !ending.Contains(state.Name.Text)))
        {
            faults.Add(state.Name.At, ExchangeTypeFaults.StateNoWayOut);
        }
    }

    private static void CheckOpening(TypeDraft type, FaultSink faults)
    {
        var opening = type.Steps.Where(step => step.From is null).ToList();
        if (opening.Count == 0)
        {
            faults.Add(type.At.Find("steps") ?? type.At, ExchangeTypeFaults.OpeningCount);
        }

        foreach (var second in opening.Skip(1))
        {
            faults.Add(second.Name.At, ExchangeTypeFaults.OpeningCount);
        }

        if (opening is [var step, ..] && type.Roles is [var opener, ..]
            && (step.To is null || step.By.Length != 1 || (step.By[0].Text != opener.Name.Text && step.By[0].Text != RoleName.Gateway.Value)))
        {
            faults.Add(step.Name.At, ExchangeTypeFaults.OpeningRole);
        }
    }

    private static IEnumerable<string> TargetsOf(TypeDraft type, string state) =>
        from step in type.Steps
        let target = step.To?.Text
        where target is not null && (step.From ?? []).Any(word => word.Text == state)
        select target;

    private static IEnumerable<string> SourcesOf(TypeDraft type, string state) =>
        from step in type.Steps
        where step.To?.Text == state
        from source in step.From ?? []
        select source.Text;

    private static HashSet<string> Closure(IEnumerable<string> start, Func<string, IEnumerable<string>> next)
    {
        var seen = start.ToHashSet(StringComparer.Ordinal);
        var open = new Queue<string>(seen);
        while (open.TryDequeue(out var state))
        {
            foreach (var other in next(state).Where(seen.Add))
            {
                open.Enqueue(other);
            }
        }

        return seen;
    }
}
