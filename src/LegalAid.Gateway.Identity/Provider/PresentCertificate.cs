using LegalAid.Gateway.Identity.Client;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LegalAid.Gateway.Identity.Provider;

/// <summary>
/// Lets a client that shows a certificate and no assertion authenticate by it (RFC 8705 section 2). The library's own check would read keys and
/// policies from a store; ours are in the registry. So the library is given an assertion that stands for the certificate, and
/// <see cref="AuthenticateClient"/> takes that one by what is kept on the transaction, which no request can put there.
/// </summary>
internal sealed class PresentCertificate(ClientAuthentication authentication)
    : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    private const string Property = "legalaid.certificate-client";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
            .UseSingletonHandler<PresentCertificate>()
            .SetOrder(JudgeProof.Descriptor.Order + 1_000)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    /// <summary>The client that its certificate authenticated, or null.</summary>
    public static AgencyClient? FindClient(OpenIddictServerTransaction transaction) =>
        transaction.Properties.TryGetValue(Property, out var client) ? (AgencyClient?)client : null;

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (context.Request.ClientAssertion is not null || context.Request.ClientSecret is not null || context.Request.ClientId is not { Length: > 0 } clientId)
        {
            return ValueTask.CompletedTask;
        }

        var (client, refusal) = authentication.ByCertificate(clientId, RequestProof.HttpOf(context.Transaction));
        if (client is null)
        {
            if (refusal is not null)
            {
                context.Reject(Errors.InvalidClient, refusal);
            }

            return ValueTask.CompletedTask;
        }

        context.Transaction.Properties[Property] = client;
        context.Request.ClientAssertionType = ClientAssertion.Type;
        context.Request.ClientAssertion = "certificate";
        return ValueTask.CompletedTask;
    }
}
