using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// The way to the primary: a bounded pool for reads and rare writes, and connections of their own for committers, listener and leaders.
/// <para>
/// Every session plans by rule and not by statistics (generic plans, no sequential scan, nested loops): each statement is written for an index,
/// and a table that was empty when a plan was made would else be scanned until somebody counts its rows.
/// </para>
/// </summary>
internal sealed class Database : IAsyncDisposable
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    private readonly NpgsqlMultiHostDataSource _pool;
    private readonly NpgsqlMultiHostDataSource _single;
    private readonly NpgsqlDataSource _poolPrimary;
    private readonly NpgsqlDataSource _singlePrimary;

    public Database(PostgresStoreOptions options)
    {
        _pool = Build(options, pooling: true);
        _single = Build(options, pooling: false);
        _poolPrimary = _pool.WithTargetSession(TargetSessionAttributes.Primary);
        _singlePrimary = _single.WithTargetSession(TargetSessionAttributes.Primary);
    }

    /// <summary>A connection of the pool, waiting for one to be free.</summary>
    public ValueTask<NpgsqlConnection> BorrowAsync(CancellationToken cancellationToken) => _poolPrimary.OpenConnectionAsync(cancellationToken);

    /// <summary>A connection of one's own.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => _singlePrimary.OpenConnectionAsync(cancellationToken);

    /// <summary>Gives up the pool's idle connections: what they led to has failed.</summary>
    public void Forget() => _pool.Clear();

    public async ValueTask DisposeAsync()
    {
        await _poolPrimary.DisposeAsync().ConfigureAwait(false);
        await _singlePrimary.DisposeAsync().ConfigureAwait(false);
        await _pool.DisposeAsync().ConfigureAwait(false);
        await _single.DisposeAsync().ConfigureAwait(false);
    }

    private static NpgsqlMultiHostDataSource Build(PostgresStoreOptions options, bool pooling)
    {
        var text = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            ApplicationName = "legalaid-gateway",
            Pooling = pooling,
            Enlist = false,
            NoResetOnClose = true, // nothing of a session is ever changed
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            CommandTimeout = 0, // the server gives statements up; a cancelled COMMIT would claim what no standby has
            KeepAlive = (int)KeepAlive.TotalSeconds,
            HostRecheckSeconds = 1,
            SearchPath = options.Schema,
            Options = string.Join(
                ' ', "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off",
                $"-c statement_timeout={options.StatementTimeout.TotalMilliseconds:F0}",
                $"-c idle_in_transaction_session_timeout={options.CommitTimeout.TotalMilliseconds:F0}"),
        };
        text.TargetSessionAttributes = null;
        if (pooling)
        {
            text.MinPoolSize = 0;
            text.MaxPoolSize = options.ReaderCount;
        }

        return new NpgsqlDataSourceBuilder(text.ConnectionString).BuildMultiHost();
    }
}
