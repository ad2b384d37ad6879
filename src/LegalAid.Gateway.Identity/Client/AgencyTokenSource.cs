using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace LegalAid.Gateway.Identity.Client;

/// <summary>How an agency's system gets tokens.</summary>
/// <param name="TokenEndpoint">From the discovery document.</param>
/// <param name="Audience">The provider's issuer, exactly as in the discovery document.</param>
/// <param name="ClientId">The client's id at the gateway.</param>
/// <param name="Kid">Id of the key as registered.</param>
/// <param name="Key">The private key on P-256; stays the caller's.</param>
public sealed record AgencyCredential(Uri TokenEndpoint, string Audience, string ClientId, string Kid, ECDsa Key);

/// <summary>The provider refused a token. <see cref="Error"/> is its RFC 6749 code, such as <c>invalid_client</c>.</summary>
public sealed class TokenRefusedException(int status, string error, string description)
    : Exception($"The token endpoint answered {status}: {error} ({description})")
{
    public int Status { get; } = status;

    public string Error { get; } = error;
}

/// <summary>
/// What a C# system of an agency uses to call the gateway: fetches an access token, keeps it until shortly before it expires, and
/// fetches the next once, however many calls wait for it. Safe from several threads; keep one per client.
/// </summary>
public sealed class AgencyTokenSource(HttpClient http, AgencyCredential credential, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _fetching = new(1, 1);
    private volatile Token? _token;

    /// <summary>
    /// A token that lives for a tenth of its life more at least. Throws <see cref="TokenRefusedException"/> where the provider refuses,
    /// <see cref="HttpRequestException"/> where it is not reached, cannot at present (429, 5xx) or does not answer in its form: ask again later.
    /// </summary>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        if (_token is { } kept && time.GetUtcNow() < kept.RenewFrom)
        {
            return kept.Text;
        }

        await _fetching.WaitAsync(cancellationToken);
        try
        {
            if (_token is { } other && time.GetUtcNow() < other.RenewFrom)
            {
                return other.Text;
            }

            var fetched = await FetchAsync(cancellationToken);
            _token = fetched;
            return fetched.Text;
        }
        finally
        {
            _fetching.Release();
        }
    }

    /// <summary>Forgets the token: the next call fetches one. For a 401 on a token that should be good.</summary>
    public void Forget() => _token = null;

    public void Dispose() => _fetching.Dispose();

    private async Task<Token> FetchAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["scope"] = GatewayIdentity.Scope,
            ["client_id"] = credential.ClientId,
            ["client_assertion_type"] = ClientAssertion.Type,
            ["client_assertion"] = ClientAssertion.Create(credential.ClientId, credential.Audience, credential.Kid, credential.Key, now),
        });
        using var response = await http.PostAsync(credential.TokenEndpoint, form, cancellationToken);
        if (response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError)
        {
            // Not a word about this client, whatever form it has.
            throw new HttpRequestException($"The token endpoint cannot at present: it answered {(int)response.StatusCode}.", null, response.StatusCode);
        }

        using var answer = await ReadAsync(response, cancellationToken);
        var root = answer.RootElement;
        if (!response.IsSuccessStatusCode)
        {
            throw new TokenRefusedException((int)response.StatusCode, Text(root, "error"), Text(root, "error_description"));
        }

        if (Text(root, "access_token") is not { Length: > 0 } text
            || !root.TryGetProperty("expires_in", out var seconds) || !seconds.TryGetInt32(out var life))
        {
            throw new HttpRequestException("The token endpoint's answer has no access_token or no expires_in.");
        }

        return new Token(text, now + TimeSpan.FromSeconds(life * 0.9));
    }

    private static async Task<JsonDocument> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        }
        catch (JsonException malformed)
        {
            throw new HttpRequestException(
                $"The token endpoint answered {(int)response.StatusCode} without JSON.", malformed, response.StatusCode);
        }
    }

    private static string Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";

    private sealed record Token(string Text, DateTimeOffset RenewFrom);
}

/// <summary>Puts the token on every request of an <see cref="HttpClient"/>, gRPC channels included.</summary>
public sealed class AgencyTokenHandler(AgencyTokenSource tokens) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetAsync(cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }
}
