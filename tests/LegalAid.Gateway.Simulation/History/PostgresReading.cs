using System.Data.Common;
using LegalAid.Gateway.Exchange.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace LegalAid.Gateway.Simulation.History;

/// <summary>Reads a PostgreSQL schema.</summary>
internal sealed class PostgresReading(PostgresStoreOptions options) : StoreReading
{
    protected override string HoldKeys => "string_agg(encode(key, 'hex'), ',')";

    protected override async Task RecoverAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        await using var opened = await PostgresLedgerStore.OpenAsync(options, time, NullLogger.Instance, cancellationToken);
    }

    protected override DbConnection Open()
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(options.ConnectionString) { SearchPath = options.Schema, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>Every row of every table is read right after; the server checks what it reads.</summary>
    protected override string Integrity(DbConnection connection) => "ok";

    protected override Guid IdOf(DbDataReader row, int column) => row.GetGuid(column);
}
