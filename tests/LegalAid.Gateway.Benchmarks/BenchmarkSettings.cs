using System.Collections.Immutable;
using LegalAid.Gateway.Benchmarks.Floors;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>What a benchmark is run with.</summary>
/// <param name="Quick">Whether it is only to be seen that it works.</param>
/// <param name="Pairs">How many pairs of floor and real thing.</param>
/// <param name="Longest">A timed run ends when its supply is used up or this has passed.</param>
/// <param name="Producers">Numbers of callers that wait at a time.</param>
/// <param name="Messages">How many messages a full store holds.</param>
/// <param name="Leaves">How many leaves a long log holds.</param>
/// <param name="Rate">Calls a second of an open loop.</param>
internal sealed record BenchmarkSettings(
    StoreBench Store, bool Quick, int Pairs, TimeSpan Longest, ImmutableArray<int> Producers, int Messages, int Leaves, double Rate)
{
    /// <summary>A full count, or an eighth of it.</summary>
    public int Scaled(int count) => Quick ? count / 8 : count;
}
