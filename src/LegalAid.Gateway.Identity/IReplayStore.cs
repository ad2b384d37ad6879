namespace LegalAid.Gateway.Identity;

/// <summary>
/// Remembers the client assertions and the proofs of possession that were used, so that none is used twice (RFC 7523 section 3, item 7;
/// RFC 9449 section 11.1): durably, and shared by all nodes, since both outlive a restart. Safe from several threads.
/// </summary>
public interface IReplayStore
{
    /// <summary>
    /// Remembers the key until <paramref name="expires"/> (system time). Of two calls with one key, however close, exactly one gets true.
    /// Throws <see cref="ReplayStoreUnavailableException"/> where it cannot be remembered: then no token is issued and no call is let in.
    /// </summary>
    /// <param name="keyHash">32 bytes: SHA-256 over who made it, a zero byte, and <c>jti</c>.</param>
    /// <param name="expires">From this instant on the entry may be forgotten: its time alone refuses the assertion or proof.</param>
    /// <returns>True where the key is new; false where it is remembered already.</returns>
    ValueTask<bool> TryRememberAsync(byte[] keyHash, DateTimeOffset expires, CancellationToken cancellationToken);
}

/// <summary>It cannot be told at present whether an assertion or proof was used before.</summary>
public sealed class ReplayStoreUnavailableException(Exception cause) : Exception("The memory of used assertions and proofs cannot be reached.", cause);
