using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Feeds;

/// <summary>A feed as its agency asks for it: of a station, or of a lawyer. Whoever calls has seen to it that the agency may.</summary>
/// <param name="Client">The calling system.</param>
/// <param name="Station">The station; null where it is a lawyer's.</param>
/// <param name="Lawyer">Licence number; null where it is a station's.</param>
/// <param name="ExpiresAt">Null: after <see cref="FeedDesk.LifeUsual"/>.</param>
public sealed record NewFeed(AgencyId Agency, string Client, AgencyId? Station, string? Lawyer, DateTimeOffset? ExpiresAt, string RequestId);

/// <summary>A feed as its agency sees it.</summary>
/// <param name="Lawyer">Licence number; null for a station's, and where the key that sealed it was taken out of the ring.</param>
public sealed record Feed(CalendarFeedRow Row, string? Lawyer);

/// <summary>What came of asking for a feed: a closed set.</summary>
public abstract record FeedCreation
{
    private FeedCreation()
    {
    }

    /// <param name="Token">What stands in the address: nobody can say it again.</param>
    public sealed record Created(Feed Feed, string Token) : FeedCreation;

    /// <summary>The request was repeated: the feed that the first one created. Its token is known to nobody here.</summary>
    public sealed record Known(Feed Feed) : FeedCreation;

    /// <summary>The request id was used for another feed.</summary>
    public sealed record RequestIdReused : FeedCreation;

    /// <summary>The agency has as many open as it may.</summary>
    public sealed record TooMany : FeedCreation;

    /// <summary>It would end in the past, or after more than <see cref="FeedDesk.LifeMax"/>.</summary>
    public sealed record ExpiryOutOfRange : FeedCreation;
}

/// <summary>
/// Addresses of calendars: who has one may read, and nobody else. The token in it is 256 random bits, said once and kept as its hash alone: neither the
/// store nor a copy of it gives an address away. Creating and revoking one is durable with its leaf in one transaction. Safe on any thread and on several nodes.
/// </summary>
/// <param name="openMax">Most of one agency that are open at a time. Nodes that add at once may pass it by as many as they are.</param>
public sealed class FeedDesk(ILedgerStore store, KeyRing keys, IIdSource ids, TimeProvider time, int openMax)
{
    /// <summary>The searchable fields of the exchange type by which a feed finds its shifts.</summary>
    public const string LawyerField = "duty-lawyer", StationField = "duty-station";

    /// <summary>How long a feed lives where nothing is said.</summary>
    public static readonly TimeSpan LifeUsual = TimeSpan.FromDays(365);

    /// <summary>How long at most: an address that was forgotten somewhere ends by itself.</summary>
    public static readonly TimeSpan LifeMax = TimeSpan.FromDays(400);

    private const int TokenBytes = 32;
    private const string SealPurpose = "legalaid calendar feed";

    public async ValueTask<FeedCreation> CreateAsync(NewFeed wanted, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (key, digest) = (KeyedRequest.KeyOf(keys, wanted.Agency, "calendar-feed", wanted.RequestId), DigestOf(wanted));
        if (await store.FindCalendarFeedByRequestAsync(key, cancellationToken) is { } before)
        {
            return Repeated(before, digest);
        }

        var expires = wanted.ExpiresAt ?? now + LifeUsual;
        if (expires <= now || expires > now + LifeMax)
        {
            return new FeedCreation.ExpiryOutOfRange();
        }

        var token = new byte[TokenBytes];
        ids.Fill(token);
        var id = new CalendarFeedId(ids.NewId());
        var row = new CalendarFeedRow(
            id, HashOf(token), wanted.Agency, wanted.Station, wanted.Lawyer is { } lawyer ? [.. TermOf(LawyerField, lawyer).Term] : null,
            wanted.Lawyer is { } licence ? keys.Seal(SealPurpose, id.Value, Encoding.UTF8.GetBytes(licence)) : null, key, digest, now, expires);
        if (await store.AddCalendarFeedAsync(row, openMax, FeedLeaf.Of(ids, now, row, "created", wanted.Client), cancellationToken))
        {
            return new FeedCreation.Created(new Feed(row, wanted.Lawyer), Base64Url.EncodeToString(token));
        }

        if (await store.FindCalendarFeedByRequestAsync(key, cancellationToken) is not { } stands)
        {
            return new FeedCreation.TooMany();
        }

        return stands.Id == id ? new FeedCreation.Created(new Feed(stands, wanted.Lawyer), Base64Url.EncodeToString(token)) : Repeated(stands, digest);
    }

    /// <summary>A feed of the agency; null where there is none, or it is another's.</summary>
    public async ValueTask<Feed?> FindAsync(AgencyId agency, CalendarFeedId id, CancellationToken cancellationToken) =>
        await store.FindCalendarFeedAsync(id, cancellationToken) is { } row && row.Agency == agency ? Opened(row) : null;

    /// <summary>The agency's feeds, newest first.</summary>
    public async ValueTask<ImmutableArray<Feed>> ListAsync(AgencyId agency, CalendarFeedId? before, int countMax, CancellationToken cancellationToken) =>
        [.. (await store.ListCalendarFeedsAsync(agency, before, countMax, cancellationToken)).Select(Opened)];

    /// <summary>Revokes a feed of the agency, at once and on every node. Again changes nothing. Null where there is none, or it is another's.</summary>
    public async ValueTask<Feed?> RevokeAsync(AgencyId agency, string client, CalendarFeedId id, CancellationToken cancellationToken)
    {
        if (await FindAsync(agency, id, cancellationToken) is not { } feed)
        {
            return null;
        }

        var now = time.GetUtcNow();
        await store.RevokeCalendarFeedAsync(id, now, FeedLeaf.Of(ids, now, feed.Row, "revoked", client), cancellationToken);
        return await FindAsync(agency, id, cancellationToken);
    }

    /// <summary>An operator revokes a feed, whose ever it is. False where there is none, or it was revoked already.</summary>
    public async ValueTask<bool> RevokeAsync(CalendarFeedId id, OperatorAct act, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await store.FindCalendarFeedAsync(id, cancellationToken) is { } row
            && await store.RevokeCalendarFeedAsync(id, now, FeedLeaf.Of(ids, now, row, act), cancellationToken);
    }

    /// <summary>The feed at an address, by the token that stands in it. Null where it was never one, has expired or was revoked: nobody is told which.</summary>
    public async ValueTask<CalendarFeedRow?> OpenAsync(string token, CancellationToken cancellationToken)
    {
        var bytes = new byte[TokenBytes];
        return token.Length == Base64Url.GetEncodedLength(TokenBytes) && Base64Url.IsValid(token) // else decoding throws
            && Base64Url.TryDecodeFromChars(token, bytes, out var length) && length == TokenBytes
            && await store.FindCalendarFeedByTokenAsync(HashOf(bytes), cancellationToken) is { RevokedAt: null } row && time.GetUtcNow() < row.ExpiresAt
                ? row
                : null;
    }

    /// <summary>By what its shifts are found.</summary>
    public SearchTerm TermOf(CalendarFeedRow row) => row.Station is { } station
        ? TermOf(StationField, station.ResourceName)
        : new SearchTerm(LawyerField, [.. row.LawyerTerm ?? throw new InvalidOperationException($"feed {row.Id} is of nobody")]);

    private SearchTerm TermOf(string field, string comparedForm) => ExchangeReader.TermOf(keys, field, comparedForm);

    private ImmutableArray<byte> DigestOf(NewFeed wanted) =>
        keys.Blind("calendar-feed-request", $"{wanted.Station}\n{wanted.Lawyer}\n{wanted.ExpiresAt?.UtcTicks}");

    private FeedCreation Repeated(CalendarFeedRow stands, ImmutableArray<byte> digest) =>
        stands.RequestDigest.AsSpan().SequenceEqual(digest.AsSpan()) ? new FeedCreation.Known(Opened(stands)) : new FeedCreation.RequestIdReused();

    private Feed Opened(CalendarFeedRow row) =>
        new(row, row.LawyerCipher is { } box && keys.Open(SealPurpose, row.Id.Value, box) is { } licence ? Encoding.UTF8.GetString(licence) : null);

    private static ImmutableArray<byte> HashOf(byte[] token) => [.. SHA256.HashData(token)];
}
