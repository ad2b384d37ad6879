using System.Globalization;
using System.Text;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Quotas;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Edge.Limits;

/// <summary>
/// Counts by <see cref="QuotaBook"/> and says how the quotas stand as draft-ietf-httpapi-ratelimit-headers has it: <c>RateLimit-Policy</c> with count and
/// window, <c>RateLimit</c> with what is left and the seconds until it begins anew, each with the partition key that says whose count it is; over gRPC the same as
/// metadata. A policy is named by its period and what it is counted by: the row's own name is the operators'.
/// </summary>
internal sealed class CallLimits(QuotaBook book) : ICallLimits
{
    private const string Standing = "RateLimit";
    private const string Policy = "RateLimit-Policy";

    public async ValueTask CountAsync(HttpContext context, SharingDecision.Allowed grant, CancellationToken cancellationToken)
    {
        if (grant.Quotas.IsEmpty)
        {
            return;
        }

        var caller = context.GetCaller();
        var answer = await book.SpendAsync(new QuotaUser(caller.Agency, caller.ClientId, grant.Purpose), grant.Quotas, cancellationToken);
        Tell(context.Response.Headers, answer);
        if (answer.Refused is { } refused)
        {
            context.Response.Headers.RetryAfter = Seconds(refused.Reset);
            throw new RefusalException([FaultOf(refused)]) { RetryAfter = refused.Reset };
        }
    }

    public async ValueTask<QuotaWait?> CountAsync(QuotaUser user, SharingDecision.Allowed grant, CancellationToken cancellationToken) =>
        !grant.Quotas.IsEmpty && (await book.SpendAsync(user, grant.Quotas, cancellationToken)).Refused is { } refused
            ? new QuotaWait(FaultOf(refused), refused.Reset)
            : null;

    private static Fault FaultOf(QuotaStanding refused) => Fault.With(LimitFaults.QuotaUsedUp, "", $"{refused.Quota.Count}/{refused.Quota.Name}");

    /// <summary>Of two quotas of one name the one with less left stands for both: a list has each name once.</summary>
    private static void Tell(IHeaderDictionary headers, QuotaAnswer answer)
    {
        var told = answer.Standings.GroupBy(standing => standing.Quota.Name, StringComparer.Ordinal).Select(same => same.MinBy(standing => standing.Left)).ToList();
        headers[Policy] = string.Join(", ", told.Select(standing => $"\"{standing.Quota.Name}\";q={Text(standing.Quota.Count)};w={Text(WindowSeconds(standing.Quota.Period))};pk={Partition(standing)}"));
        headers[Standing] = string.Join(", ", told.Select(standing => $"\"{standing.Quota.Name}\";r={Text(standing.Left)};t={Seconds(standing.Reset)};pk={Partition(standing)}"));
    }

    private static int WindowSeconds(QuotaPeriod period) => period switch
    {
        QuotaPeriod.Minute => 60,
        QuotaPeriod.Hour => 3_600,
        QuotaPeriod.Day => 86_400,
        _ => throw new InvalidOperationException($"period {period}"),
    };

    /// <summary>A byte sequence (RFC 9651, 3.3.5). It names no more than the caller's own agency, client and purpose.</summary>
    private static string Partition(QuotaStanding standing) => $":{Convert.ToBase64String(Encoding.UTF8.GetBytes(standing.Counted.ToString()))}:";

    /// <summary>Rounded up: who waits so long finds the window begun anew.</summary>
    private static string Seconds(TimeSpan span) => Text((int)Math.Ceiling(span.TotalSeconds));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
