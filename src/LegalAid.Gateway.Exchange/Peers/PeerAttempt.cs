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

    public override bool Serves(Channel? channel) => channel is Channel.Peer;

    public override ValueTask<ImmutableArray<OpenedDelivery>> ReadAsync(ImmutableArray<DeliveryRow> rows, CancellationToken cancellationToken) =>
        outbox.ReadAsync(rows, cancellationToken);

    protected override async Task<PushAnswer> TransmitAsync(OpenedDelivery opened, Channel channel, CancellationToken abort)
    {
        var parcel = ((OpenedDelivery.ForPeer)opened).Parcel;
        using var timeout = new CancellationTokenSource(Options.AttemptTimeout, System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, abort);
        try
        {
            return AnswerOf(await transport.SendAsync(opened.Delivery.Recipient, (Channel.Peer)channel, parcel, either.Token), parcel);
        }
        catch (OperationCanceledException)
        {
            return new PushAnswer.Failed(abort.IsCancellationRequested ? PushFailure.Stopping : PushFailure.Timeout);
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
