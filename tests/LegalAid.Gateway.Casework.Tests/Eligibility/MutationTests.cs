using LegalAid.Gateway.Casework.Eligibility;

namespace LegalAid.Gateway.Casework.Tests.Eligibility;

/// <summary>The examples guard the packs: each small slip makes at least one of them come out otherwise.</summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    /// <summary>Slips that change no decision, each with the reason.</summary>
    private static readonly Dictionary<string, string> Harmless = new(StringComparer.Ordinal)
    {
        ["guangxi-2022, hardship-before: inverted"] = NoFigure,
        ["guangxi-2022, hardship-before: household-income inverted"] = NoFigure,
        ["guangxi-2022, income: household-asset-value inverted"] = NoFigure,
        ["guangxi-2022, spending: household-asset-value inverted"] = NoFigure,
        ["guangxi-2022, own-income: own-asset-value inverted"] = NoFigure,
        ["guangxi-2022, own-spending: own-asset-value inverted"] = NoFigure,
    };

    private const string NoFigure = "what is compared with a figure that nobody knows is unknown either way";

    [Theory]
    [InlineData(ShippedPacks.InForce)]
    [InlineData(ShippedPacks.Draft)]
    public void Examples_PackWithASlip_OneFails(string id)
    {
        var examples = ShippedPacks.Library.Examples[id];
        var slips = PackMutations.Of(ShippedPacks.Pack(id).Pack).ToList();
        var alive = slips.AsParallel().AsOrdered()
            .Where(slip => !examples.Any(example => Fails(example, slip.Pack)))
            .Select(slip => slip.Slip)
            .ToList();

        output.WriteLine($"{id}: {slips.Count - alive.Count} of {slips.Count} slips found by {examples.Length} examples");
        Assert.True(slips.Count >= 200, $"{slips.Count} slips");
        Assert.Equal(Harmless.Keys.Where(slip => slip.StartsWith(id, StringComparison.Ordinal)), alive.Select(slip => $"{id}, {slip}"));
    }

    private static bool Fails(WorkedExample example, RulePack pack) => example.WhatFails(Adjudicators.GetValue(pack, pack => new Adjudicator(pack))) is not null;

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<RulePack, Adjudicator> Adjudicators = [];
}
