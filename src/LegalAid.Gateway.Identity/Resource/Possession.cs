using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Identity.Binding;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Identity.Resource;

/// <summary>To what a token is bound (<c>cnf</c>, RFC 7800): the thumbprint of a key, of a certificate, both, or nothing.</summary>
/// <param name="Key"><c>jkt</c> (RFC 9449 section 6).</param>
/// <param name="Certificate"><c>x5t#S256</c> (RFC 8705 section 3.1).</param>
internal sealed record Confirmation(string? Key, string? Certificate)
{
    public static Confirmation None { get; } = new(null, null);

    /// <summary>As <c>cnf</c> has it.</summary>
    public Dictionary<string, object> ToClaim()
    {
        var members = new Dictionary<string, object>(StringComparer.Ordinal);
        if (Key is not null)
        {
            members["jkt"] = Key;
        }

        if (Certificate is not null)
        {
            members["x5t#S256"] = Certificate;
        }

        return members;
    }

    /// <summary>Whether a token that is bound so is bound as its client's must be.</summary>
    public bool Meets(BindingDemand demand) => demand switch
    {
        BindingDemand.None => true,
        BindingDemand.Bound => this != None,
        BindingDemand.Key => Key is not null,
        BindingDemand.Certificate => Certificate is not null,
        _ => throw new InvalidOperationException($"binding {demand}"),
    };
}

/// <summary>
/// Whether the one who shows a token has what it is bound to, on each call. In order: is it shown as what it is, the certificate, the proof, its key, and
/// last, as the one dear step, that the proof is new.
/// </summary>
internal sealed class Possession(Proofs proofs, ClientCertificates certificates, ILogger<Possession> logger)
{
    /// <summary>The fault, or null where the token is the caller's.</summary>
    /// <param name="byProof">The scheme was DPoP, not Bearer.</param>
    public async ValueTask<FaultCode?> CheckAsync(HttpRequest request, bool byProof, TokenDigest token, Confirmation bound, string clientId)
    {
        // A bound token as Bearer, an unbound one as DPoP, or a proof beside a Bearer token: one of the two sides errs about what protects it.
        if (byProof != bound.Key is not null || (!byProof && Proofs.IsShown(request)))
        {
            return IdentityFaults.TokenDowngraded;
        }

        if (bound.Certificate is { } thumbprint
            && (certificates.Find(request.HttpContext) is not { } certificate || ClientCertificates.Thumbprint(certificate) != thumbprint))
        {
            return IdentityFaults.TokenOtherCertificate;
        }

        if (bound.Key is null)
        {
            return null;
        }

        var verdict = proofs.Judge(request, (token, bound.Key));
        if (verdict.Outcome != ProofOutcome.Accepted)
        {
            logger.ProofRefused(verdict.Outcome, clientId);
            return FaultOf(verdict.Outcome);
        }

        try
        {
            if (await proofs.TryUseAsync(verdict, request.HttpContext.RequestAborted))
            {
                return null;
            }
        }
        catch (ReplayStoreUnavailableException)
        {
            return IdentityFaults.ProofUnchecked;
        }

        logger.ProofRefused(ProofOutcome.Replayed, clientId);
        return IdentityFaults.ProofReplayed;
    }

    private static FaultCode FaultOf(ProofOutcome outcome) => outcome switch
    {
        ProofOutcome.Oversized or ProofOutcome.Malformed or ProofOutcome.WrongType or ProofOutcome.WrongAlgorithm or ProofOutcome.ForeignHeader
            or ProofOutcome.NoKey or ProofOutcome.PrivateKey or ProofOutcome.BadKey or ProofOutcome.BadSignature or ProofOutcome.NoIssueTime
            or ProofOutcome.BadId => IdentityFaults.ProofInvalid,
        ProofOutcome.WrongMethod or ProofOutcome.WrongTarget or ProofOutcome.WrongToken => IdentityFaults.ProofWrongTarget,
        ProofOutcome.TooOld or ProofOutcome.NotYetValid => IdentityFaults.ProofExpired,
        ProofOutcome.NoNonce or ProofOutcome.WrongNonce => IdentityFaults.ProofNonce,
        ProofOutcome.OtherKey => IdentityFaults.ProofOtherKey,
        ProofOutcome.Replayed => IdentityFaults.ProofReplayed,
        _ => throw new InvalidOperationException($"{outcome} is no refusal."),
    };
}
