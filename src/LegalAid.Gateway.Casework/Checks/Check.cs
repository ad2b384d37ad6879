using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>What a check sees: nothing else, so that the same input gives the same findings years later.</summary>
/// <param name="Payload">What the step says, in normal form. Fault fields are paths in it.</param>
/// <param name="View">The view before the step; empty at opening.</param>
/// <param name="Parties">The parties after the step's party rules.</param>
/// <param name="Now">Civil time.</param>
public sealed record CheckInput(
    ExchangeType Type,
    StepDefinition Step,
    JsonObject Payload,
    JsonObject View,
    ImmutableSortedDictionary<string, AgencyId> Parties,
    Agency Caller,
    DateTimeOffset Now,
    ConfigurationSnapshot Snapshot)
{
    /// <summary>
    /// The notice that the payload is, once a check has read it: six checks of a submission look at the same one. It rests on payload,
    /// time and snapshot, so it stays right where the parties are replaced.
    /// </summary>
    internal NoticeReading? Submitted { get; set; }

    public Agency? Party(string role) =>
        Parties.TryGetValue(role, out var id) ? Snapshot.Agencies.Find(id) : null;
}

/// <summary>What a check found: faults refuse the step, flags travel with the exchange for a person to weigh.</summary>
/// <param name="Judged">
/// The flags that the check decided on, found or not. One that was raised before, by this check or by another that asks the same, is
/// withdrawn where it is judged and not found again; what nobody judged stays.
/// </param>
public sealed record CheckFindings(EquatableList<Fault> Faults, EquatableList<FlagCode> Flags, EquatableList<FlagCode> Judged = default)
{
    public static readonly CheckFindings None = new(default, default);

    public static CheckFindings Refuse(params IEnumerable<Fault> faults) => new(new EquatableList<Fault>(faults), default);

    public static CheckFindings Flag(params IEnumerable<FlagCode> flags) => new(default, new EquatableList<FlagCode>(flags), new EquatableList<FlagCode>(flags));
}

/// <summary>A finding that a person should weigh (提示). It decides nothing.</summary>
/// <param name="Code">Stable, UPPER_SNAKE_CASE.</param>
public sealed record FlagCode(string Code, string Zh, string En);

/// <summary>A check in code that an exchange type names: a pure function.</summary>
public delegate CheckFindings Check(CheckInput input);

/// <summary>Finds the party that a payload leaves open, or null where there is none.</summary>
public delegate Agency? PartyFinder(CheckInput input);
