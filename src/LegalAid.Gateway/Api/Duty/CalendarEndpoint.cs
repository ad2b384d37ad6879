using System.Security.Cryptography;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Limits.Anonymous;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Feeds;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Net.Http.Headers;
using AccessLeaf = LegalAid.Gateway.Exchange.Evidence.Access;

namespace LegalAid.Gateway.Api.Duty;

/// <summary>
/// The address of a calendar: who has it may read, without a token. In order: the token by its hash — unknown, expired and revoked are answered alike; the calendar; whether the program
/// has it already; the leaf of the access; the answer. The token stands in the path, and the path in no log, trace or metric (<see cref="SecretAddresses"/>).
/// </summary>
internal static class CalendarEndpoint
{
    public const string Route = SecretAddresses.Calendars + "/{token}.ics";

    private const int KeptSeconds = 900;

    public static void MapCalendars(this WebApplication app) => app.MapMethods(Route, ["GET", "HEAD"], SendAsync).Anonymous(AnonymousUse.Read);

    public static string AddressOf(Uri gateway, string token) => $"{gateway.AbsoluteUri.TrimEnd('/')}{SecretAddresses.Calendars}/{token}.ics";

    private static async Task SendAsync(HttpContext context, string token, FeedDesk desk, DutyCalendars calendars, AccessEvidence evidence, ILogger<DutyCalendars> logger)
    {
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        try
        {
            if (await desk.OpenAsync(token, context.RequestAborted) is not { } feed)
            {
                await ProblemDocument.WriteAsync(context, [new Fault(GeneralFaults.NotFound)]);
                return;
            }

            var calendar = await calendars.ReadAsync(feed, context.RequestAborted);
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(calendar.Text))}\"");
            var isHeld = context.Request.GetTypedHeaders().IfNoneMatch.Any(held => held.Equals(EntityTagHeaderValue.Any) || held.Compare(tag, useStrongComparison: false));
            if (!isHeld && calendar.Seen.Count > 0)
            {
                await evidence.RecordAsync(AccessOf(context, feed, calendar), context.RequestAborted);
            }

            await AnswerAsync(context, calendar.Text, tag, isHeld);
        }
        catch (StoreUnavailableException)
        {
            EdgeLog.StoreUnavailable(logger, context.Request.Method, Refusals.TraceId(context));
            await ProblemDocument.WriteAsync(context, [new Fault(EdgeFaults.Unavailable)]);
        }
    }

    /// <summary>No system calls here: the feed stands in its place.</summary>
    private static AccessLeaf AccessOf(HttpContext context, CalendarFeedRow feed, ReadCalendar calendar) => new(
        feed.Agency, feed.Id.ResourceName, $"GET {Route}", calendar.Seen[0].Grant ?? throw new InvalidOperationException("a shift was shown by no rule"))
    {
        From = context.Connection.RemoteIpAddress?.ToString(),
        Seen = calendar.Seen,
    };

    private static Task AnswerAsync(HttpContext context, byte[] text, EntityTagHeaderValue tag, bool isHeld)
    {
        var response = context.Response;
        var headers = response.Headers;
        headers.ETag = tag.ToString();
        headers.CacheControl = $"private, max-age={KeptSeconds}";
        headers.XContentTypeOptions = "nosniff";
        headers["X-Robots-Tag"] = "noindex";
        if (isHeld)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = "text/calendar; charset=utf-8";
        response.ContentLength = text.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(text, context.RequestAborted).AsTask();
    }
}
