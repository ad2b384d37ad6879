using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Exchange.Quotas;

/// <summary>
/// Where the windows of a quota begin and end: whole minutes, hours and civil days of system time, the same on every node. Fixed windows let twice the
/// count through around an edge, which a row that minds says by a shorter period; sliding ones would need the time of each call.
/// </summary>
internal static class QuotaWindows
{
    public static (DateTimeOffset Start, DateTimeOffset End) Of(QuotaPeriod period, DateTimeOffset now)
    {
        var civil = now.ToCivil();
        var (start, length) = period switch
        {
            QuotaPeriod.Minute => (civil.AddTicks(-(civil.Ticks % TimeSpan.TicksPerMinute)), TimeSpan.FromMinutes(1)),
            QuotaPeriod.Hour => (civil.AddTicks(-(civil.Ticks % TimeSpan.TicksPerHour)), TimeSpan.FromHours(1)),
            QuotaPeriod.Day => (new DateTimeOffset(civil.Date, civil.Offset), TimeSpan.FromDays(1)), // no summer time in China
            _ => throw new ArgumentOutOfRangeException(nameof(period), period, "a period without windows"),
        };
        return (start.ToUniversalTime(), (start + length).ToUniversalTime());
    }
}
