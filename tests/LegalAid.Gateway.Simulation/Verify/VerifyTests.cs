using Google.Protobuf.WellKnownTypes;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using Ask = LegalAid.Gateway.Contracts.Eligibility.V1.Ask;
using Outcome = LegalAid.Gateway.Contracts.Eligibility.V1.Outcome;

namespace LegalAid.Gateway.Simulation.Verify;

/// <summary>A small run of the command, and a judge that is judged: each kind of wrong is planted and found.</summary>
public sealed class VerifyTests
{
    private static readonly DateOnly Day = new(2026, 3, 2);

    private static readonly VerifyOracle Oracle = VerifyOracle.Shipped(new HashSet<(string, string)> { ("civil-affairs", "register") }, "trade-union", Day);

    [Fact]
    public async Task Verify_TwoHundredWithFaultsFilesAndAKill_AreAllAsTheTruthIs() =>
        Assert.Equal(0, await VerifySimulation.RunAsync(["--count", "200", "--kills", "1", "--lost", "0"]));

    [Theory]
    [InlineData("for-person", Outcome.RefusalProposed, "refusal proposed, but Eligible")]
    [InlineData("for-person", Outcome.PersonDecides, "left to a person, but Eligible")]
    [InlineData("evidence-needed", Outcome.EvidenceNeeded, "open without a reason")]
    [InlineData("provisional", Outcome.Provisional, "provisional Provisional")]
    public void Judge_OneWhoIsEligible_NamesWhatIsWrong(string state, Outcome outcome, string fault) =>
        Assert.Contains(Judged(Someone(CaseworkOutcome.Eligible), Found(state, outcome)), finding => finding.Fault == VerifyFault.Wrong && finding.Text.StartsWith(fault, StringComparison.Ordinal));

    [Fact]
    public void Judge_GrantedToOneWhoIsNot_NamesIt() =>
        Assert.Contains(new VerifyFinding(VerifyFault.Wrong, "granted, but RefusalProposed"), Judged(Someone(CaseworkOutcome.RefusalProposed), Found("granted", Outcome.Eligible)));

    [Theory]
    [InlineData("checking", "it is still being checked")]
    [InlineData("granted", "an answer by file is not in it")]
    public void Judge_NotAtRest_IsLost(string state, string fault) =>
        Assert.Contains(new VerifyFinding(VerifyFault.Lost, fault), Oracle.Judge(OnTheRegister, Found(state, Outcome.Eligible), rested: false).Findings);

    /// <summary>As planned; with one body more, one fact more, one body too few, and one answer that nobody gave.</summary>
    [Fact]
    public void Judge_AskedOtherwiseThanPlanned_NamesIt()
    {
        var granted = Found("granted", Outcome.Eligible, Asked("civil-affairs", "register"));
        var judgement = Oracle.Judge(OnTheRegister, granted, rested: true);
        Assert.Empty(judgement.Findings);
        Assert.Equal(["civil-affairs"], judgement.Planned);

        Assert.Equal(VerifyFault.Unplanned, Assert.Single(Judged(OnTheRegister, Found("granted", Outcome.Eligible, Asked("civil-affairs", "register"), Asked("police", "sex")))).Fault);
        Assert.Equal(VerifyFault.Unplanned, Assert.Single(Judged(OnTheRegister, Found("granted", Outcome.Eligible, Asked("civil-affairs", "register", "spending-cause")))).Fault);
        Assert.Equal(VerifyFault.Unplanned, Assert.Single(Judged(OnTheRegister, Found("granted", Outcome.Eligible))).Fault); // by nobody's word
        granted.Progress.Answers.Add(new Answer { Fact = "register", Value = "none", Body = "civil-affairs" });
        Assert.Equal(VerifyFault.Wrong, Assert.Single(Judged(OnTheRegister, granted)).Fault);
    }

    /// <summary>With all papers, so that nothing excuses what stays open.</summary>
    private static Applicant Someone(CaseworkOutcome truth) => Everybody.First(applicant => applicant.HasAllPapers && (int)Oracle.TruthOf(applicant, Day) == (int)truth);

    private static Applicant OnTheRegister => Everybody.First(applicant => applicant.Truth["register"] == "subsistence" && applicant.Truth["matter"] == "labour-pay" && applicant.Truth["family-dispute"] == "false");

    private static IEnumerable<Applicant> Everybody => Enumerable.Range(0, 1000).Select(index => Applicant.Of(new Dice(1), index));

    private static IEnumerable<VerifyFinding> Judged(Applicant applicant, Verification found) => Oracle.Judge(applicant, found, rested: true).Findings;

    private static Ask Asked(string body, params ReadOnlySpan<string> facts)
    {
        var ask = new Ask { Body = body, State = AskState.Confirmed, AskTime = At(0), EndTime = At(1) };
        ask.Facts.AddRange(facts.ToArray());
        return ask;
    }

    private static Verification Found(string state, Outcome outcome, params ReadOnlySpan<Ask> asks)
    {
        var found = new Verification
        {
            State = state, Determination = new Determination { Outcome = outcome, DecideDate = "2026-03-02", DecideTime = At(2) }, Progress = new Progress(),
        };
        found.Progress.Asks.AddRange(asks.ToArray());
        return found;
    }

    private static Timestamp At(int second) => new() { Seconds = new DateTimeOffset(2026, 3, 2, 10, 0, second, TimeSpan.FromHours(8)).ToUnixTimeSeconds() };

    private enum CaseworkOutcome
    {
        Eligible = (int)Casework.Eligibility.Outcome.Eligible,
        RefusalProposed = (int)Casework.Eligibility.Outcome.RefusalProposed,
    }
}
