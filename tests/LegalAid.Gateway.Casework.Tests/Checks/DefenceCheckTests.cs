using System.Reflection;
using System.Text.Json.Nodes;
using CsCheck;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Tests.Calendars;
using LegalAid.Gateway.Casework.Tests.House;
using YamlDotNet.RepresentationModel;

namespace LegalAid.Gateway.Casework.Tests.Checks;

public sealed class DefenceCheckTests
{
    private static readonly Dictionary<string, CheckCase> Cases =
        new[] { IdentityCases.All, GroundCases.All, CounselCases.All }.SelectMany(cases => cases).ToDictionary(item => item.Name, StringComparer.Ordinal);

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void Check_Case_FindsExactlyThis(string name)
    {
        var item = Cases[name];

        var found = item.Scene.Run();

        Assert.Equal(
            item.Findings.Order(StringComparer.Ordinal),
            found.Faults.Select(fault => fault.ToString()).Concat(found.Flags.Select(flag => flag.Code)).Order(StringComparer.Ordinal));
        Assert.All(found.Faults, fault =>
        {
            Assert.DoesNotContain("{", fault.TextZh, StringComparison.Ordinal);
            Assert.DoesNotContain("{", fault.TextEn, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Cases_Together_ReachEveryFaultAndFlag()
    {
        var expected = Cases.Values.SelectMany(item => item.Findings).Select(finding => finding.Split(": ")[^1]).ToHashSet(StringComparer.Ordinal);
        var rows = typeof(CheckFaults).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<FaultCode>();

        Assert.Empty(rows.Select(row => row.Code).Except(expected));
        Assert.Empty(CheckFlags.All.Select(flag => flag.Code).Except(expected).Except(Transitions.HelpRequestTests.Flags));
    }

    [Fact]
    public void Cases_Together_UseEveryCheck() =>
        Assert.Empty(StandardChecks.Catalogue.CheckNames.Except(Cases.Values.Select(item => item.Scene.Check)).Except(ApplicationCheckTests.Checks).Except(Transitions.FactQuestionTests.Checks).Except(Transitions.CorrectionRequestTests.Checks).Except(CooperationCheckTests.Checks).Except(Transitions.DutyShiftTests.Checks).Except(Transitions.HelpRequestTests.Checks).Except(CustodyCheckTests.Checks));

    [Fact]
    public void Flags_Declared_AreAllListedOnceAndFound()
    {
        var declared = typeof(CheckFlags).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<FlagCode>().ToList();

        Assert.Equal(declared.Select(flag => flag.Code).Order(), CheckFlags.All.Select(flag => flag.Code).Order());
        Assert.All(declared, flag =>
        {
            Assert.Matches("^[A-Z][A-Z0-9_]+$", flag.Code);
            Assert.NotEmpty(flag.Zh);
            Assert.NotEmpty(flag.En);
            Assert.Same(flag, StandardChecks.Catalogue.FindFlag(flag.Code));
        });
    }

    [Fact]
    public void Catalogue_Names_AreExactlyThoseOfTheTypes()
    {
        var named = System.IO.Directory.GetFiles(Path.Combine(SourceTree.Root, "gateway-config", "exchange-types"), "*.yaml")
            .SelectMany(file => CalendarFiles.Parse(file).AllNodes.OfType<YamlMappingNode>()).ToList();
        var checks = named.SelectMany(node => node.Children)
            .Where(entry => entry.Key is YamlScalarNode { Value: "checks" })
            .SelectMany(entry => ((YamlSequenceNode)entry.Value).Children.Cast<YamlScalarNode>())
            .Select(name => name.Value!); // an element of a list of names has a value
        var finders = named.SelectMany(node => node.Children)
            .Where(entry => entry.Key is YamlScalarNode { Value: "else" })
            .Select(entry => ((YamlScalarNode)entry.Value).Value!); // as above

        Assert.Equal(checks.Distinct().Order(StringComparer.Ordinal), StandardChecks.Catalogue.CheckNames.Order(StringComparer.Ordinal));
        Assert.Equal(finders.Distinct().Order(StringComparer.Ordinal), StandardChecks.Catalogue.FinderNames.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Terms_OfTheCode_AreThoseOfTheProto()
    {
        // A term misspelt here would never match and so never refuse: the proto is the authority.
        var proto = File.ReadAllText(Path.Combine(SourceTree.Root, "protos", "legalaid", "defence", "v1", "defence.proto"));
        var terms = typeof(StandardChecks).Assembly.GetType("LegalAid.Gateway.Casework.Checks.DefenceTerms", throwOnError: true)!
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .SelectMany(field => field.GetValue(null) switch { string text => [text], IEnumerable<string> texts => texts, _ => [] })
            .Where(term => term.Contains('_', StringComparison.Ordinal));

        Assert.All(terms, term => Assert.Contains($"  {term} = ", proto, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("qingxiu-court", "qingxiu-aid")]
    [InlineData("qingxiu-procuratorate", "qingxiu-aid")]
    [InlineData("nanning-court", "nanning-aid")]
    [InlineData("wuming-procuratorate", "wuming-aid")]
    [InlineData("guilin-court", null)]
    [InlineData("guangxi-high-court", null)]
    public void CompetentAidCentre_OrgansPlace_IsTheSmallestThatServesIt(string organ, string? centre)
    {
        var found = StandardChecks.Catalogue.Finder("competent-aid-centre")(CheckScene.Submit("found-time").By(organ).Input());

        Assert.Equal(centre, found?.Id.Value);
    }

    [Fact]
    public void Check_AnyJsonWhatever_NeverThrows()
    {
        var callers = CheckWorld.Snapshot.Agencies.All;
        Gen.Select(ArbitraryJson.Payloads, ArbitraryJson.Views, Gen.Int[0, callers.Length - 1]).Sample((payload, view, caller) =>
        {
            var input = CheckScene.Submit("found-time").Input() with { Payload = payload, View = view, Caller = callers[caller] };
            foreach (var name in StandardChecks.Catalogue.CheckNames)
            {
                var found = StandardChecks.Catalogue.Check(name)(input);
                Assert.All(found.Faults, fault => Assert.NotEmpty(fault.TextZh));
            }

            StandardChecks.Catalogue.Finder("competent-aid-centre")(input);
        }, iter: 2_000);
    }

    [Theory]
    [InlineData("""{"caseNumber":"\ud800","stage":"\udc00","foundTime":"\ud800","grounds":["\ud800"],"person":{"name":"\ud800","residentNumber":"\ud800"}}""")]
    [InlineData("""{"changes":{"caseNumber":"\ud800","person":{"name":"\ud800"}},"counsel":{"licenceNumber":"\ud800","name":"\ud800"},"ground":"\ud800"}""")]
    public void Check_HalfASurrogatePairInJson_NeverThrows(string json)
    {
        var payload = CheckScene.Parse(json);
        var view = new JsonObject { ["notice"] = payload["changes"]?.DeepClone() ?? payload.DeepClone() };
        var input = CheckScene.Submit("found-time").Input() with { Payload = payload, View = view };

        Assert.All(StandardChecks.Catalogue.CheckNames, name => StandardChecks.Catalogue.Check(name)(input));
    }

    [Fact]
    public void Check_PayloadAndView_AreLeftAsTheyWere()
    {
        Assert.All(Cases.Values, item =>
        {
            var input = item.Scene.Input();
            var before = (input.Payload.ToJsonString(), input.View.ToJsonString());

            StandardChecks.Catalogue.Check(item.Scene.Check)(input);

            Assert.Equal(before, (input.Payload.ToJsonString(), input.View.ToJsonString()));
        });
    }

    [Fact]
    public void HearingSoon_AnyHearing_IsFlaggedExactlyWhereTheClockIsLate()
    {
        var calendar = CheckWorld.Snapshot.Calendars.For("450103");
        Gen.Select(Gen.Int[0, 40 * 24 * 60], Gen.Int[0, 24 * 60]).Sample((ahead, later) =>
        {
            var now = CheckWorld.Now.AddMinutes(later);
            var start = now.AddMinutes(ahead);
            var scene = CheckScene.Submit("hearing-ahead").At(now).With("hearing", new JsonObject { ["startTime"] = start.ToString("O") });
            var due = Assert.IsType<DeadlineOutcome.Due>(
                Deadlines.Compute(CountingRule.CalendarDaysNoRoll, new TimeLimit(-15, TimeLimitUnit.Days), start, calendar, []));

            Assert.Equal(now >= due.Deadline.DueAt, scene.Run().Flags.Contains(CheckFlags.HearingSoon));
        }, iter: 2_000);
    }

    [Fact]
    public void Fault_NotCompetent_NamesTheCompetentCentre()
    {
        var found = CheckScene.Submit("aid-centre-competence").Party("aid-centre", "wuming-aid").Run();

        Assert.Equal("qingxiu-aid", Assert.Single(Assert.Single(found.Faults).Arguments));
    }
}
