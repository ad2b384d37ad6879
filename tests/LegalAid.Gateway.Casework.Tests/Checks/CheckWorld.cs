using System.Collections.Frozen;
using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Casework.Tests.Calendars;

namespace LegalAid.Gateway.Casework.Tests.Checks;

/// <summary>A small directory, register and type, in memory. Tuesday 10 March 2026, ten in the morning.</summary>
internal static class CheckWorld
{
    public static readonly DateTimeOffset Now = new(2026, 3, 10, 10, 0, 0, TimeSpan.FromHours(8));

    public const string ThreeYearsLicence = "14501202310000001";
    public const string NoviceLicence = "14501202310000002";
    public const string PausedLicence = "14501201010000003";
    public const string CivilLicence = "14501201010000004";

    public static readonly ConfigurationSnapshot Snapshot = new()
    {
        Digest = new string('0', 64),
        Agencies = new AgencyDirectory(
        [
            Body("qingxiu-court", AgencyKinds.Court, "450103", court: "桂0103"),
            Body("nanning-court", AgencyKinds.Court, "450100", court: "桂01"),
            Body("uncoded-court", AgencyKinds.Court, "450103"),
            Body("guangxi-high-court", AgencyKinds.Court, "450000", court: "桂"),
            Body("supreme-court", AgencyKinds.Court, "110000", court: "最高法"),
            Body("guilin-court", AgencyKinds.Court, "450300", court: "桂03"),
            Body("qingxiu-procuratorate", AgencyKinds.Procuratorate, "450103", programmes:
                new Participation("full-coverage-pilot", new DateOnly(2026, 1, 1), new DateOnly(2027, 1, 1))),
            Body("wuming-procuratorate", AgencyKinds.Procuratorate, "450110", programmes:
                new Participation("another-programme", new DateOnly(2026, 1, 1), null)),
            Body("qingxiu-police", AgencyKinds.Police, "450103"),
            Body("state-security", "state-security", "450100"),
            Body("prison", "prison", "450100"),
            Body("detention", AgencyKinds.DetentionCentre, "450103"),
            Body("nanning-aid", AgencyKinds.AidCentre, "450100", serves: ["450100"]),
            Body("qingxiu-aid", AgencyKinds.AidCentre, "450103", serves: ["450103"]),
            Body("wuming-aid", AgencyKinds.AidCentre, "450110", serves: ["450110"]),
            Body("firm", AgencyKinds.LawFirm, "450103"),
            Body("other-firm", AgencyKinds.LawFirm, "450103"),
        ]),
        Calendars = CalendarFiles.Catalogue,
        Types = FrozenDictionary<ExchangeTypeId, ExchangeType>.Empty,
        Counsel = new CounselRegister(
        [
            Counsel(ThreeYearsLicence, "测试律师甲", new DateOnly(2023, 3, 10), ["criminal-defence", "minors"], ["mandarin", "zhuang"]),
            Counsel(NoviceLicence, "测试律师乙", new DateOnly(2024, 2, 29), ["criminal-defence"], ["mandarin"]),
            Counsel(PausedLicence, "测试律师丙", new DateOnly(2010, 1, 1), [], [], (new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 12))),
            Counsel(CivilLicence, "测试律师丁", null, ["family"], ["mandarin"]),
        ]),
        ResidentNumbers = ResidentNumberRules.Demonstration,
        Files = [],
    };

    public static readonly ExchangeType Type = new()
    {
        Id = new ExchangeTypeId("defence-notice.test"),
        Title = new LocalizedText("测试", "Test"),
        Digest = new string('0', 64),
        LegalBasis = [],
        Roles = [],
        States = [],
        Steps = [],
        Clocks = [],
        Holds = [],
        Search = [],
        AttachmentKinds = [],
        CaseNumber = null,
        Retention = new Retention(1, 1, new LegalBasis("测试", "", Certainty.Unconfirmed)),
    };

    public static readonly StepDefinition Step = new()
    {
        Name = new StepName("test"),
        Title = new LocalizedText("测试", "Test"),
        By = [],
        From = [],
        To = null,
        Payload = "test",
        View = new ViewChange.Put("test"),
        Parties = [],
        Releases = [],
        DeliverTo = [],
        Overtakes = false,
        RequiredAttachments = [],
        Allow = [],
        Checks = [],
    };

    /// <summary>The number of a synthetic person.</summary>
    public static string Number(int year, int month, int day) =>
        ResidentNumber.Synthesise(RegionCode.Synthetic, new DateOnly(year, month, day), 1).ToString();

    /// <summary>One whose check character is X.</summary>
    public static string NumberInX(int year, int month, int day) => Enumerable.Range(1, 999)
        .Select(sequence => ResidentNumber.Synthesise(RegionCode.Synthetic, new DateOnly(year, month, day), sequence).ToString())
        .First(number => number.EndsWith('X'));

    private static Agency Body(string id, string kind, string region, string? court = null, string[]? serves = null, params Participation[] programmes) => new()
    {
        Id = AgencyId.Parse(id),
        Kind = kind,
        Title = new LocalizedText(id, id),
        Region = RegionCode.Parse(region),
        Supervisor = null,
        CourtCode = court,
        Serves = [.. (serves ?? []).Select(RegionCode.Parse)],
        Programmes = [.. programmes],
        Channel = new Channel.Mailbox(),
        Clients = [],
    };

    private static Lawyer Counsel(
        string licence, string name, DateOnly? criminalSince, ImmutableArray<string> specialities, ImmutableArray<string> languages,
        params (DateOnly From, DateOnly? Until)[] suspended) =>
        new(licence, name, AgencyId.Parse("firm"), new DateOnly(2010, 1, 1), criminalSince, specialities, languages, [.. suspended]);
}
