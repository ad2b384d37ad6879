using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>Pushes a message to an agency's own address.</summary>
internal sealed class PushAttempt(
    ExchangeLedger ledger, ExchangeReader reader, PushSender sender, IIdSource ids, TimeProvider system, DeliveryOptions options, ILogger logger)
    : LaneAttempt("push", ids, system, options, logger)
{
    public override bool Serves(Channel? channel) => channel is Channel.Push;

    public override ValueTask<ImmutableArray<OpenedDelivery>> ReadAsync(ImmutableArray<DeliveryRow> rows, CancellationToken cancellationToken) =>
        reader.EnvelopesAsync(rows, cancellationToken);

    protected override Task<PushAnswer> TransmitAsync(OpenedDelivery opened, Channel channel, CancellationToken abort) =>
        sender.SendAsync((Channel.Push)channel, ((OpenedDelivery.Readable)opened).Envelope, abort);

    protected override Task<bool> SettleAsync(OpenedDelivery opened, JudgedAttempt judged, CancellationToken cancellationToken) =>
        ledger.SettleAsync(opened.Delivery, judged.Settlement, (opened as OpenedDelivery.Readable)?.Exchange, cancellationToken);
}
