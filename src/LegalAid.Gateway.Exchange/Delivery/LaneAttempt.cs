using System.Buffers.Binary;
using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// One leased and opened delivery, to its recorded outcome:
/// <list type="number">
/// <item>send it;</item>
/// <item>judge the answer;</item>
/// <item>record the outcome under a bound of its own: the recipient may hold the message, whoever is stopping.</item>
/// </list>
/// Where the process dies before 3 the lease runs out, and the delivery is made again under the same id.
/// </summary>
internal abstract class LaneAttempt(string channelName, IIdSource ids, TimeProvider system, DeliveryOptions options, ILogger logger)
{
    protected TimeProvider System => system;

    protected DeliveryOptions Options => options;

    protected ILogger Logger => logger;

    /// <summary>Whether what goes by the channel is sent by this.</summary>
    public abstract bool Serves(Channel? channel);

    /// <summary>What the deliveries carry, in their order.</summary>
    public abstract ValueTask<ImmutableArray<OpenedDelivery>> ReadAsync(ImmutableArray<DeliveryRow> rows, CancellationToken cancellationToken);

    /// <summary>1 and 2. What the lane's pace learns from the answer it knows when this returns.</summary>
    public async Task<JudgedAttempt> SendAsync(OpenedDelivery opened, Channel channel, LanePace pace, CancellationToken abort)
    {
        DeliveryMeters.Attempted(channelName, 1);
        var began = system.GetTimestamp();
        var answer = await AnswerAsync(opened, channel, abort);
        var verdict = PushVerdict.Of(answer, opened.Delivery.Attempts, NextRandom(), options);
        if (answer is PushAnswer.Answered && verdict is not PushVerdict.Again { Pause: not null })
        {
            pace.Answered(system.GetElapsedTime(began));
        }

        return new JudgedAttempt(answer, verdict, SettlementOf(opened.Delivery, verdict, pace));
    }

    /// <summary>3. Never throws.</summary>
    public async Task RecordAsync(OpenedDelivery opened, JudgedAttempt judged)
    {
        var (row, outcome) = (opened.Delivery, judged.Verdict.Outcome);
        using var bound = new CancellationTokenSource(options.OutcomeTimeout, system);
        try
        {
            if (!await SettleAsync(opened, judged, bound.Token))
            {
                Log.LeaseLost(logger, row.Id, outcome);
                return;
            }
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            Log.OutcomeLate(logger, row.Id, outcome); // the store took too long: as below
            return;
        }
        catch (Exception e)
        {
            // The lease runs out and the delivery is made again under the same id.
            if (e is not StoreUnavailableException) // the store has said that itself
            {
                Log.OutcomeNotRecorded(logger, e, row.Id, outcome);
            }

            return;
        }

        DeliveryMeters.Settled(channelName, judged.Settlement.To);
        Tell(row, judged.Verdict, judged.Settlement);
    }

    /// <summary>Sends what is readable. Never throws for what the network or the recipient does.</summary>
    protected abstract Task<PushAnswer> TransmitAsync(OpenedDelivery opened, Channel channel, CancellationToken abort);

    /// <summary>Commits the outcome; false where the lease is no longer held.</summary>
    protected abstract Task<bool> SettleAsync(OpenedDelivery opened, JudgedAttempt judged, CancellationToken cancellationToken);

    private async Task<PushAnswer> AnswerAsync(OpenedDelivery opened, Channel channel, CancellationToken abort)
    {
        try
        {
            return opened switch
            {
                OpenedDelivery.Readable or OpenedDelivery.ForPeer => await TransmitAsync(opened, channel, abort),
                OpenedDelivery.Erased => new PushAnswer.Erased(),
                OpenedDelivery.Withheld => new PushAnswer.Withheld(),
                OpenedDelivery.Unreadable unreadable => Unreadable(opened.Delivery, unreadable.Why),
                _ => throw new InvalidOperationException($"delivery {opened}"),
            };
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            return new PushAnswer.Failed(PushFailure.Stopping);
        }
        catch (Exception e)
        {
            return Unreadable(opened.Delivery, e);
        }
    }

    private PushAnswer.Failed Unreadable(DeliveryRow row, Exception why)
    {
        Log.Unreadable(logger, why, row.Id);
        return new PushAnswer.Failed(PushFailure.Unreadable);
    }

    private DeliverySettlement SettlementOf(DeliveryRow row, PushVerdict verdict, LanePace pace)
    {
        var now = system.GetUtcNow();
        var (to, dueAt) = verdict switch
        {
            PushVerdict.Delivered => (DeliveryStatus.Delivered, (DateTimeOffset?)null),
            PushVerdict.Dead => (DeliveryStatus.Dead, null),
            PushVerdict.Park => (DeliveryStatus.Parked, null),
            PushVerdict.Again again => (DeliveryStatus.Pending, now + again.After),
            PushVerdict.Suspend => (DeliveryStatus.Pending, now),
            _ => throw new InvalidOperationException($"verdict {verdict}"),
        };
        return new DeliverySettlement(row.Id, row.LeaseToken.GetValueOrDefault(), to, now, dueAt, verdict.Outcome, Leaf: null)
        {
            PauseRecipientUntil = verdict is PushVerdict.Again { Pause: { } atLeast } ? pace.Refused(atLeast, NextRandom()) : null,
            SuspendRecipient = verdict is PushVerdict.Suspend
                ? (verdict.Outcome, DeliveryLeaves.Suspended(new LeafId(ids.NewId()), row.Recipient, verdict.Outcome, now))
                : null,
        };
    }

    private void Tell(DeliveryRow row, PushVerdict verdict, DeliverySettlement settlement)
    {
        switch (verdict)
        {
            case PushVerdict.Dead:
                Log.Dead(logger, row.Id, row.Recipient, verdict.Outcome);
                break;
            case PushVerdict.Park:
                Log.Parked(logger, row.Id, row.Recipient);
                break;
            case PushVerdict.Suspend:
                Log.Suspended(logger, row.Recipient, verdict.Outcome);
                break;
            case PushVerdict.Again { Outcome: "address-refused" or "secret-missing" }:
                Log.Misconfigured(logger, row.Id, row.Recipient, verdict.Outcome);
                break;
            case PushVerdict.Again again when settlement.PauseRecipientUntil is { } until:
                Log.Paused(logger, row.Recipient, until, row.Id, row.Attempts, again.Outcome);
                break;
            case PushVerdict.Again again:
                Log.Again(logger, row.Id, row.Recipient, row.Attempts, again.Outcome, again.After);
                break;
            default:
                Log.Delivered(logger, row.Id, row.Recipient, row.Attempts);
                break;
        }
    }

    private double NextRandom()
    {
        Span<byte> bytes = stackalloc byte[8];
        ids.Fill(bytes);
        return (BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 11) / (double)(1UL << 53);
    }
}

/// <summary>What came of an attempt, not yet recorded.</summary>
internal sealed record JudgedAttempt(PushAnswer Answer, PushVerdict Verdict, DeliverySettlement Settlement);
