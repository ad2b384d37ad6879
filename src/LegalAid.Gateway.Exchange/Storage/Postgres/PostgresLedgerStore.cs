using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// The ledger in a PostgreSQL database: any number of nodes on one of them, each with group commit of its own. See the README of this module for
/// the life of a commit.
/// </summary>
public sealed partial class PostgresLedgerStore : ILedgerStore
{
    private readonly PostgresStoreOptions _options;
    private readonly Database _database;
    private readonly SignalRelay _signals;
    private readonly SignalExchange _exchange;
    private readonly DurabilityWatch _watch;
    private readonly Committers _committers;
    private readonly SoloWrites _solo;
    private readonly StoreReader _reader;
    private readonly Availability _writing;
    private readonly Availability _reading;
    private readonly ExchangeReader _exchanges;
    private readonly ExchangeLister _lists;
    private readonly DeliveryReader _deliveries;
    private readonly ContentReader _contents;
    private readonly LogReader _log;
    private readonly DeliveryWriter _deliveryWriter;
    private readonly ContentWriter _contentWriter;
    private readonly LogWriter _logWriter;
    private readonly RegisterWriter _registers;
    private readonly ApprovalTable _approvals;
    private readonly CalendarFeedTable _feeds;
    private int _disposed;

    private PostgresLedgerStore(PostgresStoreOptions options, Database database, SignalRelay signals, SignalExchange exchange, ILogger logger)
    {
        (_options, _database, _signals, _exchange) = (options, database, signals, exchange);
        _watch = new DurabilityWatch(database, options, logger);
        (_writing, _reading) = (new Availability("written", logger), new Availability("read", logger));
        _committers = new Committers(database, options, signals, _writing, logger);
        _solo = new SoloWrites(database, options, _writing);
        _reader = new StoreReader(database, options, _reading);
        _exchanges = new ExchangeReader(_reader);
        _lists = new ExchangeLister(_reader);
        _deliveries = new DeliveryReader(_reader);
        _contents = new ContentReader(_reader);
        _log = new LogReader(_reader);
        _deliveryWriter = new DeliveryWriter(_solo, options);
        _contentWriter = new ContentWriter(_solo);
        _logWriter = new LogWriter(_solo);
        _registers = new RegisterWriter(_solo, options);
        _approvals = new ApprovalTable(_solo, _reader);
        _feeds = new CalendarFeedTable(_solo, _reader);
    }

    public Action<StoreSignal>? Signal
    {
        get => _signals.Subscriber;
        set => _signals.Subscriber = value;
    }

    public string? Trouble => _writing.Trouble ?? _reading.Trouble;

    /// <summary>
    /// Opens, creating or upgrading the schema; several nodes may do so at once. Throws <see cref="StoreRefusedException"/> where the options are out
    /// of bounds, the server cannot be reached, or it would not keep what it acknowledges.
    /// </summary>
    public static async ValueTask<PostgresLedgerStore> OpenAsync(
        PostgresStoreOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        Settings.RequireForStore(options.Validate());
        var database = new Database(options);
        try
        {
            await PrepareAsync(database, options, time, logger, cancellationToken).ConfigureAwait(false);
            var signals = new SignalRelay(logger);
            var exchange = await SignalExchange.StartAsync(database, options, signals, logger, cancellationToken).ConfigureAwait(false);
            return new PostgresLedgerStore(options, database, signals, exchange, logger);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw new StoreRefusedException(StoreRefusal.Unreachable, "the database does not open the ledger: " + e.Message, e);
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask<CommitOutcome> CommitAsync(CommitUnit unit, CancellationToken cancellationToken)
    {
        UnitRules.Require(unit);
        return _committers.WriteAsync(new PendingUnit(unit), cancellationToken);
    }

    public ValueTask<ExchangeRow?> FindExchangeAsync(ExchangeId id, CancellationToken cancellationToken) =>
        new(_exchanges.FindAsync(id, cancellationToken));

    public ValueTask<bool> IsPartyAsync(ExchangeId id, AgencyId agency, CancellationToken cancellationToken) =>
        new(_exchanges.IsPartyAsync(id, agency, cancellationToken));

    public ValueTask<IdempotencyRow?> FindIdempotencyAsync(ImmutableArray<byte> key, CancellationToken cancellationToken) =>
        new(_exchanges.FindIdempotencyAsync(key, cancellationToken));

    public ValueTask<ImmutableArray<ExchangeRow>> ListExchangesAsync(ExchangeQuery query, CancellationToken cancellationToken) =>
        new(_lists.ListAsync(query, cancellationToken));

    public ValueTask<ImmutableArray<MessageRow>> ListMessagesAsync(
        ExchangeId id, long afterSequence, int countMax, CancellationToken cancellationToken) =>
        new(_contents.ListMessagesAsync(id, afterSequence, countMax, cancellationToken));

    public ValueTask<MessageRow?> FindMessageAsync(MessageId id, CancellationToken cancellationToken) =>
        new(_contents.FindMessageAsync(id, cancellationToken));

    public ValueTask<ImmutableArray<LeafRow>> ListLeavesAsync(ExchangeId id, LeafId? after, int countMax, CancellationToken cancellationToken) =>
        new(_log.ListLeavesAsync(id, after, countMax, cancellationToken));

    public ValueTask<ImmutableArray<ExchangeId>> ListClocksDueAsync(DateTimeOffset civilNow, int countMax, CancellationToken cancellationToken) =>
        new(_exchanges.ClocksDueAsync(civilNow, countMax, cancellationToken));

    public ValueTask<DateTimeOffset?> NextClockAtAsync(CancellationToken cancellationToken) => new(_exchanges.NextClockAtAsync(cancellationToken));

    public ValueTask<ImmutableArray<ExchangeId>> ListProvisionalAsync(ExchangeId? after, int countMax, CancellationToken cancellationToken) =>
        new(_exchanges.ProvisionalAsync(after, countMax, cancellationToken));

    public async ValueTask AppendLeafAsync(LeafRow leaf, CancellationToken cancellationToken) =>
        await _committers.WriteAsync(new PendingUnit(new CommitUnit { Exchanges = [] }, [leaf]), cancellationToken).ConfigureAwait(false);

    public ValueTask<bool> TryRememberAsync(
        ImmutableArray<byte> key, DateTimeOffset now, DateTimeOffset expires, CancellationToken cancellationToken) =>
        _committers.WriteAsync(new PendingRemember(key, now, expires), cancellationToken);

    public ValueTask<QuotaSlice> TakeQuotaAsync(QuotaWindow window, int limit, DateTimeOffset now, CancellationToken cancellationToken) =>
        _registers.TakeQuotaAsync(window, limit, now, cancellationToken);

    public ValueTask RevokeAsync(ImmutableArray<byte> token, DateTimeOffset now, DateTimeOffset expires, CancellationToken cancellationToken) =>
        _registers.RevokeAsync(token, now, expires, cancellationToken);

    public ValueTask<ImmutableArray<ImmutableArray<byte>>> ListRevokedAsync(DateTimeOffset now, int countMax, CancellationToken cancellationToken) =>
        new(_contents.ListRevokedAsync(now, countMax, cancellationToken));

    public async ValueTask ArchiveConfigurationAsync(string digest, byte[] content, CancellationToken cancellationToken) =>
        await _registers.ArchiveAsync(digest, content, cancellationToken).ConfigureAwait(false);

    public async ValueTask<ActivationOutcome> ActivateConfigurationAsync(ConfigurationActivation activation, CancellationToken cancellationToken)
    {
        var outcome = await _registers.ActivateAsync(activation, cancellationToken).ConfigureAwait(false);
        if (outcome == ActivationOutcome.Activated)
        {
            _signals.Add(new StoreSignal([], ClocksChanged: false, ConfigurationChanged: true));
        }

        return outcome;
    }

    public ValueTask<string?> ActiveConfigurationAsync(CancellationToken cancellationToken) => new(_contents.ActiveConfigurationAsync(cancellationToken));

    public ValueTask<byte[]?> FindConfigurationAsync(string digest, CancellationToken cancellationToken) =>
        new(_contents.FindConfigurationAsync(digest, cancellationToken));

    public ValueTask<string?> FindSettingAsync(string name, CancellationToken cancellationToken) =>
        new(_contents.FindSettingAsync(name, cancellationToken));

    public ValueTask<ImmutableArray<(string Name, string Value)>> ListSettingsAsync(string prefix, CancellationToken cancellationToken) =>
        new(_contents.ListSettingsAsync(prefix, cancellationToken));

    public ValueTask PutSettingAsync(string name, string value, CancellationToken cancellationToken) =>
        _registers.PutSettingAsync(name, value, cancellationToken);

    public ValueTask<string> KeepSettingAsync(string name, string value, CancellationToken cancellationToken) =>
        _registers.KeepSettingAsync(name, value, cancellationToken);

    public ValueTask<bool> ChangeSettingsAsync(ImmutableArray<SettingChange> changes, LeafRow leaf, CancellationToken cancellationToken)
    {
        UnitRules.Require(changes);
        return _registers.ChangeSettingsAsync(changes, leaf, cancellationToken);
    }

    public async ValueTask<ILeadership?> TryLeadAsync(string duty, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) == 1, typeof(PostgresLedgerStore));
        try
        {
            return await Leadership.TryTakeAsync(_database, Locks.OfDuty(_options.Schema, duty), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Failures.IsOfServer(e))
        {
            throw Failures.ForCaller(e);
        }
    }

    /// <summary>Writes what was queued, tells the other nodes, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _committers.DisposeAsync().ConfigureAwait(false);
        await _solo.CloseAsync().ConfigureAwait(false);
        _reader.Close();
        await _watch.DisposeAsync().ConfigureAwait(false);
        await _exchange.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task PrepareAsync(
        Database database, PostgresStoreOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var durability = await Durability.ReadAsync(connection, options, cancellationToken).ConfigureAwait(false);
        if (durability.Faults.Count > 0 && !options.LossAccepted)
        {
            throw new StoreRefusedException(StoreRefusal.UnsafeSynchronous, string.Join("; ", durability.Faults));
        }

        var found = await Schema.UpgradeAsync(connection, options, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        Log.Opened(logger, durability.Version, found, Schema.Latest, durability.Standbys);
    }
}
