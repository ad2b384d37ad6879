using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Feeds;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Addresses of calendars.</summary>
public sealed partial class PostgresLedgerStore
{
    public ValueTask<bool> AddCalendarFeedAsync(CalendarFeedRow row, int openMax, LeafRow leaf, CancellationToken cancellationToken)
    {
        UnitRules.Require(row);
        return _feeds.AddAsync(row, openMax, leaf, cancellationToken);
    }

    public ValueTask<bool> RevokeCalendarFeedAsync(CalendarFeedId id, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken) =>
        _feeds.RevokeAsync(id, at, leaf, cancellationToken);

    public ValueTask<CalendarFeedRow?> FindCalendarFeedAsync(CalendarFeedId id, CancellationToken cancellationToken) =>
        new(_feeds.FindAsync(id, cancellationToken));

    public ValueTask<CalendarFeedRow?> FindCalendarFeedByTokenAsync(ImmutableArray<byte> tokenHash, CancellationToken cancellationToken) =>
        new(_feeds.FindByTokenAsync(tokenHash, cancellationToken));

    public ValueTask<CalendarFeedRow?> FindCalendarFeedByRequestAsync(ImmutableArray<byte> requestKey, CancellationToken cancellationToken) =>
        new(_feeds.FindByRequestAsync(requestKey, cancellationToken));

    public ValueTask<ImmutableArray<CalendarFeedRow>> ListCalendarFeedsAsync(
        AgencyId agency, CalendarFeedId? before, int countMax, CancellationToken cancellationToken) =>
        new(_feeds.ListAsync(agency, before, countMax, cancellationToken));
}
