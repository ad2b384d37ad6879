using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Casework.Transitions;

/// <summary>
/// What a clock says, as JSON: <c>clock, titleZh, titleEn, run, status, obligated, startTime, dueTime, reportTime, provisional,
/// calendarVersion, legalBasis, mark, caseNumber</c>. Times are RFC 3339 at +08:00. Derived, and free of personal data: it also goes
/// to supervisors, who are no party of the exchange.
/// </summary>
internal static class ClockMessage
{
    public static JsonObject Of(ClockDefinition clock, ClockRun run, ExchangeType type, JsonObject view, DateTimeOffset now)
    {
        var message = new JsonObject
        {
            ["clock"] = clock.Name.Value,
            ["titleZh"] = clock.Title.Zh,
            ["titleEn"] = clock.Title.En,
            ["run"] = run.Run,
            ["status"] = run.Status.ToString(),
            ["obligated"] = run.Obligated.ResourceName,
            ["startTime"] = Instant(run.StartedAt),
            ["dueTime"] = Instant(run.DueAt),
            ["reportTime"] = Instant(now),
            ["provisional"] = run.Provisional,
            ["calendarVersion"] = run.CalendarVersion,
            ["legalBasis"] = clock.Basis.ToString(),
            ["mark"] = clock.Basis.MarkText,
        };
        if (type.CaseNumber?.FindText(view) is { } caseNumber)
        {
            message["caseNumber"] = caseNumber;
        }

        return message;
    }

    private static string Instant(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture);
}
