using System.Buffers.Binary;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// One leased delivery, from its envelope to its recorded outcome:
/// <list type="number">
/// <item>open the message;</item>
/// <item>send it;</item>
/// <item>judge the answer;</item>
/// <item>record the outcome under a bound of its own: the recipient may hold the message, whoever is stopping.</item>
/// </list>
/// Where the process dies before 4 the lease runs out, and the delivery is made again under the same id.
/// </summary>
internal sealed class PushAttempt(
    ExchangeLedger ledger, ExchangeReader reader, PushSender sender, IIdSource ids, TimeProvider system, DeliveryOptions options, ILogger logger)
{
    private const string ChannelName = "push";

    public async Task RunAsync(DeliveryRow row, Channel.Push channel, CancellationToken abort)
    {
        DeliveryMeters.Attempted(ChannelName);
        var answer = await AnswerAsync(row, channel, abort);
        var verdict = PushVerdict.Of(answer, row.Attempts, NextRandom(), options);
        await RecordAsync(row, verdict);
    }

    private async Task<PushAnswer> AnswerAsync(DeliveryRow row, Channel.Push channel, CancellationToken abort)
    {
        try
        {
            return await reader.EnvelopeAsync(row, abort) is { } envelope ? await sender.SendAsync(channel, envelope, abort) : new PushAnswer.Erased();
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            return new PushAnswer.Failed(PushFailure.Stopping);
        }
        catch (Exception e)
        {
            // Corrupt state stops this delivery, loudly, and no other.
            Log.Unreadable(logger, e, row.Id);
            return new PushAnswer.Failed(PushFailure.Unreadable);
        }
    }

    private async Task RecordAsync(DeliveryRow row, PushVerdict verdict)
    {
        var now = system.GetUtcNow();
        var (to, dueAt) = verdict switch
        {
            PushVerdict.Delivered => (DeliveryStatus.Delivered, (DateTimeOffset?)null),
            PushVerdict.Dead => (DeliveryStatus.Dead, null),
            PushVerdict.Again again => (DeliveryStatus.Pending, now + again.After),
            _ => throw new InvalidOperationException($"verdict {verdict}"),
        };
        var settlement = new DeliverySettlement(row.Id, row.LeaseToken.GetValueOrDefault(), to, now, dueAt, verdict.Outcome, Leaf: null);
        using var bound = new CancellationTokenSource(options.OutcomeTimeout, system);
        try
        {
            if (!await ledger.SettleAsync(row, settlement, bound.Token))
            {
                Log.LeaseLost(logger, row.Id, verdict.Outcome);
                return;
            }
        }
        catch (Exception e)
        {
            // The lease runs out and the delivery is made again under the same id.
            Log.OutcomeNotRecorded(logger, e, row.Id, verdict.Outcome);
            return;
        }

        DeliveryMeters.Settled(ChannelName, to);
        switch (verdict)
        {
            case PushVerdict.Dead:
                Log.Dead(logger, row.Id, row.Recipient, verdict.Outcome);
                break;
            case PushVerdict.Again { Outcome: "address-refused" or "secret-missing" }:
                Log.Misconfigured(logger, row.Id, row.Recipient, verdict.Outcome);
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
