using System.Collections.Immutable;
using Google.Protobuf;
using Grpc.Core;
using LegalAid.Gateway.Api.Documents;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Edge.Payloads;
using LegalAid.Gateway.Exchange.Ledger;
using OpeningCommand = LegalAid.Gateway.Exchange.Ledger.Opening;

namespace LegalAid.Gateway.Api;

/// <summary>What a typed call brings for a step, as its request has it.</summary>
/// <param name="Payload">In the contract's form.</param>
/// <param name="Field">The request's field that holds the payload: faults are found under it.</param>
internal sealed record TypedStep(
    IMessage Payload, string Field, string RequestId, IReadOnlyList<AttachmentContent>? Attachments = null, IReadOnlyList<AttachmentReference>? Referenced = null, long ExpectedVersion = 0);

/// <summary>One of several openings that belong together.</summary>
internal sealed record TypedOpening(IMessage Payload, IReadOnlyList<AttachmentContent>? Attachments = null);

/// <summary>Where a request has what it opens.</summary>
/// <param name="List">The field that has an item for each.</param>
/// <param name="Payload">An item's field that holds the payload; empty: the item is the payload.</param>
internal readonly record struct OpeningFields(string List, string Payload = "")
{
    /// <summary><c>[i].payload.x</c> of a command is <c>people[i].notice.x</c> of the request.</summary>
    public string PathOf(string path)
    {
        if (!path.StartsWith('['))
        {
            return path;
        }

        var end = path.IndexOf(']', StringComparison.Ordinal) + 1;
        var (index, rest) = (path[..end], path[end..]);
        return List + index + (rest.StartsWith(".payload", StringComparison.Ordinal) ? (Payload.Length > 0 ? "." + Payload : "") + rest[".payload".Length..] : rest);
    }
}

/// <summary>
/// The commands of the typed faces, the same that ExchangeService gives the ledger. What is wrong is thrown as a <see cref="Edge.Faults.RefusalException"/>, by the request's own fields.
/// </summary>
internal sealed class TypedCommands(ExchangeLedger ledger, IncomingDocuments documents)
{
    /// <summary>Opens one exchange.</summary>
    public async Task<StepAnswer> OpenAsync(ExchangeTypeId type, TypedStep opening, ServerCallContext context)
    {
        var faults = new List<Fault>();
        var incoming = documents.Read(opening.Attachments ?? [], "attachments", faults);
        faults.ThrowIfAny();

        return (await OpenAsync(type, [new OpeningCommand(PayloadCodec.ToJson(opening.Payload), incoming)], opening.RequestId, OpeningPath, context))[0];

        string OpeningPath(string path) => UnderField(path.StartsWith("[0]", StringComparison.Ordinal) ? path[3..].TrimStart('.') : path, opening.Field);
    }

    /// <summary>Opens several that belong together, all or none.</summary>
    /// <param name="faults">What was found wrong already: it is told with what is wrong with the documents.</param>
    public async Task<IReadOnlyList<StepAnswer>> OpenAsync(
        ExchangeTypeId type, IEnumerable<TypedOpening> openings, OpeningFields fields, string requestId, List<Fault> faults, ServerCallContext context)
    {
        var read = openings.Select((opening, index) => new OpeningCommand(
            PayloadCodec.ToJson(opening.Payload), documents.Read(opening.Attachments ?? [], $"{fields.List}[{index}].attachments", faults))).ToImmutableArray();
        faults.ThrowIfAny();
        return await OpenAsync(type, read, requestId, fields.PathOf, context);
    }

    /// <summary>Takes a step.</summary>
    /// <param name="among">The face's types.</param>
    public async Task<StepAnswer> TakeAsync(ExchangeId exchange, string name, TypedStep step, Predicate<ExchangeTypeId> among, ServerCallContext context)
    {
        var faults = new List<Fault>();
        var incoming = documents.Read(step.Attachments ?? [], "attachments", faults);
        var references = DocumentNames.References(step.Referenced ?? [], faults);
        faults.ThrowIfAny();

        var (caller, origin) = (context.Asker(), context.Origin());
        var command = new StepCommand(
            caller.Agency, exchange, new StepName(name), PayloadCodec.ToJson(step.Payload), incoming, step.RequestId, ApiContext.VersionOf(step.ExpectedVersion), origin.TraceParent)
        {
            References = references,
            Purpose = caller.Purpose,
            Signature = origin.Signature,
            Among = among,
        };
        return (await ledger.TakeAsync(command, context.CancellationToken)).AnswersOr(path => UnderField(path, step.Field))[0];
    }

    /// <param name="path">The request's field for one of the command's.</param>
    private async Task<IReadOnlyList<StepAnswer>> OpenAsync(
        ExchangeTypeId type, ImmutableArray<OpeningCommand> openings, string requestId, Func<string, string> path, ServerCallContext context)
    {
        var (caller, origin) = (context.Asker(), context.Origin());
        var command = new OpenCommand(caller.Agency, type, openings, requestId, origin.TraceParent) { Purpose = caller.Purpose, Signature = origin.Signature };
        return (await ledger.OpenAsync(command, context.CancellationToken)).AnswersOr(path);
    }

    private static string UnderField(string path, string field) =>
        path == "payload" || path.StartsWith("payload.", StringComparison.Ordinal) ? field + path["payload".Length..] : path;
}
