using LegalAid.Gateway.Identity.Binding;
using LegalAid.Gateway.Identity.Resource;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LegalAid.Gateway.Identity.Provider;

/// <summary>The proof of a token request, once it was judged.</summary>
internal static class RequestProof
{
    private const string Property = "legalaid.proof";

    /// <summary>The accepted proof, or null where none was shown.</summary>
    public static ProofVerdict? Find(OpenIddictServerTransaction transaction) =>
        transaction.Properties.TryGetValue(Property, out var proof) ? (ProofVerdict?)proof : null;

    /// <summary>To what the request's token is to be bound.</summary>
    public static Confirmation ConfirmationOf(OpenIddictServerTransaction transaction, ClientCertificates certificates) => new(
        Find(transaction)?.Thumbprint,
        certificates.Find(HttpOf(transaction)) is { } certificate ? ClientCertificates.Thumbprint(certificate) : null);

    public static void Keep(OpenIddictServerTransaction transaction, ProofVerdict proof) => transaction.Properties[Property] = proof;

    public static HttpContext HttpOf(OpenIddictServerTransaction transaction) =>
        transaction.GetHttpRequest()?.HttpContext ?? throw new InvalidOperationException("A token request comes by HTTP.");
}

/// <summary>
/// Judges the proof of a token request (RFC 9449 section 5) before the client's assertion: a client that is asked for a nonce has not used
/// up its assertion. That the proof is new is asked after the client is known (<see cref="IssueToken"/>), so that nobody unknown has anything
/// remembered here.
/// </summary>
internal sealed class JudgeProof(Proofs proofs, ILogger<JudgeProof> logger) : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public const string InvalidProof = "invalid_dpop_proof";
    public const string UseNonce = "use_dpop_nonce";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
            .UseSingletonHandler<JudgeProof>()
            .SetOrder(CheckRequest.Descriptor.Order + 1_000)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        var http = RequestProof.HttpOf(context.Transaction);
        if (!Proofs.IsShown(http.Request))
        {
            return ValueTask.CompletedTask;
        }

        var verdict = proofs.Judge(http.Request, token: null);
        if (verdict.Outcome == ProofOutcome.Accepted)
        {
            RequestProof.Keep(context.Transaction, verdict);
            return ValueTask.CompletedTask;
        }

        logger.ProofRefused(verdict.Outcome, "-");
        if (verdict.Outcome is ProofOutcome.NoNonce or ProofOutcome.WrongNonce)
        {
            context.Reject(UseNonce, $"The proof needs the nonce of the {Proofs.NonceHeader} header.");
        }
        else
        {
            context.Reject(InvalidProof, $"The proof is refused: {verdict.Outcome}.");
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// Binds the token to what the request proved: a key (RFC 9449 section 6), a certificate (RFC 8705 section 3), or both. The library keeps the claim
/// for its own use: it is written last.
/// </summary>
internal sealed class ConfirmKey(ClientCertificates certificates) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
            .UseSingletonHandler<ConfirmKey>()
            .SetOrder(OpenIddictServerHandlers.Protection.GenerateIdentityModelToken.Descriptor.Order - 500)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        var bound = RequestProof.ConfirmationOf(context.Transaction, certificates);
        if (bound != Confirmation.None)
        {
            var claims = context.SecurityTokenDescriptor.Claims ??= new Dictionary<string, object>(StringComparer.Ordinal);
            claims[GatewayIdentity.ConfirmationClaim] = bound.ToClaim();
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>Says in the answer how the token is to be shown (RFC 9449 section 5), and brings the nonce for the calls.</summary>
internal sealed class SayTokenType(Proofs proofs) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessSignInContext>()
            .UseSingletonHandler<SayTokenType>()
            .SetOrder(OpenIddictServerHandlers.AttachSignInParameters.Descriptor.Order + 500)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (!context.IsRejected && RequestProof.Find(context.Transaction) is not null)
        {
            context.Response[Parameters.TokenType] = Proofs.Header;
            proofs.PutNonce(RequestProof.HttpOf(context.Transaction).Response);
        }

        return ValueTask.CompletedTask;
    }
}
