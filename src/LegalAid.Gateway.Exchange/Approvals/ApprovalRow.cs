using System.Collections.Immutable;

namespace LegalAid.Gateway.Exchange.Approvals;

/// <summary>Identity of an approval: a version 7 UUID, so that the newest comes first.</summary>
public readonly record struct ApprovalId(Guid Value)
{
    public override string ToString() => Value.ToString("D");
}

/// <summary>Where an approval stands. Asked → Approved → Done or Failed; or Asked → Refused or Expired.</summary>
public enum ApprovalStatus
{
    Asked = 0,

    /// <summary>Decided, and to be carried out: by whoever decided, or after a crash by the next look.</summary>
    Approved = 1,

    Refused = 2,

    /// <summary>Nobody decided in time.</summary>
    Expired = 3,

    Done = 4,

    /// <summary>It could not be carried out as it was approved, and was not.</summary>
    Failed = 5,
}

/// <summary>Something that takes two people (双人复核).</summary>
/// <param name="Act">What kind of act it is, one of <see cref="ApprovalActs"/>.</param>
/// <param name="Order">Exactly what is to be done, canonical JSON; of an exchange its id and version, and nothing of a person.</param>
/// <param name="Digest">SHA-256 of <paramref name="Order"/>, lower-case hexadecimal: what the second person approves.</param>
/// <param name="AskedBy">The first person, as <c>issuer#subject</c>.</param>
/// <param name="AskedName">The same for people to read.</param>
/// <param name="DecidedBy">The second; null before.</param>
/// <param name="Outcome">What came of it, a word; empty before.</param>
public sealed record ApprovalRow(
    ApprovalId Id,
    string Act,
    ImmutableArray<byte> Order,
    string Digest,
    string Reason,
    string AskedBy,
    string AskedName,
    DateTimeOffset AskedAt,
    DateTimeOffset ExpiresAt,
    ApprovalStatus Status,
    string? DecidedBy = null,
    string? DecidedName = null,
    DateTimeOffset? DecidedAt = null,
    string DecisionReason = "",
    DateTimeOffset? EndedAt = null,
    string Outcome = "");

/// <summary>The acts that take two people.</summary>
public static class ApprovalActs
{
    /// <summary>Erase an exchange before its retention ends.</summary>
    public const string Erase = "erase-exchange";

    /// <summary>Let a system of an agency enrol.</summary>
    public const string Invite = "invite-system";

    /// <summary>Make a configuration, the sharing matrix in it, the active one.</summary>
    public const string Configure = "activate-configuration";

    /// <summary>Let a new key of the gateway's own be used.</summary>
    public const string TakeKey = "take-key";

    /// <summary>Take a token key out, once no token of it can be about.</summary>
    public const string RetireKey = "retire-key";

    /// <summary>Look at what was done on the machine without an approval.</summary>
    public const string Review = "review";
}
