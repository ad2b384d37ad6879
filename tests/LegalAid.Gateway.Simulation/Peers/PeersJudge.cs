using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Simulation.Peers;

/// <summary>An exchange as one city's store has it.</summary>
internal sealed record PeerSide(
    PeersCity City, LoadedExchange? Loaded, ImmutableArray<MessageReading> Messages, ImmutableArray<DeliveryRow> Deliveries, ImmutableArray<LeafRow> Leaves)
{
    private const int PageMax = 1000;

    public static async Task<PeerSide> ReadAsync(PeersCity city, ExchangeId exchange)
    {
        var (store, token) = (city.World.Store, LedgerWorld.Cancellation);
        var loaded = await new ExchangeVault(store, city.World.Configuration, city.World.Keys).LoadAsync(exchange, withDocuments: true, token);
        return new PeerSide(
            city, loaded, [.. (await store.ListMessagesAsync(exchange, 0, PageMax, token)).Select(row => ExchangeVault.Read(row, loaded?.Cipher))],
            await store.ListDeliveriesAsync(exchange, token), await store.ListLeavesAsync(exchange, null, PageMax, token));
    }

    /// <summary>What the leaf about that subject says.</summary>
    public JsonNode? Leaf(string kind, Guid subject) => Leaves.Where(leaf => leaf.Kind == kind && leaf.Subject == subject).Select(leaf => JsonNode.Parse(leaf.Entry)).SingleOrDefault();
}

/// <summary>
/// What must hold when the line is whole again and time has passed: one state of things in both cities, nothing on its way, nothing lost, doubled or out of order, every step
/// that got a receipt taken once or its sender told, and both receipts of every message in both logs.
/// </summary>
internal sealed class PeersJudge(PeersCity north, PeersCity south, PeersCallers callers)
{
    private readonly List<string> _faults = [];

    public async Task<IReadOnlyList<string>> JudgeAsync(CancellationToken cancellationToken)
    {
        foreach (var exchange in callers.Exchanges)
        {
            var (home, away) = (await PeerSide.ReadAsync(exchange.Home, exchange.Id), await PeerSide.ReadAsync(exchange.Home == north ? south : north, exchange.Id));
            Require(home.Loaded is not null, exchange, "it was opened and is not there");
            Settled(exchange, home, away);
            Once(exchange, home, away);
            Steps(exchange, home, away);
            Arrivals(exchange, home);
            if (away.Loaded is not null)
            {
                await SameAsync(exchange, home, away);
                await HopsAsync(exchange, home, away);
            }
        }

        foreach (var city in new[] { north, south })
        {
            await LogAsync(city, cancellationToken);
        }

        return _faults;
    }

    private void Require(bool holds, PeerExchange exchange, string fault)
    {
        if (!holds)
        {
            _faults.Add($"{exchange.Id} of {exchange.Home.Names.Gateway}: {fault}");
        }
    }

    private void Settled(PeerExchange exchange, PeerSide home, PeerSide away)
    {
        foreach (var row in home.Deliveries.Concat(away.Deliveries).Where(row => row.Status != DeliveryStatus.Delivered))
        {
            Require(false, exchange, $"{row.Event} to {row.Recipient} is {row.Status} after {row.Attempts}");
        }

        Require(away.Loaded?.Reading.State.Replica is not { Relayed.IsEmpty: false } waiting, exchange, $"still passed on: {string.Join(' ', away.Loaded?.Reading.State.Replica?.Relayed.Select(step => $"{step.Step} {step.Message}") ?? [])}");
    }

    /// <summary>The copy has what the other sent it, what was said there, and the refusals; each once.</summary>
    private void Once(PeerExchange exchange, PeerSide home, PeerSide away)
    {
        var sent = home.Deliveries.Where(row => row.Recipient == away.City.Names.Gateway).Select(row => row.Message.Value).ToList();
        var said = Accepted(exchange, away.City).Select(answer => answer.Receipt.Message.Value).ToList();
        var stands = away.Messages.Where(message => message.Event != PeerEvents.StepRefused).Select(message => message.Id.Value).ToList();
        Require(sent.Distinct().Count() == sent.Count, exchange, "a message has two ways to the other gateway");
        foreach (var lost in sent.Concat(said).Except(stands))
        {
            Require(false, exchange, $"message {lost} does not stand in the copy");
        }

        foreach (var strange in stands.Except(sent.Concat(said)))
        {
            Require(false, exchange, $"nobody said {strange}, which stands in the copy");
        }

        var texts = home.Messages.Where(message => message.Sender is not null).Select(message => (string?)message.Payload?["text"]).ToList();
        foreach (var twice in texts.GroupBy(text => text).Where(group => group.Count() > 1))
        {
            Require(false, exchange, $"{twice.Key} was taken {twice.Count()} times");
        }
    }

    /// <summary>Never neither, never both.</summary>
    private void Steps(PeerExchange exchange, PeerSide home, PeerSide away)
    {
        var texts = home.Messages.Where(message => message.Sender is not null).Select(message => (string?)message.Payload?["text"]).ToHashSet();
        var requests = callers.Requests.Where(request => request.Exchange == exchange).ToList();
        foreach (var request in requests.Where(request => request.Answer is CommandOutcome.Refused && texts.Contains(request.Text)))
        {
            Require(false, exchange, $"{request.Text} was refused and stands");
        }

        foreach (var request in requests.Where(request => request.Answer is CommandOutcome.Accepted && request.City == home.City && !texts.Contains(request.Text)))
        {
            Require(false, exchange, $"{request.Text} was accepted at home and is lost");
        }

        var refusals = away.Messages.Where(message => message.Event == PeerEvents.StepRefused).ToList();
        foreach (var kind in requests.Where(request => request.Answer is CommandOutcome.Accepted && request.City == away.City).GroupBy(request => (request.Agency, request.Step)))
        {
            var untaken = kind.Where(request => !texts.Contains(request.Text)).Select(request => request.Text).ToList();
            var told = refusals.Count(message => (string?)message.Payload?["step"] == kind.Key.Step.Value
                && away.Deliveries.Any(row => row.Message == message.Id && row.Recipient == kind.Key.Agency));
            Require(told == untaken.Count, exchange, $"{kind.Key.Agency} was told of {told} refusals of {kind.Key.Step}; not taken: {string.Join(", ", untaken)}");
        }
    }

    /// <summary>Whoever a message is addressed to got it once, in the order of the exchange; a withdrawal may overtake, and what a clock says.</summary>
    private void Arrivals(PeerExchange exchange, PeerSide home)
    {
        var addressed = home.Messages.ToDictionary(
            message => message.Id.Value,
            message => (home.Leaf(LeafKinds.Message, message.Id.Value)?["recipients"] as JsonArray ?? []).Select(agency => (string?)agency).ToHashSet());
        foreach (var city in new[] { north, south })
        {
            foreach (var agency in city.Names.Agencies)
            {
                var expected = home.Messages.Where(message => addressed[message.Id.Value].Contains(agency.Value)).Select(message => (message.Id.Value, message.Event)).ToList();
                var came = city.Arrivals.Where(arrival => arrival.Agency == agency && arrival.Exchange == exchange.Id && arrival.Event != PeerEvents.StepRefused)
                    .DistinctBy(arrival => arrival.Delivery).Select(arrival => (arrival.Message, arrival.Event)).ToList();
                Require(
                    expected.Where(InOrder).SequenceEqual(came.Where(InOrder)) && expected.ToHashSet().SetEquals(came) && came.Count == expected.Count, exchange,
                    $"{agency} should have got [{string.Join(' ', expected.Select(one => one.Event))}] and got [{string.Join(' ', came.Select(one => one.Event))}]");
            }
        }

        static bool InOrder((Guid, string Event) message) => message.Event != SmallExchange.Withdraw.Value && !message.Event.StartsWith("clock.", StringComparison.Ordinal);
    }

    private async Task SameAsync(PeerExchange exchange, PeerSide home, PeerSide away)
    {
        var (own, copy) = (home.Loaded!.Reading.State, away.Loaded!.Reading.State); // both are read: the caller looked
        var theirs = away.City.Names.Agencies.Where(agency => own.RolesOf(agency).Any()).ToList();
        if (theirs.Count == 0)
        {
            return; // let go: the copy stands as it was then
        }

        Require(own.State == copy.State, exchange, $"{own.State} at home, {copy.State} in the copy");
        Require(
            StateCodec.Encode(own).AsSpan().SequenceEqual(StateCodec.Encode(copy with { Replica = null })), exchange,
            $"{System.Text.Encoding.UTF8.GetString(StateCodec.Encode(own))} at home, {System.Text.Encoding.UTF8.GetString(StateCodec.Encode(copy))} in the copy");
        // What came with a step that was passed on and refused stays where it is.
        var refused = away.Messages.Where(message => message.Relayed is null && home.Messages.All(taken => taken.Relayed?.Message != message.Id.Value))
            .SelectMany(message => message.Documents).Select(document => (document.Id.Value, document.Sha256)).ToHashSet();
        foreach (var agency in theirs)
        {
            var (here, there) = (await home.City.World.Reader.FindAsync(agency, exchange.Id, LedgerWorld.Cancellation), await away.City.World.Reader.FindAsync(agency, exchange.Id, LedgerWorld.Cancellation));
            Require(here is not null && there is not null, exchange, $"{agency} sees it in one city and not in the other");
            Require(
                here is null || there is null || CanonicalJson.Canonicalise(here.State.View).AsSpan().SequenceEqual(CanonicalJson.Canonicalise(there.State.View)), exchange,
                $"{agency} sees {here?.State.View.ToJsonString()} at home, {there?.State.View.ToJsonString()} in the copy");
            var (ours, copied) = (DocumentsOf(here), DocumentsOf(there));
            copied.ExceptWith(refused);
            Require(ours.SetEquals(copied), exchange, $"{agency} sees {ours.Count} documents at home, {copied.Count} in the copy");
        }
    }

    private static HashSet<(Guid, string)> DocumentsOf(ExchangeReading? reading) => [.. (reading?.Documents ?? []).Select(document => (document.Id.Value, document.Sha256))];

    /// <summary>Each log has its own receipt and the digest of the other's, each side keeps the other's whole, and it holds by the other's key.</summary>
    private async Task HopsAsync(PeerExchange exchange, PeerSide home, PeerSide away)
    {
        foreach (var row in home.Deliveries.Where(row => row.Recipient == away.City.Names.Gateway))
        {
            var (own, copied) = (home.Messages.Single(message => message.Id == row.Message), away.Messages.FirstOrDefault(message => message.Id == row.Message));
            await HopAsync(exchange, $"{row.Event} to the copy", home, row, own.ReceiptJws, away, copied);
        }

        foreach (var row in away.Deliveries.Where(row => row.Recipient == home.City.Names.Gateway))
        {
            var (own, taken) = (away.Messages.Single(message => message.Id == row.Message), home.Messages.FirstOrDefault(message => message.Relayed?.Message == row.Message.Value));
            if (taken is not null)
            {
                await HopAsync(exchange, $"{row.Event} passed on", away, row, own.ReceiptJws, home, taken);
            }
        }
    }

    private async Task HopAsync(PeerExchange exchange, string what, PeerSide from, DeliveryRow row, string sent, PeerSide to, MessageReading? arrived)
    {
        var kept = await from.City.World.Reader.DetailAsync(row, LedgerWorld.Cancellation);
        Require(arrived?.ReceiptJws == kept, exchange, $"{what}: the sender does not keep the receipt that it was given");
        Require(kept is not null && Holds(kept, to.City), exchange, $"{what}: the receipt from {to.City.Names.Gateway} does not hold by its key");
        Require(arrived?.Relayed?.Jws == sent, exchange, $"{what}: the taker does not keep the sender's receipt");
        Require(Holds(sent, from.City), exchange, $"{what}: the receipt of {from.City.Names.Gateway} does not hold by its key");
        Require(
            kept is not null && (string?)from.Leaf(LeafKinds.Delivered, row.Id.Value)?["receipt"] == PeerEvidence.DigestOf(kept), exchange,
            $"{what}: the sender's log lacks the digest of the taker's receipt");
        var leaf = arrived is null ? null : to.Leaf(LeafKinds.Message, arrived.Id.Value);
        Require(
            (string?)leaf?["relayedBy"] == from.City.Names.Gateway.Value && (string?)leaf?["relayedReceipt"] == PeerEvidence.DigestOf(sent), exchange,
            $"{what}: the taker's log lacks the digest of the sender's receipt");
    }

    private static bool Holds(string receipt, PeersCity signer)
    {
        var findings = new FindingList();
        return new ReceiptVerifier(KeysOf(signer), new TimeBounds(), findings).Read(receipt, "receipt") is not null && findings.Count == 0;
    }

    private async Task LogAsync(PeersCity city, CancellationToken cancellationToken)
    {
        using var archive = SqliteArchive.Open(city.Database);
        var findings = new FindingList();
        await new StoreVerifier(archive, new StoreQuestion { Keys = KeysOf(city), Ring = city.World.Keys, Parallel = 1 }, findings).RunAsync(progress: null, cancellationToken);
        _faults.AddRange(findings.Sorted().Select(finding => $"{city.Names.Gateway}: {finding.Code.Code} {finding.Entry} {finding.Detail}"));
    }

    private static PublicKeys KeysOf(PeersCity city) => new(
        ImmutableDictionary<string, VerifyingKey>.Empty.Add(city.World.Signing.Kid, new VerifyingKey(city.World.Signing.Kid, city.World.Signing.PublicPoint)),
        PeersCity.LogKeys.Of(PeersCity.Origin), []);

    private IEnumerable<StepAnswer> Accepted(PeerExchange exchange, PeersCity city) => callers.Requests
        .Where(request => request.Exchange == exchange && request.City == city).Select(request => request.Answer).OfType<CommandOutcome.Accepted>().Select(answer => answer.Answers[0]);
}
