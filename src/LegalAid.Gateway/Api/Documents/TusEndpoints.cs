using System.Globalization;
using System.Text;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Sharing;
using LegalAid.Gateway.Edge.Signatures;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Identity;
using Microsoft.AspNetCore.Http.Features;

namespace LegalAid.Gateway.Api.Documents;

/// <summary>
/// Uploads in pieces over HTTP: tus 1.0.0 with creation, expiration and termination (docs/decisions/0005-tus.md says why). An upload belongs
/// to an exchange and to the agency that began it.
/// </summary>
internal static class TusEndpoints
{
    public const string Collection = "/v1/exchanges/{exchange}/uploads";
    private const string One = Collection + "/{upload}";
    private const string Service = "legalaid.attachment.v1.AttachmentService/";
    private const string Version = "1.0.0";
    private const string Resumable = "Tus-Resumable";
    private const string UploadLength = "Upload-Length";
    private const string UploadOffset = "Upload-Offset";
    private const string UploadMetadata = "Upload-Metadata";
    private const string PieceType = "application/offset+octet-stream";
    private const int RequestIdCharsMax = 64;

    public static void MapUploads(this WebApplication app)
    {
        app.MapMethods(Collection, ["OPTIONS"], Options).Asks(Service + "BeginUpload");
        app.MapPost(Collection, BeginAsync).Asks(Service + "BeginUpload");
        app.MapMethods(One, ["HEAD"], FindAsync).Asks(Service + "GetUpload");
        app.MapPatch(One, AppendAsync).Asks(Service + "UploadAttachment").WithMetadata(new ComparesContentDigest());
        app.MapDelete(One, AbandonAsync).Asks(Service + "CancelUpload");
    }

    private static void Options(HttpContext context, AttachmentOptions options)
    {
        var headers = context.Response.Headers;
        headers[Resumable] = Version;
        headers["Tus-Version"] = Version;
        headers["Tus-Extension"] = "creation,expiration,termination";
        headers["Tus-Max-Size"] = Text(options.BytesMax);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task BeginAsync(HttpContext context, string exchange, Uploads uploads, IIdSource ids)
    {
        Enter(context);
        var length = Number(context.Request, UploadLength);
        var metadata = Metadata(context.Request);
        var sha256 = DigestFields.Sha256(context.Request.Headers, DigestFields.Repr);
        var outcome = await uploads.BeginAsync(
            new UploadAnnouncement(
                context.GetCaller().Agency, ApiContext.ExchangeOf($"exchanges/{exchange}"), metadata.GetValueOrDefault("kind", ""),
                metadata.GetValueOrDefault("filename", ""), metadata.GetValueOrDefault("filetype", ""), length,
                sha256 is null ? "" : Convert.ToHexStringLower(sha256), RequestId(context.Request, ids)),
            context.RequestAborted);
        var id = Tell(context, exchange, outcome);
        context.Response.Headers.Location = $"/v1/exchanges/{exchange}/uploads/{id}";
        context.Response.StatusCode = StatusCodes.Status201Created;
    }

    private static async Task FindAsync(HttpContext context, string exchange, string upload, Uploads uploads)
    {
        Enter(context);
        var (exchangeId, id) = DocumentNames.Upload($"exchanges/{exchange}/uploads/{upload}");
        Tell(context, exchange, await uploads.FindAsync(context.GetCaller().Agency, exchangeId, id, context.RequestAborted));
        context.Response.Headers.CacheControl = "no-store";
    }

    private static async Task AppendAsync(HttpContext context, string exchange, string upload, Uploads uploads)
    {
        Enter(context);
        if (context.Request.ContentType != PieceType)
        {
            throw Refusals.Of(new Fault(ApiFaults.PieceType, "Content-Type"));
        }

        var (exchangeId, id) = DocumentNames.Upload($"exchanges/{exchange}/uploads/{upload}");
        var piece = new UploadPiece(
            context.GetCaller().Agency, exchangeId, id, Number(context.Request, UploadOffset),
            DigestFields.Sha256(context.Request.Headers, DigestFields.Content), DigestFields.Sha256(context.Request.Headers, DigestFields.Repr));
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null; // the announced length is the bound
        }

        Tell(context, exchange, await uploads.AppendAsync(piece, context.Request.Body, context.RequestAborted));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task AbandonAsync(HttpContext context, string exchange, string upload, Uploads uploads)
    {
        Enter(context);
        var (exchangeId, id) = DocumentNames.Upload($"exchanges/{exchange}/uploads/{upload}");
        if (!await uploads.AbandonAsync(context.GetCaller().Agency, exchangeId, id, context.RequestAborted))
        {
            throw Refusals.Of(new Fault(GeneralFaults.NotFound));
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>tus 1.0: every answer says the version, and a request of another one is refused with those that are served.</summary>
    private static void Enter(HttpContext context)
    {
        context.Response.Headers[Resumable] = Version;
        if (context.Request.Headers[Resumable] != Version)
        {
            context.Response.Headers["Tus-Version"] = Version;
            throw Refusals.Of(Fault.With(ApiFaults.TusVersion, Resumable, Version));
        }
    }

    /// <summary>Where the upload stands, as headers. Returns its id.</summary>
    private static AttachmentId Tell(HttpContext context, string exchange, UploadOutcome outcome)
    {
        var headers = context.Response.Headers;
        switch (outcome)
        {
            case UploadOutcome.UnderWay(var upload):
                headers[UploadOffset] = Text(upload.ReceivedBytes);
                headers[UploadLength] = Text(upload.TotalBytes);
                headers["Upload-Expires"] = upload.ExpiresAt.ToString("R", CultureInfo.InvariantCulture);
                return upload.Id;
            case UploadOutcome.Complete(var document):
                headers[UploadOffset] = Text(document.SizeBytes);
                headers[UploadLength] = Text(document.SizeBytes);
                headers.ContentLocation = $"/v1/exchanges/{exchange}/attachments/{document.Id}:download";
                headers[DigestFields.Repr] = DigestFields.Of(document.Sha256);
                return document.Id;
            case UploadOutcome.Refused refused:
                throw new RefusalException([.. refused.Faults]);
            default:
                throw new InvalidOperationException($"outcome {outcome}");
        }
    }

    /// <summary>Without a key, each call begins an upload of its own: what a lost answer began stands still and is swept.</summary>
    private static string RequestId(HttpRequest request, IIdSource ids)
    {
        var key = request.Headers["Idempotency-Key"].ToString().Trim().Trim('"');
        return key.Length == 0 ? $"tus-{ids.NewId()}"
            : key.Length <= RequestIdCharsMax ? key
            : throw Refusals.Of(new Fault(ApiFaults.Header, "Idempotency-Key"));
    }

    private static long Number(HttpRequest request, string header) =>
        long.TryParse(request.Headers[header], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Refusals.Of(new Fault(ApiFaults.Header, header));

    /// <summary>"key base64,key base64": values are UTF-8 in Base64.</summary>
    private static Dictionary<string, string> Metadata(HttpRequest request)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in request.Headers[UploadMetadata].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split(' ', 2);
            var value = new byte[parts[^1].Length];
            if (parts.Length != 2 || !Convert.TryFromBase64String(parts[1], value, out var length))
            {
                throw Refusals.Of(new Fault(ApiFaults.Header, UploadMetadata));
            }

            found[parts[0]] = Encoding.UTF8.GetString(value, 0, length);
        }

        return found;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
