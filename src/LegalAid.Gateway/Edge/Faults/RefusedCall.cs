using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Edge.Faults;

/// <summary>A feature of a request that was refused, for who must keep evidence of it.</summary>
/// <param name="Operation">Full name of the method.</param>
public sealed record RefusedCall(string Operation, IReadOnlyList<Fault> Faults);
