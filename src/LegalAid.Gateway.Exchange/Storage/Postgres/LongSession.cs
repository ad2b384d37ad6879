using LegalAid.Gateway.Exchange.Backup;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>A session on the primary that may take hours: for a backup or a restore, with none of the store's bounds on statements.</summary>
internal static class LongSession
{
    private const int KeepAliveSeconds = 10;

    public static NpgsqlMultiHostDataSource NewSource(PostgresStoreOptions options)
    {
        Settings.RequireForStore(options.Validate());
        var text = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            ApplicationName = "legalaid-gateway backup",
            Pooling = false,
            Enlist = false,
            CommandTimeout = 0,
            KeepAlive = KeepAliveSeconds,
            SearchPath = options.Schema,
            Options = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0",
        };
        text.TargetSessionAttributes = null;
        return new NpgsqlDataSourceBuilder(text.ConnectionString).BuildMultiHost();
    }

    public static async Task<NpgsqlConnection> OpenAsync(NpgsqlMultiHostDataSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await source.OpenConnectionAsync(TargetSessionAttributes.Primary, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException e)
        {
            throw new StoreRefusedException(StoreRefusal.Unreachable, $"the database cannot be reached: {e.Message}", e);
        }
    }

    /// <summary><c>table (column, …)</c>. The names come from a catalogue or a verified backup, and are of the plain kind that the schema uses.</summary>
    public static string Rows(StorePart part) =>
        part.Columns.Append(part.Name).All(IsPlain)
            ? $"{part.Name} ({string.Join(", ", part.Columns)})"
            : throw new InvalidDataException($"{part.Name} is no table of a ledger");

    public static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is var value and not DBNull ? value : null;
    }

    private static bool IsPlain(string name) => name.Length is > 0 and < 64 && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_');
}
