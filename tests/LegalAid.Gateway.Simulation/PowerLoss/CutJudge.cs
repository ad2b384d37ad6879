using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Simulation.History;

namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>
/// Judges what a store recovered after a power cut: everything that had been acknowledged is there and intact, and of what had not been,
/// each unit is there whole or not at all.
/// </summary>
internal sealed class CutJudge(IReadOnlyList<Acknowledgement> acknowledged)
{
    private const int ExchangesOfAnAsk = 2;

    /// <summary>How many requests are asked again after each cut: the last ones, and as many of the others.</summary>
    private const int AskedAgain = 6;

    private readonly List<Finding> _findings = [];

    /// <summary>Every broken promise.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    public async Task JudgeAsync(LedgerHome home, StoreReading reading, CancellationToken cancellationToken)
    {
        await using (var world = await LedgerWorld.CreateAsync(home: home))
        {
            world.ErrorsExpected = true; // the findings say what is wrong
            foreach (var one in Sample())
            {
                await AskAgainAsync(world, one, cancellationToken);
            }
        }

        var content = await reading.ReadAsync(TimeProvider.System, cancellationToken);
        CheckAcknowledged(content);
        CheckUnits(content);
    }

    private IEnumerable<Acknowledgement> Sample()
    {
        var commands = acknowledged.Where(one => one.Deed != Deed.Settle).ToList();
        var step = Math.Max(1, commands.Count / AskedAgain);
        return commands.TakeLast(AskedAgain).Concat(commands.SkipLast(AskedAgain).Where((_, index) => index % step == 0));
    }

    /// <summary>The same request gets the same receipt: its record, its exchange's key and the sealed answer are there and fit.</summary>
    private async Task AskAgainAsync(LedgerWorld world, Acknowledgement one, CancellationToken cancellationToken)
    {
        try
        {
            var again = await Acknowledgement.AskAsync(world.Ledger, one.Deed, one.Request, one.Exchanges[0], cancellationToken);
            if (again is not CommandOutcome.Accepted { Repeated: true } accepted)
            {
                Find(FindingKind.Lost, $"{one.Deed} {one.Request} was acknowledged, and asked again it is {again.GetType().Name} as if new");
            }
            else if (!accepted.Answers.Select(answer => answer.Receipt.Jws).SequenceEqual(one.Receipts))
            {
                Find(FindingKind.Differs, $"{one.Deed} {one.Request} has another receipt when it is asked again");
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever it cannot read is what the cut has broken.
            Find(FindingKind.Lost, $"{one.Deed} {one.Request} was acknowledged and cannot be asked again: {e.Message}");
        }
    }

    private void CheckAcknowledged(StoreContent content)
    {
        var messages = content.Messages.Select(message => message.Message).ToHashSet(StringComparer.Ordinal);
        var delivered = content.Deliveries.Where(delivery => delivery.Status == DeliveryStatus.Delivered).Select(delivery => delivery.Delivery)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var one in acknowledged)
        {
            foreach (var (exchange, message) in one.Exchanges.Zip(one.Messages).Where(pair => !messages.Contains($"exchanges/{pair.First}/messages/{pair.Second}")))
            {
                Find(FindingKind.Lost, $"{one.Deed} {one.Request}: message {message} of {exchange} was acknowledged and is not there");
            }

            if (one.Deed == Deed.Settle && !delivered.Contains(one.Request))
            {
                Find(FindingKind.Lost, $"delivery {one.Request} was recorded as delivered and is not");
            }
        }
    }

    private void CheckUnits(StoreContent content)
    {
        if (content.Integrity != "ok")
        {
            Find(FindingKind.Differs, $"the database's own check says {content.Integrity}");
        }

        foreach (var notice in content.Exchanges.GroupBy(exchange => exchange.Notice, StringComparer.Ordinal).Where(notice => notice.Count() != ExchangesOfAnAsk))
        {
            Find(FindingKind.HalfState, $"notice {notice.Key} has {notice.Count()} exchanges");
        }

        var deliveries = content.Deliveries.ToLookup(delivery => delivery.Message, StringComparer.Ordinal);
        var leaves = content.Leaves.ToLookup(leaf => (leaf.Kind, leaf.Subject));
        foreach (var message in content.Messages)
        {
            var own = leaves[(LeafKinds.Message, message.Message)].ToList();
            if (own.Count != 1 || own[0].Hash != message.Leaf || own[0].Recomputed != message.Leaf || deliveries[message.Message].Count() != 1)
            {
                Find(FindingKind.HalfState, $"{message.Message} has {own.Count} leaves and {deliveries[message.Message].Count()} deliveries, or another leaf");
            }
        }

        foreach (var delivery in content.Deliveries.Where(delivery =>
            leaves[(LeafKinds.Delivered, delivery.Delivery)].Count() != (delivery.Status == DeliveryStatus.Delivered ? 1 : 0)))
        {
            Find(FindingKind.HalfState, $"delivery {delivery.Delivery} is {delivery.Status} and has another count of leaves");
        }

        CheckCounts(content);
    }

    /// <summary>Nothing stands alone: a request for each unit, two first messages for each question, no leaf or delivery of a message that is not there.</summary>
    private void CheckCounts(StoreContent content)
    {
        var asked = content.Messages.Count(message => message.Event == SmallExchange.Ask.Value);
        var units = content.Exchanges.Select(exchange => exchange.Notice).Distinct(StringComparer.Ordinal).Count() + content.Messages.Count - asked;
        var spoken = content.Leaves.Count(leaf => leaf.Kind == LeafKinds.Message);
        if (asked != content.Exchanges.Count || units != content.Requests || spoken != content.Messages.Count || content.Deliveries.Count != content.Messages.Count)
        {
            Find(
                FindingKind.HalfState,
                $"{content.Exchanges.Count} exchanges, {asked} questions, {content.Messages.Count} messages, {spoken} leaves, {content.Deliveries.Count} deliveries, {content.Requests} requests for {units} units");
        }
    }

    private void Find(FindingKind kind, FormattableString text) => _findings.Add(new Finding(kind, FormattableString.Invariant(text)));
}
