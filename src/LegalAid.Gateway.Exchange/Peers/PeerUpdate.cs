using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Peers;

/// <summary>One message of an exchange, from the gateway that decides to one whose agencies take part, with the exchange as they may see it.</summary>
/// <param name="Stream">Number of the message in the exchange's stream to that gateway, from 1.</param>
/// <param name="After">Number of the one before it; 0: it is the first. Between the two stands only what an operator gave up.</param>
/// <param name="Version">The exchange's version of which state, control and view are; at least the message's.</param>
/// <param name="Control">Parties, clocks, times of steps and flags, as they are stored.</param>
/// <param name="View">Cut to what the sharing matrix lets the agencies there see.</param>
/// <param name="Documents">Those that the message states, and with the first message all that there are: small ones with their content, others by what tells them.</param>
public sealed record PeerUpdate(
    ExchangeId Exchange,
    Guid Notice,
    ExchangeTypeId Type,
    string TypeDigest,
    AgencyId Opener,
    DateTimeOffset OpenedAt,
    long Stream,
    long After,
    long Version,
    string State,
    JsonObject Control,
    JsonObject View,
    PeerMessage Message,
    ImmutableArray<IncomingDocument> Documents);

/// <summary>What was said.</summary>
/// <param name="Payload">Empty where nobody there may have it.</param>
/// <param name="Receipt">The deciding gateway's.</param>
/// <param name="Recipients">Agencies there, and as what.</param>
/// <param name="Cause">Where it is a step that the receiving gateway passed on: that message's id.</param>
/// <param name="Documents">Those that it brought or names.</param>
public sealed record PeerMessage(
    Guid Id,
    string Event,
    AgencyId? Sender,
    JsonObject Payload,
    string StateAfter,
    DateTimeOffset OccurredAt,
    string Receipt,
    ImmutableArray<Recipient> Recipients,
    Guid? Cause,
    ImmutableArray<AttachmentId> Documents);

/// <summary>A step of an agency, passed on to the gateway that decides.</summary>
/// <param name="Id">The message's here; it makes the command repeatable.</param>
/// <param name="Receipt">The passing gateway's.</param>
public sealed record PeerCommand(
    Guid Id,
    ExchangeId Exchange,
    StepName Step,
    AgencyId Agency,
    JsonObject Payload,
    string Receipt,
    ImmutableArray<IncomingDocument> Documents);

/// <summary>A part of a document that an update or a command names, which goes before it.</summary>
/// <param name="Opener">Who opened the exchange: where the receiver has no copy of it yet, by whom it judges that the sender may speak of it.</param>
/// <param name="Document">Without content.</param>
/// <param name="Offset">Where in the document the part begins.</param>
public sealed record PeerDocumentPart(ExchangeId Exchange, AgencyId Opener, IncomingDocument Document, long Offset, ReadOnlyMemory<byte> Content);

/// <summary>What goes to another gateway, ready to be sent: a closed set.</summary>
/// <param name="Body">JSON in UTF-8 (<see cref="PeerJson"/>).</param>
public abstract record PeerParcel(byte[] Body)
{
    /// <summary>Documents whose content must be there before.</summary>
    internal ImmutableArray<ApartDocument> Apart { get; init; } = [];

    public sealed record Part(byte[] Body) : PeerParcel(Body);

    /// <param name="Away">Whom it reaches there.</param>
    public sealed record Update(byte[] Body, ImmutableArray<Recipient> Away) : PeerParcel(Body);

    public sealed record Command(byte[] Body, Guid Id, StepName Step, AgencyId Agency) : PeerParcel(Body);
}
