using System.Globalization;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge;
using LegalAid.Gateway.Edge.Access;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Sharing;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Ledger;
using Microsoft.Net.Http.Headers;

namespace LegalAid.Gateway.Api.Documents;

/// <summary>
/// A document's bytes over HTTP (RFC 9110): one range, conditions by its SHA-256 as entity tag, its name by RFC 8187, and nothing that would
/// make a browser guess or run it.
/// </summary>
internal static class DownloadEndpoint
{
    public const string Route = "/v1/exchanges/{exchange}/attachments/{attachment}:download";

    public static void MapDownloads(this WebApplication app) => 
        app.MapMethods(Route, ["GET", "HEAD"], SendAsync).Asks("legalaid.attachment.v1.AttachmentService/DownloadAttachment");

    private static async Task SendAsync(HttpContext context, string exchange, string attachment, ExchangeReader reader, IAccessWitness access, ILogger<OpenDocument> logger)
    {
        var (exchangeId, id) = DocumentNames.Attachment($"exchanges/{exchange}/attachments/{attachment}");
        var document = (await reader.DocumentAsync(context.GetAsker(), exchangeId, id, context.RequestAborted)).FoundOrThrow();
        await access.KeepAsync(context, context.RequestAborted); // its name and digest are told even where no byte of it is
        var (reading, request, response) = (document.Reading, context.Request.GetTypedHeaders(), context.Response);
        var tag = new EntityTagHeaderValue($"\"{reading.Sha256}\"");
        Describe(response, reading, tag);
        if (request.IfNoneMatch.Any(held => held.Equals(EntityTagHeaderValue.Any) || held.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var (from, count) = Select(request, reading, tag, response);
        response.ContentLength = count;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await CopyAsync(context, document.ReadAsync(from, count, context.RequestAborted), logger);
        }
    }

    private static void Describe(HttpResponse response, DocumentReading reading, EntityTagHeaderValue tag)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(reading.FileName);
        var headers = response.Headers;
        response.ContentType = reading.MediaType;
        headers.ContentDisposition = disposition.ToString();
        headers.ETag = tag.ToString();
        headers.LastModified = HeaderUtilities.FormatDate(reading.CreatedAt);
        headers.AcceptRanges = "bytes";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        headers.CacheControl = "private, no-store";
        headers[DigestFields.Repr] = DigestFields.Of(reading.Sha256);
    }

    /// <summary>Which bytes to send: the range, where there is one and its condition holds; several are answered with the whole, as the RFC allows.</summary>
    private static (long From, long Count) Select(
        Microsoft.AspNetCore.Http.Headers.RequestHeaders request, DocumentReading reading, EntityTagHeaderValue tag, HttpResponse response)
    {
        if (request.Range is not { Unit.Value: "bytes", Ranges.Count: 1 } asked || !Holds(request.IfRange, reading, tag))
        {
            return (0, reading.SizeBytes);
        }

        var range = asked.Ranges.First();
        var from = range.From ?? Math.Max(0, reading.SizeBytes - (range.To ?? 0)); // without a first byte: the last so many
        var last = range.From is null ? reading.SizeBytes - 1 : Math.Min(range.To ?? long.MaxValue, reading.SizeBytes - 1);
        if (from > last)
        {
            response.Headers.ContentRange = new ContentRangeHeaderValue(reading.SizeBytes).ToString();
            throw Refusals.Of(Fault.With(ApiFaults.Range, "Range", reading.SizeBytes.ToString(CultureInfo.InvariantCulture)));
        }

        response.StatusCode = StatusCodes.Status206PartialContent;
        response.Headers.ContentRange = new ContentRangeHeaderValue(from, last, reading.SizeBytes).ToString();
        return (from, last - from + 1);
    }

    /// <summary>RFC 9110 13.1.5: a date must be the very one, a tag must be strong.</summary>
    private static bool Holds(RangeConditionHeaderValue? condition, DocumentReading reading, EntityTagHeaderValue tag) =>
        condition is null
        || (condition.EntityTag is { } held && held.Compare(tag, useStrongComparison: true))
        || (condition.LastModified is { } date && HeaderUtilities.FormatDate(date) == HeaderUtilities.FormatDate(reading.CreatedAt));

    /// <summary>
    /// The first part is read before the answer starts, so that a document that does not open is told as a problem. One that fails further on
    /// ends the connection: a reader must not take a part for the whole.
    /// </summary>
    private static async Task CopyAsync(HttpContext context, IAsyncEnumerable<ReadOnlyMemory<byte>> parts, ILogger logger)
    {
        try
        {
            await foreach (var part in parts)
            {
                await context.Response.Body.WriteAsync(part, context.RequestAborted);
            }
        }
        catch (Exception fault) when (context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            EdgeLog.RequestFailed(logger, fault, Refusals.TraceId(context));
            context.Abort();
        }
    }
}
