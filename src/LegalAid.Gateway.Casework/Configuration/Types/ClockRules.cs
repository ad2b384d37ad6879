using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Configuration.Yaml;

namespace LegalAid.Gateway.Casework.Configuration.Types;

/// <summary>Checks an exchange type's clocks.</summary>
internal static class ClockRules
{
    public static void Check(TypeDraft type, TypePaths paths, Declared steps, Declared roles, Declared clocks, FaultSink faults)
    {
        foreach (var clock in type.Clocks)
        {
            roles.Require(clock.Obligated);
            roles.Require(clock.Tell);
            foreach (var list in new[] { clock.Stop, clock.Cancel, clock.Pause, clock.Resume })
            {
                steps.Require(list);
            }

            foreach (var trigger in clock.Start)
            {
                CheckTrigger(type, trigger, paths, steps, roles, clocks, faults);
            }

            foreach (var path in clock.When.Select(rule => rule.Path).Concat(clock.Due is null ? [] : [clock.Due]))
            {
                paths.CheckView(path);
            }

            foreach (var standstill in clock.Standstills)
            {
                CheckStandstill(type, standstill, paths, steps);
            }

            CheckCounting(clock, faults);
        }

        CheckCycles(type, faults);
    }

    /// <summary>A variant without some clocks must not keep one that waits for them.</summary>
    public static void CheckVariant(TypeDraft type, VariantDraft variant, FaultSink faults)
    {
        if (variant.Clocks is not { } kept)
        {
            return;
        }

        foreach (var word in kept)
        {
            var missing = type.Clocks.Where(clock => clock.Name.Text == word.Text)
                .SelectMany(clock => clock.Start)
                .Select(trigger => trigger.Expired)
                .FirstOrDefault(expired => expired is not null && kept.All(other => other.Text != expired.Text));
            if (missing is not null)
            {
                faults.Add(word.At, ConfigurationFaults.ReferenceUnknown, "时钟 clock", missing.Text);
            }
        }
    }

    private static void CheckTrigger(
        TypeDraft type, TriggerDraft trigger, TypePaths paths, Declared steps, Declared roles, Declared clocks, FaultSink faults)
    {
        if (trigger.Fact is not null)
        {
            paths.CheckView(trigger.Fact);
        }

        steps.Require(trigger.Step);
        roles.Require(trigger.To);
        clocks.Require(trigger.Expired);
        if (trigger.To is { } role && roles.Has(role)
            && type.Steps.FirstOrDefault(step => step.Name.Text == trigger.Step?.Text) is { } step
            && step.Deliver.All(word => word.Text != role.Text))
        {
            faults.Add(trigger.At, ExchangeTypeFaults.NotDelivered, step.Name.Text, role.Text);
        }
    }

    /// <summary>What tells one reason from another, and from when it counts, stands in the payload of each of its steps.</summary>
    private static void CheckStandstill(TypeDraft type, StandstillDraft standstill, TypePaths paths, Declared steps)
    {
        steps.Require(standstill.From);
        steps.Require(standstill.Until);
        foreach (var name in standstill.From.Concat(standstill.Until))
        {
            foreach (var step in type.Steps.Where(step => step.Name.Text == name.Text))
            {
                foreach (var path in new[] { standstill.Each, standstill.At }.OfType<Word>())
                {
                    paths.CheckPayload(step, path);
                }
            }
        }
    }

    private static void CheckCounting(ClockDraft clock, FaultSink faults)
    {
        if (clock.Stop.IsEmpty)
        {
            faults.Add(clock.Name.At, ExchangeTypeFaults.ClockEndless);
        }

        if (clock.Pause.IsEmpty != clock.Resume.IsEmpty)
        {
            faults.Add(clock.Name.At, ExchangeTypeFaults.PauseWithoutResume);
        }

        if (clock.Limit is { } limit && clock.Counting is { } rule && !Deadlines.Accepts(rule, limit.Value))
        {
            faults.Add(limit.At, ExchangeTypeFaults.LimitCounting, $"{rule}", limit.Value.ToString());
        }

        if (clock.Due is { } due && clock.Counting is { } counting && !Deadlines.AcceptsDate(counting))
        {
            faults.Add(due.At, ExchangeTypeFaults.DueCounting, $"{counting}");
        }

        for (var i = 0; i < clock.Warnings.Length; i++)
        {
            var warning = clock.Warnings[i];
            if (i > 0 && warning.Lead >= clock.Warnings[i - 1].Lead)
            {
                faults.Add(warning.At, ExchangeTypeFaults.WarningOrder);
            }

            if (clock.Limit is { } bound && warning.Lead >= ShortestSpan(bound.Value))
            {
                faults.Add(warning.At, ExchangeTypeFaults.WarningTooLong);
            }
        }
    }

    /// <summary>The shortest time that may lie between a clock's start and its end. Counted back from an instant there is no such bound.</summary>
    private static TimeSpan ShortestSpan(TimeLimit limit) => limit.IsBackward
        ? TimeSpan.MaxValue
        : limit.Unit switch
        {
            TimeLimitUnit.Hours => TimeSpan.FromHours(limit.Amount),
            TimeLimitUnit.Days or TimeLimitUnit.WorkingDays => TimeSpan.FromDays(limit.Amount),
            TimeLimitUnit.Months => TimeSpan.FromDays(28L * limit.Amount),
            TimeLimitUnit.HalfMonths => TimeSpan.FromDays(14L * limit.Amount),
            _ => throw new InvalidOperationException($"no such unit: {limit.Unit}"),
        };

    private static void CheckCycles(TypeDraft type, FaultSink faults)
    {
        var waits = type.Clocks
            .SelectMany(clock => clock.Start.Where(trigger => trigger.Expired is not null).Select(trigger => (clock.Name, Of: trigger.Expired!.Text))) // filtered just before
            .ToLookup(wait => wait.Name.Text, StringComparer.Ordinal);
        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (var clock in type.Clocks)
        {
            var circle = CircleFrom(clock.Name.Text, waits);
            if (circle.Count > 0 && !circle.Any(reported.Contains))
            {
                reported.UnionWith(circle);
                faults.Add(clock.Name.At, ExchangeTypeFaults.ClockCycle, string.Join(" → ", [.. circle, clock.Name.Text]));
            }
        }
    }

    /// <summary>The clocks through which one waits for itself; empty where it does not. Bounded: each clock is visited once.</summary>
    private static List<string> CircleFrom(string start, ILookup<string, (Word Name, string Of)> waits)
    {
        var cameFrom = new Dictionary<string, string>(StringComparer.Ordinal);
        var open = new Queue<string>([start]);
        while (open.TryDequeue(out var clock))
        {
            foreach (var (_, next) in waits[clock])
            {
                if (next == start)
                {
                    var circle = new List<string> { clock };
                    while (circle[0] != start)
                    {
                        circle.Insert(0, cameFrom[circle[0]]);
                    }

                    return circle;
                }

                if (cameFrom.TryAdd(next, clock))
                {
                    open.Enqueue(next);
                }
            }
        }

        return [];
    }
}
