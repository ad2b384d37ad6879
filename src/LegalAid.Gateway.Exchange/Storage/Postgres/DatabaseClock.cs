using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// System time as the database has it, so that leases and tokens mean the same on every node. The offset is measured when it is opened and from
/// then on at intervals; in between the machine's steady counter carries it. It never goes back: where the database's clock is behind what was
/// said last, as after a failover to a server that is set otherwise, time stands until it has caught up. Timers are the machine's.
/// </summary>
public sealed class DatabaseClock : TimeProvider, IAsyncDisposable
{
    public const string Sql = "SELECT extract(epoch FROM clock_timestamp())::numeric(20, 6)";

    /// <summary>Behind by less than this is the measurement's noise and not worth a word.</summary>
    private static readonly TimeSpan Noise = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _source;
    private readonly TimeSpan _interval;
    private readonly ILogger _logger;
    private readonly Availability _measuring;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private Anchor _anchor;
    private long _last;

    private DatabaseClock(NpgsqlDataSource source, Anchor anchor, TimeSpan interval, ILogger logger)
    {
        (_source, _anchor, _interval, _logger, _measuring) = (source, anchor, interval, logger, new Availability("given its database's time", logger));
        _running = RefreshAsync();
    }

    /// <summary>Measures the offset and keeps measuring it each <paramref name="interval"/>.</summary>
    public static async Task<DatabaseClock> OpenAsync(string connectionString, TimeSpan interval, ILogger logger, CancellationToken cancellationToken)
    {
        var text = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 1, Enlist = false, CommandTimeout = 5, TargetSessionAttributes = null };
        var source = new NpgsqlDataSourceBuilder(text.ConnectionString).BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary);
        try
        {
            return new DatabaseClock(source, await MeasureAsync(source, cancellationToken).ConfigureAwait(false), interval, logger);
        }
        catch (Exception e) when (Failures.IsOfServer(e))
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw new StoreRefusedException(StoreRefusal.Unreachable, "the database cannot be reached: " + e.Message, e);
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        var ticks = Volatile.Read(ref _anchor).Now;
        while (true)
        {
            var last = Volatile.Read(ref _last);
            if (ticks <= last)
            {
                return new DateTimeOffset(last, TimeSpan.Zero);
            }

            if (Interlocked.CompareExchange(ref _last, ticks, last) == last)
            {
                return new DateTimeOffset(ticks, TimeSpan.Zero);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static async Task<Anchor> MeasureAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(Sql, connection);
        var asked = Stopwatch.GetTimestamp();
        var seconds = (decimal)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) ?? throw new InvalidDataException("no time"));
        var answered = Stopwatch.GetTimestamp();
        return new Anchor(asked + ((answered - asked) / 2), DateTimeOffset.UnixEpoch.Ticks + (long)(seconds * TimeSpan.TicksPerSecond));
    }

    private async Task RefreshAsync()
    {
        using var timer = new PeriodicTimer(_interval, System);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                try
                {
                    var anchor = await MeasureAsync(_source, _stopping.Token).ConfigureAwait(false);
                    var behind = TimeSpan.FromTicks(Volatile.Read(ref _last) - anchor.Now);
                    if (behind > Noise)
                    {
                        Log.ClockBehind(_logger, behind.TotalSeconds);
                    }

                    Volatile.Write(ref _anchor, anchor);
                    _measuring.Succeeded();
                }
                catch (Exception e) when (!_stopping.IsCancellationRequested)
                {
                    // The loop's edge: whatever broke, the offset is measured again at the next tick.
                    _measuring.Failed(e);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It is closed.
        }
    }

    /// <summary>What the database's clock said at a reading of the steady counter.</summary>
    private sealed record Anchor(long Counter, long Ticks)
    {
        public long Now => Ticks + Stopwatch.GetElapsedTime(Counter).Ticks;
    }
}
