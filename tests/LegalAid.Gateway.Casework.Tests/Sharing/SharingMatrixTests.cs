using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Casework.Tests.Configuration;

namespace LegalAid.Gateway.Casework.Tests.Sharing;

public sealed class SharingMatrixTests
{
    private static readonly DateOnly Day = new(2026, 3, 2);
    private static readonly SharedObject Seen = SharedObject.View(new ExchangeTypeId("notice"));
    private static readonly ConfigurationSnapshot Sound = Loaded("");

    /// <summary>A question that the row <c>centre-sees</c> of the sound files grants.</summary>
    private static SharingQuestion Good => new(AgencyOf("firm-a"), Seen, Day)
    {
        Purpose = Purpose.LegalAidCase,
        Exchange = At("open", ("organ", "court-a"), ("centre", "firm-a")),
        Place = RegionCode.Parse("450103"),
    };

    [Fact]
    public void Decide_EverythingFits_GivesRowFieldsAndPurpose()
    {
        var allowed = Assert.IsType<SharingDecision.Allowed>(Sound.Sharing.Decide(Good));

        Assert.Equal("centre-sees", Assert.Single(allowed.Rows).Id);
        Assert.Equal(["said.stage", "said.who.*"], allowed.Fields.Paths);
        Assert.Same(Purpose.LegalAidCase, allowed.Purpose);
        Assert.Empty(allowed.Quotas);
    }

    public static TheoryData<string, Missed> Slips => new()
    {
        { "agency", Missed.Subject | Missed.Role }, { "purpose", Missed.Purpose }, { "no purpose", Missed.PurposeUnstated },
        { "early", Missed.NotYet }, { "no exchange", Missed.Party }, { "role", Missed.Role }, { "state", Missed.State },
        { "place", Missed.Place }, { "no place", Missed.Place },
    };

    [Theory]
    [MemberData(nameof(Slips))]
    public void Decide_OneThingIsAmiss_DeniedAndExplained(string slip, Missed missed)
    {
        var question = slip switch
        {
            "agency" => Good with { Caller = AgencyOf("centre-a") },
            "purpose" => Good with { Purpose = Purpose.FeeRelief },
            "no purpose" => Good with { Purpose = null },
            "early" => Good with { On = new DateOnly(2023, 12, 31) },
            "no exchange" => Good with { Exchange = null },
            "role" => Good with { Exchange = At("open", ("organ", "firm-a")) },
            "state" => Good with { Exchange = At("shut", ("centre", "firm-a")) },
            "place" => Good with { Place = RegionCode.Parse("450102") },
            "no place" => Good with { Place = null },
            _ => throw new InvalidOperationException(slip),
        };

        var explained = Sound.Sharing.Explain(question);

        Assert.Equal(missed, Assert.IsType<SharingDecision.Denied>(Sound.Sharing.Decide(question)).Missed);
        Assert.Equal(missed, Assert.Single(explained.Rows).Missed);
        Assert.NotEmpty(explained.Rows[0].Reasons);
        Assert.IsType<SharingDecision.Denied>(explained.Decision);
    }

    [Fact]
    public void Decide_NothingListed_Denied()
    {
        var question = Good with { Object = SharedObject.Fact("in-register") };

        Assert.Equal(new SharingDecision.Denied(Missed.NotListed, null), Sound.Sharing.Decide(question));
        Assert.Empty(Sound.Sharing.Explain(question).Rows);
        Assert.IsType<SharingDecision.Denied>(SharingMatrix.Empty.Decide(Good));
    }

    /// <summary>Another step, type, kind of object or service is another object.</summary>
    [Fact]
    public void Decide_NeighbouringObject_Denied()
    {
        var court = new SharingQuestion(AgencyOf("court-a"), SharedObject.Take(new ExchangeTypeId("notice"), new StepName("say")), Day);
        Assert.IsType<SharingDecision.Allowed>(Sound.Sharing.Decide(court));

        SharedObject[] others =
        [
            SharedObject.Take(new ExchangeTypeId("notice"), new StepName("mend")), SharedObject.Take(new ExchangeTypeId("notices"), new StepName("say")),
            SharedObject.Receive(new ExchangeTypeId("notice"), new StepName("say")), SharedObject.Service(AgencyId.Parse("court-a"), "case-statuses"),
        ];
        Assert.All(others, other => Assert.IsType<SharingDecision.Denied>(Sound.Sharing.Decide(court with { Object = other })));
    }

    [Theory]
    [InlineData("2023-12-31", Missed.NotYet)]
    [InlineData("2024-01-01", Missed.None)]
    [InlineData("2029-12-31", Missed.None)]
    [InlineData("2030-01-01", Missed.Expired)]
    public void Decide_DayAtTheEdgeOfARow_IsHalfOpen(string day, Missed missed)
    {
        var question = new SharingQuestion(AgencyOf("court-a"), SharedObject.Take(new ExchangeTypeId("notice"), new StepName("say")), DateOnly.Parse(day));

        var decision = Sound.Sharing.Decide(question);

        Assert.Equal(missed, decision is SharingDecision.Denied denied ? denied.Missed : Missed.None);
        if (decision is SharingDecision.Allowed allowed)
        {
            Assert.Same(Purpose.LegalAidCase, allowed.Purpose); // none was stated, and the row has one
            Assert.Empty(allowed.Quotas); // messages are not counted
        }
    }

    [Theory]
    [InlineData("within: \"450100\"", "court-a", true)]
    [InlineData("within: \"450100\"", "court-b", true)]
    [InlineData("region: \"450100\"", "court-a", false)]
    [InlineData("region: \"450100\"", "court-b", true)]
    [InlineData("within: \"450102\"", "court-a", false)]
    public void Decide_RegionOrWithin_ByTheAgencysPlace(string place, string agency, bool allowed)
    {
        var snapshot = Loaded($$"""
            id: more
            rows:
              - id: by-place
                who: { kinds: [court], {{place}} }
                may: { fact: [in-register] }
            {{Rest}}
            """);

        Assert.Equal(allowed, Decision(snapshot, agency, SharedObject.Fact("in-register")) is SharingDecision.Allowed);
    }

    /// <summary>Grants add up; one that adds nothing is not drawn upon, and one that is counted is drawn upon last.</summary>
    [Fact]
    public void Decide_SeveralRowsHold_UnionOfTheirFields()
    {
        var snapshot = Loaded($$"""
            id: more
            rows:
              - id: counted
                who: { everyone: true }
                may: { fact: [in-register] }
                quota: { count: 1, per: minute }
            {{Rest}}
              - id: wider
                who: { kinds: [court] }
                may: { fact: [in-register] }
                for: [legal-aid-case]
                basis: { instrument: 法, article: "1", mark: S }
                fields: [answer, category]
                from: 2024-01-01
                owner: court-b
              - id: other
                who: { agencies: [court-a] }
                may: { fact: [in-register] }
                for: [legal-aid-case]
                basis: { instrument: 法, article: "1", mark: S }
                fields: [until]
                from: 2024-01-01
                owner: court-b
            """);

        var court = Assert.IsType<SharingDecision.Allowed>(Decision(snapshot, "court-a", SharedObject.Fact("in-register")));
        var firm = Assert.IsType<SharingDecision.Allowed>(Decision(snapshot, "firm-a", SharedObject.Fact("in-register")));

        Assert.Equal(["wider", "other"], court.Rows.Select(row => row.Id));
        Assert.Equal(["answer", "category", "until"], court.Fields.Paths);
        Assert.Empty(court.Quotas);
        Assert.Equal(["counted"], firm.Quotas.Select(quota => quota.Row));
    }

    [Fact]
    public void Decide_AddressedInARole_CountsAsHeld()
    {
        var question = Good with { Exchange = At("open", ("centre", "centre-a")) with { Addressed = new RoleName("centre") } };

        Assert.IsType<SharingDecision.Allowed>(Sound.Sharing.Decide(question));
    }

    [Fact]
    public void Decide_Allowed_AllocatesNothing()
    {
        var question = Good with { Place = null, Object = SharedObject.Service(AgencyId.Parse("court-a"), "case-status") };
        Assert.IsType<SharingDecision.Allowed>(Sound.Sharing.Decide(question));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            Sound.Sharing.Decide(question);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000); // a byte a decision: less than any object
    }

    [Fact]
    public void WarningsOn_Day_TellsOfEndsUnusedAndShadowed()
    {
        var snapshot = Loaded($$"""
            id: more
            rows:
              - id: narrow
                who: { agencies: [court-a] }
                may: { call: [legalaid.directory.v1.DirectoryService/WhoAmI] }
                for: [directory]
                basis: { instrument: 法, article: "1", mark: S }
                fields: [agency.title]
                from: 2025-01-01
                owner: court-b
              - id: nobody
                who: { kinds: [tax] }
                may: { call: [legalaid.directory.v1.DirectoryService/ListAgencies] }
            {{Rest}}
              - id: no-such-step-of-theirs
                who: { kinds: [court] }
                may: { take: [finish], of: [notice] }
                for: [legal-aid-case]
                basis: { instrument: 法, article: "1", mark: S }
                when: { role: [organ] }
                from: 2025-01-01
                owner: court-b
            """);
        var review = new SharingReview(snapshot, new HashSet<SharedObject> { SharedObject.Service(AgencyId.Parse("court-a"), "case-status") });

        string[] always = ["narrow SHARING_ROW_SHADOWED", "nobody SHARING_ROW_UNUSED", "no-such-step-of-theirs SHARING_ROW_UNUSED"];
        Assert.Equal(always, Shown(new DateOnly(2029, 12, 1)));
        Assert.Equal([.. always, "court-says SHARING_ROW_EXPIRING"], Shown(new DateOnly(2029, 12, 2)));
        Assert.Equal([.. always, "court-says SHARING_ROW_EXPIRING"], Shown(new DateOnly(2029, 12, 31)));
        Assert.Equal([.. always, "court-says SHARING_ROW_EXPIRED"], Shown(new DateOnly(2030, 1, 1)));
        Assert.Contains("centre-asks", new SharingReview(snapshot, new HashSet<SharedObject>()).WarningsOn(Day).Select(warning => warning.Fault.Arguments[0]));

        IEnumerable<string> Shown(DateOnly day) => review.WarningsOn(day).Select(warning => $"{warning.Fault.Arguments[0]} {warning.Fault.Code}");
    }

    [Fact]
    public void LinesOf_Matrix_OneForEachRow()
    {
        var lines = SharingTable.LinesOf(Sound.Sharing).ToList();

        Assert.All(lines, line => Assert.Equal(SharingTable.Head.Length, line.Length));
        Assert.Equal(
            ["court-says\n(court-b)", "court within 450100\n(2)", "take notice: say", "for legal-aid-case\nby 法 1 (S)\nfrom 2024-01-01 until 2030-01-01"],
            lines[0]);
        Assert.Contains("\nat most 100 a day by agency and purpose\n", lines[2][3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "minute", "at most 7 a minute by agency and purpose")]
    [InlineData(", by: agency", "minute-agency", "at most 7 a minute by agency")]
    [InlineData(", by: client", "minute-client", "at most 7 a minute by client")]
    [InlineData(", by: [purpose]", "minute-purpose", "at most 7 a minute by purpose")]
    [InlineData(", by: [purpose, client]", "minute-client-purpose", "at most 7 a minute by client and purpose")]
    [InlineData(", by: [agency, purpose]", "minute", "at most 7 a minute by agency and purpose")]
    public void Quota_By_IsReadAndShownAsWritten(string by, string name, string shown)
    {
        var matrix = Loaded($$"""
            id: more
            rows:
              - id: counted
                who: { everyone: true }
                may: { fact: [in-register] }
                quota: { count: 7, per: minute{{by}} }
            {{Rest}}
            """).Sharing;

        var row = matrix.Rows.Single(one => one.Id == "counted");
        Assert.Equal(name, row.Quota?.Name);
        Assert.Contains(shown, SharingTable.LinesOf(matrix).ElementAt(matrix.Rows.IndexOf(row))[3].Split('\n'));
    }

    private const string Rest = """
            for: [legal-aid-case]
            basis: { instrument: 法, article: "1", mark: S }
            fields: [answer]
            from: 2024-01-01
            owner: court-b
        """;

    private static SharingDecision Decision(ConfigurationSnapshot snapshot, string agency, SharedObject about) =>
        snapshot.Sharing.Decide(new SharingQuestion(snapshot.Agencies.Get(AgencyId.Parse(agency)), about, Day));

    private static Agency AgencyOf(string id) => Sound.Agencies.Get(AgencyId.Parse(id));

    private static ExchangeAtHand At(string state, params (string Role, string Agency)[] parties) => new(
        parties.ToImmutableSortedDictionary(party => party.Role, party => AgencyId.Parse(party.Agency), StringComparer.Ordinal), new StateName(state));

    private static ConfigurationSnapshot Loaded(string more) =>
        SoundFiles.Load(more.Length == 0 ? SoundFiles.All() : SoundFiles.With("sharing/more.yaml", more)) switch
        {
            LoadOutcome.Loaded loaded => loaded.Snapshot,
            LoadOutcome.Faulty faulty => throw new InvalidOperationException(string.Join('\n', faulty.Faults)),
            _ => throw new InvalidOperationException("no such outcome"),
        };
}
