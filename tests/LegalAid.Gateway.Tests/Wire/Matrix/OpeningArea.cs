using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>Who may open which kind of exchange, and toward whom.</summary>
internal sealed class OpeningArea : MatrixArea
{
    private const string NotCompetent = "AID_CENTRE_NOT_COMPETENT";

    public override string Name => "openings";

    public override IReadOnlyList<string> Doors => [DoorOf("SubmitDefenceNotice"), DoorOf("OpenExchange")];

    public override async Task CompareAsync(GatewayFixture gateway, Tally tally)
    {
        foreach (var (face, kind) in from face in BothFaces from kind in Notices.Kinds select (face, kind))
        {
            await EachAsync(Agencies, async agency =>
            {
                var (typed, generic) = (Notices.Of(kind), Notices.Of(kind));
                tally.Compare(agency, $"SubmitDefenceNotice {kind}", face, ExpectedOf(agency, kind, typed), tally.Called(await CallAsync(gateway[agency], face, "SubmitDefenceNotice", typed.Request)));
                tally.Compare(agency, $"OpenExchange {kind}", face, ExpectedOf(agency, kind, generic), tally.Called(await CallAsync(gateway[agency], face, "OpenExchange", generic.Generic)));
            });
        }

        await EachAsync(from face in BothFaces from agency in Agencies select (face, agency), cell => OthersAsync(gateway, tally, cell.face, cell.agency));
        await TowardAsync(gateway, tally);
    }

    /// <summary>
    /// The organ whose case it is opens it. Another court is stopped by the number, which names the court, and a procuratorate outside of the pilot by that; the
    /// numbers of police and procuratorates name no office that the directory knows, so that one that takes a case over opens under the number as it is.
    /// </summary>
    private static Expected ExpectedOf(string agency, string kind, NoticeSample sample)
    {
        var own = KindOf(agency);
        var expected = Expectations.Openings.Of(kind, own is "court" or "police" or "procuratorate" ? own : "other");
        return expected == Expected.Granted && agency != sample.Organ && kind is not ("POLICE" or "PROCURATORATE") ? Expected.Stopped : expected;
    }

    /// <summary>A message to oneself is anybody's to send; a type that is none is told as that, whoever asks.</summary>
    private static async Task OthersAsync(GatewayFixture gateway, Tally tally, Face face, string agency)
    {
        var test = Request("connection-test", new JsonObject { ["reference"] = "matrix" });
        tally.Compare(agency, "OpenExchange connection-test", face, Expected.Granted, tally.Called(await CallAsync(gateway[agency], face, "OpenExchange", test)));
        var absent = tally.Called(await CallAsync(gateway[agency], face, "OpenExchange", Request("no-such-type", [])));
        tally.Compare(agency, "OpenExchange no-such-type", face, Expected.Stopped, absent);

        static JsonObject Request(string type, JsonObject payload) => new()
        {
            ["type"] = $"exchangeTypes/{type}", ["requestId"] = NoticeSteps.NewRequestId(), ["openings"] = new JsonArray(new JsonObject { ["payload"] = payload }),
        };
    }

    /// <summary>Each organ names each centre in a notice that is stopped anyway, by the time it was found at: all faults come together, and nothing is opened.</summary>
    private static Task TowardAsync(GatewayFixture gateway, Tally tally)
    {
        var table = Expectations.Competence;
        return EachAsync(from face in BothFaces from organ in table.Rows from centre in Agencies.Where(agency => KindOf(agency) == "aid-centre") select (face, organ, centre), async cell =>
        {
            var (face, organ, centre) = cell;
            var sample = Notices.Of(KindOf(organ).ToUpperInvariant());
            (sample.Notice["aidCentre"], sample.Notice["foundTime"]) = ($"agencies/{centre}", "2099-01-01T00:00:00+08:00");
            var told = tally.Called(await CallAsync(gateway[organ], face, "SubmitDefenceNotice", sample.Request));
            tally.Compare(organ, $"SubmitDefenceNotice to {centre}", face, Expected.Stopped, told);
            tally.CompareShown(organ, $"SubmitDefenceNotice to {centre}", table.Of(organ, centre) == Answer.No, IsNotCompetent(face, told), $"{NotCompetent} over {face}");
        });
    }

    private static bool IsNotCompetent(Face face, Told told) => face == Face.Rest
        ? told.Whole.Contains($"\"{NotCompetent}\"", StringComparison.Ordinal)
        : told.Faults.Contains(NotCompetent);

    /// <summary>By the agencies' names, which say what they are.</summary>
    private static string KindOf(string agency) =>
        agency.EndsWith("aid-centre", StringComparison.Ordinal) ? "aid-centre"
        : agency.EndsWith("-court", StringComparison.Ordinal) ? "court"
        : agency.EndsWith("-police", StringComparison.Ordinal) ? "police"
        : agency.EndsWith("-procuratorate", StringComparison.Ordinal) ? "procuratorate"
        : "other";
}
