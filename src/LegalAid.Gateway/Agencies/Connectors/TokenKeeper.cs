using System.Net;
using System.Text;
using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>
/// Keeps the token of one connector until shortly before it ends, and fetches it once for all who wait. The fetch runs under its own deadline and is nobody's: a
/// caller that gives up does not take it from the others. Safe on any thread.
/// </summary>
internal sealed class TokenKeeper(ConnectorAuthentication.ClientCredentials how, ConnectorSecrets secrets, HttpMessageInvoker client, TimeSpan timeout, TimeProvider time) : IDisposable
{
    private const int AnswerBytesMax = 64 * 1024;

    private static readonly TimeSpan LifetimeDefault = TimeSpan.FromMinutes(5), LifetimeMax = TimeSpan.FromDays(1), EarlyMost = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopped = new();
    private (string Token, DateTimeOffset Until)? _kept;
    private Task<TokenAnswer>? _fetching;

    /// <summary>A token that is good for a while, or why there is none.</summary>
    public Task<TokenAnswer> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_kept is { } kept && time.GetUtcNow() < kept.Until)
            {
                return Task.FromResult(new TokenAnswer(kept.Token, Fault: null));
            }

            _fetching ??= FetchAsync();
            return _fetching.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Forgets a token that was refused, unless a newer one is there already.</summary>
    public void Drop(string? token)
    {
        lock (_gate)
        {
            if (_kept?.Token == token)
            {
                _kept = null;
            }
        }
    }

    public void Dispose()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private async Task<TokenAnswer> FetchAsync()
    {
        await Task.Yield(); // out of the lock
        var (answer, lifetime) = await AskAsync();
        lock (_gate)
        {
            _fetching = null;
            if (answer.Token is { } token)
            {
                var early = lifetime / 5 < EarlyMost ? lifetime / 5 : EarlyMost;
                _kept = (token, time.GetUtcNow() + lifetime - early);
            }
        }

        return answer;
    }

    private async Task<(TokenAnswer Answer, TimeSpan Lifetime)> AskAsync()
    {
        if (secrets.Find(how.Secret) is not { } secret)
        {
            return (new TokenAnswer(Token: null, ConnectorFault.NotConfigured), default);
        }

        try
        {
            using var late = new CancellationTokenSource(timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stopped.Token);
            using var message = RequestOf(secret);
            using var response = await client.SendAsync(message, either.Token);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await ReadAsync(response, either.Token),
                HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => (new TokenAnswer(Token: null, ConnectorFault.TokenRefused), default),
                _ => Unavailable(),
            };
        }
        catch (HttpRequestException refused) when (WireFaults.Of(refused) is ConnectorFault.AddressRefused or ConnectorFault.NotTrusted)
        {
            return (new TokenAnswer(Token: null, WireFaults.Of(refused)), default);
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            return Unavailable();
        }
    }

    private static (TokenAnswer Answer, TimeSpan Lifetime) Unavailable() => (new TokenAnswer(Token: null, ConnectorFault.TokenUnavailable), default);

    private HttpRequestMessage RequestOf(string secret)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["grant_type"] = "client_credentials" };
        if (how.Scope is { } scope)
        {
            fields["scope"] = scope;
        }

        var message = new HttpRequestMessage(HttpMethod.Post, how.TokenAddress);
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        if (how.InBody)
        {
            (fields["client_id"], fields["client_secret"]) = (how.ClientId, secret);
        }
        else
        {
            // RFC 6749 section 2.3.1: both are form-encoded before they are joined.
            var joined = $"{WebUtility.UrlEncode(how.ClientId)}:{WebUtility.UrlEncode(secret)}";
            message.Headers.TryAddWithoutValidation("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(joined))}");
        }

        message.Content = new FormUrlEncodedContent(fields);
        return message;
    }

    private static async Task<(TokenAnswer Answer, TimeSpan Lifetime)> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (await BoundedBody.ReadAsync(response.Content, AnswerBytesMax, cancellationToken) is not { } body)
        {
            return Unavailable();
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var token = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("access_token", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString() : null;
            if (string.IsNullOrEmpty(token) || !token.All(c => c is > ' ' and < (char)0x7F))
            {
                return Unavailable();
            }

            var seconds = root.TryGetProperty("expires_in", out var lifetime)
                && (lifetime.ValueKind == JsonValueKind.Number ? lifetime.TryGetInt64(out var number) : long.TryParse(lifetime.ToString(), out number)) && number > 0
                ? TimeSpan.FromSeconds(Math.Min(number, (long)LifetimeMax.TotalSeconds))
                : LifetimeDefault;
            return (new TokenAnswer(token, Fault: null), seconds);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return Unavailable();
        }
    }
}

/// <summary>A token, or why there is none.</summary>
internal readonly record struct TokenAnswer(string? Token, ConnectorFault? Fault)
{
    public override string ToString() => Fault is { } fault ? $"{fault}" : "a token";
}
