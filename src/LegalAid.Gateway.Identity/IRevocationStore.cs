namespace LegalAid.Gateway.Identity;

/// <summary>Keeps which tokens are revoked: durably, and shared by all nodes. Safe from several threads.</summary>
public interface IRevocationStore
{
    /// <summary>Notes that a token is revoked, until it expires by itself. Throws <see cref="RevocationStoreUnavailableException"/> where it cannot.</summary>
    /// <param name="token">32 bytes that name the token.</param>
    ValueTask RevokeAsync(byte[] token, DateTimeOffset expires, CancellationToken cancellationToken);

    /// <summary>The tokens that are revoked and have not expired, at most so many. Throws <see cref="RevocationStoreUnavailableException"/>.</summary>
    ValueTask<IReadOnlyCollection<byte[]>> ListAsync(int countMax, CancellationToken cancellationToken);
}

/// <summary>It cannot be told or noted at present which tokens are revoked.</summary>
public sealed class RevocationStoreUnavailableException(Exception cause) : Exception("The list of revoked tokens cannot be reached.", cause);
