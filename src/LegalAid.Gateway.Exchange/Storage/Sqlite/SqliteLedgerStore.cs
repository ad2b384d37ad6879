using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>
/// The ledger in one SQLite file: write-ahead log, synced at every commit, one writer thread with group commit, readers beside it.
/// One process at a time. See the README of this module for the life of a commit.
/// </summary>
public sealed partial class SqliteLedgerStore : ILedgerStore
{
    private readonly FileStream _lock;
    private readonly Connection _writerConnection;
    private readonly Checkpointer _checkpointer;
    private readonly SignalRelay _signals;
    private readonly StoreWriter _writer;
    private readonly ReaderPool _readers;
    private int _disposed;

    private SqliteLedgerStore(SqliteStoreOptions options, FileStream claim, Connection writerConnection, ILogger logger)
    {
        _lock = claim;
        _writerConnection = writerConnection;
        _signals = new SignalRelay(logger);
        _checkpointer = new Checkpointer(options, logger);
        _writer = new StoreWriter(options, writerConnection, _checkpointer, _signals, logger);
        _readers = new ReaderPool(options, logger);
    }

    public Action<StoreSignal>? Signal
    {
        get => _signals.Subscriber;
        set => _signals.Subscriber = value;
    }

    public string? Trouble => _writer.Trouble ?? _readers.Trouble;

    /// <summary>Why the store takes no more writes until it is opened again, or null while it does.</summary>
    public Exception? Fault => _writer.Fault;

    /// <summary>
    /// Opens, creating or upgrading the schema. Throws <see cref="StoreRefusedException"/> where the options are out of bounds, another
    /// process has the database, or it cannot be kept durably.
    /// </summary>
    public static async ValueTask<SqliteLedgerStore> OpenAsync(
        SqliteStoreOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        Settings.RequireForStore(options.Validate());
        return await Task.Run(() => Open(options, time, logger), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<CommitOutcome> CommitAsync(CommitUnit unit, CancellationToken cancellationToken)
    {
        UnitRules.Require(unit);
        return _writer.WriteAsync(
            (session, effects) => session.Commits.Apply(unit, effects), static outcome => outcome is CommitOutcome.Committed,
            cancellationToken);
    }

    public ValueTask<ExchangeRow?> FindExchangeAsync(ExchangeId id, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Exchanges.Find(id), cancellationToken);

    public ValueTask<bool> IsPartyAsync(ExchangeId id, AgencyId agency, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Exchanges.IsParty(id, agency), cancellationToken);

    public ValueTask<IdempotencyRow?> FindIdempotencyAsync(ImmutableArray<byte> key, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Exchanges.FindIdempotency(key), cancellationToken);

    public ValueTask<ImmutableArray<ExchangeRow>> ListExchangesAsync(ExchangeQuery query, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Lists.List(query), cancellationToken);

    public ValueTask<ImmutableArray<MessageRow>> ListMessagesAsync(
        ExchangeId id, long afterSequence, int countMax, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Contents.ListMessages(id, afterSequence, countMax), cancellationToken);

    public ValueTask<MessageRow?> FindMessageAsync(MessageId id, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Contents.FindMessage(id), cancellationToken);

    public ValueTask<ImmutableArray<LeafRow>> ListLeavesAsync(
        ExchangeId id, LeafId? after, int countMax, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Contents.ListLeaves(id, after, countMax), cancellationToken);

    public ValueTask<ImmutableArray<ExchangeId>> ListClocksDueAsync(
        DateTimeOffset civilNow, int countMax, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Exchanges.ClocksDue(civilNow, countMax), cancellationToken);

    public ValueTask<DateTimeOffset?> NextClockAtAsync(CancellationToken cancellationToken) =>
        _readers.ReadAsync(static session => session.Exchanges.NextClockAt(), cancellationToken);

    public ValueTask<ImmutableArray<ExchangeId>> ListProvisionalAsync(
        ExchangeId? after, int countMax, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Exchanges.Provisional(after, countMax), cancellationToken);

    public async ValueTask AppendLeafAsync(LeafRow leaf, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(
            (session, _) =>
            {
                session.Leaves.Append(leaf);
                return true;
            },
            static _ => true,
            cancellationToken).ConfigureAwait(false);

    public ValueTask<bool> TryRememberAsync(
        ImmutableArray<byte> key, DateTimeOffset now, DateTimeOffset expires, CancellationToken cancellationToken) =>
        _writer.WriteAsync((session, _) => session.Registers.TryRemember(key, now, expires), static _ => true, cancellationToken);

    public ValueTask<QuotaSlice> TakeQuotaAsync(QuotaWindow window, int limit, DateTimeOffset now, CancellationToken cancellationToken) =>
        _writer.WriteAsync((session, _) => session.Registers.TakeQuota(window, limit, now), static _ => true, cancellationToken);

    public async ValueTask RevokeAsync(ImmutableArray<byte> token, DateTimeOffset now, DateTimeOffset expires, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(
            (session, _) =>
            {
                session.Registers.Revoke(token, now, expires);
                return true;
            },
            static _ => true,
            cancellationToken).ConfigureAwait(false);

    public ValueTask<ImmutableArray<ImmutableArray<byte>>> ListRevokedAsync(DateTimeOffset now, int countMax, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Contents.ListRevoked(now, countMax), cancellationToken);

    public async ValueTask ArchiveConfigurationAsync(string digest, byte[] content, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(
            (session, _) => session.Registers.Archive(digest, content), static _ => true, cancellationToken).ConfigureAwait(false);

    public async ValueTask<ActivationOutcome> ActivateConfigurationAsync(ConfigurationActivation activation, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(
            (session, effects) => session.Registers.Activate(activation, effects), static _ => true, cancellationToken).ConfigureAwait(false);

    public ValueTask<string?> ActiveConfigurationAsync(CancellationToken cancellationToken) =>
        _readers.ReadAsync(static session => session.Contents.ActiveConfiguration(), cancellationToken);

    public ValueTask<byte[]?> FindConfigurationAsync(string digest, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Contents.FindConfiguration(digest), cancellationToken);

    public ValueTask<string?> FindSettingAsync(string name, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Contents.FindSetting(name), cancellationToken);

    public ValueTask<ImmutableArray<(string Name, string Value)>> ListSettingsAsync(string prefix, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Contents.ListSettings(prefix), cancellationToken);

    public async ValueTask PutSettingAsync(string name, string value, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(
            (session, _) =>
            {
                session.Registers.PutSetting(name, value);
                return true;
            },
            static _ => true,
            cancellationToken).ConfigureAwait(false);

    public ValueTask<string> KeepSettingAsync(string name, string value, CancellationToken cancellationToken) =>
        _writer.WriteAsync((session, _) => session.Registers.KeepSetting(name, value), static _ => true, cancellationToken);

    public ValueTask<bool> ChangeSettingsAsync(ImmutableArray<SettingChange> changes, LeafRow leaf, CancellationToken cancellationToken)
    {
        UnitRules.Require(changes);
        return _writer.WriteAsync((session, _) => session.Registers.ChangeSettings(changes, leaf), static _ => true, cancellationToken);
    }

    /// <summary>Writes what was queued, closes, and gives up the lock last.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        _leaderships.Dispose();
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _checkpointer.DisposeAsync().ConfigureAwait(false);
        await _readers.CloseAsync().ConfigureAwait(false);
        _writerConnection.Dispose(); // the last connection copies the log into the database and removes it
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    private static SqliteLedgerStore Open(SqliteStoreOptions options, TimeProvider time, ILogger logger)
    {
        var claim = StoreLock.Take(options.Path);
        Connection? connection = null;
        try
        {
            connection = Connection.OpenWriter(options);
            var found = Schema.Upgrade(connection, time.GetUtcNow());
            var store = new SqliteLedgerStore(options, claim, connection, logger);
            Log.Opened(logger, found, Schema.Latest);
            return store;
        }
        catch
        {
            connection?.Dispose();
            claim.Dispose();
            throw;
        }
    }
}
