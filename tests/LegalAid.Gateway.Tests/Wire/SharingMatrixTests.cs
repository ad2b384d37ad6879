using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>
/// Every agency, over both faces, with every operation on a notice that is its own, another's, and none at all: what it is told is what
/// <see cref="SharingExpectations"/> says, and what is hidden is told like what is absent, to the byte.
/// </summary>
public sealed partial class SharingMatrixTests(WireFixture wire) : IClassFixture<WireFixture>
{
    private static readonly string Nowhere = "0197a3b1-0000-7000-8000-000000000000";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IEnumerable<string> Agencies => Directory.GetFiles(Path.Combine(GatewayFixture.ConfigurationFolder, "agencies"), "*.yaml")
        .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public static TheoryData<string, string> Cases =>
        [.. from operation in SharingExpectations.Operations from kind in new[] { "COURT", "POLICE" } select (operation, kind)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Operation_EveryAgencyAndFace_IsAnsweredAsTheTableSays(string operation, string kind)
    {
        var findings = new List<string>();
        foreach (var face in Enum.GetValues<Face>())
        {
            var sample = Notices.Of(kind);
            var id = (await wire.Gateway.NoticeInAsync("assigned", sample)).Split('/')[1];
            foreach (var agency in Agencies.OrderByDescending(agency => SharingExpectations.Of(operation, RoleOf(agency, sample)))) // those that may change it come last
            {
                var expected = SharingExpectations.Of(operation, RoleOf(agency, sample));
                var answer = await wire.Gateway[agency].CallAsync(face, operation, Request(operation, id));
                var actual = answer.Code switch { "NOT_FOUND" => Expected.Absent, "STEP_NOT_YOURS" => Expected.NotYours, "PERMISSION_DENIED" => Expected.Absent, _ => Expected.Granted };
                if (actual != expected || answer.Code == "PERMISSION_DENIED" || (answer.Code.Length > 0 && operation[0] is 'G' or 'L' && expected == Expected.Granted && !answer.Accepted))
                {
                    findings.Add($"{agency} {face} {operation}: {actual} ({answer.Code}), not {expected}");
                }

                var absent = await wire.Gateway[agency].CallAsync(face, operation, Request(operation, Nowhere));
                if (absent.Code != "NOT_FOUND" || (expected == Expected.Absent && (absent.Status, string.Join(' ', absent.Faults)) != (answer.Status, string.Join(' ', answer.Faults))))
                {
                    findings.Add($"{agency} {face} {operation}: absent is {absent.Status} {absent.Code}, hidden {answer.Status} {answer.Code}");
                }
            }
        }

        Findings(findings);
    }

    /// <summary>A notice stands in the lists of its parties and in no other.</summary>
    [Theory]
    [InlineData("ListExchanges", "exchanges")]
    [InlineData("ListDefenceNotices", "notices")]
    public async Task List_EveryAgency_NamesTheNoticeToItsPartiesOnly(string operation, string field)
    {
        var sample = Notices.Of("COURT");
        var id = (await wire.Gateway.NoticeInAsync("assigned", sample)).Split('/')[1];
        var findings = new List<string>();
        foreach (var agency in Agencies)
        {
            foreach (var face in Enum.GetValues<Face>())
            {
                var listed = (await wire.Gateway[agency].CallAsync(face, operation, new JsonObject { ["pageSize"] = 100 })).Required[field]?.AsArray() ?? [];
                var named = listed.Any(entry => entry!["name"]!.GetValue<string>().EndsWith(id, StringComparison.Ordinal)); // an entry has a name
                if (named != RoleOf(agency, sample) is not null)
                {
                    findings.Add($"{agency} {face} {operation}: {(named ? "leaked" : "withheld")}");
                }
            }
        }

        Findings(findings);
    }

    /// <summary>All of an answer but the trace id: status, headers' names and body.</summary>
    [Fact]
    public async Task Answer_HiddenAndAbsent_AreEqualToTheByte()
    {
        var id = (await wire.Gateway.NoticeInAsync("assigned", Notices.Of("COURT"))).Split('/')[1];
        foreach (var path in new[] { "/v1/exchanges/{0}", "/v1/defenceNotices/{0}", "/v1/exchanges/{0}/history", "/v1/exchanges/{0}/attachments/{0}:download" })
        {
            var hidden = await ReadAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, id));
            Assert.Equal(await ReadAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, Nowhere)), hidden);
            Assert.StartsWith("404", hidden, StringComparison.Ordinal);
        }

        async Task<string> ReadAsync(string path)
        {
            using var response = await wire.Gateway[Notices.OtherCourt].Rest.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            var headers = response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
            var body = Trace().Replace(await response.Content.ReadAsStringAsync(Cancellation), "");
            return $"{(int)response.StatusCode}\n{string.Join('\n', headers.Order(StringComparer.Ordinal))}\n{body}";
        }
    }

    private static string? RoleOf(string agency, NoticeSample sample) =>
        agency == sample.Organ ? "organ"
        : agency == sample.AidCentre ? "aid-centre"
        : agency == Notices.FirstFirm ? "firm"
        : sample.Request.ToJsonString().Contains($"agencies/{agency}\"", StringComparison.Ordinal) ? "detention-centre"
        : null;

    private static JsonObject Request(string operation, string id) => operation switch
    {
        "GetExchange" => new JsonObject { ["name"] = $"exchanges/{id}" },
        "GetDefenceNotice" => new JsonObject { ["name"] = $"defenceNotices/{id}" },
        "ListHistory" or "ListEvidence" => new JsonObject { ["parent"] = $"exchanges/{id}" },
        "AmendDefenceNotice" => NoticeSteps.Amend($"defenceNotices/{id}"),
        "WithdrawDefenceNotice" => NoticeSteps.Withdraw($"defenceNotices/{id}"),
        "ReportCounselRefusal" => NoticeSteps.Refuse($"defenceNotices/{id}"),
        "RenotifyDefence" => NoticeSteps.Renotify($"defenceNotices/{id}"),
        "AssignCounsel" => NoticeSteps.Assign($"defenceNotices/{id}"),
        "ReplaceCounsel" => NoticeSteps.Replace($"defenceNotices/{id}"),
        "DeclineDefenceNotice" => NoticeSteps.Decline($"defenceNotices/{id}"),
        "TerminateDefence" => NoticeSteps.Terminate($"defenceNotices/{id}"),
        "CloseDefenceNotice" => NoticeSteps.Close($"defenceNotices/{id}"),
        "RespondToAssignment" => NoticeSteps.Answer($"defenceNotices/{id}"),
        "TakeStep" => NoticeSteps.Take($"exchanges/{id}", "request-visit", NoticeSteps.Visit),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "no request"),
    };

    private static void Findings(List<string> findings) => Assert.True(findings.Count == 0, string.Join('\n', findings));

    [GeneratedRegex("\"traceId\":\"[^\"]*\"|[0-9a-f]{32}", RegexOptions.None, 1000)]
    private static partial Regex Trace();
}
