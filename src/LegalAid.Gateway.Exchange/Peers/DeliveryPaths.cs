using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Peers;

/// <summary>Where another gateway has part in a commit.</summary>
/// <param name="Message">Id of the first message, where the other gave it one.</param>
/// <param name="Relayed">The other's receipt of it.</param>
/// <param name="ToHome">The first message is a step that is passed on to the gateway that decides.</param>
/// <param name="Stated">Which of the documents that come the first message names; null: all.</param>
internal sealed record PeerPart(Guid? Message, ForeignReceipt? Relayed, bool ToHome, ImmutableHashSet<AttachmentId>? Stated)
{
    public bool States(AttachmentId document) => Stated?.Contains(document) != false;
}

/// <summary>One row of deliveries: to a recipient, or to the gateway through which some are reached.</summary>
/// <param name="Reached">The roles whose clocks may wait for its proof.</param>
internal sealed record DeliveryPath(AgencyId To, string Role, bool Overtakes, ImmutableArray<RoleName> Reached);

/// <summary>
/// Which rows a message's deliveries are. Recipients of this gateway get theirs. Another gateway gets each message of an exchange in which one of its agencies takes part,
/// in one stream without gaps, so that its copy follows whoever is told; it tells its own.
/// </summary>
internal sealed class DeliveryPaths
{
    /// <summary>The role of rows to a gateway.</summary>
    public const string GatewayRole = "gateway";

    /// <summary>What is told where a change has no message of its own: clocks that started by proof of delivery.</summary>
    public const string Updated = "exchange.updated";

    private readonly AgencyDirectory _agencies;
    private readonly ExchangeState? _before;
    private readonly ExchangeState _next;
    private readonly PeerPart? _peer;
    private readonly ImmutableArray<AgencyId> _gateways;

    public DeliveryPaths(AgencyDirectory agencies, ExchangeState? before, ExchangeState next, PeerPart? peer)
    {
        (_agencies, _before, _next, _peer) = (agencies, before, next, peer);
        _gateways = next.Replica is not null ? [] :
        [
            .. next.Parties.Values.Concat(before?.Parties.Values ?? []).Select(agencies.GatewayOf).OfType<AgencyId>().Distinct().Order(),
        ];
    }

    /// <summary>Whether only clocks changed, and another gateway shows them.</summary>
    public bool MustTellOfClocks(Decision.Accepted accepted) => accepted.Messages.IsEmpty && !_gateways.IsEmpty && _before is not null && !_before.Clocks.SequenceEqual(_next.Clocks);

    public OutgoingMessage Update(DateTimeOffset now) => new(Updated, Sender: null, [], _next.State, now, []);

    /// <summary>The recipients that another gateway tells, where this one decides.</summary>
    public ImmutableArray<Recipient> Away(OutgoingMessage message) =>
        _next.Replica is not null ? [] : message.Recipients.RemoveAll(recipient => _agencies.GatewayOf(recipient.Agency) is null);

    public IEnumerable<DeliveryPath> Of(OutgoingMessage message)
    {
        if (_next.Replica is { } replica && _peer?.ToHome == true)
        {
            return [new DeliveryPath(replica.Gateway, GatewayRole, Overtakes: false, [])];
        }

        var here = message.Recipients.Where(recipient => _agencies.GatewayOf(recipient.Agency) is null)
            .Select(recipient => new DeliveryPath(recipient.Agency, recipient.Role.Value, recipient.Overtakes, [recipient.Role]));
        return here.Concat(_gateways.Concat(Away(message).Select(recipient => _agencies.GatewayOf(recipient.Agency)).OfType<AgencyId>()).Distinct().Select(gateway => new DeliveryPath(
            gateway, GatewayRole, Overtakes: false, // its stream is one: what overtook would leave a gap
            [.. Away(message).Where(recipient => _agencies.GatewayOf(recipient.Agency) == gateway).Select(recipient => recipient.Role)])));
    }
}
