using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// The mailboxes of agencies that come and fetch. A delivery is leased to its recipient, then acknowledged or rejected under that lease;
/// a lease that runs out returns it. What is handed out comes in the order of each exchange, since the store leases only the first
/// undelivered of a pair. Safe on any thread; the caller's agency is what the edge says it is.
/// </summary>
public sealed class Mailbox(
    ILedgerStore store, ExchangeLedger ledger, ExchangeReader reader, DeliveryHub hub, IIdSource ids, TimeProvider system,
    DeliveryOptions options, ILogger<Mailbox> logger)
{
    public static readonly TimeSpan LeaseMin = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan LeaseMax = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan LeaseDefault = TimeSpan.FromSeconds(60);

    /// <summary>Most deliveries of one pull, and most outstanding ones of one stream.</summary>
    public const int CountMax = 100;

    public const int CountDefault = 20;

    /// <summary>Longest reason of a rejection, in UTF-16 units; a longer one is cut.</summary>
    public const int ReasonCharsMax = 500;

    private const string ChannelName = "mailbox";

    /// <summary>How often an answer is tried again where the exchange keeps changing under it.</summary>
    private const int AnswersMax = 3;

    private readonly ConcurrentDictionary<DeliveryId, MailboxStream> _handedOut = new();

    /// <summary>What is wrong with the terms of a call; zeros ask for the defaults.</summary>
    /// <param name="countField">Path of the count in the request.</param>
    public static IEnumerable<Fault> FaultsOf(int count, TimeSpan lease, string countField)
    {
        if (count is < 0 or > CountMax)
        {
            yield return Fault.With(DeliveryFaults.DeliveryCountOutOfBounds, countField, $"{CountMax}");
        }

        if (lease != TimeSpan.Zero && (lease < LeaseMin || lease > LeaseMax))
        {
            yield return Fault.With(
                DeliveryFaults.LeaseDurationOutOfBounds, "leaseDuration", $"{LeaseMin.TotalSeconds}", $"{LeaseMax.TotalSeconds}");
        }
    }

    /// <summary>Leases what is due now, at most <paramref name="countMax"/>, and returns at once. Terms as <see cref="FaultsOf"/> allows them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The terms are out of bounds: the edge did not ask.</exception>
    public async ValueTask<ImmutableArray<LeasedDelivery>> PullAsync(
        Asker recipient, int countMax, TimeSpan lease, CancellationToken cancellationToken)
    {
        var terms = Terms(countMax, lease);
        var opened = await LeaseAsync(recipient, terms.Count, terms.Lease, cancellationToken);
        return opened.Deliveries;
    }

    /// <summary>
    /// Deliveries as they come due, each leased. At most <paramref name="outstandingMax"/> are handed out on this stream and neither
    /// answered nor returned by the end of their lease. Ends only by cancellation, which throws.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The terms are out of bounds: the edge did not ask.</exception>
    public async IAsyncEnumerable<LeasedDelivery> ReceiveAsync(
        Asker recipient, int outstandingMax, TimeSpan lease, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var terms = Terms(outstandingMax, lease);
        var stream = new MailboxStream(terms.Count);
        var wake = hub.Of(recipient.Agency);
        try
        {
            while (true)
            {
                // Taken before the look, so that a commit after the look wakes the wait.
                var raised = wake.Next;
                Forget(stream.RemoveExpired(system.GetUtcNow()));
                if (stream.Room == 0)
                {
                    await RemoveAnsweredAsync(stream, cancellationToken);
                }

                var room = stream.Room;
                var opened = room > 0 ? await LeaseAsync(recipient, room, terms.Lease, cancellationToken) : LeasedBatch.Empty;
                foreach (var delivery in opened.Deliveries)
                {
                    stream.Add(delivery.Row);
                    _handedOut[delivery.Row.Id] = stream;
                }

                foreach (var delivery in opened.Deliveries)
                {
                    yield return delivery;
                }

                if (opened.LeasedCount == 0)
                {
                    await Wake.WaitAsync(raised, await WaitOfAsync(recipient.Agency, stream, cancellationToken), system, cancellationToken);
                }
            }
        }
        finally
        {
            Forget(stream.RemoveAll());
        }
    }

    /// <summary>The recipient holds the message. Repeating it is harmless, under whatever lease.</summary>
    public ValueTask<DeliveryAnswer> AcknowledgeAsync(AgencyId caller, DeliveryId id, Guid leaseToken, CancellationToken cancellationToken) =>
        AnswerAsync(caller, id, leaseToken, DeliveryStatus.Delivered, "acknowledged", reason: "", cancellationToken);

    /// <summary>
    /// The recipient cannot take the message: it becomes a dead letter, and blocks this exchange's later ones to it. The reason is kept
    /// encrypted for the operator; the outcome and the evidence say only that it was rejected.
    /// </summary>
    public ValueTask<DeliveryAnswer> RejectAsync(
        AgencyId caller, DeliveryId id, Guid leaseToken, string reason, CancellationToken cancellationToken) =>
        AnswerAsync(caller, id, leaseToken, DeliveryStatus.Dead, "rejected", OneLine.Of(reason, ReasonCharsMax), cancellationToken);

    /// <summary>
    /// The same for the file channel, whose packages carry no lease since they stand in an outbox for as long as they are not taken: the answer
    /// counts under whichever lease holds.
    /// </summary>
    public ValueTask<DeliveryAnswer> AcknowledgeAsync(AgencyId caller, DeliveryId id, CancellationToken cancellationToken) =>
        AnswerAsync(caller, id, leaseToken: null, DeliveryStatus.Delivered, "acknowledged", reason: "", cancellationToken);

    /// <summary>A rejection by the file channel, under whichever lease holds.</summary>
    public ValueTask<DeliveryAnswer> RejectAsync(AgencyId caller, DeliveryId id, string reason, CancellationToken cancellationToken) =>
        AnswerAsync(caller, id, leaseToken: null, DeliveryStatus.Dead, "rejected", OneLine.Of(reason, ReasonCharsMax), cancellationToken);

    /// <summary>The recipient says that a person opened the message, whatever channel brought it. Recorded once; repeating it is harmless.</summary>
    public async ValueTask<OpenedAnswer> ReportOpenedAsync(AgencyId caller, DeliveryId id, CancellationToken cancellationToken)
    {
        var row = await store.FindDeliveryAsync(id, cancellationToken);
        if (row is null || row.Recipient != caller)
        {
            return OpenedAnswer.NotFound;
        }

        return row.Status != DeliveryStatus.Delivered ? OpenedAnswer.NotDelivered
            : await ledger.RecordOpenedAsync(row, cancellationToken) ? OpenedAnswer.Done
            : OpenedAnswer.NotFound;
    }

    private async ValueTask<DeliveryAnswer> AnswerAsync(
        AgencyId caller, DeliveryId id, Guid? leaseToken, DeliveryStatus to, string outcome, string reason, CancellationToken cancellationToken)
    {
        for (var answer = 0; answer < AnswersMax; answer++)
        {
            var row = await store.FindDeliveryAsync(id, cancellationToken);
            if (row is null || row.Recipient != caller)
            {
                return DeliveryAnswer.NotFound;
            }

            if (row.Status == to)
            {
                return DeliveryAnswer.Done;
            }

            if (row.Status != DeliveryStatus.Leased || row.LeaseToken is not { } held || held != (leaseToken ?? held))
            {
                return DeliveryAnswer.LeaseLost;
            }

            var settlement = new DeliverySettlement(id, held, to, system.GetUtcNow(), DueAt: null, outcome, Leaf: null)
            {
                DetailCipher = reason.Length > 0 ? await ledger.SealDetailAsync(row, reason, cancellationToken) : null,
            };
            if (await ledger.SettleAsync(row, settlement, cancellationToken))
            {
                DeliveryMeters.Settled(ChannelName, to);
                Free(row);
                return DeliveryAnswer.Done;
            }
        }

        return DeliveryAnswer.LeaseLost;
    }

    private async ValueTask<LeasedBatch> LeaseAsync(Asker recipient, int countMax, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = system.GetUtcNow();
        var rows = await store.LeaseDeliveriesAsync(new LeaseRequest([recipient.Agency], now, now + lease, ids.NewId(), countMax), cancellationToken);
        if (rows.IsEmpty)
        {
            return LeasedBatch.Empty;
        }

        DeliveryMeters.Attempted(ChannelName, rows.Length);
        var leased = ImmutableArray.CreateBuilder<LeasedDelivery>(rows.Length);
        foreach (var opened in await reader.EnvelopesAsync(rows, cancellationToken))
        {
            switch (opened)
            {
                case OpenedDelivery.Readable readable:
                    recipient.Seen?.Add(readable.Delivery.Exchange, readable.Delivery.Message.Value, readable.Grant);
                    leased.Add(new LeasedDelivery(readable.Delivery, readable.Envelope));
                    break;
                case OpenedDelivery.Erased erased:
                    await EndErasedAsync(erased.Delivery, cancellationToken);
                    break;
                case OpenedDelivery.Withheld withheld:
                    await ParkedGrants.ParkAsync(ledger, withheld.Delivery, ChannelName, system.GetUtcNow(), logger, cancellationToken);
                    break;
                case OpenedDelivery.Unreadable unreadable:
                    // Its lease runs out and it is tried again, as loudly, until somebody mends it.
                    Log.Unreadable(logger, unreadable.Why, unreadable.Delivery.Id);
                    break;
                default:
                    throw new InvalidOperationException($"delivery {opened}");
            }
        }

        return new LeasedBatch(leased.ToImmutable(), rows.Length);
    }

    private async ValueTask EndErasedAsync(DeliveryRow row, CancellationToken cancellationToken)
    {
        var settlement = new DeliverySettlement(
            row.Id, row.LeaseToken.GetValueOrDefault(), DeliveryStatus.Dead, system.GetUtcNow(), DueAt: null, "erased", Leaf: null);
        await ledger.SettleAsync(row, settlement, cancellationToken);
        DeliveryMeters.Settled(ChannelName, DeliveryStatus.Dead);
        Log.Erased(logger, row.Id);
    }

    /// <summary>Answers may have come by another node; only a full stream needs to ask.</summary>
    private async ValueTask RemoveAnsweredAsync(MailboxStream stream, CancellationToken cancellationToken)
    {
        foreach (var (id, token) in stream.Outstanding())
        {
            if (await store.FindDeliveryAsync(id, cancellationToken) is not { Status: DeliveryStatus.Leased } row || row.LeaseToken != token)
            {
                stream.Remove(id);
                Forget([id]);
            }
        }
    }

    private async ValueTask<TimeSpan> WaitOfAsync(AgencyId recipient, MailboxStream stream, CancellationToken cancellationToken)
    {
        var until = stream.Room > 0 ? await store.NextDeliveryAtAsync([recipient], cancellationToken) : stream.NextExpiry();
        var wait = until - system.GetUtcNow() ?? options.SafetyInterval;
        return wait < options.SafetyInterval ? wait : options.SafetyInterval;
    }

    private void Free(DeliveryRow row)
    {
        if (_handedOut.TryRemove(row.Id, out var stream))
        {
            stream.Remove(row.Id);
            hub.Of(row.Recipient).Raise();
        }
    }

    private void Forget(IEnumerable<DeliveryId> answered)
    {
        foreach (var id in answered)
        {
            _handedOut.TryRemove(id, out _);
        }
    }

    private static (int Count, TimeSpan Lease) Terms(int count, TimeSpan lease)
    {
        if (FaultsOf(count, lease, nameof(count)).FirstOrDefault() is { } fault)
        {
            throw new ArgumentOutOfRangeException(fault.Field, fault.TextEn);
        }

        return (count == 0 ? CountDefault : count, lease == TimeSpan.Zero ? LeaseDefault : lease);
    }

    /// <param name="LeasedCount">How many rows were leased: those that could not be opened are among them.</param>
    private sealed record LeasedBatch(ImmutableArray<LeasedDelivery> Deliveries, int LeasedCount)
    {
        public static readonly LeasedBatch Empty = new([], 0);
    }
}

/// <summary>A delivery handed out, with its message.</summary>
/// <param name="Row">Its lease token and the end of the lease are set; attempts count this time.</param>
public sealed record LeasedDelivery(DeliveryRow Row, Envelope Envelope);

/// <summary>What became of an acknowledgement or a rejection: a closed set.</summary>
public enum DeliveryAnswer
{
    /// <summary>Recorded durably, now or before.</summary>
    Done,

    /// <summary>There is no such delivery for the caller.</summary>
    NotFound,

    /// <summary>The lease is no longer held, or the delivery ended another way: <see cref="DeliveryFaults.LeaseLost"/>.</summary>
    LeaseLost,
}

/// <summary>What became of a report that a message was opened: a closed set.</summary>
public enum OpenedAnswer
{
    /// <summary>Recorded durably, now or before.</summary>
    Done,

    /// <summary>There is no such delivery for the caller, or it is erased.</summary>
    NotFound,

    /// <summary>It is not delivered yet: <see cref="DeliveryFaults.NotDeliveredYet"/>.</summary>
    NotDelivered,
}
