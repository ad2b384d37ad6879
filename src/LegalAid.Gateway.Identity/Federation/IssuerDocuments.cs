using System.Collections.Concurrent;
using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Identity.Federation;

/// <summary>
/// Discovery documents and keys of agencies' providers, fetched through the host's guard and kept: a document for an hour, keys for ten minutes. A
/// key id that is not known makes the keys be fetched again, at most once in half a minute, so that tokens with invented ids cannot make the gateway
/// hammer a provider. Where a provider is not reached, keys stay good for an hour: its outage is not at once everybody's. Safe from several threads.
/// </summary>
internal sealed class IssuerDocuments(IIssuerHandlers handlers, TimeProvider time, ILogger<IssuerDocuments> logger) : IDisposable
{
    public static readonly TimeSpan KeysFresh = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan KeysUsable = TimeSpan.FromHours(1);
    public static readonly TimeSpan MetadataFresh = TimeSpan.FromHours(1);

    /// <summary>Between two fetches for the sake of an unknown key, or after one that failed.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private const int DocumentBytesMax = 256 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // By issuers of the configuration, which bounds it.
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>The key of that id, or null where the provider has none, or could not be asked for too long.</summary>
    public async ValueTask<IssuerKey?> FindKeyAsync(AgencyIssuer issuer, string kid, CancellationToken cancellationToken)
    {
        var known = Of(issuer);
        var now = time.GetUtcNow();
        if (known.Keys is { } keys && now < keys.At + KeysFresh && keys.Value.TryGetValue(kid, out var found))
        {
            return found;
        }

        await known.Turn.WaitAsync(cancellationToken);
        try
        {
            if (known.Wants(kid, now))
            {
                known.TriedAt = now;
                if (await FetchKeysAsync(known, cancellationToken) is { } fetched)
                {
                    known.Keys = new(fetched, now);
                }
            }
        }
        finally
        {
            known.Turn.Release();
        }

        return known.Keys is { } kept && now < kept.At + KeysUsable ? kept.Value.GetValueOrDefault(kid) : null;
    }

    /// <summary>Whether the provider's keys are known here, so that one that is not among them is none of its keys.</summary>
    public bool KnowsKeysOf(AgencyIssuer issuer) => Of(issuer).Keys is { } keys && time.GetUtcNow() < keys.At + KeysUsable;

    /// <summary>The discovery document, or null where there is none to be had now.</summary>
    public async ValueTask<ProviderMetadata?> MetadataAsync(AgencyIssuer issuer, CancellationToken cancellationToken)
    {
        var known = Of(issuer);
        await known.Turn.WaitAsync(cancellationToken);
        try
        {
            return await MetadataAsync(known, cancellationToken);
        }
        finally
        {
            known.Turn.Release();
        }
    }

    /// <summary>What speaks to the provider: bounded in time and size, and guarded.</summary>
    public HttpClient ClientOf(AgencyIssuer issuer) => Of(issuer).Http;

    public void Dispose()
    {
        foreach (var known in _known.Values)
        {
            known.Dispose();
        }
    }

    /// <summary>One that was configured anew begins anew: its networks may be others.</summary>
    private Known Of(AgencyIssuer issuer) => _known.AddOrUpdate(
        issuer.Issuer,
        static (_, made) => made.Make(),
        static (_, kept, made) => ReferenceEquals(kept.Issuer, made.Issuer) ? kept : made.Make(),
        (Issuer: issuer, Make: (Func<Known>)(() => new Known(issuer, handlers, DocumentBytesMax, Patience))));

    private async Task<Dictionary<string, IssuerKey>?> FetchKeysAsync(Known known, CancellationToken cancellationToken)
    {
        if (known.Issuer.Jwks is { } pinned)
        {
            using var set = JsonDocument.Parse(pinned);
            return IssuerKey.ReadSet(set.RootElement);
        }

        if (await MetadataAsync(known, cancellationToken) is not { } metadata
            || await FetchAsync(known, metadata.Keys, cancellationToken) is not { } document)
        {
            return null;
        }

        using (document)
        {
            return IssuerKey.ReadSet(document.RootElement);
        }
    }

    private async Task<ProviderMetadata?> MetadataAsync(Known known, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (known.Metadata is { } kept && now < kept.At + MetadataFresh)
        {
            return kept.Value;
        }

        var place = new Uri(known.Issuer.Issuer.TrimEnd('/') + "/.well-known/openid-configuration");
        using var document = await FetchAsync(known, place, cancellationToken);
        if (document is null)
        {
            return known.Metadata?.Value;
        }

        if (ProviderMetadata.TryRead(document.RootElement, known.Issuer.Issuer) is not { } metadata)
        {
            logger.IssuerDocumentRefused(known.Issuer.Issuer, "its discovery document is not its own, or names unsafe addresses");
            return null;
        }

        known.Metadata = new(metadata, now);
        return metadata;
    }

    private async Task<JsonDocument?> FetchAsync(Known known, Uri place, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await known.Http.GetAsync(place, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                logger.IssuerDocumentRefused(known.Issuer.Issuer, $"it answered {(int)response.StatusCode}");
                return null;
            }

            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            logger.IssuerDocumentRefused(known.Issuer.Issuer, failure.InnerException?.Message ?? failure.Message);
            return null;
        }
    }

    private sealed record Dated<T>(T Value, DateTimeOffset At);

    private sealed class Known(AgencyIssuer issuer, IIssuerHandlers handlers, int bytesMax, TimeSpan patience) : IDisposable
    {
        public AgencyIssuer Issuer { get; } = issuer;

        public HttpClient Http { get; } = new(handlers.Create(issuer), disposeHandler: true) { Timeout = patience, MaxResponseContentBufferSize = bytesMax };

        /// <summary>One fetch at a time.</summary>
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public Dated<ProviderMetadata>? Metadata { get; set; }

        public Dated<Dictionary<string, IssuerKey>>? Keys { get; set; }

        public DateTimeOffset? TriedAt { get; set; }

        /// <summary>Whether the keys are to be fetched for this id: they are old, or it is not among them, and the last fetch is a while ago.</summary>
        public bool Wants(string kid, DateTimeOffset now) =>
            !(Keys is { } keys && now < keys.At + KeysFresh && keys.Value.ContainsKey(kid)) && !(now < TriedAt + Pause);

        public void Dispose()
        {
            Http.Dispose();
            Turn.Dispose();
        }
    }
}
