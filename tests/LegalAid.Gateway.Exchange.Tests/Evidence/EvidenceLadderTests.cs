using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Evidence;

public sealed class EvidenceLadderTests
{
    private static readonly DateTimeOffset Start = StoreRows.Start;

    private readonly StoreRows _rows = new();
    private readonly ExchangeId _exchange = new(Guid.Parse("01900000-0000-7000-8000-000000000001"));
    private readonly MessageId _asked = new(Guid.Parse("01900000-0000-7000-8000-000000000002"));

    [Fact]
    public void Of_MessageAloneInTheGateway_IsSubmittedAndCommitted()
    {
        var entry = Assert.Single(EvidenceLadder.Of([Said(_asked, 1, StoreRows.Court, 0)], [Delivery()]));

        Assert.Equal((_asked, StoreRows.Court, StoreRows.Centre), (entry.Message, entry.Sender, entry.Recipient));
        Assert.Equal(["Submitted+0", "Committed+0"], Told(entry));
    }

    [Fact]
    public void Of_MessageOfTheGatewayItself_WasSubmittedByNobody() =>
        Assert.Equal(["Committed+0"], Told(Assert.Single(EvidenceLadder.Of([Said(_asked, 1, null, 0)], []))));

    [Fact]
    public void Of_LateDelivery_TellsThatItWasNotInTimeThatItCameAndWasOpened()
    {
        var delivery = Delivery() with { RelayedAt = Start.AddMinutes(1) };
        LeafRow[] leaves =
        [
            Said(_asked, 1, StoreRows.Court, 0), Outcome(delivery, LeafKinds.Delivered, 9, "200"), Outcome(delivery, LeafKinds.NotDelivered, 5, "overdue"),
            Outcome(delivery, LeafKinds.Opened, 12, ""),
        ];

        var entry = Assert.Single(EvidenceLadder.Of(leaves, [delivery]));

        Assert.Equal(["Submitted+0", "Committed+0", "Relayed+1", "Delivered-5", "Delivered+9", "Opened+12"], Told(entry));
        Assert.Equal(["overdue", "200", ""], entry.Rungs[^3..].Select(rung => rung.Outcome));
    }

    [Fact]
    public void Of_RecipientsSteps_OnlyTheFirstAfterTheDeliveryIsActing()
    {
        var delivery = Delivery();
        var (before, first, second) = (_rows.NewId(), _rows.NewId(), _rows.NewId());
        LeafRow[] leaves =
        [
            Said(_asked, 1, StoreRows.Court, 0), Said(new MessageId(before), 2, StoreRows.Centre, 2), Outcome(delivery, LeafKinds.Delivered, 3, "200"),
            Said(new MessageId(_rows.NewId()), 3, StoreRows.Court, 4), Said(new MessageId(first), 4, StoreRows.Centre, 5), Said(new MessageId(second), 5, StoreRows.Centre, 6),
        ];

        var entry = EvidenceLadder.Of(leaves, [delivery]).Single(entry => entry.Message == _asked);

        Assert.Equal(["Submitted+0", "Committed+0", "Delivered+3", "ActedOn+5"], Told(entry));
        Assert.Equal(leaves[4].Id, entry.Rungs[^1].Leaf);
    }

    [Fact]
    public void Of_StepWithoutADelivery_IsNotActingOnIt()
    {
        var entry = EvidenceLadder.Of([Said(_asked, 1, StoreRows.Court, 0), Said(new MessageId(_rows.NewId()), 2, StoreRows.Centre, 5)], [Delivery()])
            .Single(entry => entry.Message == _asked);

        Assert.DoesNotContain(entry.Rungs, rung => rung.Kind == RungKind.ActedOn);
    }

    private static string[] Told(MessageEvidence entry) =>
        [.. entry.Rungs.Select(rung => $"{rung.Kind}{(rung.Positive ? '+' : '-')}{(rung.At - Start).TotalMinutes}")];

    private LeafRow Said(MessageId message, long sequence, AgencyId? sender, int minute) => Leaf.Of(
        new LeafId(_rows.NewId()), LeafKinds.Message, _exchange, message.Value, sender, Start.AddMinutes(minute), new JsonObject
        {
            ["event"] = $"event-{sequence}", ["sequence"] = sequence, ["occurred"] = Timestamps.Format(Start.AddMinutes(minute)),
        });

    private LeafRow Outcome(DeliveryRow delivery, string kind, int minute, string outcome) => Leaf.Of(
        new LeafId(_rows.NewId()), kind, _exchange, delivery.Id.Value, delivery.Recipient, Start.AddMinutes(minute), new JsonObject { ["outcome"] = outcome });

    private DeliveryRow Delivery() => new(
        new DeliveryId(_rows.NewId()), _exchange, _asked, StoreRows.Centre, "recipient", 1, "event-1", Overtakes: false, DeliveryStatus.Pending, Start, 0, null, null, null, "");
}
