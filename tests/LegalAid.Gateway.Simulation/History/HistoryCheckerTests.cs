using System.Security.Cryptography;
using System.Text;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Simulation.History;

/// <summary>A checker that finds nothing proves nothing: every kind of broken promise is planted into a clean history, and found.</summary>
public sealed class HistoryCheckerTests
{
    private const string Police = "police";
    private const string Centre = "centre";
    private const string Bureau = "bureau";
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Due = Start.AddDays(3);

    [Fact]
    public void Check_CleanHistory_FindsNothing() => Assert.Empty(Check(Clean()));

    [Fact]
    public void Check_CleanHistoryWithARepeatedAnswer_FindsNothing()
    {
        var history = Clean();

        Assert.Empty(Check(history with { Acknowledged = [.. history.Acknowledged, history.Acknowledged[0]] }));
    }

    /// <summary>The name of what is planted, the kind that must be found.</summary>
    public static TheoryData<string, string> Planted => new()
    {
        { "message lost from the store", nameof(FindingKind.Lost) },
        { "message lost from the history", nameof(FindingKind.Lost) },
        { "exchange cannot be read", nameof(FindingKind.Lost) },
        { "delivery row lost", nameof(FindingKind.Lost) },
        { "second message for one request", nameof(FindingKind.Doubled) },
        { "second notice for one case", nameof(FindingKind.Doubled) },
        { "effect twice", nameof(FindingKind.Doubled) },
        { "warning twice", nameof(FindingKind.Doubled) },
        { "breach twice", nameof(FindingKind.Doubled) },
        { "two keys of one exchange", nameof(FindingKind.Doubled) },
        { "key owned twice", nameof(FindingKind.Doubled) },
        { "one subject held twice", nameof(FindingKind.Doubled) },
        { "clock twice", nameof(FindingKind.Doubled) },
        { "two leaves for a message", nameof(FindingKind.Doubled) },
        { "proof of delivery twice", nameof(FindingKind.Doubled) },
        { "step nobody was told of", nameof(FindingKind.Unexplained) },
        { "refused step took effect", nameof(FindingKind.Unexplained) },
        { "notice nobody was told of", nameof(FindingKind.Unexplained) },
        { "one of two people missing", nameof(FindingKind.HalfState) },
        { "answer for one of two people", nameof(FindingKind.HalfState) },
        { "message without a leaf", nameof(FindingKind.HalfState) },
        { "leaf without a message", nameof(FindingKind.HalfState) },
        { "key not owned", nameof(FindingKind.HalfState) },
        { "delivery pending", nameof(FindingKind.Undelivered) },
        { "delivered without an effect", nameof(FindingKind.Undelivered) },
        { "messages swapped", nameof(FindingKind.OutOfOrder) },
        { "gap in the sequence", nameof(FindingKind.OutOfOrder) },
        { "breach at another instant", nameof(FindingKind.WrongClock) },
        { "due by another calendar", nameof(FindingKind.WrongClock) },
        { "clock lost", nameof(FindingKind.WrongClock) },
        { "breach not said", nameof(FindingKind.WrongClock) },
        { "receipts differ", nameof(FindingKind.Differs) },
        { "digest differs at the recipient", nameof(FindingKind.Differs) },
        { "leaf differs from the receipt", nameof(FindingKind.Differs) },
        { "state differs", nameof(FindingKind.Differs) },
        { "entry altered", nameof(FindingKind.Differs) },
        { "database torn", nameof(FindingKind.Differs) },
        { "receipt does not verify", nameof(FindingKind.Differs) },
        { "receipt not in the log", nameof(FindingKind.Lost) },
        { "leaf twice in the log", nameof(FindingKind.Doubled) },
        { "gap in the log", nameof(FindingKind.Differs) },
        { "checkpoint of another tree", nameof(FindingKind.Differs) },
        { "given checkpoint of a fork", nameof(FindingKind.Differs) },
        { "given checkpoint beyond the log", nameof(FindingKind.Lost) },
    };

    [Theory]
    [MemberData(nameof(Planted))]
    public void Check_PlantedFault_IsFound(string plant, string kind)
    {
        var findings = Check(Plant(plant, Clean()));

        Assert.Contains(findings, finding => finding.Kind.ToString() == kind);
    }

    private static IReadOnlyList<Finding> Check(RunHistory history) => HistoryChecker.Check(
        history, new HistoryRules("submit", new HashSet<string> { "notified" }, "assign", CaseOnce: true, word => word.Start.AddDays(3)));

    private static RunHistory Plant(string plant, RunHistory clean)
    {
        var store = clean.Store;
        return plant switch
        {
            "message lost from the store" => clean with { Store = store with { Messages = Without(store.Messages, 2) } },
            "message lost from the history" => clean with { Seen = [clean.Seen[0] with { Messages = Without(clean.Seen[0].Messages, 1) }, clean.Seen[1]] },
            "exchange cannot be read" => clean with { Seen = Without(clean.Seen, 1) },
            "delivery row lost" => clean with { Store = store with { Deliveries = Without(store.Deliveries, 2) } },
            "second message for one request" => clean with { Acknowledged = [.. clean.Acknowledged, clean.Acknowledged[0] with { Message = "e2/m1", Exchange = "e2" }] },
            "second notice for one case" => clean with { Store = store with { Exchanges = [.. store.Exchanges, store.Exchanges[0] with { Exchange = "e3", Notice = "n2" }] } },
            "effect twice" => clean with { Effects = [.. clean.Effects, clean.Effects[0] with { Delivery = "other" }] },
            "warning twice" => WithClockMessage(clean, "clock.warning", Due.AddHours(-24)),
            "breach twice" => WithClockMessage(clean, "clock.breach", Due.AddHours(1)),
            "key owned twice" => WithExchange(clean, exchange => exchange with { Holds = ["k2"] }),
            "one subject held twice" => clean with { Acknowledged = [.. clean.Acknowledged.Select(answer => answer with { Subject = "the same person" })] },
            "clock twice" => clean with { Seen = [clean.Seen[0] with { Clocks = [.. clean.Seen[0].Clocks, .. clean.Seen[0].Clocks] }, clean.Seen[1]] },
            "two keys of one exchange" => WithExchange(clean, exchange => exchange with { Holds = ["k1", "k9"] }),
            "two leaves for a message" => clean with { Store = store with { Leaves = [.. store.Leaves, store.Leaves[0]] } },
            "proof of delivery twice" => clean with { Store = store with { Leaves = [.. store.Leaves, store.Leaves.Last(leaf => leaf.Kind == LeafKinds.Delivered)] } },
            "step nobody was told of" => clean with { Acknowledged = Without(clean.Acknowledged, 2) },
            "refused step took effect" => clean with
            {
                Acknowledged = Without(clean.Acknowledged, 2),
                Refused = [new RefusedRequest("amend", Police, "amend", "e1", "STATE_WRONG")],
            },
            "notice nobody was told of" => clean with { Store = store with { Exchanges = [.. store.Exchanges, new StoredExchange("e3", "n3", "case-3", "notified", ["k3"])] } },
            "one of two people missing" => clean with { Store = store with { Exchanges = Without(store.Exchanges, 1) } },
            _ => PlantMore(plant, clean),
        };
    }

    private static RunHistory PlantMore(string plant, RunHistory clean)
    {
        var store = clean.Store;
        return plant switch
        {
            "answer for one of two people" => clean with { Acknowledged = Without(clean.Acknowledged, 1) },
            "message without a leaf" => clean with { Store = store with { Leaves = Without(store.Leaves, 0) } },
            "leaf without a message" => clean with { Store = store with { Leaves = [.. store.Leaves, new StoredLeaf(LeafKinds.Message, "e1", "e1/m9", "h9", "h9")] } },
            "key not owned" => WithExchange(clean, exchange => exchange with { Holds = [] }),
            "delivery pending" => clean with { Store = store with { Deliveries = [store.Deliveries[0] with { Status = DeliveryStatus.Pending }, .. store.Deliveries.Skip(1)] } },
            "delivered without an effect" => clean with { Effects = Without(clean.Effects, 1) },
            "messages swapped" => clean with { Effects = [clean.Effects[1], clean.Effects[0], .. clean.Effects.Skip(2)] },
            "gap in the sequence" => clean with { Store = store with { Deliveries = [.. store.Deliveries.Select(delivery => delivery.Sequence == 2 ? delivery with { Sequence = 7 } : delivery)] } },
            "breach at another instant" => clean with
            {
                Store = store with { Messages = [.. store.Messages.Select(message => message.Event == "clock.breach" ? message with { Occurred = Due.AddMinutes(1) } : message)] },
            },
            "due by another calendar" => clean with
            {
                Effects = [.. clean.Effects.Select(effect => effect.Clock is null ? effect : effect with { Clock = effect.Clock with { Start = Start.AddDays(-1) } })],
            },
            "clock lost" => clean with { Seen = [clean.Seen[0], clean.Seen[1] with { Clocks = [] }] },
            "breach not said" => clean with { Seen = [clean.Seen[0], clean.Seen[1] with { Clocks = [new ClockSeen("assign", Missed: true, Start, Due)] }] },
            "receipts differ" => clean with { Acknowledged = [.. clean.Acknowledged, clean.Acknowledged[0] with { Jws = "another" }] },
            "digest differs at the recipient" => clean with { Effects = [clean.Effects[0] with { Digest = "another" }, .. clean.Effects.Skip(1)] },
            "leaf differs from the receipt" => clean with { Acknowledged = [.. clean.Acknowledged.Take(2), clean.Acknowledged[2] with { Leaf = "another" }] },
            "state differs" => clean with { Seen = [clean.Seen[0] with { State = "withdrawn" }, clean.Seen[1]] },
            "entry altered" => clean with { Store = store with { Leaves = [store.Leaves[0] with { Recomputed = "another" }, .. store.Leaves.Skip(1)] } },
            "database torn" => clean with { Store = store with { Integrity = "row 3 missing from index" } },
            "receipt not in the log" => clean with { Store = store with { Leaves = [store.Leaves[0] with { Index = null }, .. store.Leaves.Skip(1)] } },
            "leaf twice in the log" => clean with { Store = store with { Leaves = [.. store.Leaves, store.Leaves[0] with { Index = store.Leaves.Count }] } },
            "gap in the log" => clean with { Store = store with { Leaves = [.. store.Leaves.SkipLast(1), store.Leaves[^1] with { Index = store.Leaves.Count }] } },
            "checkpoint of another tree" => clean with { Store = store with { Checkpoints = [store.Checkpoints[0] with { Root = Hash("another") }, .. store.Checkpoints.Skip(1)] } },
            "given checkpoint of a fork" => clean with { Checkpoints = [clean.Checkpoints[0] with { Root = Hash("another") }] },
            "given checkpoint beyond the log" => clean with { Checkpoints = [clean.Checkpoints[0] with { Size = store.Leaves.Count + 1 }] },
            "receipt does not verify" => clean with { Faults = ["the receipt of submit does not verify"] },
            _ => throw new ArgumentOutOfRangeException(nameof(plant), plant, "no such fault"),
        };
    }

    /// <summary>A notice for two people; the first is amended, then its clock warns and is breached.</summary>
    private static RunHistory Clean()
    {
        StoredMessage[] messages =
        [
            new("e1", "e1/m1", 1, "submit", Police, Hash("e1/m1"), Start),
            new("e2", "e2/m1", 1, "submit", Police, Hash("e2/m1"), Start),
            new("e1", "e1/m2", 2, "amend", Police, Hash("e1/m2"), Start.AddHours(1)),
            new("e1", "e1/m3", 3, "clock.warning", "", Hash("e1/m3"), Due.AddHours(-24)),
            new("e1", "e1/m4", 4, "clock.breach", "", Hash("e1/m4"), Due),
        ];
        StoredDelivery[] deliveries =
        [
            DeliveryOf(messages[0], Centre, 1), DeliveryOf(messages[2], Centre, 2), DeliveryOf(messages[1], Centre, 1),
            DeliveryOf(messages[3], Centre, 3), DeliveryOf(messages[4], Centre, 4),
            DeliveryOf(messages[3], Bureau, 1), DeliveryOf(messages[4], Bureau, 2),
        ];
        StoredLeaf[] leaves =
        [
            .. messages.Select((message, index) => new StoredLeaf(LeafKinds.Message, message.Exchange, message.Message, message.Leaf, message.Leaf, index)),
            .. deliveries.Select((delivery, index) => new StoredLeaf(
                LeafKinds.Delivered, delivery.Exchange, delivery.Delivery, Hash(delivery.Delivery), Hash(delivery.Delivery), messages.Length + index)),
        ];
        CheckpointSeen[] checkpoints = [.. ((int[])[2, 5, leaves.Length]).Select(size => new CheckpointSeen("log", size, LogChecker.RootOf([.. leaves.Take(size).Select(leaf => leaf.Hash)])))];
        var byMessage = messages.ToDictionary(message => message.Message, StringComparer.Ordinal);
        return new RunHistory(
            [Receipt("submit", 0, 2, messages[0]), Receipt("submit", 1, 2, messages[1]), Receipt("amend", 0, 1, messages[2])],
            [],
            [.. deliveries.Select(delivery => EffectOf(delivery, byMessage[delivery.Message]))],
            [],
            [
                new ExchangeSeen("e1", "notified", [new ClockSeen("assign", Missed: true, Start, Due)], [.. messages.Where(message => message.Exchange == "e1").Select(Line)]),
                new ExchangeSeen("e2", "notified", [new ClockSeen("assign", Missed: false, Start, Due)], [.. messages.Where(message => message.Exchange == "e2").Select(Line)]),
            ],
            checkpoints[..2],
            new StoreContent(
                "ok",
                [new StoredExchange("e1", "n1", "case-1", "notified", ["k1"]), new StoredExchange("e2", "n1", "case-1", "notified", ["k2"])],
                messages,
                deliveries,
                leaves,
                checkpoints));
    }

    private static RunHistory WithClockMessage(RunHistory clean, string clockEvent, DateTimeOffset occurred)
    {
        var message = new StoredMessage("e1", "e1/m5", 5, clockEvent, "", Hash("e1/m5"), occurred);
        var delivery = DeliveryOf(message, Centre, 5);
        return clean with
        {
            Effects = [.. clean.Effects, EffectOf(delivery, message)],
            Store = clean.Store with { Messages = [.. clean.Store.Messages, message], Deliveries = [.. clean.Store.Deliveries, delivery] },
        };
    }

    private static RunHistory WithExchange(RunHistory clean, Func<StoredExchange, StoredExchange> change) =>
        clean with { Store = clean.Store with { Exchanges = [change(clean.Store.Exchanges[0]), .. clean.Store.Exchanges.Skip(1)] } };

    private static Acknowledged Receipt(string request, int index, int people, StoredMessage message) => new(
        request, index, Police, message.Event, message.Exchange, message.Message, $"d-{message.Message}", message.Leaf, $"jws-{message.Message}", "n1", people);

    private static StoredDelivery DeliveryOf(StoredMessage message, string recipient, long sequence) => new(
        message.Exchange, $"{recipient}-{message.Message}", message.Message, recipient, sequence, message.Sender.Length == 0, DeliveryStatus.Delivered);

    private static Effect EffectOf(StoredDelivery delivery, StoredMessage message) => new(
        delivery.Recipient, delivery.Delivery, delivery.Exchange, delivery.Message, message.Event, delivery.Sequence, $"d-{message.Message}", message.Occurred,
        message.Sender.Length == 0 ? new ClockWord("assign", 1, Centre, Start, Due) : null);

    private static MessageSeen Line(StoredMessage message) => new(message.Message, message.Event, $"d-{message.Message}", message.Leaf);

    private static string Hash(string of) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(of)));

    private static List<T> Without<T>(IReadOnlyList<T> list, int index) => [.. list.Take(index), .. list.Skip(index + 1)];
}
