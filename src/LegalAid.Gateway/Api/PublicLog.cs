using LegalAid.Gateway.Edge.Limits.Anonymous;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Net.Http.Headers;

namespace LegalAid.Gateway.Api;

/// <summary>
/// What anybody may read of the log without a token: signed heads, keys and hash tiles (c2sp.org/tlog-tiles). Entries are not public: they
/// name agencies. See docs/decisions/0006-public-log.md.
/// </summary>
internal static class PublicLog
{
    private const string Text = "text/plain; charset=utf-8";
    private const string Immutable = "public, max-age=31536000, immutable";

    public static void MapPublicLog(this WebApplication app)
    {
        app.MapGet("/.well-known/gateway-checkpoint", CheckpointAsync).Anonymous(AnonymousUse.Read);
        app.MapGet("/.well-known/gateway-log-keys", KeysAsync).Anonymous(AnonymousUse.Read);
        app.MapGet("/log/checkpoint", CheckpointAsync).Anonymous(AnonymousUse.Read);
        app.MapGet("/log/tile/{**path}", TileAsync).Anonymous(AnonymousUse.Read);
    }

    /// <summary>The newest signed note, not to be kept longer than a few seconds.</summary>
    private static async Task<IResult> CheckpointAsync(HttpContext context, EvidenceReader evidence, CancellationToken cancellationToken)
    {
        if (await evidence.CheckpointAsync(0, cancellationToken) is not { } row)
        {
            return Results.NotFound();
        }

        context.Response.Headers[HeaderNames.CacheControl] = "public, max-age=2";
        return Results.Text(row.Note, Text);
    }

    /// <summary>The public keys of the log as vkeys, one a line, oldest first.</summary>
    private static async Task<IResult> KeysAsync(ILedgerStore store, LogKeys keys, CancellationToken cancellationToken) =>
        await store.FindLogHeadAsync(cancellationToken) is { } head
            ? Results.Text(string.Concat(keys.Of(head.Origin).Select(key => $"{key}\n")), Text)
            : Results.NotFound();

    private static async Task<IResult> TileAsync(string? path, HttpContext context, EvidenceReader evidence, CancellationToken cancellationToken)
    {
        if (!TilePath.TryParse($"tile/{path}", out var place) || await evidence.TileAsync(place, cancellationToken) is not { } tile)
        {
            return Results.NotFound();
        }

        context.Response.Headers[HeaderNames.CacheControl] = Immutable;
        return Results.Bytes(tile.Content.ToArray(), "application/octet-stream");
    }
}
