using System.Collections.Frozen;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Identity.Resource;

/// <summary>What is known of a token's revocation.</summary>
internal enum RevocationStanding
{
    Live,
    Revoked,

    /// <summary>The list is too old and cannot be read.</summary>
    Unknown,
}

/// <summary>
/// The revoked tokens as this node knows them. Calls ask memory: the first after a second has the list read again beside it, and only where the
/// list is older than <see cref="AgeMax"/> does a call wait for it. So a token that is revoked on any node is refused on each within
/// <see cref="AgeMax"/> and one reading, and where the list cannot be read for so long, nobody is let in on it. An idle node reads nothing.
/// Safe from several threads.
/// </summary>
internal sealed class RevokedTokens(IRevocationStore store, TimeProvider time, ILogger<RevokedTokens> logger)
{
    /// <summary>Bound of the list; a token is on it for the rest of its minutes.</summary>
    public const int TokensMax = 100_000;

    /// <summary>An older list is waited for. With <see cref="ReadPatience"/> it makes up the five seconds in which a revocation acts.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan AgeUsual = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(1.5);

    private readonly Lock _turn = new();
    private Task _reading = Task.CompletedTask;
    private volatile Known? _known;

    /// <summary>What names a token: not its text, since an ECDSA signature can be written in two ways.</summary>
    public static TokenDigest NameOf(string issuer, string id) => TokenDigest.Of($"{issuer}\0{id}");

    public async ValueTask<RevocationStanding> JudgeAsync(TokenDigest token)
    {
        var known = _known;
        if (IsOlder(known, AgeUsual))
        {
            var reading = Read();
            if (IsOlder(known, AgeMax))
            {
                await reading;
                known = _known;
                if (known is null || IsOlder(known, AgeMax + ReadPatience))
                {
                    return RevocationStanding.Unknown;
                }
            }
        }

        return known is not null && known.Tokens.Contains(token) ? RevocationStanding.Revoked : RevocationStanding.Live;
    }

    /// <summary>Revokes for all nodes; this one knows at once. False where there are too many already.</summary>
    /// <exception cref="RevocationStoreUnavailableException">Nothing was revoked, or it cannot be told whether.</exception>
    public async ValueTask<bool> TryRevokeAsync(TokenDigest token, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        if (_known is { Tokens.Count: >= TokensMax })
        {
            return false;
        }

        await store.RevokeAsync(token.ToBytes(), expires, cancellationToken);
        await Again();
        return true;
    }

    private bool IsOlder(Known? known, TimeSpan age) => known is null || time.GetElapsedTime(known.AsOf) > age;

    /// <summary>Joins a reading under way, or begins one.</summary>
    private Task Read()
    {
        lock (_turn)
        {
            return _reading = _reading.IsCompleted ? ReadAsync() : _reading;
        }
    }

    /// <summary>A reading that began after now: one under way may have begun before.</summary>
    private async Task Again()
    {
        Task before;
        lock (_turn)
        {
            before = _reading;
        }

        await before;
        await Read();
    }

    /// <summary>Leaves the old list where it fails; its age then says so.</summary>
    private async Task ReadAsync()
    {
        await Task.Yield(); // out of the lock
        var asOf = time.GetTimestamp();
        using var patience = new CancellationTokenSource(ReadPatience, time);
        try
        {
            var tokens = await store.ListAsync(TokensMax, patience.Token);
            _known = new Known(asOf, tokens.Select(token => TokenDigest.From(token)).ToFrozenSet());
        }
        catch (Exception away) when (away is RevocationStoreUnavailableException or OperationCanceledException)
        {
            logger.RevocationsUnread();
        }
    }

    private sealed record Known(long AsOf, FrozenSet<TokenDigest> Tokens);
}
