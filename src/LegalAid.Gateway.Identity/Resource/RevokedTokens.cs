using System.Collections.Frozen;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Identity.Resource;

/// <summary>What is known of a token's revocation.</summary>
internal enum RevocationStanding
{
    Live,
    Revoked,

    /// <summary>What is known is too old, and nothing newer can be had.</summary>
    Unknown,
}

/// <summary>
/// The tokens of our own that were revoked, as this node knows them: one list for all nodes, each at most five seconds behind (<see cref="Aged{T}"/>).
/// Safe from several threads.
/// </summary>
internal sealed class RevokedTokens
{
    /// <summary>Bound of the list; a token is on it for the rest of its minutes.</summary>
    public const int TokensMax = 100_000;

    private readonly IRevocationStore _store;
    private readonly ILogger _logger;
    private readonly Aged<FrozenSet<TokenDigest>> _list;
    private readonly Func<CancellationToken, Task<FrozenSet<TokenDigest>?>> _read;

    public RevokedTokens(IRevocationStore store, TimeProvider time, ILogger<RevokedTokens> logger)
    {
        (_store, _logger) = (store, logger);
        _list = new(time, usual: TimeSpan.FromSeconds(1));
        _read = ReadAsync;
    }

    /// <summary>What names a token: not its text, since an ECDSA signature can be written in two ways.</summary>
    public static TokenDigest NameOf(string issuer, string id) => TokenDigest.Of($"{issuer}\0{id}");

    public async ValueTask<RevocationStanding> JudgeAsync(TokenDigest token) => await _list.GetAsync(_read) switch
    {
        null => RevocationStanding.Unknown,
        var revoked => revoked.Contains(token) ? RevocationStanding.Revoked : RevocationStanding.Live,
    };

    /// <summary>Revokes for all nodes; this one knows at once. False where there are too many already.</summary>
    /// <exception cref="RevocationStoreUnavailableException">Nothing was revoked, or it cannot be told whether.</exception>
    public async ValueTask<bool> TryRevokeAsync(TokenDigest token, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        if (_list.Latest is { Count: >= TokensMax })
        {
            return false;
        }

        await _store.RevokeAsync(token.ToBytes(), expires, cancellationToken);
        await _list.AgainAsync(_read);
        return true;
    }

    private async Task<FrozenSet<TokenDigest>?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var tokens = await _store.ListAsync(TokensMax, cancellationToken);
            return tokens.Select(token => TokenDigest.From(token)).ToFrozenSet();
        }
        catch (Exception away) when (away is RevocationStoreUnavailableException or OperationCanceledException)
        {
            _logger.RevocationsUnread();
            return null;
        }
    }
}
