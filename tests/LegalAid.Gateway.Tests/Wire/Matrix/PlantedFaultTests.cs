using LegalAid.Gateway.Casework.Configuration;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>The comparison finds what it is for: a sharing matrix with a row too many leaks, one with a row too few refuses, and no more than that is found.</summary>
public sealed class PlantedFaultTests
{
    private const string Services = "sharing/services.yaml";
    private const string Notice = "sharing/defence-notice.yaml";

    [Fact]
    public async Task Row_TooMany_IsFoundAsThoseLeaks()
    {
        var published = MatrixFixture.Shipped(Services) + """

              - id: planted-service
                who: { kinds: [police] }
                may: { service: [nanning-qingxiu-court/case-status] }
                for: [legal-aid-case]
                basis: { instrument: 法律援助法, article: "51", mark: S }
                fields: [caseNumber]
                from: 2022-01-01
                owner: nanning-qingxiu-court
            """;
        var shown = MatrixFixture.Shipped(Notice) + """

              - id: planted-view
                who: { kinds: [detention-centre] }
                may: { view: [defence-notice.court] }
                for: [legal-aid-case]
                basis: { instrument: 法律援助法, article: "36", mark: S }
                when: { role: [detention-centre] }
                fields: ["notice.*"]
                from: 2022-01-01
                owner: nanning-justice-bureau
            """;

        var found = await FindAsync([new(Services, published), new(Notice, shown)], new ServiceArea(), new DocumentArea(["DownloadAttachment", "GET", "HEAD"]), new ViewArea());

        const string Service = "/svc/nanning-qingxiu-court/case-status";
        Assert.Equal(
            [
                "Leak nanning-first-detention-centre DownloadAttachment", "Leak nanning-first-detention-centre GET", "Leak nanning-first-detention-centre GetDefenceNotice",
                "Leak nanning-first-detention-centre GetExchange", "Leak nanning-first-detention-centre HEAD",
                $"Leak nanning-police GET {Service}", $"Leak nanning-police POST {Service}", $"Leak nanning-qingxiu-police GET {Service}", $"Leak nanning-qingxiu-police POST {Service}",
                "Unequal nanning-first-detention-centre DownloadAttachment", "Unequal nanning-first-detention-centre GET", "Unequal nanning-first-detention-centre HEAD",
                "Unequal nanning-police nanning-qingxiu-court/no-such", "Unequal nanning-police no-such-agency/case-status",
                "Unequal nanning-qingxiu-police nanning-qingxiu-court/no-such", "Unequal nanning-qingxiu-police no-such-agency/case-status",
            ],
            found);
    }

    [Fact]
    public async Task Row_Dropped_IsFoundAsThoseWrongRefusals()
    {
        var found = await FindAsync([new(Notice, Without(MatrixFixture.Shipped(Notice), "defence-firm-takes"))], new NoticeArea(["COURT"], ["GetExchange", "RespondToAssignment", "TakeStep"]));

        Assert.Equal(["WrongRefusal demo-first-law-firm RespondToAssignment", "WrongRefusal demo-first-law-firm TakeStep"], found);
    }

    /// <summary>An operation that nobody is granted is refused as such, and what is hidden is then not told like what is absent either: to nobody is it as the table says.</summary>
    [Fact]
    public async Task Operation_TakenOut_IsFoundForEveryAgency()
    {
        const string Operations = "sharing/operations.yaml";
        var without = MatrixFixture.Shipped(Operations).Replace("        - legalaid.exchange.v1.ExchangeService/GetExchange\n", "", StringComparison.Ordinal);

        var found = await FindAsync([new(Operations, without)], new NoticeArea(["COURT"], ["GetExchange", "ListHistory"]));

        Assert.Equal(MatrixArea.Agencies.Select(agency => $"WrongRefusal {agency} GetExchange"), found);
    }

    /// <summary>What the areas find on a gateway with that sharing matrix, without what of it is told twice over the faces.</summary>
    private static async Task<IReadOnlyList<string>> FindAsync(ConfigurationFile[] sharing, params MatrixArea[] areas)
    {
        var (gateway, court) = await MatrixFixture.StartAsync([.. sharing]);
        await using var publishing = court;
        await using var running = gateway;
        var findings = new List<MatrixFinding>();
        foreach (var area in areas)
        {
            var tally = new Tally(area.Name);
            await area.CompareAsync(gateway, tally);
            findings.AddRange(tally.Findings);
        }

        return [.. findings.Select(finding => $"{finding.Difference} {finding.Agency} {finding.Operation}").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static string Without(string text, string row)
    {
        var start = text.IndexOf($"  - id: {row}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"there is no row {row}");
        return text[..start] + text[(text.IndexOf("\n\n", start, StringComparison.Ordinal) + 1)..];
    }
}
