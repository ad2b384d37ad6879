namespace LegalAid.Gateway.Identity;

/// <summary>
/// Remembers the client assertions that were used, so that none is used twice (RFC 7523 section 3, item 7): durably, and shared by
/// all nodes, since an assertion outlives a restart. Safe from several threads.
/// </summary>
public interface IAssertionReplayStore
{
    /// <summary>
    /// Remembers the key until <paramref name="expires"/> (system time). Of two calls with one key, however close, exactly one gets true.
    /// Throws where it cannot be remembered: then no token is issued.
    /// </summary>
    /// <param name="keyHash">32 bytes: SHA-256 over client id, a zero byte, and <c>jti</c>.</param>
    /// <param name="expires">From this instant on the entry may be forgotten: the assertion is refused by its time.</param>
    /// <returns>True where the key is new; false where it is remembered already.</returns>
    ValueTask<bool> TryRememberAsync(byte[] keyHash, DateTimeOffset expires, CancellationToken cancellationToken);
}
