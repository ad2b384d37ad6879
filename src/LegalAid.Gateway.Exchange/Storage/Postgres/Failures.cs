using System.Net.Sockets;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>What a failure of the server or the way to it means for the write that met it.</summary>
internal enum FailureKind
{
    /// <summary>The statements themselves: a bug, or a caller's. Trying again would fail again.</summary>
    Statement,

    /// <summary>A row was there that nobody knew of when it was looked for: look again.</summary>
    Collision,

    /// <summary>The server gave this transaction up in favour of another: try again at once.</summary>
    Conflict,

    /// <summary>No connection, no primary, a restart: it passes.</summary>
    Unavailable,

    /// <summary>A full disk or memory: an operator acts, so callers are told at once.</summary>
    Exhausted,
}

/// <summary>Judges exceptions of Npgsql.</summary>
internal static class Failures
{
    public static FailureKind KindOf(Exception failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => FailureKind.Collision,
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected } => FailureKind.Conflict,
        PostgresException { SqlState: PostgresErrorCodes.DiskFull or PostgresErrorCodes.OutOfMemory } => FailureKind.Exhausted,
        PostgresException e => IsOfServerState(e.SqlState) ? FailureKind.Unavailable : FailureKind.Statement,
        NpgsqlException or SocketException or IOException or TimeoutException => FailureKind.Unavailable,
        _ => FailureKind.Statement,
    };

    /// <summary>Whether it is of the server or the way to it, and not of the statements.</summary>
    public static bool IsOfServer(Exception failure) => KindOf(failure) is FailureKind.Unavailable or FailureKind.Exhausted or FailureKind.Conflict;

    /// <summary>To the caller: what passes is said as such, the rest as it is.</summary>
    public static Exception ForCaller(Exception failure) => KindOf(failure) switch
    {
        FailureKind.Unavailable or FailureKind.Exhausted or FailureKind.Conflict => new StoreUnavailableException(
            "the ledger's database is not available at present: " + Describe(failure), failure),
        FailureKind.Statement or FailureKind.Collision => failure,
        var other => throw new InvalidOperationException($"kind {other}"),
    };

    /// <summary>Without the server's detail, which may quote a row.</summary>
    private static string Describe(Exception failure) =>
        failure is PostgresException e ? $"{e.SqlState} {e.MessageText}" : failure.Message;

    // Classes 08 connection, 25006 read-only (a standby), 53 resources, 55P03 and 57 lock, cancel, shutdown, 58 system, F0 configuration.
    private static bool IsOfServerState(string state) =>
        state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("53", StringComparison.Ordinal)
        || state.StartsWith("57", StringComparison.Ordinal) || state.StartsWith("58", StringComparison.Ordinal)
        || state is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.LockNotAvailable or "F0001";
}
