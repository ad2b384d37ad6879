using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Tests.Checks;
using LegalAid.Gateway.Casework.Tests.Configuration;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Casework.Tests.Transitions;

/// <summary>The shipped notices of defence, played by the shipped configuration.</summary>
internal static class ShippedType
{
    public static readonly AgencyId QingxiuCourt = AgencyId.Parse("nanning-qingxiu-court");
    public static readonly AgencyId QingxiuProcuratorate = AgencyId.Parse("nanning-qingxiu-procuratorate");
    public static readonly AgencyId QingxiuCentre = AgencyId.Parse("nanning-qingxiu-aid-centre");
    public static readonly AgencyId DetentionCentre = AgencyId.Parse("nanning-first-detention-centre");
    public static readonly AgencyId FirstFirm = AgencyId.Parse("demo-first-law-firm");
    public static readonly AgencyId SecondFirm = AgencyId.Parse("demo-second-law-firm");

    /// <summary>In the first firm, speciality in minors.</summary>
    public const string Licence = "14501201510000011";

    private static readonly Lazy<ConfigurationSnapshot> Loaded = new(() => Assert.IsType<LoadOutcome.Loaded>(ConfigurationLoader.Load(
        ShippedFiles.Configuration(), ProtoSchemas.Shipped(), [.. StandardChecks.Catalogue.CheckNames],
        [.. StandardChecks.Catalogue.FinderNames])).Snapshot);

    public static ConfigurationSnapshot Snapshot => Loaded.Value;

    public static ExchangeType Court => Of("court");

    /// <summary>Every check finds nothing: for sequences that are about clocks and parties.</summary>
    public static CheckCatalogue NoFindings { get; } = new(
        StandardChecks.Catalogue.CheckNames.ToDictionary(name => name, _ => (Check)(_ => CheckFindings.None), StringComparer.Ordinal),
        StandardChecks.Catalogue.FinderNames.ToDictionary(name => name, StandardChecks.Catalogue.Finder, StringComparer.Ordinal),
        CheckFlags.All);

    public static ExchangeType Of(string variant) => Snapshot.FindType(new ExchangeTypeId("defence-notice." + variant)) ?? throw new ArgumentException(variant, nameof(variant));

    /// <summary>The shipped snapshot with these agencies on push: proof of delivery comes later than the commit.</summary>
    public static ConfigurationSnapshot Pushed(params AgencyId[] pushed) => Snapshot with
    {
        Agencies = new AgencyDirectory(Snapshot.Agencies.All.Select(agency =>
            pushed.Contains(agency.Id) ? agency with { Channel = new Channel.Push(new Uri("https://agency.test/events"), [], []) } : agency)),
    };

    public static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A court's notice, in order, as of <see cref="Play.Start"/>.</summary>
    public static JsonObject Notice(DateTimeOffset hearing)
    {
        var notice = CheckScene.Notice();
        notice["foundTime"] = Time(Play.Start.AddDays(-1));
        notice["hearing"] = new JsonObject { ["startTime"] = Time(hearing) };
        notice["custody"] = new JsonObject { ["status"] = "CUSTODY_STATUS_DETAINED", ["detentionCentre"] = DetentionCentre.ResourceName };
        return notice;
    }

    public static JsonObject Assignment(AgencyId firm) => Play.Json($$"""
        {"counsel":{"licenceNumber":"{{Licence}}","name":"虚构甲律师","firm":"{{firm.ResourceName}}","firmName":"演示律师事务所","phone":"0771-0000001"},
         "letterNumber":"桂南援公字〔2026〕1号"}
        """);

    public static JsonObject Amendment(string field, JsonNode value) => new() { ["reason"] = "更正", ["changes"] = new JsonObject { [field] = value } };
}
