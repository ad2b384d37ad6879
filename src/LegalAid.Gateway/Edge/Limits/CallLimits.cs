using System.Globalization;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Quotas;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Edge.Limits;

/// <summary>
/// Counts by <see cref="QuotaBook"/> and says how the quotas stand as draft-ietf-httpapi-ratelimit-headers has it: <c>RateLimit-Policy</c> with count and
/// window, <c>RateLimit</c> with what is left and the seconds until it begins anew; over gRPC the same as metadata. A policy is named by its period: the row's
/// own name is the operators'.
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
            throw new RefusalException([Fault.With(LimitFaults.QuotaUsedUp, "", $"{refused.Quota.Count}/{Name(refused.Quota)}")]) { RetryAfter = refused.Reset };
        }
    }

    /// <summary>Of two quotas of one period the one with less left stands for both: a list has each name once.</summary>
    private static void Tell(IHeaderDictionary headers, QuotaAnswer answer)
    {
        var told = answer.Standings.GroupBy(standing => standing.Quota.Period).Select(same => same.MinBy(standing => standing.Left)).ToList();
        headers[Policy] = string.Join(", ", told.Select(standing => $"\"{Name(standing.Quota)}\";q={Text(standing.Quota.Count)};w={Text(WindowSeconds(standing.Quota.Period))}"));
        headers[Standing] = string.Join(", ", told.Select(standing => $"\"{Name(standing.Quota)}\";r={Text(standing.Left)};t={Seconds(standing.Reset)}"));
    }

    private static string Name(Quota quota) => quota.Period switch
    {
        QuotaPeriod.Minute => "minute",
        QuotaPeriod.Hour => "hour",
        QuotaPeriod.Day => "day",
        _ => throw new InvalidOperationException($"period {quota.Period}"),
    };

    private static int WindowSeconds(QuotaPeriod period) => period switch
    {
        QuotaPeriod.Minute => 60,
        QuotaPeriod.Hour => 3_600,
        QuotaPeriod.Day => 86_400,
        _ => throw new InvalidOperationException($"period {period}"),
    };

    /// <summary>Rounded up: who waits so long finds the window begun anew.</summary>
    private static string Seconds(TimeSpan span) => Text((int)Math.Ceiling(span.TotalSeconds));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
