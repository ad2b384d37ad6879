using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Sharing;

/// <summary>May this agency do this, for this, today?</summary>
/// <param name="Caller">As the directory of the same snapshot has it.</param>
/// <param name="On">The civil date.</param>
public readonly record struct SharingQuestion(Agency Caller, SharedObject Object, DateOnly On)
{
    /// <summary>As the call states it; null where it states none.</summary>
    public Purpose? Purpose { get; init; }

    /// <summary>The exchange that the call is about or travels with; null where there is none, and then no row holds that asks for one.</summary>
    public ExchangeAtHand? Exchange { get; init; }

    /// <summary>The matter's place; null where it is not known, and then no row holds that asks for it.</summary>
    public RegionCode? Place { get; init; }
}

/// <summary>What of an exchange a decision looks at.</summary>
/// <param name="Parties">Who holds each role, by the role's name.</param>
/// <param name="Addressed">
/// The role in which a message reaches the caller. It counts beside those that the caller holds: a firm that a step has replaced is told of it
/// in the role it had, and <see cref="RoleName.Supervisor"/> is nobody's role in an exchange.
/// </param>
public readonly record struct ExchangeAtHand(ImmutableSortedDictionary<string, AgencyId> Parties, StateName State, RoleName? Addressed = null);

/// <summary>The answer: <see cref="Allowed"/> or <see cref="Denied"/>, nothing else.</summary>
public abstract record SharingDecision
{
    private SharingDecision()
    {
    }

    /// <summary>Yes.</summary>
    /// <param name="Rows">The rows that it rests on, for the audit; more than one only where each adds fields.</param>
    /// <param name="Purpose">As stated, or the row's only one. The caller of the matrix holds it against what the token bounds.</param>
    /// <param name="Fields">What comes through.</param>
    public sealed record Allowed(ImmutableArray<SharingRow> Rows, Purpose Purpose, FieldList Fields) : SharingDecision
    {
        /// <summary>What must not be used up, each with the row under which it is counted; empty: not counted.</summary>
        public ImmutableArray<(string Row, Quota Quota)> Quotas { get; } =
            [.. from row in Rows where row.Quota is not null select (row.Id, row.Quota)];
    }

    /// <summary>No. Why is for the log and for explain; the caller learns nothing that tells a hidden thing from an absent one.</summary>
    /// <param name="Missed">What the nearest row missed; <see cref="Sharing.Missed.NotListed"/> where no row is about the object.</param>
    /// <param name="Nearest">The row that came furthest; null where there is none.</param>
    public sealed record Denied(Missed Missed, SharingRow? Nearest) : SharingDecision;
}

/// <summary>What a question lacked to fulfil a row, in the order in which it is looked at.</summary>
[Flags]
public enum Missed
{
    /// <summary>Nothing: the row holds.</summary>
    None = 0,

    /// <summary>No row is about the object.</summary>
    NotListed = 1,

    /// <summary>The row is for other agencies, kinds or places.</summary>
    Subject = 2,

    /// <summary>The row is for other purposes.</summary>
    Purpose = 4,

    /// <summary>The call states no purpose and the row has several.</summary>
    PurposeUnstated = 8,

    /// <summary>The row does not hold yet.</summary>
    NotYet = 16,

    /// <summary>The row no longer holds.</summary>
    Expired = 32,

    /// <summary>The caller is not party to the exchange, or there is none at hand.</summary>
    Party = 64,

    /// <summary>The caller is not party in one of the roles.</summary>
    Role = 128,

    /// <summary>The exchange is in another state.</summary>
    State = 256,

    /// <summary>The matter's place is not the caller's, or is not known.</summary>
    Place = 512,
}
