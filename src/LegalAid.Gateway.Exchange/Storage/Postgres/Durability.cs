using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Whether what the server acknowledges outlives a crash of it, and of its disk where standbys are required.</summary>
/// <param name="Faults">What is unsafe, in English, with the remedy; empty if nothing is.</param>
/// <param name="Standbys">Synchronous standbys that are connected and confirm.</param>
internal sealed record Durability(string Version, IReadOnlyList<string> Faults, int Standbys)
{
    // The settings of this session, as commits run under them: a role or database may have its own.
    public const string Sql = """
        SELECT current_setting('server_version'), current_setting('fsync'), current_setting('full_page_writes'),
            current_setting('synchronous_commit'), current_setting('synchronous_standby_names'),
            (SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state IN ('sync', 'quorum'))
        """;

    public static async Task<Durability> ReadAsync(NpgsqlConnection connection, PostgresStoreOptions options, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);
        var (fsync, pages, commit, names) = (row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4));
        var standbys = (int)row.GetInt64(5);
        var replicated = names.Length > 0 || options.RequireSynchronousStandby > 0;
        var faults = new List<string>();
        Check(faults, fsync == "on", $"fsync is {fsync}: a crash of the machine loses or damages commits; set fsync = on");
        Check(faults, pages == "on", $"full_page_writes is {pages}: a crash of the machine may tear pages; set full_page_writes = on");
        Check(
            faults, commit is "on" or "remote_apply" || (commit == "local" && !replicated),
            $"synchronous_commit is {commit}: {(commit == "off" ? "acknowledged commits are lost in a crash" : "a failover loses acknowledged commits")}; "
            + "set synchronous_commit = on");
        Check(
            faults, options.RequireSynchronousStandby == 0 || names.Length > 0,
            "synchronous_standby_names is empty, yet synchronous standbys are required; name them");
        Check(
            faults, standbys >= options.RequireSynchronousStandby,
            $"{standbys} synchronous standbys are connected, {options.RequireSynchronousStandby} are required; connect them, and grant pg_monitor to "
            + "the gateway's role so that it sees them");
        return new Durability(row.GetString(0), faults, standbys);
    }

    private static void Check(List<string> faults, bool good, string fault)
    {
        if (!good)
        {
            faults.Add(fault);
        }
    }
}
