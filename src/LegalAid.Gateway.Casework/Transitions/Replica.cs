using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Transitions;

/// <summary>
/// An exchange that another city's gateway decides on: the one at which it was opened. What stands here is a copy of what the parties here may see; their steps are passed
/// on and hold once that gateway took them. Its clocks are that gateway's too.
/// </summary>
/// <param name="Gateway">Which decides.</param>
/// <param name="Version">Its version of the exchange that the copy stands at.</param>
/// <param name="Stream">How many of its messages have been taken; they come in order and without a gap.</param>
/// <param name="Relayed">Steps that were passed on and not decided on yet, oldest first.</param>
public sealed record Replica(AgencyId Gateway, long Version, long Stream, ImmutableArray<RelayedStep> Relayed);

/// <summary>A step of a party here, on its way.</summary>
/// <param name="Message">Id of its message, by which the other gateway recognises a repeat.</param>
public sealed record RelayedStep(StepName Step, Guid Message);
