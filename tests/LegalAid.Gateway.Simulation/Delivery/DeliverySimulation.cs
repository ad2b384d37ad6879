using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Simulation.Delivery;

/// <summary>
/// One run: a court talks to a centre that listens and to one that fetches, over the real ledger and store, while the network, the store's answers, the
/// fetching client and the gateway itself fail as the seed says. It ends when everything is delivered, or fails when patience does.
/// </summary>
internal sealed class DeliverySimulation(int seed)
{
    private const int ExchangeCount = 4;
    private const int NotesMax = 3;
    private static readonly TimeSpan WorkStep = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan RestStep = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Dice _dice = new(seed);
    private readonly DeliveryHistory _history = new();
    private readonly List<ExchangeId> _exchanges = [];
    private readonly List<PushWorker> _zombies = [];

    /// <summary>How often the gateway crashed; the tests see that the simulation does something.</summary>
    public int Crashes { get; private set; }

    public async Task<DeliveryHistory> RunAsync()
    {
        var listening = new Channel.Push(new Uri("http://listener.test/inbox"), [Receiver.SecretName], ["10.0.0.0/8"]);
        using var folder = new ScratchFolder();
        var home = new LedgerHome(folder.Directory, FixedKeys.Ring, async (time, logger, cancellationToken) =>
            await SqliteLedgerStore.OpenAsync(new SqliteStoreOptions { Path = Path.Combine(folder.FullName, "ledger.db") }, time, logger, cancellationToken));
        var faults = new FaultyStore(_dice, share: 0.1, alsoCommands: false);
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: listening), faults.Around, home);
        world.ErrorsExpected = true;
        world.Delivery = world.Delivery with
        {
            AttemptTimeout = TimeSpan.FromSeconds(2), BackoffBase = TimeSpan.FromMilliseconds(500), BackoffMax = TimeSpan.FromSeconds(10),
            LeaseDuration = TimeSpan.FromSeconds(67), SafetyInterval = TimeSpan.FromSeconds(5),
        };
        var network = new SimulatedNetwork(_dice, _history, SmallExchange.CentreId, world.Time);
        var worker = await StartAsync(world, network);
        var (work, started) = (Workload().GetEnumerator(), TimeProvider.System.GetTimestamp());
        for (var round = 0; ; round++)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"seed {seed}: not everything was delivered in {round} rounds");
            var more = work.MoveNext();
            if (more)
            {
                await work.Current(world);
            }

            await FetchAsync(world);
            worker = await CrashAsync(world, worker, network, round);
            await StepAsync(world, round, more ? WorkStep : RestStep);
            if (!more && round % 4 == 0 && await AllDeliveredAsync(world))
            {
                break;
            }
        }

        _zombies.Add(worker);
        await EndAsync(world);
        await RecordEndAsync(world);
        return _history;
    }

    /// <summary>Each exchange is asked and gets its notes in order; exchanges take turns.</summary>
    private IEnumerable<Func<LedgerWorld, Task>> Workload()
    {
        var notes = Enumerable.Range(0, ExchangeCount).ToDictionary(number => number, number => _dice.Roll($"notes {number}", NotesMax + 1));
        for (var number = 0; number < ExchangeCount; number++)
        {
            var asked = number;
            yield return world => AskAsync(world, asked);
        }

        for (var note = 0; note < NotesMax; note++)
        {
            foreach (var number in notes.Where(entry => entry.Value > note).Select(entry => entry.Key))
            {
                var text = $"note {number}.{note}";
                yield return world => NoteAsync(world, number, text);
            }
        }
    }

    private async Task AskAsync(LedgerWorld world, int number)
    {
        var text = $"ask {number}";
        var id = await world.AskAsync(RecipientOf(number), text: text);
        _exchanges.Add(id);
        _history.Acknowledged.Enqueue(new Acknowledged(id.ResourceName, RecipientOf(number).Value, text));
    }

    private async Task NoteAsync(LedgerWorld world, int number, string text)
    {
        await world.NoteAsync(_exchanges[number], text);
        _history.Acknowledged.Enqueue(new Acknowledged(_exchanges[number].ResourceName, RecipientOf(number).Value, text));
    }

    private AgencyId RecipientOf(int number) => _dice.Roll($"recipient {number}") < 0.7 ? SmallExchange.CentreId : SmallExchange.OtherCentreId;

    /// <summary>The fetching client: it may forget what it got, answer twice, or answer when its lease has long run out.</summary>
    private async Task FetchAsync(LedgerWorld world)
    {
        var mailbox = world.Mailbox();
        foreach (var (row, envelope) in await mailbox.PullAsync(SmallExchange.OtherCentreId, 2, Mailbox.LeaseMin, LedgerWorld.Cancellation))
        {
            var text = (string)envelope.Payload["text"]!; // so says the workload
            _history.Arrivals.Enqueue(new Arrival(row.Exchange.ResourceName, row.Recipient.Value, row.Sequence, row.Id.ToString(), text));
            var times = row.Attempts > 6 ? 1 : _dice.Roll($"client {text} {row.Attempts}", 3);
            for (var answer = 0; answer < times; answer++)
            {
                await AnswerAsync(mailbox, row);
            }
        }
    }

    /// <summary>The client's call may fail after the store has recorded the answer or before: it fetches again.</summary>
    private static async Task AnswerAsync(Mailbox mailbox, DeliveryRow row)
    {
        try
        {
            await mailbox.AcknowledgeAsync(row.Recipient, row.Id, row.LeaseToken.GetValueOrDefault(), LedgerWorld.Cancellation);
        }
        catch (IOException)
        {
            // Planted below.
        }
    }

    /// <summary>Leaves a worker behind as a zombie that still has attempts under way, or stops the gateway and opens its store again.</summary>
    private async Task<PushWorker> CrashAsync(LedgerWorld world, PushWorker worker, SimulatedNetwork network, int round)
    {
        var roll = _dice.Roll($"crash {round}");
        if (roll >= 0.05)
        {
            return worker;
        }

        Crashes++;
        _zombies.Add(worker);
        if (roll < 0.01)
        {
            await EndAsync(world);
            await world.RestartAsync();
        }
        else
        {
            using var impatient = new CancellationTokenSource();
            await impatient.CancelAsync();
            _ = worker.StopAsync(impatient.Token); // ended and awaited with the zombies
        }

        return await StartAsync(world, network);
    }

    private async Task StepAsync(LedgerWorld world, int round, TimeSpan most)
    {
        world.Time.Advance(most * _dice.Roll($"step {round}"));
        await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, LedgerWorld.Cancellation);
    }

    private async Task EndAsync(LedgerWorld world)
    {
        foreach (var zombie in _zombies)
        {
            var stopped = zombie.StopAsync(LedgerWorld.Cancellation);
            await world.UntilAsync(() => stopped.IsCompleted, TimeSpan.FromMilliseconds(200));
            await stopped;
            zombie.Dispose();
        }

        _zombies.Clear();
    }

    private async Task<bool> AllDeliveredAsync(LedgerWorld world)
    {
        foreach (var exchange in _exchanges)
        {
            var rows = await world.Store.ListDeliveriesAsync(exchange, LedgerWorld.Cancellation);
            if (rows.Any(row => row.Status != DeliveryStatus.Delivered))
            {
                return false;
            }
        }

        return true;
    }

    private async Task RecordEndAsync(LedgerWorld world)
    {
        foreach (var exchange in _exchanges)
        {
            var leaves = await world.Store.ListLeavesAsync(exchange, null, 1000, LedgerWorld.Cancellation);
            foreach (var row in await world.Store.ListDeliveriesAsync(exchange, LedgerWorld.Cancellation))
            {
                var proofs = leaves.Count(leaf => leaf.Kind == "delivered" && leaf.Subject == row.Id.Value);
                _history.Ended.Enqueue(new Ended(row.Id.ToString(), row.Status == DeliveryStatus.Delivered, proofs));
            }
        }
    }

    private static async Task<PushWorker> StartAsync(LedgerWorld world, SimulatedNetwork network)
    {
        var worker = world.PushWorker(TestSecrets.One, network);
        await worker.StartAsync(LedgerWorld.Cancellation);
        return worker;
    }
}
