using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Limits.Anonymous;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;

namespace LegalAid.Gateway.Agencies.Peers;

/// <summary>
/// Where other gateways come in: <c>POST /v1/peers/updates</c>, a message of an exchange that they decide on; <c>POST /v1/peers/commands</c>, a step of one of their agencies on
/// an exchange that this one decides on; <c>POST /v1/peers/documents</c>, parts of the documents that either names; <c>GET /v1/peers/capabilities</c>, what this one understands. Who sends is known by its signature (<see cref="PeerEntrance"/>); what
/// it may is the ledger's to say. The answer to a parcel is 200 whatever it says, signed; other codes are before that.
/// </summary>
internal static class PeerEndpoints
{
    public const string Updates = "/v1/peers/updates", Commands = "/v1/peers/commands", Documents = "/v1/peers/documents", Capabilities = "/v1/peers/capabilities";

    public static void MapPeers(this WebApplication app)
    {
        app.MapPost(Updates, (HttpContext context, PeerEntrance entrance, PeerKeys keys, ExchangeLedger ledger) => AnswerAsync(
            context, entrance, keys, body => PeerJson.ReadUpdate(body.Span), update => update.Message.Receipt, ledger.CopyAsync)).Anonymous(AnonymousUse.Attempt);
        app.MapPost(Commands, (HttpContext context, PeerEntrance entrance, PeerKeys keys, ExchangeLedger ledger, IPayloadSchemas schemas) => AnswerAsync(
            context, entrance, keys, body => PeerJson.ReadCommand(body.Span), command => command.Receipt,
            (from, command, cancellationToken) => ledger.TakePassedOnAsync(from, command, schemas, cancellationToken))).Anonymous(AnonymousUse.Attempt);
        app.MapPost(Documents, (HttpContext context, PeerEntrance entrance, PeerKeys keys, PeerDocuments documents) => AnswerAsync(
            context, entrance, keys, body => PeerJson.ReadPart(body.Span), _ => null, documents.TakeAsync)).Anonymous(AnonymousUse.Attempt);
        app.MapGet(Capabilities, (HttpContext context, ISnapshotSource configuration) => TellAsync(context, configuration)).Anonymous(AnonymousUse.Read);
    }

    private static async Task AnswerAsync<T>(
        HttpContext context, PeerEntrance entrance, PeerKeys keys, Func<ReadOnlyMemory<byte>, T?> read, Func<T, string?> receiptOf,
        Func<AgencyId, T, CancellationToken, Task<PeerAnswer>> take)
        where T : class
    {
        var (gateway, body) = await entrance.EnterAsync(context);
        var parcel = read(body) ?? throw Refusals.Of(new Fault(PeerFaults.Malformed));
        if (receiptOf(parcel) is { } receipt && !keys.IsReceiptOf(gateway, receipt)) // a part has none: its message has
        {
            throw Refusals.Of(new Fault(PeerFaults.ReceiptInvalid));
        }

        // What was begun is ended, whoever hangs up: the sender asks again and is told.
        var answer = await take(gateway, parcel, CancellationToken.None);
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(PeerJson.Write(answer), context.RequestAborted);
    }

    /// <summary>The version of the form and the types by digest: no exchange and no agency is named.</summary>
    private static Task TellAsync(HttpContext context, ISnapshotSource configuration) => context.Response.WriteAsJsonAsync(
        new { v = 1, types = configuration.Current.Types.Values.OrderBy(type => type.Id.Value, StringComparer.Ordinal).Select(type => new { id = type.Id.Value, digest = type.Digest }) },
        context.RequestAborted);
}
