using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Peers;

/// <summary>
/// Sends a message or a step to another gateway. It counts as delivered when that gateway's receipt is here, signed; a step also when it was refused for good. What it
/// refuses for now, or has a gap before, is tried again in its order.
/// </summary>
internal sealed class PeerAttempt(
    ExchangeLedger ledger, PeerOutbox outbox, IPeerTransport transport, IIdSource ids, TimeProvider system, DeliveryOptions options, ILogger logger)
    : LaneAttempt("peer", ids, system, options, logger)
{
    private const int Ok = 200, Conflict = 409;

    /// <summary>Of the time of a lease one such part is for documents; the rest is for the parcel itself and its outcome.</summary>
    private const int LeaseParts = 4;

    public override bool Serves(Channel? channel) => channel is Channel.Peer;

    public override ValueTask<ImmutableArray<OpenedDelivery>> ReadAsync(ImmutableArray<DeliveryRow> rows, CancellationToken cancellationToken) =>
        outbox.ReadAsync(rows, cancellationToken);

    protected override async Task<PushAnswer> TransmitAsync(OpenedDelivery opened, Channel channel, CancellationToken abort)
    {
        var (parcel, to) = (((OpenedDelivery.ForPeer)opened).Parcel, (opened.Delivery.Recipient, Channel: (Channel.Peer)channel));
        return await PutDocumentsAsync(parcel, to, isFirst: opened.Delivery.Attempts <= 1, abort) ?? AnswerOf(await SendAsync(parcel, to, abort), parcel);
    }

    /// <summary>
    /// Puts the documents there that the parcel names and does not hold, from wherever the other has them up to. Null where they are all there. A long way is gone in several
    /// attempts, so that a lease is not outlived.
    /// </summary>
    /// <param name="isFirst">Nothing can be there yet: a first attempt does not ask.</param>
    private async Task<PushAnswer?> PutDocumentsAsync(PeerParcel parcel, (AgencyId Gateway, Channel.Peer Channel) to, bool isFirst, CancellationToken abort)
    {
        var (began, moved) = (System.GetTimestamp(), false);
        foreach (var document in parcel.Apart)
        {
            var (at, asks) = (0L, !isFirst || document.IsTheirs);
            while (at < document.SizeBytes)
            {
                if (moved && System.GetElapsedTime(began) > Options.LeaseDuration / LeaseParts)
                {
                    return new PushAnswer.UnderWay();
                }

                var (part, bytes) = asks ? (document.Question, 0) : await document.PartAsync(at, abort);
                switch (await SendAsync(part, to, abort))
                {
                    case PeerReply.Said { Answer: PeerAnswer.Holds holds } when asks && holds.Bytes >= 0 && holds.Bytes <= document.SizeBytes:
                        (at, asks) = (holds.Bytes, false);
                        break;
                    case PeerReply.Said { Answer: PeerAnswer.Holds holds } when holds.Bytes > at && holds.Bytes <= document.SizeBytes:
                        (moved, at) = (moved || holds.Bytes == at + bytes, holds.Bytes);
                        break;
                    case PeerReply.Said { Answer: PeerAnswer.Refused refused } when parcel is PeerParcel.Command && PeerFaults.AreFinal(refused.Faults):
                        return null; // the step is decided without, and its sender is told
                    case PeerReply.Said { Answer: PeerAnswer.Holds }:
                        return new PushAnswer.Answered(Conflict, RetryAfter: null) { Code = PeerFaults.DocumentMissing.Code }; // it lost some since: another attempt finds where it stands
                    case var reply:
                        return AnswerOf(reply, parcel: null);
                }
            }
        }

        return null;
    }

    private async Task<PeerReply> SendAsync(PeerParcel parcel, (AgencyId Gateway, Channel.Peer Channel) to, CancellationToken abort)
    {
        using var timeout = new CancellationTokenSource(Options.AttemptTimeout, System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, abort);
        try
        {
            return await transport.SendAsync(to.Gateway, to.Channel, parcel, either.Token);
        }
        catch (OperationCanceledException) when (!abort.IsCancellationRequested)
        {
            return new PeerReply.None(TimedOut: true);
        }
    }

    internal static string CauseOf(PeerReply reply) => PushVerdict.CauseOf(AnswerOf(reply, parcel: null));

    private static PushAnswer AnswerOf(PeerReply reply, PeerParcel? parcel) => reply switch
    {
        PeerReply.Said { Answer: PeerAnswer.Taken taken } => new PushAnswer.Answered(Ok, RetryAfter: null) { Said = taken },
        PeerReply.Said { Answer: PeerAnswer.Refused refused } when parcel is PeerParcel.Command && PeerFaults.AreFinal(refused.Faults) =>
            new PushAnswer.Answered(Ok, RetryAfter: null) { Said = refused },
        PeerReply.Said said => new PushAnswer.Answered(Conflict, RetryAfter: null) { Said = said.Answer, Code = WhyNot(said.Answer) },
        PeerReply.Status status => new PushAnswer.Answered(status.Code is >= 200 and < 300 ? Conflict : status.Code, status.RetryAfter) { Code = status.Fault },
        PeerReply.None none => new PushAnswer.Failed(none.TimedOut ? PushFailure.Timeout : PushFailure.Network),
        PeerReply.Insecure => new PushAnswer.Failed(PushFailure.Insecure),
        PeerReply.AddressRefused => new PushAnswer.Failed(PushFailure.AddressRefused),
        PeerReply.Untrusted => new PushAnswer.Failed(PushFailure.Untrusted),
        var other => throw new InvalidOperationException($"reply {other}"),
    };

    /// <summary>What an operator reads beside the delivery.</summary>
    private static string? WhyNot(PeerAnswer answer) => answer switch
    {
        PeerAnswer.Refused { Faults: [{ } first, ..] } => first.Code.Code,
        PeerAnswer.OutOfOrder => PushAnswer.Answered.OutOfOrder,
        _ => null,
    };

    protected override Task<bool> SettleAsync(OpenedDelivery opened, JudgedAttempt judged, CancellationToken cancellationToken) =>
        opened is OpenedDelivery.ForPeer { Parcel: var parcel }
            ? ledger.SettlePeerAsync(opened.Delivery, judged.Settlement, parcel, (judged.Answer as PushAnswer.Answered)?.Said, cancellationToken)
            : ledger.SettleAsync(opened.Delivery, judged.Settlement, cancellationToken);
}
