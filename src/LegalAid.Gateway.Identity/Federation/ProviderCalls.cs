using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Identity.Provider;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Identity.Federation;

/// <summary>Calls to a provider's own endpoints, as the client that this gateway is there: <c>private_key_jwt</c> by a key of our JWKS.</summary>
internal sealed class ProviderCalls(IssuerDocuments documents, SigningRing ring, TimeProvider time, ILogger<ProviderCalls> logger)
{
    /// <summary>What the provider answers; null where it does not answer with success and JSON.</summary>
    /// <param name="clientId">Our name there.</param>
    public async Task<JsonDocument?> PostAsync(
        AgencyIssuer issuer, string clientId, Uri endpoint, IReadOnlyDictionary<string, string> form, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var key = ring.CurrentEntry() ?? throw new InvalidOperationException("No signing key is in force.");
        using var content = new FormUrlEncodedContent(new Dictionary<string, string>(form, StringComparer.Ordinal)
        {
            ["client_id"] = clientId,
            ["client_assertion_type"] = ClientAssertion.Type,
            ["client_assertion"] = ClientAssertion.Create(clientId, issuer.Issuer, key.Kid, key.Key, now),
        });
        try
        {
            using var response = await documents.ClientOf(issuer).PostAsync(endpoint, content, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                logger.IssuerDocumentRefused(issuer.Issuer, $"{endpoint.AbsolutePath} answered {(int)response.StatusCode}");
                return null;
            }

            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            logger.IssuerDocumentRefused(issuer.Issuer, failure.InnerException?.Message ?? failure.Message);
            return null;
        }
    }
}
