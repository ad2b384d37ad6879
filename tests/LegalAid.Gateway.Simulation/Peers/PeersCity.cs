using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Simulation.Peers;

/// <summary>A message as an agency got it out of its mailbox.</summary>
internal sealed record PeerArrival(AgencyId Agency, ExchangeId Exchange, long Sequence, Guid Delivery, Guid Message, string Event);

/// <summary>One side: a gateway over a store of its own that dies and comes up again, its agencies' mailboxes, and its log.</summary>
internal sealed class PeersCity : IAsyncDisposable
{
    public const string Origin = "simulation.test/log";

    private const int PullMax = 10, LeavesMax = 512, ClocksMax = 100;

    private readonly ScratchFolder _folder;
    private readonly Dice _dice;
    private readonly PeersStory _story;
    private PushWorker? _worker;
    private int _visitors;
    private volatile bool _isUp = true;

    private PeersCity(ScratchFolder folder, Dice dice, CityNames names, LedgerWorld world, MortalStore mortal, PeersStory story) =>
        (_folder, _dice, Names, World, Mortal, _story) = (folder, dice, names, world, mortal, story);

    public static LogKeys LogKeys { get; } = new([new byte[LogKeys.SeedBytes]]);

    public CityNames Names { get; }

    public LedgerWorld World { get; }

    public MortalStore Mortal { get; }

    public List<PeerArrival> Arrivals { get; } = [];

    public string Database => Path.Combine(_folder.FullName, "ledger.db");

    /// <summary>The line to the other city. Set before the first start.</summary>
    public IPeerTransport? Line { get; set; }

    public static async Task<PeersCity> CreateAsync(Dice dice, CityNames names, CityNames other, PeersStory story, double lies)
    {
        var folder = new ScratchFolder();
        var home = new LedgerHome(folder.Directory, FixedKeys.Ring, async (time, logger, cancellationToken) =>
            await SqliteLedgerStore.OpenAsync(new SqliteStoreOptions { Path = Path.Combine(folder.FullName, "ledger.db") }, time, logger, cancellationToken));
        var mortal = new MortalStore(dice, names.Gateway.Value, lies);
        var world = await LedgerWorld.CreateAsync(PeersScene.Snapshot(names, other), mortal.Around, home);
        world.ErrorsExpected = true; // deaths are planted
        world.Delivery = world.Delivery with
        {
            AttemptTimeout = TimeSpan.FromSeconds(2), BackoffBase = TimeSpan.FromMilliseconds(500), BackoffMax = TimeSpan.FromSeconds(10), PauseMax = TimeSpan.FromSeconds(10),
            LeaseDuration = TimeSpan.FromSeconds(67), SafetyInterval = TimeSpan.FromSeconds(5), AttemptsMax = 10_000,
        };
        return new PeersCity(folder, dice, names, world, mortal, story);
    }

    public async Task StartAsync()
    {
        _worker = World.PushWorker(TestSecrets.One, peers: Line);
        await _worker.StartAsync(LedgerWorld.Cancellation);
    }

    /// <summary>Ends what is left of the dead process, and starts another on its store.</summary>
    public async Task ReviveAsync()
    {
        _isUp = false;
        await StopAsync();
        await World.UntilAsync(() => Volatile.Read(ref _visitors) == 0, TimeSpan.FromMilliseconds(200));
        await World.RestartAsync();
        _isUp = true;
        _story.Tell($"{Names.Gateway} is up again");
        await StartAsync();
    }

    public async Task StopAsync()
    {
        if (_worker is { } worker)
        {
            var stopped = worker.StopAsync(LedgerWorld.Cancellation);
            await World.UntilAsync(() => stopped.IsCompleted, TimeSpan.FromMilliseconds(200));
            await stopped;
            worker.Dispose();
            _worker = null;
        }
    }

    /// <summary>What somebody from outside asks of the gateway; null where it is dead, or dies over it. Anything else that it throws is a fault.</summary>
    public async Task<T?> VisitedAsync<T>(Func<ExchangeLedger, Task<T>> ask)
        where T : class
    {
        Interlocked.Increment(ref _visitors);
        try
        {
            return _isUp && !Mortal.IsDead ? await ask(World.Ledger) : null;
        }
        catch (IOException)
        {
            return null;
        }
        catch (Exception e) when (Mortal.IsDead && e is not OutOfMemoryException)
        {
            return null;
        }
        catch (Exception e)
        {
            _story.Faults.Enqueue($"{Names.Gateway} threw {e}");
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _visitors);
        }
    }

    /// <summary>Clocks that fell due speak, and agencies fetch: what they got they may forget to acknowledge.</summary>
    public async Task WorkAsync(string what)
    {
        await VisitedAsync(async ledger =>
        {
            foreach (var due in await World.Store.ListClocksDueAsync(World.Civil.Now, ClocksMax, LedgerWorld.Cancellation))
            {
                await ledger.TickAsync(due, LedgerWorld.Cancellation);
            }

            foreach (var agency in Names.Agencies)
            {
                await FetchAsync(agency, $"{what} {agency}");
            }

            return this;
        });
    }

    /// <summary>Every leaf gets its place, and the head is signed.</summary>
    public async Task CloseLogAsync(CancellationToken cancellationToken)
    {
        var (tail, trouble) = await LogTail.TakeOverAsync(World.Store, LogKeys, Origin, World.Time, cancellationToken);
        if (tail is null)
        {
            _story.Faults.Enqueue($"{Names.Gateway}: the log cannot be taken over: {trouble}");
            return;
        }

        while (await tail.ExtendAsync(LeavesMax, cancellationToken) is > 0)
        {
            // Until none waits.
        }

        await tail.SignAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await World.DisposeAsync();
        _folder.Dispose();
    }

    private async Task FetchAsync(AgencyId agency, string what)
    {
        var mailbox = World.Mailbox();
        foreach (var (row, envelope) in await mailbox.PullAsync(agency, PullMax, Mailbox.LeaseMin, LedgerWorld.Cancellation))
        {
            Arrivals.Add(new PeerArrival(agency, row.Exchange, row.Sequence, row.Id.Value, envelope.Message.Id.Value, row.Event));
            if (Mortal.Healed || _dice.Roll($"{what} {row.Id} {row.Attempts}") < 0.8)
            {
                await mailbox.AcknowledgeAsync(agency, row.Id, row.LeaseToken.GetValueOrDefault(), LedgerWorld.Cancellation);
            }
        }
    }
}
