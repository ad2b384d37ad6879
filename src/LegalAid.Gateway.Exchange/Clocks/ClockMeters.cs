using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Exchange.Clocks;

/// <summary>Counts of what clocks said, once committed. No agency and no exchange is named.</summary>
internal static class ClockMeters
{
    private static readonly Meter Meter = new("LegalAid.Gateway");

    private static readonly Counter<long> WarningCount =
        Meter.CreateCounter<long>("legalaid.clocks.warnings", "{warning}", "Warnings before a deadline");

    private static readonly Counter<long> BreachCount =
        Meter.CreateCounter<long>("legalaid.clocks.breaches", "{breach}", "Deadlines that were missed");

    public static void Committed(ImmutableArray<OutgoingMessage> messages)
    {
        foreach (var message in messages)
        {
            var counter = message.Event switch
            {
                ClockEvents.Warning => WarningCount,
                ClockEvents.Breach => BreachCount,
                _ => null,
            };
            counter?.Add(1);
        }
    }
}
