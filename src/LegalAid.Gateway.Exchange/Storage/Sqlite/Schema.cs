namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>
/// The schema, as a list of additive steps. A step is never edited once released; a later build adds one, and the build before it runs
/// on the result: columns are added with a default, tables and indexes are added, nothing is renamed or dropped.
/// </summary>
internal static class Schema
{
    /// <summary>"LAGW": marks the file as ours.</summary>
    private const int ApplicationId = 0x4C414757;

    /// <summary>Step n brings version n − 1 to version n.</summary>
    private static readonly string[] Steps = [SchemaSql.Version1, SchemaSql.Version2, SchemaSql.Version3];

    public static int Latest => Steps.Length;

    /// <summary>
    /// Brings the database to the latest version, each step in its own transaction. A database of a later build is left as it is.
    /// Returns the version found, 0 for a new one.
    /// </summary>
    public static int Upgrade(Connection connection, DateTimeOffset now)
    {
        connection.Run("BEGIN IMMEDIATE");
        connection.Run("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT");
        connection.Run($"PRAGMA application_id = {ApplicationId}");
        connection.Run("COMMIT");

        var found = (int)connection.Scalar("SELECT max(version) FROM schema_version");
        for (var version = found + 1; version <= Latest; version++)
        {
            connection.Run("BEGIN IMMEDIATE");
            connection.RunScript(Steps[version - 1]);
            connection.Run($"INSERT INTO schema_version (version, applied_at) VALUES ({version}, {now.UtcTicks})");
            connection.Run("COMMIT");
        }

        return found;
    }

    /// <summary>Throws where the file is a database that this store did not make.</summary>
    public static void RequireOurs(Connection connection)
    {
        var id = connection.Scalar("PRAGMA application_id");
        if (id != ApplicationId && (id != 0 || connection.Scalar("SELECT count(*) FROM sqlite_schema") > 0))
        {
            throw new StoreRefusedException(StoreRefusal.ForeignDatabase, "the file is a database of another program; name another path");
        }
    }
}
