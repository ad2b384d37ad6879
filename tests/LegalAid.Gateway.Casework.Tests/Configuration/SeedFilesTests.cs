using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Configuration.Eligibility;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Tests.Configuration;

public sealed class SeedFilesTests
{
    private static readonly DateOnly DemoDate = new(2026, 3, 2);

    private static readonly SeedOutcome Shipped = SeedFiles.Read(ShippedFiles.Seed("people.yaml"), ShippedFiles.Seed("cases.yaml"));

    [Fact]
    public void Read_ShippedPeople_HoldTheKindsThatTheRulesTellApart()
    {
        Assert.Empty(Shipped.Faults);
        Assert.True(NumberOf("minor").IsMinorOn(DemoDate));
        Assert.Equal(16, NumberOf("minor").AgeOn(DemoDate));
        Assert.True(NumberOf("elderly").AgeOn(DemoDate) >= 70);
        Assert.True(DisabilityCertificate.TryParse(TextOf("deaf", "disabilityCertificate"), ResidentNumberRules.Demonstration, DemoDate, out var certificate, out _));
        Assert.Equal((DisabilityCategory.Hearing, NumberOf("deaf")), (certificate.Category, certificate.Holder));
        Assert.NotNull(Person("foreigner")["document"]);
        Assert.NotNull(Person("unknown")["unknownIdentity"]);
        Assert.Equal(3, Shipped.Cases.Single(seed => seed.Id == "three-co-accused").Notices.Length);
    }

    [Fact]
    public void Read_ShippedCases_AreOfAgenciesThatShipAndFieldsThatAre()
    {
        var protos = ProtoSchemas.Shipped();
        var agencies = ShippedFiles.Configuration().Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var seed in Shipped.Cases)
        {
            Assert.Contains($"agencies/{seed.By}.yaml", agencies);
            Assert.All(seed.Notices, notice => Assert.All(PathsOf(notice, ""), path =>
                Assert.True(protos.Find("legalaid.defence.v1.Notice")?.HasField(PayloadPath.Parse(path)), $"{seed.Id}: {path}")));
        }
    }

    [Fact]
    public void Read_CourtCaseNumbers_AreOfTheCourtThatNotifies()
    {
        foreach (var seed in Shipped.Cases.Where(seed => seed.Type.Value == "defence-notice.court"))
        {
            var agency = ShippedFiles.Configuration().Single(file => file.Path == $"agencies/{seed.By}.yaml").Text;
            Assert.True(CaseNumber.TryParse((string?)seed.Notices[0]["caseNumber"], DemoDate, out var number, out _));
            Assert.Contains($"court-code: {number.CourtCode}\n", agency, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_OwnEntryOfAPerson_ReplacesTheCommonField()
    {
        var notices = Shipped.Cases.Single(seed => seed.Id == "three-co-accused").Notices;

        Assert.Equal("CUSTODY_STATUS_DETAINED", (string?)notices[0]["custody"]?["status"]);
        Assert.Equal("CUSTODY_STATUS_RESIDENTIAL_SURVEILLANCE", (string?)notices[2]["custody"]?["status"]);
        Assert.Equal((string?)notices[0]["caseNumber"], (string?)notices[2]["caseNumber"]);
    }

    [Theory]
    [InlineData("11010519491231002X")]
    [InlineData("450199200911200110")]
    public void Read_NumberThatIsNotSynthetic_IsAFault(string number)
    {
        var people = ShippedFiles.Seed("people.yaml");
        var broken = people with { Text = people.Text.Replace(NumberOf("adult").ToString(), number, StringComparison.Ordinal) };

        var fault = Assert.Single(SeedFiles.Read(broken, ShippedFiles.Seed("cases.yaml")).Faults);

        Assert.Same(SeedFaults.NotSynthetic, fault.Fault.Code);
        Assert.DoesNotContain(number, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PersonUnknown_IsAFault()
    {
        var cases = ShippedFiles.Seed("cases.yaml");
        var broken = cases with { Text = cases.Text.Replace("{ person: adult }", "{ person: nobody }", StringComparison.Ordinal) };

        Assert.Same(ConfigurationFaults.ReferenceUnknown, Assert.Single(SeedFiles.Read(ShippedFiles.Seed("people.yaml"), broken).Faults).Fault.Code);
    }

    [Fact]
    public void ReadFacts_Shipped_AreOfPeopleAndFactsThatAre()
    {
        var read = Facts(text => text);

        Assert.Empty(read.Faults);
        Assert.Contains(read.Known.Single(known => known.Person.Id == "near-threshold").Answers, answer => answer is { Body: "social-security", Fact.Name: "household-income", Value.Amount: 1989.99m });
        Assert.All(read.Known, known => Assert.NotNull(known.Person.Person["residentNumber"])); // bodies are asked by number
    }

    [Fact]
    public void ReadFacts_WhatIsNowhereOrForeign_IsEachAFaultAndNothingIsRead()
    {
        var read = Facts(text => text
            .Replace("- person: elderly", "- person: nobody", StringComparison.Ordinal)
            .Replace("disabled-federation: { disability: hearing", "no-such-body: { disability: hearing", StringComparison.Ordinal)
            .Replace("police: { birth-date: 2009-11-20", "police: { register: none, birth-date: 2009-11-31", StringComparison.Ordinal)
            .Replace("\"612.50\"", "\"612.505\"", StringComparison.Ordinal));

        Assert.Empty(read.Known);
        Assert.Equal(
            ["CONFIG_REFERENCE_UNKNOWN", "CONFIG_REFERENCE_UNKNOWN", "CONNECTOR_FACT_FOREIGN", "ELIGIBILITY_VALUE_INVALID", "ELIGIBILITY_VALUE_INVALID"],
            read.Faults.Select(fault => fault.Fault.Code.Code).Order(StringComparer.Ordinal));
    }

    private static SeedFactsOutcome Facts(Func<string, string> change)
    {
        var shipped = ShippedFiles.Seed("facts.yaml");
        return SeedFacts.Read(shipped with { Text = change(shipped.Text) }, Shipped.People, EligibilityFiles.Read(ShippedFiles.Configuration()).Packs.Vocabulary);
    }

    private static JsonObject Person(string id) => Shipped.People.Single(person => person.Id == id).Person;

    private static string? TextOf(string id, string field) => (string?)Person(id)[field];

    private static ResidentNumber NumberOf(string id) =>
        ResidentNumber.TryParse(TextOf(id, "residentNumber"), ResidentNumberRules.Demonstration, DemoDate, out var number, out var fault)
            ? number
            : throw new InvalidOperationException($"{id}: {fault}");

    private static IEnumerable<string> PathsOf(JsonObject json, string prefix) =>
        json.SelectMany(field => field.Value is JsonObject inner ? PathsOf(inner, $"{prefix}{field.Key}.") : [$"{prefix}{field.Key}"]);
}
