using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Configuration.Eligibility;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using LegalAid.Gateway.Testing;
using Ask = LegalAid.Gateway.Contracts.Eligibility.V1.Ask;
using Outcome = LegalAid.Gateway.Contracts.Eligibility.V1.Outcome;

namespace LegalAid.Gateway.Simulation.Verify;

/// <summary>A small run of the command, and a judge that is judged: each kind of wrong is planted and found.</summary>
public sealed class VerifyTests
{
    private static readonly DateOnly Day = new(2026, 3, 2);

    private static readonly Adjudicator Pack = EligibilityFiles.Read(
        Directory.EnumerateFiles(Path.Combine(GatewayFixture.ConfigurationFolder, "eligibility"), "*.yaml", SearchOption.AllDirectories)
            .Select(path => new ConfigurationFile(Path.GetRelativePath(GatewayFixture.ConfigurationFolder, path).Replace('\\', '/'), File.ReadAllText(path)))).Packs.Find("guangxi-2022")
        ?? throw new InvalidOperationException("no pack");

    private static readonly VerifyOracle Oracle = new(Pack, new HashSet<(string, string)> { ("civil-affairs", "register") }, Day);

    [Fact]
    public async Task Verify_TwoHundredWithFaultsAndARestart_AreAllAsTheTruthIs() => Assert.Equal(0, await VerifySimulation.RunAsync(["--count", "200"]));

    [Theory]
    [InlineData("checking", Outcome.Unspecified, "lost")]
    [InlineData("for-person", Outcome.RefusalProposed, "refusal proposed, but Eligible")]
    [InlineData("for-person", Outcome.PersonDecides, "left to a person, but Eligible")]
    [InlineData("evidence-needed", Outcome.EvidenceNeeded, "open without a reason")]
    [InlineData("provisional", Outcome.Provisional, "provisional Provisional")]
    public void WhatIsWrong_OfOneWhoIsEligible_NamesIt(string state, Outcome outcome, string fault) =>
        Assert.StartsWith(fault, Oracle.WhatIsWrong(Someone(CaseworkOutcome.Eligible), Found(state, outcome)), StringComparison.Ordinal);

    [Fact]
    public void WhatIsWrong_GrantedToOneWhoIsNot_NamesIt() =>
        Assert.Equal("granted, but RefusalProposed", Oracle.WhatIsWrong(Someone(CaseworkOutcome.RefusalProposed), Found("granted", Outcome.Eligible)));

    [Fact]
    public void WhatIsWrong_AskedBeyondThePlan_NamesWhom()
    {
        var granted = Found("granted", Outcome.Eligible);
        Assert.Null(Oracle.WhatIsWrong(Someone(CaseworkOutcome.Eligible), granted));

        granted.Progress.Asks.Add(new Ask { Body = "police", State = AskState.Confirmed });

        Assert.Equal("asked beyond the plan: police", Oracle.WhatIsWrong(Someone(CaseworkOutcome.Eligible), granted));
    }

    /// <summary>With all papers, so that nothing excuses what stays open.</summary>
    private static Applicant Someone(CaseworkOutcome truth) => Enumerable.Range(0, 1000).Select(index => Applicant.Of(new Dice(1), index))
        .First(applicant => applicant.HasAllPapers && (int)Oracle.TruthOf(applicant) == (int)truth);

    private static Verification Found(string state, Outcome outcome) =>
        new() { State = state, Determination = new Contracts.Eligibility.V1.Determination { Outcome = outcome }, Progress = new Progress() };

    private enum CaseworkOutcome
    {
        Eligible = (int)Casework.Eligibility.Outcome.Eligible,
        RefusalProposed = (int)Casework.Eligibility.Outcome.RefusalProposed,
    }
}
