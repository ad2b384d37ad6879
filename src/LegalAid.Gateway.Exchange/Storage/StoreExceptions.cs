namespace LegalAid.Gateway.Exchange.Storage;

/// <summary>Why a store does not open.</summary>
public enum StoreRefusal
{
    /// <summary>The options are out of bounds.</summary>
    Options,

    /// <summary>Another process, or this one, has the database open for writing.</summary>
    Locked,

    /// <summary>The durability settings would lose acknowledged commits.</summary>
    UnsafeSynchronous,

    /// <summary>The file system or the file does not allow a write-ahead log.</summary>
    NotWriteAhead,

    /// <summary>It is a database of something else.</summary>
    ForeignDatabase,

    /// <summary>The server cannot be reached, or does not let the gateway in.</summary>
    Unreachable,
}

/// <summary>The store does not open. The message says what an operator can do.</summary>
public sealed class StoreRefusedException(StoreRefusal refusal, string message, Exception? inner = null) : Exception(message, inner)
{
    public StoreRefusal Refusal { get; } = refusal;
}

/// <summary>The store met damage that it cannot judge and takes no more writes. Reads may go on; the process should be restarted.</summary>
public sealed class StoreFaultedException(Exception cause)
    : Exception("the ledger store has stopped taking writes: " + cause.Message, cause);

/// <summary>
/// The store cannot be reached, or cannot write at present. What was asked for was not acknowledged; whether it was written may be unknown, so
/// the caller repeats it by the same request id. It passes by itself, or when an operator acts.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception cause) : Exception(message, cause);
