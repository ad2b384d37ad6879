using LegalAid.Gateway.Identity.Resource;
using LegalAid.Gateway.Identity.Signatures;
using Microsoft.AspNetCore.Http;

namespace LegalAid.Gateway.Identity.Binding;

/// <summary>Proofs of possession as the token endpoint and the resource see them: what the headers hold, nonces out, and no proof twice.</summary>
internal sealed class Proofs(ProofCheck check, ProofNonces nonces, IReplayStore replays, TimeProvider time)
{
    /// <summary>The request header, and the scheme of a token that is bound by it.</summary>
    public const string Header = "DPoP";

    /// <summary>The answer's header that brings a nonce.</summary>
    public const string NonceHeader = "DPoP-Nonce";

    /// <summary>Names of the algorithms, as <c>algs</c> in a challenge has them.</summary>
    public static string Algorithms { get; } = string.Join(' ', JwsAlgorithm.All.Select(algorithm => algorithm.Name));

    /// <summary>Whether the request has a proof, sound or not.</summary>
    public static bool IsShown(HttpRequest request) => request.Headers.ContainsKey(Header);

    /// <summary>Judges the proof of a request, apart from replay. Puts a nonce on the answer where the proof's is missing, too old or aging.</summary>
    public ProofVerdict Judge(HttpRequest request, (TokenDigest Digest, string Thumbprint)? token)
    {
        var values = request.Headers[Header];
        if (values is not [{ } proof])
        {
            return new(ProofOutcome.Malformed); // two proofs are none
        }

        var verdict = check.Check(proof, request, token, time.GetUtcNow());
        if (verdict.NonceAging || verdict.Outcome is ProofOutcome.NoNonce or ProofOutcome.WrongNonce)
        {
            PutNonce(request.HttpContext.Response);
        }

        return verdict;
    }

    /// <summary>Remembers an accepted proof. False where it was used before, here, on another node or before a restart.</summary>
    /// <exception cref="ReplayStoreUnavailableException">It cannot be remembered.</exception>
    public ValueTask<bool> TryUseAsync(ProofVerdict accepted, CancellationToken cancellationToken) => accepted.ReplayKey is { } key
        ? replays.TryRememberAsync(key, accepted.RefusedFrom, cancellationToken)
        : throw new ArgumentException($"a proof that is {accepted.Outcome} is not used", nameof(accepted));

    public void PutNonce(HttpResponse response) => response.Headers[NonceHeader] = nonces.Current(time.GetUtcNow());
}
