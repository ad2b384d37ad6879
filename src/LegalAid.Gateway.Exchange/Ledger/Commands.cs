using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Exchange.Attachments;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>A document as it comes with a message. Its size was bounded at the edge.</summary>
public sealed record IncomingDocument(string Kind, string FileName, string MediaType, ReadOnlyMemory<byte> Content)
{
    /// <summary>Where another gateway has it already: its id there, which it keeps, and who put it to the exchange; null: it is new.</summary>
    internal (AttachmentId Id, AgencyId Sender)? Known { get; init; }

    /// <summary>Where the content goes between gateways in parts of its own (<see cref="Peers.PeerDocuments"/>): how long it is, and its digests. Null: it is in <see cref="Content"/>.</summary>
    internal DocumentApart? Apart { get; init; }
}

/// <summary>What tells a document whose content comes apart from it.</summary>
internal sealed record DocumentApart(long SizeBytes, DocumentDigest Digest);

/// <summary>One exchange to open: the payload in the schema's normal form, and its documents.</summary>
public sealed record Opening(JsonObject Payload, ImmutableArray<IncomingDocument> Documents);

/// <summary>Opens one exchange for each opening, all together or none. <paramref name="Caller"/> is who the edge says it is.</summary>
public sealed record OpenCommand(
    AgencyId Caller, ExchangeTypeId Type, ImmutableArray<Opening> Openings, string RequestId, string TraceParent = "")
{
    /// <inheritdoc cref="Asker.Purpose"/>
    public Purpose? Purpose { get; init; }

    /// <summary>The caller's own signature of the request, checked at the edge; null where it was not signed.</summary>
    public SenderSignature? Signature { get; init; }
}

/// <summary>Takes a step.</summary>
/// <param name="ExpectedVersion">Refuses the step unless the exchange is at this version; null: whatever it is at.</param>
public sealed record StepCommand(
    AgencyId Caller,
    ExchangeId Exchange,
    StepName Step,
    JsonObject Payload,
    ImmutableArray<IncomingDocument> Documents,
    string RequestId,
    long? ExpectedVersion = null,
    string TraceParent = "")
{
    /// <inheritdoc cref="Asker.Purpose"/>
    public Purpose? Purpose { get; init; }

    /// <inheritdoc cref="OpenCommand.Signature"/>
    public SenderSignature? Signature { get; init; }

    /// <summary>
    /// The types of the door by which the step comes: an exchange of any other is to it as if there were none, since the payload is in the form of a step of its own types. Null: any
    /// type, the payload is in the form of this exchange's step.
    /// </summary>
    public Predicate<ExchangeTypeId>? Among { get; init; }

    /// <summary>The receipt of another gateway, where the caller took the step there and it was passed on; null: the step was taken here.</summary>
    internal ForeignReceipt? Relayed { get; init; }

    /// <summary>
    /// The documents as the other gateway sent them, where it passed the step on: by these a repeat is known. Which of them are new here, and which are only named, is another
    /// matter, and another one each time.
    /// </summary>
    internal ImmutableArray<IncomingDocument>? Sent { get; init; }

    /// <summary>Documents that were put to the exchange before and belong to the step's message.</summary>
    public ImmutableArray<DocumentReference> References { get; init; } = [];
}

/// <summary>An exchange that the gateway opens itself (<see cref="StepDefinition.IsGateways"/>).</summary>
/// <param name="For">On whose behalf; it holds the opener's role.</param>
/// <param name="Payload">In the schema's normal form.</param>
/// <param name="Key">The same key opens one exchange of the type for that agency, however often.</param>
public sealed record OwnOpening(AgencyId For, ExchangeTypeId Type, JsonObject Payload, string Key);

/// <summary>A step that the gateway takes itself.</summary>
/// <param name="Payload">In the schema's normal form.</param>
public sealed record OwnStep(StepName Step, JsonObject Payload);

/// <summary>Adds a document to an exchange.</summary>
public sealed record UploadCommand(AgencyId Caller, ExchangeId Exchange, IncomingDocument Document, string RequestId);

/// <summary>What became of a command: a closed set.</summary>
public abstract record CommandOutcome
{
    private CommandOutcome()
    {
    }

    /// <summary>Committed durably, now or when the request first came.</summary>
    /// <param name="Answers">One for each exchange, in the order of the command.</param>
    /// <param name="Repeated">Whether this is the first answer given again.</param>
    public sealed record Accepted(ImmutableArray<StepAnswer> Answers, bool Repeated) : CommandOutcome;

    /// <summary>Refused; nothing was written.</summary>
    public sealed record Refused(EquatableList<Fault> Faults) : CommandOutcome;
}

/// <summary>An exchange after a command, and the receipt of the command's message.</summary>
public sealed record StepAnswer(ExchangeReading Exchange, Receipt Receipt);

/// <summary>Proof that the gateway holds a message.</summary>
/// <param name="PayloadDigest">SHA-256 of the canonical payload, lower-case hexadecimal.</param>
public sealed record Receipt(MessageId Message, string PayloadDigest, DateTimeOffset CommittedAt, string Jws)
{
    /// <summary>What takes a receipt's place where there was no message, only a document.</summary>
    public static Receipt OfNone(DateTimeOffset committedAt) => new(default, "", committedAt, "");
}

/// <summary>A document of an exchange, without its content.</summary>
public sealed record DocumentReading(
    AttachmentId Id,
    AgencyId Sender,
    string Kind,
    string FileName,
    string MediaType,
    long SizeBytes,
    string Sha256,
    string Sm3,
    DateTimeOffset CreatedAt)
{
    internal DocumentReading With(DocumentDigest digest) => this with { Sha256 = digest.Sha256, Sm3 = digest.Sm3 };
}

/// <summary>Where the configuration comes from: the active snapshot, and types as they were when an exchange was opened.</summary>
public interface ISnapshotSource
{
    ConfigurationSnapshot Current { get; }

    /// <summary>The type of that digest, from the active snapshot or the archive. Its absence is corrupt state: exceptional.</summary>
    ValueTask<ExchangeType> PinnedTypeAsync(ExchangeTypeId id, string digest, CancellationToken cancellationToken);
}
