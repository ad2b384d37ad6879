using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Tests.Eligibility;

/// <summary>Every small slip that somebody who edits a pack could make, one at a time.</summary>
internal static class PackMutations
{
    public static IEnumerable<(string Slip, RulePack Pack)> Of(RulePack pack) => [.. Rules(pack), .. Figures(pack), .. Undertakings(pack)];

    private static IEnumerable<(string Slip, RulePack Pack)> Rules(RulePack pack)
    {
        foreach (var rule in pack.Rules)
        {
            yield return ($"{rule.Id}: dropped", pack with { Rules = pack.Rules.Remove(rule) });
            yield return ($"{rule.Id}: inverted", With(rule with { When = new Condition.Not(rule.When) }));
            foreach (var (slip, when) in Conditions(rule.When))
            {
                yield return ($"{rule.Id}: {slip}", With(rule with { When = when }));
            }

            foreach (var days in new[] { -1, 1 })
            {
                if (rule.From is { } from)
                {
                    yield return ($"{rule.Id}: from {days:+0;-0} day", With(rule with { From = from.AddDays(days) }));
                }

                if (rule.Until is { } until)
                {
                    yield return ($"{rule.Id}: until {days:+0;-0} day", With(rule with { Until = until.AddDays(days) }));
                }
            }

            RulePack With(Rule changed) => pack with { Rules = pack.Rules.Replace(rule, changed) };
        }
    }

    private static IEnumerable<(string Slip, Condition When)> Conditions(Condition condition)
    {
        switch (condition)
        {
            case Condition.Test test:
                yield return ($"{test.Fact} inverted", new Condition.Not(test));
                foreach (var (slip, demand) in Demands(test))
                {
                    yield return ($"{test.Fact} {slip}", test with { Demand = demand });
                }

                break;
            case Condition.Not not:
                yield return ("a not left out", not.Of);
                foreach (var (slip, when) in Conditions(not.Of))
                {
                    yield return (slip, new Condition.Not(when));
                }

                break;
            case Condition.All { Of: var parts }:
                yield return ("all read as any", new Condition.Any(parts));
                foreach (var change in Parts(parts))
                {
                    yield return (change.Slip, new Condition.All(change.Parts));
                }

                break;
            case Condition.Any { Of: var parts }:
                yield return ("any read as all", new Condition.All(parts));
                foreach (var change in Parts(parts))
                {
                    yield return (change.Slip, new Condition.Any(change.Parts));
                }

                break;
            default:
                throw new InvalidOperationException("no such condition");
        }
    }

    private static IEnumerable<(string Slip, EquatableList<Condition> Parts)> Parts(EquatableList<Condition> parts)
    {
        var list = parts.ToImmutableArray();
        for (var i = 0; i < list.Length; i++)
        {
            yield return ($"part {i + 1} dropped", new EquatableList<Condition>(list.RemoveAt(i)));
            foreach (var (slip, when) in Conditions(list[i]))
            {
                yield return (slip, new EquatableList<Condition>(list.SetItem(i, when)));
            }
        }
    }

    private static IEnumerable<(string Slip, Demand Demand)> Demands(Condition.Test test)
    {
        switch (test.Demand)
        {
            case Demand.Span span:
                yield return ("cut -1", span with { Cut = span.Cut - 1 });
                yield return ("cut +1", span with { Cut = span.Cut + 1 });
                break;
            case Demand.Sum sum:
                yield return ("cut -0.01", sum with { Cut = sum.Cut - 0.01m });
                yield return ("cut +0.01", sum with { Cut = sum.Cut + 0.01m });
                break;
            case Demand.OneOf some when some.Choices.Count > 1:
                foreach (var choice in some.Choices)
                {
                    yield return ($"without {test.Fact.Choices[choice].Name}", new Demand.OneOf(new EquatableList<int>(some.Choices.Where(other => other != choice))));
                }

                break;
            default:
                break; // its inversion is its only slip
        }
    }

    private static IEnumerable<(string Slip, RulePack Pack)> Figures(RulePack pack) =>
        from parameter in pack.Parameters
        from place in Enumerable.Range(0, parameter.Rows.Length)
        let row = parameter.Rows[place]
        from change in Rows(pack, row, isFirst: place == 0).Select(changed => (changed.Slip, Rows: parameter.Rows.SetItem(place, changed.Row)))
            .Concat(place == 0 ? [] : [("row dropped", parameter.Rows.RemoveAt(place))])
        select ($"{parameter.Id} {row.From:yyyy-MM-dd}: {change.Slip}",
            pack with { Parameters = pack.Parameters.Replace(parameter, parameter with { Rows = change.Rows }) });

    private static IEnumerable<(string Slip, ParameterRow Row)> Rows(RulePack pack, ParameterRow row, bool isFirst)
    {
        for (var area = 0; area < row.Values.Length; area++)
        {
            var name = pack.Areas[area].Id;
            if (row.Values[area] is { } yuan)
            {
                yield return ($"{name} -0.01", row with { Values = row.Values.SetItem(area, yuan - 0.01m) });
                yield return ($"{name} +0.01", row with { Values = row.Values.SetItem(area, yuan + 0.01m) });
                yield return ($"{name} unset", row with { Values = row.Values.SetItem(area, null) });
            }
            else
            {
                yield return ($"{name} guessed", row with { Values = row.Values.SetItem(area, 1_000m) });
            }
        }

        // The first row may begin on any day before its rules do, and later the loader refuses it.
        if (!isFirst)
        {
            yield return ("a day early", row with { From = row.From.AddDays(-1) });
            yield return ("a day late", row with { From = row.From.AddDays(1) });
        }
    }

    private static IEnumerable<(string Slip, RulePack Pack)> Undertakings(RulePack pack) =>
        from fact in pack.Undertaking?.Facts ?? []
        let undertaking = pack.Undertaking
        select ($"undertaking: without {fact}", pack with { Undertaking = undertaking with { Facts = undertaking.Facts.Remove(fact) } });
}
