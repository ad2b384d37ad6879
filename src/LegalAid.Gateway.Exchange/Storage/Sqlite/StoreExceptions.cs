namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Why a store does not open.</summary>
public enum StoreRefusal
{
    /// <summary>The options are out of bounds.</summary>
    Options,

    /// <summary>Another process, or this one, has the database open for writing.</summary>
    Locked,

    /// <summary>The durability setting would lose acknowledged commits.</summary>
    UnsafeSynchronous,

    /// <summary>The file system or the file does not allow a write-ahead log.</summary>
    NotWriteAhead,

    /// <summary>The file is a database of something else.</summary>
    ForeignDatabase,
}

/// <summary>The store does not open. The message says what an operator can do.</summary>
public sealed class StoreRefusedException(StoreRefusal refusal, string message, Exception? inner = null) : Exception(message, inner)
{
    public StoreRefusal Refusal { get; } = refusal;
}

/// <summary>The store met damage that it cannot judge and takes no more writes. Reads may go on; the process should be restarted.</summary>
public sealed class StoreFaultedException(Exception cause)
    : Exception("the ledger store has stopped taking writes: " + cause.Message, cause);
