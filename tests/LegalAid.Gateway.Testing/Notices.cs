using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Testing;

/// <summary>A request for a notice that is right, with who sends it and who gets it. Each has a case, a person and a request id of its own.</summary>
/// <param name="Organ">The agency that gives notice.</param>
/// <param name="AidCentre">The centre that is competent for it.</param>
/// <param name="Type">The exchange type's id.</param>
/// <param name="Request">SubmitDefenceNoticeRequest in its JSON form.</param>
public sealed record NoticeSample(string Organ, string AidCentre, string Type, JsonObject Request)
{
    /// <summary>The first person's notice.</summary>
    public JsonObject Notice => Request["people"]![0]!["notice"]!.AsObject(); // each sample has a person

    public JsonObject Person => Notice["person"]!.AsObject(); // each notice has a person

    /// <summary>The same notice as ExchangeService takes it.</summary>
    public JsonObject Generic => new()
    {
        ["type"] = $"exchangeTypes/{Type}",
        ["requestId"] = Request["requestId"]!.DeepClone(), // each sample has one
        ["openings"] = new JsonArray(
        [
            .. Request["people"]!.AsArray().Select(person => new JsonObject // each sample has people
            {
                ["payload"] = person!["notice"]!.DeepClone(), // each person has a notice
                ["attachments"] = person["attachments"]?.DeepClone() ?? new JsonArray(),
            }),
        ]),
    };
}

/// <summary>Notices of every kind, by agencies of the shipped configuration, dated on the demo's day.</summary>
public static class Notices
{
    public const string Court = "nanning-qingxiu-court";
    public const string IntermediateCourt = "nanning-intermediate-court";
    public const string HighCourt = "guangxi-high-court";
    public const string OtherCourt = "liuzhou-chengzhong-court";
    public const string Police = "nanning-qingxiu-police";
    public const string CityPolice = "nanning-police";
    public const string Procuratorate = "nanning-qingxiu-procuratorate";
    public const string CityProcuratorate = "nanning-procuratorate";
    public const string AidCentre = "nanning-qingxiu-aid-centre";
    public const string CityAidCentre = "nanning-aid-centre";
    public const string ProvincialAidCentre = "guangxi-aid-centre";
    public const string Bureau = "nanning-justice-bureau";
    public const string FirstFirm = "demo-first-law-firm";
    public const string SecondFirm = "demo-second-law-firm";
    public const string DetentionCentre = "nanning-first-detention-centre";

    private static readonly long FirstMillisecond = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>The kinds, as <c>NoticeKind</c> names them without its prefix.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["POLICE", "PROCURATORATE", "COURT", "COMPULSORY_TREATMENT", "TRIAL_IN_ABSENTIA", "DEATH_REVIEW", "FULL_COVERAGE_PILOT"];

    /// <summary>A request id as clients are advised to make them: a UUID of version 7, a millisecond after the one before. The same serial gives the same id.</summary>
    /// <param name="series">8, 9, a or b: ids of different series differ.</param>
    public static string RequestId(int serial, char series = '8') => string.Create(
        CultureInfo.InvariantCulture,
        $"{(FirstMillisecond + serial) >> 16:x8}-{(FirstMillisecond + serial) & 0xFFFF:x4}-7000-{series}000-{serial:x12}");

    /// <summary>A notice of that kind. The same serial gives the same request.</summary>
    public static NoticeSample Of(string kind, int? serial = null)
    {
        var n = serial ?? SyntheticPeople.NextSerial();
        return kind switch
        {
            "POLICE" => Sample(kind, Police, AidCentre, n, $"A4501035200002026{n:D6}", "INVESTIGATION", "SENSORY_DISABILITY", "coercive-measure-decision"),
            "PROCURATORATE" => Sample(kind, Procuratorate, AidCentre, n, $"南青检刑诉〔2026〕{n}号", "PROSECUTION", "LIMITED_CAPACITY", "prosecution-opinion"),
            "COURT" => WithHearing(Sample(kind, Court, AidCentre, n, $"（2026）桂0103刑初{n}号", "FIRST_INSTANCE", "MINOR", "indictment")),
            "COMPULSORY_TREATMENT" => Sample(
                kind, Court, AidCentre, n, $"（2026）桂0103刑医{n}号", "COMPULSORY_TREATMENT", "COMPULSORY_TREATMENT", "forensic-opinion"),
            "TRIAL_IN_ABSENTIA" => WithHearing(Sample(
                kind, IntermediateCourt, CityAidCentre, n, $"（2026）桂01刑初{n}号", "FIRST_INSTANCE", "IN_ABSENTIA", "indictment")),
            "DEATH_REVIEW" => Served(Sample(
                kind, HighCourt, ProvincialAidCentre, n, $"（2026）桂刑核{n:D8}号", "DEATH_REVIEW", "DEATH_REVIEW", "judgment")),
            "FULL_COVERAGE_PILOT" => Sample(
                kind, Procuratorate, AidCentre, n, $"南青检刑诉〔2026〕{n}号", "PROSECUTION", "PILOT_GUILT_DENIED", "prosecution-opinion"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind"),
        };
    }

    /// <summary>A document of that kind.</summary>
    public static JsonObject Document(string kind) => new()
    {
        ["kind"] = kind,
        ["fileName"] = $"{kind}.txt",
        ["mediaType"] = "text/plain",
        ["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"虚构文书 {kind}")),
    };

    /// <summary>Another person of the same case.</summary>
    public static JsonObject Another(NoticeSample sample, string kind)
    {
        var person = sample.Request["people"]![0]!.DeepClone().AsObject(); // each sample has a person
        person["notice"]!["person"] = SyntheticPeople.Adult(SyntheticPeople.NextSerial());
        person["attachments"] = new JsonArray(Document(kind));
        return person;
    }

    private static NoticeSample Sample(string kind, string organ, string centre, int n, string number, string stage, string ground, string document)
    {
        var person = ground == "MINOR" ? SyntheticPeople.Minor(n) : SyntheticPeople.Adult(n);
        var notice = new JsonObject
        {
            ["caseNumber"] = number,
            ["cause"] = "盗窃罪",
            ["stage"] = $"STAGE_{stage}",
            ["grounds"] = new JsonArray($"GROUND_{ground}"),
            ["foundTime"] = "2026-03-02T08:30:00+08:00",
            ["person"] = person,
            ["custody"] = new JsonObject { ["status"] = "CUSTODY_STATUS_DETAINED", ["detentionCentre"] = $"agencies/{DetentionCentre}" },
            ["contact"] = new JsonObject { ["name"] = "虚构经办人", ["phone"] = "0771-0000009" },
        };
        var request = new JsonObject
        {
            ["kind"] = $"NOTICE_KIND_{kind}",
            ["requestId"] = RequestId(n),
            ["people"] = new JsonArray(new JsonObject { ["notice"] = notice, ["attachments"] = new JsonArray(Document(document)) }),
        };
        return new NoticeSample(organ, centre, $"defence-notice.{kind.ToLowerInvariant().Replace('_', '-')}", request);
    }

    private static NoticeSample WithHearing(NoticeSample sample)
    {
        sample.Notice["hearing"] = new JsonObject { ["startTime"] = "2026-04-09T09:00:00+08:00", ["place"] = "第三法庭" };
        return sample;
    }

    private static NoticeSample Served(NoticeSample sample)
    {
        sample.Notice["judgmentServedTime"] = "2026-02-27T10:00:00+08:00";
        return sample;
    }
}
