using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace LegalAid.Gateway.Testing;

/// <summary>Reads a gateway's SQLite store from outside, as an auditor with the file would: what is there, and what must not be.</summary>
public sealed class StoreReading(string path)
{
    private static readonly string[] Business = ["exchange", "party", "hold", "search_term", "message", "delivery", "attachment", "idempotency"];

    /// <summary>Rows of each table that holds business, and leaves that are neither refusals nor accesses.</summary>
    public string BusinessRows()
    {
        using var connection = Open();
        var counts = Business.Select(table => $"{table}={Scalar(connection, $"SELECT count(*) FROM {table}")}");
        return string.Join(' ', [.. counts, $"leaf={Scalar(connection, "SELECT count(*) FROM leaf WHERE kind NOT IN ('refusal', 'access')")}"]);
    }

    public long Count(string table) => Business.Contains(table, StringComparer.Ordinal)
        ? Query($"SELECT count(*) FROM {table}")
        : throw new ArgumentException($"no table {table}", nameof(table));

    /// <summary>Rows of a table that fulfil a condition; both are a test's own text.</summary>
    public long Count(string table, string condition) => Query($"SELECT count(*) FROM {table} WHERE {condition}");

    /// <summary>The refusals kept as evidence, in the order in which they were kept.</summary>
    public IReadOnlyList<JsonObject> Refusals() => Entries("refusal");

    /// <summary>The accesses kept as evidence, in the order in which they were kept.</summary>
    public IReadOnlyList<JsonObject> Accesses() => Entries("access");

    /// <summary>The text of every leaf, in the order in which they were kept.</summary>
    public IReadOnlyList<string> Leaves()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT entry FROM leaf ORDER BY committed_at, id";
        using var reader = command.ExecuteReader();
        var entries = new List<string>();
        while (reader.Read())
        {
            entries.Add(Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(0)));
        }

        return entries;
    }

    private List<JsonObject> Entries(string kind)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT entry FROM leaf WHERE kind = $kind ORDER BY committed_at, id";
        command.Parameters.AddWithValue("$kind", kind);
        using var reader = command.ExecuteReader();
        var entries = new List<JsonObject>();
        while (reader.Read())
        {
            entries.Add(JsonNode.Parse(reader.GetFieldValue<byte[]>(0))!.AsObject()); // a leaf is a JSON object
        }

        return entries;
    }

    /// <summary>Which of the texts stand in clear in the store's files: the database and its write-ahead log.</summary>
    public IReadOnlyList<string> FindInClear(IEnumerable<string> texts)
    {
        var files = Directory.GetFiles(Path.GetDirectoryName(path)!).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).Select(ReadShared).ToList(); // the store has a folder
        return [.. texts.Where(text => files.Any(file => file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0))];
    }

    private long Query(string sql)
    {
        using var connection = Open();
        return Scalar(connection, sql);
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is a constant of this class with a table's name from its own list.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!; // count(*) is never null
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
