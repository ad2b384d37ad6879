using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Feeds;

/// <summary>An address at which a calendar program fetches duty shifts, as the stores keep it: of one lawyer or of one station.</summary>
/// <param name="TokenHash">SHA-256 of the token in the address. The token itself is kept nowhere.</param>
/// <param name="Agency">Who created it: the calendar shows what this agency may see, at the time of reading.</param>
/// <param name="Station">The station; null where it is a lawyer's.</param>
/// <param name="LawyerTerm">The search term of the lawyer's licence number, a keyed hash; null where it is a station's.</param>
/// <param name="LawyerCipher">The licence number, sealed under the key ring; null likewise.</param>
/// <param name="RequestKey">Keyed hash of agency, operation and request id: unique.</param>
/// <param name="RequestDigest">Keyed hash of what was asked for: what tells a repeated request from another one.</param>
/// <param name="ExpiresAt">From this instant on it is as if it had never been.</param>
/// <param name="RevokedAt">Null: it was not.</param>
public sealed record CalendarFeedRow(
    CalendarFeedId Id,
    ImmutableArray<byte> TokenHash,
    AgencyId Agency,
    AgencyId? Station,
    byte[]? LawyerTerm,
    byte[]? LawyerCipher,
    ImmutableArray<byte> RequestKey,
    ImmutableArray<byte> RequestDigest,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? RevokedAt = null)
{
    /// <summary>How long the row of an expired one is kept, so that its agency can see what became of it. Its leaves stay.</summary>
    public static readonly TimeSpan KeptAfter = TimeSpan.FromDays(90);

    /// <summary>How many are forgotten with each that is added: more than one, so that the table shrinks to those that are of use.</summary>
    public const int ForgottenMax = 16;
}
