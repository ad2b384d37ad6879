using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Tests.Identity;

/// <summary>A list of revoked tokens that nodes of one test share, and that can be away.</summary>
internal sealed class MemoryRevocations : IRevocationStore
{
    private readonly Lock _turn = new();
    private readonly Dictionary<string, byte[]> _tokens = new(StringComparer.Ordinal);

    public bool Away { get; set; }

    public ValueTask RevokeAsync(byte[] token, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            ThrowIfAway();
            _tokens[Convert.ToHexString(token)] = token;
            return ValueTask.CompletedTask;
        }
    }

    public ValueTask<IReadOnlyCollection<byte[]>> ListAsync(int countMax, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            ThrowIfAway();
            return new([.. _tokens.Values.Take(countMax)]);
        }
    }

    private void ThrowIfAway()
    {
        if (Away)
        {
            throw new RevocationStoreUnavailableException(new IOException("away"));
        }
    }
}
