using System.Diagnostics.Metrics;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>Counts of deliveries by channel. No agency and no exchange is named.</summary>
internal static class DeliveryMeters
{
    private static readonly Meter Meter = new("LegalAid.Gateway");

    private static readonly Counter<long> AttemptCount =
        Meter.CreateCounter<long>("legalaid.deliveries.attempted", "{attempt}", "Deliveries handed out or sent, every time");

    private static readonly Counter<long> DeliveredCount =
        Meter.CreateCounter<long>("legalaid.deliveries.delivered", "{delivery}", "Deliveries that their recipient holds");

    private static readonly Counter<long> DeadCount =
        Meter.CreateCounter<long>("legalaid.deliveries.dead", "{delivery}", "Deliveries given up or rejected");

    private static readonly Counter<long> ParkedCount =
        Meter.CreateCounter<long>("legalaid.deliveries.parked", "{delivery}", "Deliveries kept back since no row of the sharing matrix grants them");

    private static readonly Counter<long> ReleasedCount =
        Meter.CreateCounter<long>("legalaid.deliveries.released", "{delivery}", "Parked deliveries that the sharing matrix let go on");

    public static void Released(int count) => ReleasedCount.Add(count);

    public static void Attempted(string channel, int count) => AttemptCount.Add(count, new KeyValuePair<string, object?>("channel", channel));

    public static void Settled(string channel, DeliveryStatus to)
    {
        var counter = to switch
        {
            DeliveryStatus.Delivered => DeliveredCount,
            DeliveryStatus.Dead => DeadCount,
            DeliveryStatus.Parked => ParkedCount,
            _ => null,
        };
        counter?.Add(1, new KeyValuePair<string, object?>("channel", channel));
    }
}
