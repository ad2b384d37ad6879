using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Contracts.Duty.V1;
using LegalAid.Gateway.Edge;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Feeds;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Api.Duty;

/// <summary>
/// Addresses of calendars. The matrix lets centres, firms and stations knock; for whom each may create one is decided here. What a calendar then shows is no wider than what its
/// agency may read by other doors (<see cref="DutyCalendars"/>).
/// </summary>
internal sealed class DutyCalendarApi(FeedDesk desk, ISnapshotSource configuration, GatewaySettings settings) : DutyCalendarService.DutyCalendarServiceBase
{
    public override async Task<CreateCalendarFeedResponse> CreateCalendarFeed(CreateCalendarFeedRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var (station, lawyer) = SubjectOf(request, caller.Agency);
        var wanted = new NewFeed(caller.Agency, caller.ClientId, station, lawyer, request.ExpireTime?.ToDateTimeOffset(), request.RequestId);
        return await desk.CreateAsync(wanted, context.CancellationToken) switch
        {
            FeedCreation.Created created => new CreateCalendarFeedResponse { Feed = Message(created.Feed), Address = CalendarEndpoint.AddressOf(settings.PublicAddress, created.Token) },
            FeedCreation.Known known => new CreateCalendarFeedResponse { Feed = Message(known.Feed) },
            FeedCreation.RequestIdReused => throw Refusals.Of(new Fault(LedgerFaults.RequestIdReused, "requestId")),
            FeedCreation.TooMany => throw Refusals.Of(
                Fault.With(DutyCalendarFaults.TooMany, "", settings.Limits.CalendarsMax.ToString(CultureInfo.InvariantCulture))),
            FeedCreation.ExpiryOutOfRange => throw Refusals.Of(
                Fault.With(DutyCalendarFaults.ExpiryRange, "expireTime", FeedDesk.LifeMax.TotalDays.ToString(CultureInfo.InvariantCulture))),
            var outcome => throw new InvalidOperationException($"outcome {outcome}"),
        };
    }

    public override async Task<ListCalendarFeedsResponse> ListCalendarFeeds(ListCalendarFeedsRequest request, ServerCallContext context)
    {
        const string Question = "calendar-feeds";
        var size = PageTokens.Size(request.PageSize, usual: 50);
        CalendarFeedId? before = PageTokens.Read(request.PageToken, Question) is { } last ? new CalendarFeedId(last) : null;
        var feeds = await desk.ListAsync(context.Caller().Agency, before, size, context.CancellationToken);
        var response = new ListCalendarFeedsResponse { NextPageToken = feeds.Length == size ? PageTokens.Next(feeds[^1].Row.Id.Value, Question) : "" };
        response.CalendarFeeds.AddRange(feeds.Select(Message));
        return response;
    }

    public override async Task<CalendarFeed> GetCalendarFeed(GetCalendarFeedRequest request, ServerCallContext context) =>
        FoundOrThrow(await desk.FindAsync(context.Caller().Agency, IdOf(request.Name), context.CancellationToken));

    public override async Task<CalendarFeed> RevokeCalendarFeed(RevokeCalendarFeedRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return FoundOrThrow(await desk.RevokeAsync(caller.Agency, caller.ClientId, IdOf(request.Name), context.CancellationToken));
    }

    /// <summary>A centre may for whom the register and the directory have; a firm for its own lawyers; a station for itself.</summary>
    private (AgencyId? Station, string? Lawyer) SubjectOf(CreateCalendarFeedRequest request, AgencyId agency)
    {
        if (request.Lawyer.Length > 0 == request.Station.Length > 0)
        {
            throw Refusals.Of(new Fault(DutyCalendarFaults.SubjectOne, "lawyer"));
        }

        var snapshot = configuration.Current;
        var kind = snapshot.Agencies.Get(agency).Kind;
        return request.Station.Length > 0 ? (StationOf(snapshot, request.Station, agency, kind), null) : (null, LawyerOf(snapshot, request.Lawyer, agency, kind));
    }

    private static AgencyId StationOf(ConfigurationSnapshot snapshot, string name, AgencyId agency, string kind)
    {
        var id = AgencyId.TryParseResourceName(name, out var read) ? read : throw Refusals.Of(new Fault(ApiFaults.ResourceName, "station"));
        if (kind != AgencyKinds.AidCentre)
        {
            return AgencyKinds.DutyStations.Contains(kind) && id == agency ? id : throw Refusals.Of(new Fault(EdgeFaults.Denied, "station"));
        }

        var station = snapshot.Agencies.Find(id) ?? throw Refusals.Of(new Fault(TransitionFaults.PartyUnknown, "station"));
        return AgencyKinds.DutyStations.Contains(station.Kind)
            ? id
            : throw Refusals.Of(Fault.With(TransitionFaults.PartyKind, "station", string.Join(", ", AgencyKinds.DutyStations.Order(StringComparer.Ordinal))));
    }

    private static string LawyerOf(ConfigurationSnapshot snapshot, string licence, AgencyId agency, string kind)
    {
        var lawyer = snapshot.Counsel.Find(licence);
        if (kind != AgencyKinds.AidCentre)
        {
            return kind == AgencyKinds.LawFirm && lawyer?.Firm == agency ? licence : throw Refusals.Of(new Fault(EdgeFaults.Denied, "lawyer"));
        }

        return lawyer is null ? throw Refusals.Of(new Fault(CheckFaults.CounselNotInRegister, "lawyer")) : licence;
    }

    private static CalendarFeedId IdOf(string name) =>
        CalendarFeedId.TryParseResourceName(name, out var id) ? id : throw Refusals.Of(new Fault(ApiFaults.ResourceName, "name"));

    private static CalendarFeed FoundOrThrow(Feed? feed) => feed is null ? throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name")) : Message(feed);

    private static CalendarFeed Message(Feed feed) => new()
    {
        Name = feed.Row.Id.ResourceName,
        Agency = feed.Row.Agency.ResourceName,
        Lawyer = feed.Lawyer ?? "",
        Station = feed.Row.Station?.ResourceName ?? "",
        CreateTime = feed.Row.CreatedAt.ToTimestamp(),
        ExpireTime = feed.Row.ExpiresAt.ToTimestamp(),
        RevokeTime = feed.Row.RevokedAt?.ToTimestamp(),
    };
}
