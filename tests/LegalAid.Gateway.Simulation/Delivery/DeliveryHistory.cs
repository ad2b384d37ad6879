using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace LegalAid.Gateway.Simulation.Delivery;

/// <summary>A message that the gateway acknowledged to its sender, in the order of its exchange.</summary>
internal sealed record Acknowledged(string Exchange, string Recipient, string Text);

/// <summary>A copy that a recipient got hold of.</summary>
internal sealed record Arrival(string Exchange, string Recipient, long Sequence, string DeliveryId, string Text);

/// <summary>A delivery as the store ended with it, and how many leaves say that it was delivered.</summary>
internal sealed record Ended(string DeliveryId, bool Delivered, int DeliveredLeaves);

/// <summary>What happened in one run, as seen from outside, and what is wrong with it.</summary>
internal sealed class DeliveryHistory
{
    public ConcurrentQueue<Acknowledged> Acknowledged { get; } = [];

    public ConcurrentQueue<Arrival> Arrivals { get; } = [];

    public ConcurrentQueue<Ended> Ended { get; } = [];

    /// <summary>Every promise that was not kept; empty if all were.</summary>
    public ImmutableArray<string> Faults() => [.. Lost(), .. Unordered(), .. Doubled(), .. Unrecorded()];

    private IEnumerable<string> Lost() =>
        from message in Acknowledged
        where !Arrivals.Any(arrival => (arrival.Exchange, arrival.Recipient, arrival.Text) == (message.Exchange, message.Recipient, message.Text))
        select $"lost: {message}";

    /// <summary>Copies of one delivery may repeat, and none may come before its predecessor or after its successor.</summary>
    private IEnumerable<string> Unordered()
    {
        foreach (var pair in Arrivals.GroupBy(arrival => (arrival.Exchange, arrival.Recipient)))
        {
            var expected = Acknowledged.Where(message => (message.Exchange, message.Recipient) == pair.Key).Select(message => message.Text);
            var first = pair.DistinctBy(arrival => arrival.Text).Select(arrival => arrival.Text);
            if (!first.SequenceEqual(expected.Take(first.Count())))
            {
                yield return $"out of order: {pair.Key}: {string.Join(' ', first)}";
            }

            foreach (var (before, after) in pair.Zip(pair.Skip(1)))
            {
                if (after.Sequence != before.Sequence && after.Sequence != before.Sequence + 1)
                {
                    yield return $"out of order: {before} then {after}";
                }
            }
        }
    }

    /// <summary>A recipient that recognises copies by their id has exactly one effect of each message.</summary>
    private IEnumerable<string> Doubled()
    {
        var effects = Arrivals.DistinctBy(arrival => arrival.DeliveryId).ToArray();
        return
        [
            .. from same in effects.GroupBy(effect => (effect.Exchange, effect.Recipient, effect.Text))
               where same.Count() > 1
               select $"two effects: {same.Key}",
            .. from same in Arrivals.GroupBy(arrival => arrival.DeliveryId)
               where same.DistinctBy(arrival => (arrival.Exchange, arrival.Recipient, arrival.Text, arrival.Sequence)).Count() > 1
               select $"one id, two messages: {same.Key}",
        ];
    }

    private IEnumerable<string> Unrecorded() =>
    [
        .. from ended in Ended
           where !ended.Delivered
           select $"not delivered at the end: {ended.DeliveryId}",
        .. from ended in Ended
           where ended.DeliveredLeaves != (ended.Delivered ? 1 : 0)
           select $"{ended.DeliveredLeaves} leaves of delivery: {ended.DeliveryId}",
        .. from ended in Ended
           where ended.Delivered && Arrivals.All(arrival => arrival.DeliveryId != ended.DeliveryId)
           select $"recorded and never arrived: {ended.DeliveryId}",
    ];
}
