using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Judges exceptions of SQLite.</summary>
internal static class Failures
{
    /// <summary>
    /// Whether it passes when there is space, memory or a working disk again. Nothing of it harms the database, which stands as the last commit left it.
    /// </summary>
    public static bool IsPassing(Exception failure) => failure is SqliteException
    {
        SqliteErrorCode: raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_NOMEM or raw.SQLITE_BUSY
            or raw.SQLITE_PROTOCOL,
    };

    /// <summary>To the caller: what passes is said as such, the rest as it is.</summary>
    public static Exception ForCaller(Exception failure) => IsPassing(failure)
        ? new StoreUnavailableException("the ledger's file is not available at present: " + failure.Message, failure)
        : failure;

    /// <summary>Whether the database itself is broken, which does not pass.</summary>
    public static bool IsDamage(Exception failure) =>
        failure is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB };
}
