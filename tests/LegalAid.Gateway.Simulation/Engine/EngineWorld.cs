using System.Globalization;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Exchange.Tests.Ledger;
using LegalAid.Gateway.Simulation.History;

namespace LegalAid.Gateway.Simulation.Engine;

/// <summary>
/// The real ledger and store of one simulated run, on a store that fails as the seed says, with everything that was seen of them from
/// outside.
/// </summary>
internal sealed class EngineWorld : IAsyncDisposable
{
    private const string Database = "ledger.db";

    private readonly ScratchFolder _folder;

    private EngineWorld(ScratchFolder folder, LedgerWorld world, FaultyStore faults, Dice dice) =>
        (_folder, World, Faults, Dice) = (folder, world, faults, dice);

    public LedgerWorld World { get; }

    public FaultyStore Faults { get; }

    public Dice Dice { get; }

    public EngineJournal Journal { get; } = new();

    /// <summary>Everybody with a mailbox.</summary>
    public static IReadOnlyList<AgencyId> Recipients { get; } =
        [SmallExchange.CourtId, SmallExchange.CentreId, SmallExchange.OtherCentreId, SmallExchange.BureauId, LedgerScene.Firm, LedgerScene.Detention];

    public static async Task<EngineWorld> CreateAsync(Dice dice, double lies)
    {
        var folder = new ScratchFolder();
        var faults = new FaultyStore(dice, share: 0.05, alsoCommands: true, lies);
        var home = new LedgerHome(folder.Directory, FixedKeys.Ring, async (time, logger, cancellationToken) =>
            await SqliteLedgerStore.OpenAsync(new SqliteStoreOptions { Path = Path.Combine(folder.FullName, Database) }, time, logger, cancellationToken));
        var world = await LedgerWorld.CreateAsync(LedgerScene.Snapshot(), faults.Around, home);
        world.ErrorsExpected = true; // the faults are planted; the history says what came of them
        return new EngineWorld(folder, world, faults, dice);
    }

    /// <summary>Closes the store and compares all that was seen with all that it holds.</summary>
    public async Task<IReadOnlyList<Finding>> JudgeAsync(CancellationToken cancellationToken)
    {
        var seen = new List<ExchangeSeen>();
        foreach (var (exchange, opener) in Journal.Opened())
        {
            if (await SeeAsync(exchange, opener, cancellationToken) is { } reading)
            {
                seen.Add(reading);
            }
        }

        await World.Store.DisposeAsync();
        var content = await new SqliteReading(Path.Combine(_folder.FullName, Database)).ReadAsync(TimeProvider.System, cancellationToken);
        return HistoryChecker.Check(
            Journal.History(seen, content),
            new HistoryRules(
                SmallExchange.Ask.Value, new HashSet<string>([SmallExchange.Asked.Value], StringComparer.Ordinal), SmallExchange.AnswerTime.Value, CaseOnce: false, TrueDue));
    }

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<ExchangeSeen?> SeeAsync(ExchangeId exchange, AgencyId opener, CancellationToken cancellationToken)
    {
        if (await World.Reader.FindAsync(opener, exchange, cancellationToken) is not { } reading
            || await World.Reader.HistoryAsync(opener, exchange, after: null, countMax: 1000, cancellationToken) is not { } history)
        {
            return null;
        }

        return new ExchangeSeen(
            exchange.ResourceName,
            reading.State.State.Value,
            [
                .. reading.State.Clocks.Select(clock => new ClockSeen(
                    clock.Clock.Value, clock.Status is Casework.Transitions.ClockStatus.Breached or Casework.Transitions.ClockStatus.MetLate, clock.StartedAt, clock.DueAt)),
            ],
            [
                .. history.Where(entry => entry.Message is not null).Select(entry => new MessageSeen(
                    EngineJournal.NameOf(exchange, entry.Message!.Id), entry.Message.Event, entry.Message.PayloadDigest, Convert.ToHexStringLower(entry.Leaf.Hash))), // chosen for having one
            ]);
    }

    /// <summary>The small exchange's answer is due within three days, by the calendar of the place; counted here from the rule, not from the type.</summary>
    private static DateTimeOffset? TrueDue(ClockWord word) => Deadlines.Compute(
        CountingRule.CriminalDays, new TimeLimit(3, TimeLimitUnit.Days), word.Start, SmallExchange.Calendars(2026).For(RegionCode.Nanning.ToString()), []).DeadlineOrNull?.DueAt;
}
