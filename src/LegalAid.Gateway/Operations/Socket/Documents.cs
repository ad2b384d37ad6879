using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json;
using LegalAid.Gateway.Agencies.Verification;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Feeds;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Operations.Enrolment;

namespace LegalAid.Gateway.Operations.Socket;

// What goes over the operators' socket, as JSON. Both ends are this executable, of one version: nothing here is a public contract.

/// <summary>Which deliveries are meant. Ids stand alone; otherwise what is null does not select.</summary>
/// <param name="Status">"dead" or "parked"; null: dead.</param>
/// <param name="Everything">Says that a selection which names nothing is meant so.</param>
internal sealed record SelectionDocument(
    ImmutableArray<Guid>? Ids, string? Recipient, string? Cause, Guid? Exchange, DateTimeOffset? From, DateTimeOffset? Until, string? Status, bool Everything)
{
    /// <summary>The selection, or why it is none.</summary>
    public (DeliverySelection? Selection, string? Fault) Read()
    {
        if (Ids is { IsDefaultOrEmpty: false } ids)
        {
            return (new DeliverySelection.These([.. ids.Select(id => new DeliveryId(id))]), null);
        }

        AgencyId? recipient = null;
        if (Recipient is { } name)
        {
            if (!AgencyId.TryParse(name, out var parsed))
            {
                return (null, $"{name} 不是机构编号 · is no agency's id");
            }

            recipient = parsed;
        }

        if (Status is not (null or "dead" or "parked"))
        {
            return (null, "status 应为 dead 或 parked · must be dead or parked");
        }

        var status = Status == "parked" ? DeliveryStatus.Parked : DeliveryStatus.Dead;
        var matching = new DeliverySelection.Matching(status, recipient, Cause, Exchange is { } exchange ? new ExchangeId(exchange) : null, From, Until);
        return matching.IsEverything && !Everything
            ? (null, "请指定投递、机构、原因或时间；全部请加 --all · Name deliveries, a recipient, a cause or a time; everything is --all")
            : (matching, null);
    }
}

/// <summary>An act on a selection.</summary>
internal sealed record ActRequest(SelectionDocument Selection, string By, string Reason);

/// <summary>Which addresses of calendars: an agency's, newest first.</summary>
/// <param name="Before">Those before this one; null: from the newest.</param>
internal sealed record FeedsRequest(string Agency, Guid? Before);

internal sealed record FeedsAnswer(ImmutableArray<FeedLine> Feeds);

/// <summary>An address of a calendar as an operator sees it: whose, not of which lawyer, and nothing of the address itself.</summary>
internal sealed record FeedLine(Guid Id, string? Station, DateTimeOffset Created, DateTimeOffset Expires, DateTimeOffset? Revoked)
{
    public static FeedLine Of(Feed feed) => new(feed.Row.Id.Value, feed.Row.Station?.Value, feed.Row.CreatedAt, feed.Row.ExpiresAt, feed.Row.RevokedAt);
}

/// <summary>An operator revokes an address.</summary>
internal sealed record RevokeFeedRequest(Guid Feed, string By, string Reason);

/// <summary>An act on a recipient.</summary>
internal sealed record RecipientRequest(string Agency, string By, string Reason);

internal sealed record ListRequest(SelectionDocument Selection, int Count, DateTimeOffset? AfterAt, Guid? AfterId);

internal sealed record PreviewRequest(SelectionDocument Selection, int First);

/// <param name="Binding">As in the configuration: "bound", "dpop", "certificate", "none".</param>
internal sealed record InviteRequest(string Agency, string ClientId, string Binding, bool Signs, int Hours, string By);

internal sealed record InviteAnswer(string Code, string Gateway);

internal sealed record ClientRequest(string ClientId, string By);

internal sealed record EnrolledAnswer(ImmutableArray<EnrolledLine> Systems);

internal sealed record EnrolledLine(string ClientId, string Agency, bool Enabled, string Kid, DateTimeOffset EnrolledAt)
{
    public static EnrolledLine Of(EnrolledSystem system) => new(system.ClientId, system.Agency, system.Enabled, system.Keys[0].Kid, system.EnrolledAt);
}

internal sealed record SourcesAnswer(ImmutableArray<SourceLine> Sources);

/// <param name="Standing">Name of a <see cref="SourceStanding"/>; null: not asked since the start.</param>
internal sealed record SourceLine(string Agency, string Connector, string Kind, string? Standing, long Asked, long UnderWay, long Failed, string? Fault, DateTimeOffset? FailedAt)
{
    public static SourceLine Of(Agency agency, FactConnector connector, SourceState? state) => new(
        agency.Id.Value, connector.Id, connector.Call.GetType().Name.ToLowerInvariant(), state?.Standing.ToString(), state?.Asked ?? 0, state?.UnderWay ?? 0, state?.Failed ?? 0,
        state?.LastFailure is { } failure ? FaultWords.Of(failure.Fault) : null, state?.LastFailure?.At);
}

/// <param name="Near">The agency in whose name it is sent, and the other's; null: whichever may.</param>
internal sealed record PeerTestRequest(string Gateway, string? Near, string? Far);

/// <param name="Cause">Why the other was not reached; empty: it was.</param>
/// <param name="Exchange">Null: nothing was sent.</param>
internal sealed record PeerTestAnswer(string Near, string Far, double ReachingMilliseconds, string Cause, ImmutableArray<string> Differing, Guid? Exchange);

internal sealed record PeerLookRequest(Guid Exchange);

internal sealed record PeerLookAnswer(ImmutableArray<PeerRungLine> Rungs);

/// <param name="Rung">Name of a <see cref="LineRungKind"/>.</param>
/// <param name="At">Null: not yet.</param>
/// <param name="Kid">Of the key that signed the receipt.</param>
internal sealed record PeerRungLine(string Rung, DateTimeOffset? At, string? Kid, int Attempts, string Cause)
{
    public static PeerRungLine Of(LineRung rung) => new(rung.Kind.ToString(), rung.At, rung.Kid, rung.Attempts, rung.Cause);
}

internal sealed record ChangedAnswer(bool Changed);

internal sealed record PreviewAnswer(long Count, ImmutableArray<Guid> First);

/// <summary>A line of an act's answer: what one page changed.</summary>
internal sealed record PageAnswer(int Changed);

/// <param name="Compromised">Without waiting for the tokens that it signed.</param>
internal sealed record RetireRequest(string Kid, bool Compromised, string By, string? Reason);

/// <summary>To take a key that waits, without an approval.</summary>
internal sealed record TakeRequest(string Key, string By, string Reason);

/// <summary>To activate what the folder holds, without an approval.</summary>
/// <param name="Digest">Of what whoever asks saw in it.</param>
internal sealed record ActivateRequest(string Digest, string By, string Reason);

/// <param name="Waiting">What waits for two people; null: nothing.</param>
internal sealed record ConfigurationAnswer(string Active, string? Waiting);

/// <summary>A line of a rewrapping's answer: so far.</summary>
internal sealed record RewrapAnswer(long Seen, long Rewrapped);

internal sealed record FaultAnswer(string Fault);

internal sealed record OverviewAnswer(DateTimeOffset At, ImmutableArray<CountAnswer> Counts, ImmutableArray<RecipientAnswer> Recipients)
{
    public static OverviewAnswer Of(DeliveryOverview overview) => new(
        overview.At,
        [.. overview.Counts.Select(count => new CountAnswer(count.Recipient.Value, count.Status.ToString(), count.Outcome, count.Count, count.Oldest))],
        [.. overview.Recipients.Select(row => new RecipientAnswer(row.Agency.Value, row.Suspended, row.Cause, row.PausedUntil, row.ChangedAt))]);
}

internal sealed record CountAnswer(string Recipient, string Status, string Outcome, long Count, DateTimeOffset Oldest);

internal sealed record RecipientAnswer(string Agency, bool Suspended, string Cause, DateTimeOffset? PausedUntil, DateTimeOffset ChangedAt);

internal sealed record ListAnswer(ImmutableArray<StoppedAnswer> Deliveries);

internal sealed record StoppedAnswer(
    Guid Id, string Recipient, Guid Exchange, string Event, long Sequence, string Status, string Outcome, int Attempts, DateTimeOffset CreatedAt,
    DateTimeOffset StoppedAt, string? Detail)
{
    public static StoppedAnswer Of(StoppedDelivery stopped)
    {
        var row = stopped.Row;
        return new StoppedAnswer(
            row.Id.Value, row.Recipient.Value, row.Exchange.Value, row.Event, row.Sequence, row.Status.ToString(), row.LastOutcome, row.Attempts,
            row.CreatedAt, row.SettledAt ?? row.DueAt, stopped.Detail);
    }
}

internal static class SocketJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };
}
