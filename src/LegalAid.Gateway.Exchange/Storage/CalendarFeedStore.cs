using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Feeds;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage;

/// <summary>The part of a <see cref="ILedgerStore"/> that keeps the addresses of calendars.</summary>
public interface ICalendarFeedStore
{
    /// <summary>
    /// Adds a feed with the leaf that states it, and forgets some that expired <see cref="CalendarFeedRow.KeptAfter"/> ago. False, with nothing written, where a feed
    /// has the request's key (of two alike, one is), or the agency has <paramref name="openMax"/> that are neither revoked nor over.
    /// </summary>
    /// <param name="openMax">Exact in one process; nodes that add at once may pass it by as many as they are.</param>
    ValueTask<bool> AddCalendarFeedAsync(CalendarFeedRow row, int openMax, LeafRow leaf, CancellationToken cancellationToken);

    /// <summary>Revokes a feed, with the leaf that states it. False, with nothing written, where there is none or it is revoked.</summary>
    ValueTask<bool> RevokeCalendarFeedAsync(CalendarFeedId id, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken);

    ValueTask<CalendarFeedRow?> FindCalendarFeedAsync(CalendarFeedId id, CancellationToken cancellationToken);

    /// <summary>The feed of a token, revoked or not, expired or not.</summary>
    ValueTask<CalendarFeedRow?> FindCalendarFeedByTokenAsync(ImmutableArray<byte> tokenHash, CancellationToken cancellationToken);

    ValueTask<CalendarFeedRow?> FindCalendarFeedByRequestAsync(ImmutableArray<byte> requestKey, CancellationToken cancellationToken);

    /// <summary>Feeds of an agency, newest first, before an id (null: from the newest).</summary>
    ValueTask<ImmutableArray<CalendarFeedRow>> ListCalendarFeedsAsync(
        AgencyId agency, CalendarFeedId? before, int countMax, CancellationToken cancellationToken);
}
