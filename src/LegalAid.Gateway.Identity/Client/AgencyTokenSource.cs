using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using LegalAid.Gateway.Identity.Binding;
using LegalAid.Gateway.Identity.Provider;

namespace LegalAid.Gateway.Identity.Client;

/// <summary>How an agency's system gets tokens.</summary>
/// <param name="TokenEndpoint">From the discovery document.</param>
/// <param name="Audience">The provider's issuer, exactly as in the discovery document.</param>
/// <param name="ClientId">The client's id at the gateway.</param>
/// <param name="Kid">Id of the key as registered.</param>
/// <param name="Key">The private key on P-256; stays the caller's.</param>
/// <param name="ProofKey">
/// Another private key on P-256, to which tokens are bound (DPoP); stays the caller's, need not be registered and may be made anew at each start.
/// Null: tokens are good for whoever holds them.
/// </param>
public sealed record AgencyCredential(Uri TokenEndpoint, string Audience, string ClientId, string Kid, ECDsa Key, ECDsa? ProofKey = null)
{
    /// <summary>What the tokens are to be good for, where that is less than the client may do; null: for all of it.</summary>
    public TokenBounds? Bounds { get; init; }
}

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
    private volatile string? _nonce;

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

    /// <summary>
    /// Puts a token on a request, as Bearer, or bound with a proof for this request and no other: an answer that asks for a nonce
    /// (<see cref="LearnNonce"/>) means to call this again.
    /// </summary>
    public async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var token = await GetAsync(cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue(credential.ProofKey is null ? "Bearer" : Proofs.Header, token);
        Prove(request, token);
    }

    /// <summary>Keeps the nonce that an answer brings. True where the answer is a refusal for want of it, so that the request may be repeated.</summary>
    public bool LearnNonce(HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (credential.ProofKey is null || !response.Headers.TryGetValues(Proofs.NonceHeader, out var values))
        {
            return false;
        }

        _nonce = values.First();
        return response.Headers.WwwAuthenticate.Any(challenge => challenge.Parameter?.Contains(JudgeProof.UseNonce, StringComparison.Ordinal) == true);
    }

    private void Prove(HttpRequestMessage request, string? token)
    {
        if (credential.ProofKey is { } key && request.RequestUri is { } target)
        {
            request.Headers.Remove(Proofs.Header);
            request.Headers.Add(Proofs.Header, ClientProof.Create(key, request.Method.Method, target, time.GetUtcNow(), _nonce, token));
        }
    }

    /// <summary>Once more where the provider asks for a nonce; what it asks then is its answer.</summary>
    private async Task<Token> FetchAsync(CancellationToken cancellationToken) =>
        await TryFetchAsync(cancellationToken) ?? await TryFetchAsync(cancellationToken)
        ?? throw new TokenRefusedException((int)HttpStatusCode.BadRequest, JudgeProof.UseNonce, "again, with the nonce that it gave");

    /// <summary>A token, or null where the proof was refused for want of the nonce that is known by now.</summary>
    private async Task<Token?> TryFetchAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, credential.TokenEndpoint);
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["scope"] = GatewayIdentity.Scope,
            ["client_id"] = credential.ClientId,
            ["client_assertion_type"] = ClientAssertion.Type,
            ["client_assertion"] = ClientAssertion.Create(credential.ClientId, credential.Audience, credential.Kid, credential.Key, now),
        };
        if (credential.Bounds is { } bounds)
        {
            form[TokenBounds.Parameter] = bounds.ToJson().GetRawText();
        }

        request.Content = new FormUrlEncodedContent(form);
        Prove(request, token: null);
        using var response = await http.SendAsync(request, cancellationToken);
        LearnNonce(response);
        if (response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError)
        {
            // Not a word about this client, whatever form it has.
            throw new HttpRequestException($"The token endpoint cannot at present: it answered {(int)response.StatusCode}.", null, response.StatusCode);
        }

        using var answer = await ReadAsync(response, cancellationToken);
        var root = answer.RootElement;
        if (Text(root, "error") == JudgeProof.UseNonce)
        {
            return null;
        }

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

/// <summary>
/// Puts the token on every request of an <see cref="HttpClient"/>, gRPC channels included, with a proof where it is bound. A request that is refused
/// for want of a nonce is sent again where its content can be: a stream cannot. The nonce that comes with each token makes that rare.
/// </summary>
public sealed class AgencyTokenHandler(AgencyTokenSource tokens) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await tokens.AuthorizeAsync(request, cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        if (!tokens.LearnNonce(response) || request.Content is not (null or ByteArrayContent or JsonContent))
        {
            return response;
        }

        response.Dispose();
        await tokens.AuthorizeAsync(request, cancellationToken);
        response = await base.SendAsync(request, cancellationToken);
        tokens.LearnNonce(response);
        return response;
    }
}
