using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Feeds;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Addresses of calendars.</summary>
public sealed partial class SqliteLedgerStore
{
    public ValueTask<bool> AddCalendarFeedAsync(CalendarFeedRow row, int openMax, LeafRow leaf, CancellationToken cancellationToken)
    {
        UnitRules.Require(row);
        return _writer.WriteAsync((session, _) => session.CalendarFeeds.Add(row, openMax, leaf), static _ => true, cancellationToken);
    }

    public ValueTask<bool> RevokeCalendarFeedAsync(CalendarFeedId id, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken) =>
        _writer.WriteAsync((session, _) => session.CalendarFeeds.Revoke(id, at, leaf), static _ => true, cancellationToken);

    public ValueTask<CalendarFeedRow?> FindCalendarFeedAsync(CalendarFeedId id, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.CalendarFeeds.Find(id), cancellationToken);

    public ValueTask<CalendarFeedRow?> FindCalendarFeedByTokenAsync(ImmutableArray<byte> tokenHash, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.CalendarFeeds.FindByToken(tokenHash), cancellationToken);

    public ValueTask<CalendarFeedRow?> FindCalendarFeedByRequestAsync(ImmutableArray<byte> requestKey, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.CalendarFeeds.FindByRequest(requestKey), cancellationToken);

    public ValueTask<ImmutableArray<CalendarFeedRow>> ListCalendarFeedsAsync(
        AgencyId agency, CalendarFeedId? before, int countMax, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.CalendarFeeds.List(agency, before, countMax), cancellationToken);
}
