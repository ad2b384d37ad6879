using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Simulation.History;

/// <summary>Kinds of broken promises.</summary>
internal enum FindingKind
{
    /// <summary>An acknowledged message is not there.</summary>
    Lost,

    /// <summary>Something took effect twice.</summary>
    Doubled,

    /// <summary>A message is there that nobody was told of, or that was refused.</summary>
    Unexplained,

    /// <summary>Part of a request took effect.</summary>
    HalfState,

    /// <summary>A message did not reach its recipient.</summary>
    Undelivered,

    /// <summary>A recipient got messages in another order.</summary>
    OutOfOrder,

    /// <summary>A clock spoke of another instant than its own, or did not speak.</summary>
    WrongClock,

    /// <summary>Two accounts of one thing differ.</summary>
    Differs,

    /// <summary>The store does not open.</summary>
    Unreadable,
}

/// <summary>A broken promise.</summary>
internal sealed record Finding(FindingKind Kind, string Text);

/// <summary>What is true of an exchange type, as far as a history of its exchanges is judged by it.</summary>
/// <param name="Opening">The step that opens an exchange.</param>
/// <param name="Holding">States in which an exchange owns its one key, and in which its clock of delivery has started.</param>
/// <param name="ClockAtDelivery">The clock that starts when the opening message is delivered.</param>
/// <param name="CaseOnce">No case is opened by two notices.</param>
/// <param name="TrueDue">The due instant of a clock by the calendar, counted apart from the gateway; null where it is not known.</param>
internal sealed record HistoryRules(
    string Opening, IReadOnlySet<string> Holding, string ClockAtDelivery, bool CaseOnce, Func<ClockWord, DateTimeOffset?> TrueDue);

/// <summary>
/// Compares what agencies were told, what they received, what they can read and what the store holds. Pure; knows nothing of kills: a
/// history is clean or it is not.
/// </summary>
internal sealed class HistoryChecker
{
    private readonly RunHistory _history;
    private readonly HistoryRules _rules;
    private readonly List<Finding> _findings = [];
    private readonly Dictionary<string, StoredMessage> _messages;
    private readonly ILookup<string, Acknowledged> _byMessage;
    private readonly Dictionary<string, ClockWord> _words;

    private HistoryChecker(RunHistory history, HistoryRules rules)
    {
        (_history, _rules) = (history, rules);
        _messages = history.Store.Messages.ToDictionary(message => message.Message, StringComparer.Ordinal);
        _byMessage = history.Acknowledged.ToLookup(answer => answer.Message, StringComparer.Ordinal);
        _words = history.Effects.Where(effect => effect.Clock is not null)
            .GroupBy(effect => effect.Message, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().Clock!, StringComparer.Ordinal); // chosen for having one
    }

    /// <summary>Every broken promise; none where the history is clean.</summary>
    public static IReadOnlyList<Finding> Check(RunHistory history, HistoryRules rules)
    {
        var checker = new HistoryChecker(history, rules);
        checker._findings.AddRange(history.Faults.Select(fault => new Finding(FindingKind.Differs, fault)));
        checker.CheckRequests();
        checker.CheckNotices();
        checker.CheckMessages();
        checker.CheckReadings();
        checker.CheckDeliveries();
        checker.CheckOrder();
        checker.CheckClocks();
        checker.CheckStartedClocks();
        checker.CheckHolds();
        checker.CheckStore();
        checker._findings.AddRange(LogChecker.Check(history));
        return checker._findings;
    }

    /// <summary>One effect and one receipt for each request, however often it was answered.</summary>
    private void CheckRequests()
    {
        foreach (var outcome in _history.Acknowledged.GroupBy(answer => (answer.Request, answer.Index)))
        {
            var first = outcome.First();
            if (outcome.Select(answer => answer.Message).Distinct(StringComparer.Ordinal).Count() > 1)
            {
                Find(FindingKind.Doubled, $"{first.Request}[{first.Index}] has several messages");
            }
            else if (outcome.Distinct().Count() > 1)
            {
                Find(FindingKind.Differs, $"{first.Request}[{first.Index}] was answered with different receipts");
            }
        }

        foreach (var request in _history.Acknowledged.GroupBy(answer => answer.Request, StringComparer.Ordinal))
        {
            if (request.Select(answer => answer.Index).Distinct().Count() != request.First().People)
            {
                Find(FindingKind.HalfState, $"{request.Key} was answered for some of its people");
            }
        }
    }

    /// <summary>All people of a notice or none; no case twice.</summary>
    private void CheckNotices()
    {
        var asked = _history.Acknowledged.Where(answer => answer.Event == _rules.Opening)
            .GroupBy(answer => answer.Notice, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        foreach (var notice in _history.Store.Exchanges.GroupBy(exchange => exchange.Notice, StringComparer.Ordinal))
        {
            if (!asked.TryGetValue(notice.Key, out var request))
            {
                Find(FindingKind.Unexplained, $"notice {notice.Key} is there and was never acknowledged");
            }
            else if (notice.Count() != request.People)
            {
                Find(FindingKind.HalfState, $"notice {notice.Key} has {notice.Count()} exchanges of {request.People}");
            }
        }

        foreach (var twice in _history.Store.Exchanges.GroupBy(exchange => exchange.CaseNumber, StringComparer.Ordinal)
            .Where(group => _rules.CaseOnce && group.Select(exchange => exchange.Notice).Distinct(StringComparer.Ordinal).Count() > 1))
        {
            Find(FindingKind.Doubled, $"case {twice.First().Exchange} was opened by several notices");
        }
    }

    /// <summary>The steps in the store are those that were acknowledged, one to one, each with the leaf of its receipt.</summary>
    private void CheckMessages()
    {
        foreach (var answer in _history.Acknowledged.DistinctBy(answer => answer.Message))
        {
            if (!_messages.TryGetValue(answer.Message, out var stored))
            {
                Find(FindingKind.Lost, $"{answer.Event} {answer.Message} was acknowledged to {answer.Agency} and is not there");
            }
            else if (stored.Event != answer.Event || stored.Sender != answer.Agency || stored.Leaf != answer.Leaf || stored.Exchange != answer.Exchange)
            {
                Find(FindingKind.Differs, $"{answer.Message} is not what its receipt says");
            }
        }

        foreach (var step in _history.Store.Messages.Where(message => message.Sender.Length > 0 && !_byMessage.Contains(message.Message)))
        {
            var refused = _history.Refused.Any(refusal =>
                refusal.Exchange == step.Exchange && refusal.Event == step.Event && refusal.Agency == step.Sender);
            Find(FindingKind.Unexplained, $"{step.Event} {step.Message} of {step.Sender} is there and was {(refused ? "refused" : "never acknowledged")}");
        }
    }

    /// <summary>Who gave notice reads it, in the state of the store, with every acknowledged message and its digest.</summary>
    private void CheckReadings()
    {
        var seen = _history.Seen.ToDictionary(reading => reading.Exchange, StringComparer.Ordinal);
        foreach (var exchange in _history.Store.Exchanges.Where(exchange => seen.TryGetValue(exchange.Exchange, out var reading) && reading.State != exchange.State))
        {
            Find(FindingKind.Differs, $"{exchange.Exchange} reads as {seen[exchange.Exchange].State} and is stored as {exchange.State}");
        }

        foreach (var answers in _history.Acknowledged.GroupBy(answer => answer.Exchange, StringComparer.Ordinal))
        {
            if (!seen.TryGetValue(answers.Key, out var reading))
            {
                Find(FindingKind.Lost, $"{answers.Key} was acknowledged and cannot be read by who opened it");
                continue;
            }

            var lines = reading.Messages.ToLookup(line => line.Message, StringComparer.Ordinal);
            foreach (var answer in answers.DistinctBy(answer => answer.Message))
            {
                var there = lines[answer.Message].ToList();
                if (there.Count != 1)
                {
                    Find(there.Count == 0 ? FindingKind.Lost : FindingKind.Doubled, $"{answer.Event} {answer.Message} stands {there.Count} times in the history");
                }
                else if (there[0].Leaf != answer.Leaf || (there[0].Digest.Length > 0 && there[0].Digest != answer.Digest))
                {
                    Find(FindingKind.Differs, $"{answer.Message} has another digest or leaf in the history than in its receipt");
                }
            }
        }
    }

    /// <summary>Every delivery arrived, and took effect once.</summary>
    private void CheckDeliveries()
    {
        var effects = _history.Effects.ToLookup(effect => effect.Delivery, StringComparer.Ordinal);
        foreach (var delivery in _history.Store.Deliveries)
        {
            if (!effects.Contains(delivery.Delivery) || delivery.Status != DeliveryStatus.Delivered)
            {
                Find(FindingKind.Undelivered, $"delivery {delivery.Delivery} to {delivery.Recipient}: {delivery.Status}, {effects[delivery.Delivery].Count()} effects");
            }
        }

        var known = _history.Store.Deliveries.Select(delivery => delivery.Delivery).ToHashSet(StringComparer.Ordinal);
        foreach (var unknown in _history.Effects.Where(effect => !known.Contains(effect.Delivery)))
        {
            Find(FindingKind.Lost, $"{unknown.Recipient} holds delivery {unknown.Delivery}, which is not there");
        }

        foreach (var twice in _history.Effects.GroupBy(effect => (effect.Recipient, effect.Message)).Where(group => group.Count() > 1))
        {
            Find(FindingKind.Doubled, $"{twice.Key.Message} took effect {twice.Count()} times at {twice.Key.Recipient}");
        }

        foreach (var wrong in _history.Effects.Where(effect =>
            _byMessage[effect.Message].FirstOrDefault() is { } answer && answer.Digest != effect.Digest))
        {
            Find(FindingKind.Differs, $"{wrong.Recipient} got {wrong.Message} with another digest than its sender's receipt");
        }
    }

    /// <summary>Gap-free in the store; taken in that order, but for what may overtake.</summary>
    private void CheckOrder()
    {
        var overtaking = _history.Store.Deliveries.Where(delivery => delivery.Overtakes).Select(delivery => delivery.Delivery).ToHashSet(StringComparer.Ordinal);
        foreach (var pair in _history.Store.Deliveries.GroupBy(delivery => (delivery.Exchange, delivery.Recipient)))
        {
            if (!pair.Select(delivery => delivery.Sequence).Order().SequenceEqual(Enumerable.Range(1, pair.Count()).Select(number => (long)number)))
            {
                Find(FindingKind.OutOfOrder, $"the deliveries of {pair.Key.Exchange} to {pair.Key.Recipient} have a gap");
            }
        }

        foreach (var pair in _history.Effects.Where(effect => !overtaking.Contains(effect.Delivery)).GroupBy(effect => (effect.Exchange, effect.Recipient)))
        {
            var taken = pair.Select(effect => effect.Sequence).ToList();
            if (!taken.SequenceEqual(taken.Order()))
            {
                Find(FindingKind.OutOfOrder, $"{pair.Key.Recipient} got the messages of {pair.Key.Exchange} as {string.Join(' ', taken)}");
            }
        }
    }

    /// <summary>Each warning and breach once, with the instant that the calendar gives; every missed deadline was spoken of.</summary>
    private void CheckClocks()
    {
        var spoken = _history.Store.Messages.Where(message => message.Sender.Length == 0 && _words.ContainsKey(message.Message))
            .Select(message => (Message: message, Word: _words[message.Message])).ToList();
        foreach (var twice in spoken.GroupBy(one => (one.Message.Exchange, one.Message.Event, one.Word.Clock, one.Word.Run, one.Message.Occurred))
            .Where(group => group.Count() > 1))
        {
            Find(FindingKind.Doubled, $"{twice.Key.Event} of {twice.Key.Clock} in {twice.Key.Exchange} was said {twice.Count()} times");
        }

        foreach (var twice in spoken.Where(one => one.Message.Event == "clock.breach")
            .GroupBy(one => (one.Message.Exchange, one.Word.Clock, one.Word.Run)).Where(group => group.Count() > 1))
        {
            Find(FindingKind.Doubled, $"the breach of {twice.Key.Clock} in {twice.Key.Exchange} was said {twice.Count()} times");
        }

        foreach (var (message, word) in spoken)
        {
            var late = message.Event == "clock.breach" ? message.Occurred != word.Due : message.Occurred >= word.Due;
            if (late || (_rules.TrueDue(word) is { } due && due != word.Due))
            {
                Find(FindingKind.WrongClock, $"{message.Event} of {word.Clock} in {message.Exchange}: {message.Occurred:O} for due {word.Due:O}, by the calendar {_rules.TrueDue(word):O}");
            }
        }

        var breaches = spoken.Where(one => one.Message.Event == "clock.breach").ToLookup(one => (one.Message.Exchange, one.Word.Clock, one.Word.Due));
        foreach (var reading in _history.Seen)
        {
            foreach (var clock in reading.Clocks.Where(clock => clock.Missed && !breaches.Contains((reading.Exchange, clock.Clock, clock.Due))))
            {
                Find(FindingKind.WrongClock, $"{clock.Clock} of {reading.Exchange} was missed at {clock.Due:O} and nobody was told");
            }
        }
    }

    /// <summary>No clock is lost: where the opening message was delivered and the exchange still waits, its clock has a due instant, once.</summary>
    private void CheckStartedClocks()
    {
        var delivered = _history.Store.Deliveries.Where(delivery => delivery is { Sequence: 1, Status: DeliveryStatus.Delivered })
            .Where(delivery => _messages.TryGetValue(delivery.Message, out var message) && message.Event == _rules.Opening)
            .Select(delivery => delivery.Exchange).ToHashSet(StringComparer.Ordinal);
        foreach (var reading in _history.Seen.Where(reading => _rules.Holding.Contains(reading.State) && delivered.Contains(reading.Exchange)))
        {
            var count = reading.Clocks.Count(clock => clock.Clock == _rules.ClockAtDelivery);
            if (count != 1)
            {
                Find(count > 1 ? FindingKind.Doubled : FindingKind.WrongClock, $"{reading.Exchange} has {count} clocks {_rules.ClockAtDelivery} since its delivery");
            }
        }
    }

    /// <summary>An exchange owns its key while it must, no key has two owners, and no two exchanges of one subject must own it at once.</summary>
    private void CheckHolds()
    {
        var exchanges = _history.Store.Exchanges;
        foreach (var exchange in exchanges.Where(exchange => exchange.Holds.Count != (_rules.Holding.Contains(exchange.State) ? 1 : 0)))
        {
            Find(
                exchange.Holds.Count > 1 ? FindingKind.Doubled : FindingKind.HalfState,
                $"{exchange.Exchange} is {exchange.State} and owns {exchange.Holds.Count} keys");
        }

        foreach (var key in exchanges.SelectMany(exchange => exchange.Holds).GroupBy(key => key, StringComparer.Ordinal).Where(owners => owners.Count() > 1))
        {
            Find(FindingKind.Doubled, $"key {key.Key} has {key.Count()} owners");
        }

        var holding = exchanges.Where(exchange => _rules.Holding.Contains(exchange.State)).Select(exchange => exchange.Exchange).ToHashSet(StringComparer.Ordinal);
        foreach (var subject in _history.Acknowledged
            .Where(answer => answer.Event == _rules.Opening && answer.Subject.Length > 0 && holding.Contains(answer.Exchange))
            .GroupBy(answer => answer.Subject, StringComparer.Ordinal)
            .Where(group => group.Select(answer => answer.Exchange).Distinct(StringComparer.Ordinal).Count() > 1))
        {
            Find(FindingKind.Doubled, $"{subject.Key} is held by several exchanges at once");
        }
    }

    /// <summary>The store by itself: whole, one leaf for each message and each proof of delivery.</summary>
    private void CheckStore()
    {
        var store = _history.Store;
        if (store.Integrity != "ok")
        {
            Find(FindingKind.Differs, $"SQLite's check says {store.Integrity}");
        }

        foreach (var leaf in store.Leaves.Where(leaf => leaf.Hash != leaf.Recomputed))
        {
            Find(FindingKind.Differs, $"the leaf of {leaf.Kind} {leaf.Subject} has another hash than its entry");
        }

        var leaves = store.Leaves.ToLookup(leaf => (leaf.Kind, leaf.Subject));
        foreach (var message in store.Messages)
        {
            ExpectOne(leaves[(LeafKinds.Message, message.Message)].Select(leaf => leaf.Hash).ToList(), message.Leaf, $"message {message.Message}");
        }

        foreach (var delivered in store.Deliveries.Where(delivery => delivery.Status == DeliveryStatus.Delivered))
        {
            ExpectOne(leaves[(LeafKinds.Delivered, delivered.Delivery)].Select(leaf => leaf.Hash).ToList(), hash: null, $"delivery {delivered.Delivery}");
        }

        var unknown = store.Leaves.Where(leaf => leaf.Kind == LeafKinds.Message && !_messages.ContainsKey(leaf.Subject));
        _findings.AddRange(unknown.Select(leaf => new Finding(FindingKind.HalfState, $"a leaf speaks of message {leaf.Subject}, which is not there")));
    }

    private void ExpectOne(List<string> leaves, string? hash, string what)
    {
        if (leaves.Count != 1 || (hash is not null && leaves[0] != hash))
        {
            Find(leaves.Count > 1 ? FindingKind.Doubled : FindingKind.HalfState, $"{what} has {leaves.Count} leaves");
        }
    }

    private void Find(FindingKind kind, string text) => _findings.Add(new Finding(kind, text));
}
