using LegalAid.Gateway.Casework.Configuration.Eligibility;
using LegalAid.Gateway.Casework.Tests.Configuration;

namespace LegalAid.Gateway.Casework.Tests.Eligibility;

/// <summary>Every example of the shipped packs, worked by hand.</summary>
public sealed class WorkedExampleTests
{
    public static TheoryData<string, string> Ids() =>
        [.. ShippedPacks.Library.Examples.SelectMany(pack => pack.Value.Select(example => new TheoryDataRow<string, string>(pack.Key, example.Id)))];

    [Fact]
    public void Read_ShippedFiles_HasNoFaultAndEnoughExamples()
    {
        var (packs, faults) = EligibilityFiles.Read(ShippedFiles.Configuration());

        Assert.Empty(faults);
        Assert.Equal([ShippedPacks.InForce, ShippedPacks.Draft], packs.Packs.Select(by => by.Pack.Id));
        Assert.True(packs.Examples.Values.Sum(examples => examples.Length) >= 400);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Decide_WorkedByHand_Agrees(string pack, string id) =>
        Assert.Null(ShippedPacks.Library.Examples[pack].Single(example => example.Id == id).WhatFails(ShippedPacks.Pack(pack)));
}
