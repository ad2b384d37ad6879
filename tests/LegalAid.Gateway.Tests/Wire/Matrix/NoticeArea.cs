using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>
/// Every operation on a notice, by every agency: one to which it is party, others', and none at all. A notice of its own for each operation and face, in a state in
/// which the step can be taken, so that who may is not only let through but accepted; who may not comes first, and changes nothing.
/// </summary>
/// <param name="Kinds">The notices' kinds: by other organs, to other centres.</param>
/// <param name="Operations">Some of the table's; null: all.</param>
internal sealed class NoticeArea(IReadOnlyList<string> kinds, IReadOnlyList<string>? operations = null) : MatrixArea
{
    public override string Name => "notices";

    public override IReadOnlyList<string> Doors => [.. Operations.Select(DoorOf)];

    private IReadOnlyList<string> Operations => operations ?? Expectations.Notices.Rows;

    public override async Task CompareAsync(GatewayFixture gateway, Tally tally)
    {
        foreach (var operation in Operations)
        {
            foreach (var face in FacesOf(operation))
            {
                var absent = await AbsentAsync(gateway, tally, operation, face);
                foreach (var kind in kinds)
                {
                    await CompareAsync(gateway, tally, operation, face, kind, absent);
                }
            }
        }
    }

    /// <summary>What each agency is told of a notice that is none.</summary>
    private static async Task<IReadOnlyDictionary<string, Told>> AbsentAsync(GatewayFixture gateway, Tally tally, string operation, Face face)
    {
        var told = new System.Collections.Concurrent.ConcurrentDictionary<string, Told>(StringComparer.Ordinal);
        await EachAsync(Agencies, async agency =>
        {
            told[agency] = tally.Called(await CallAsync(gateway[agency], face, operation, Request(operation, Nowhere)));
            tally.Compare(agency, operation, face, Expected.Absent, told[agency]);
        });
        return told;
    }

    private static async Task CompareAsync(
        GatewayFixture gateway, Tally tally, string operation, Face face, string kind, IReadOnlyDictionary<string, Told> absent)
    {
        var table = Expectations.Notices;
        var sample = Notices.Of(kind);
        var id = (await gateway.NoticeInAsync(table.Text(operation, "state"), sample)).Split('/')[1];
        var changing = Agencies.Where(agency => ExpectedOf(agency) == Expected.Granted).ToList();
        await EachAsync(Agencies.Except(changing), AskAsync);
        foreach (var agency in changing)
        {
            await AskAsync(agency);
        }

        async Task AskAsync(string agency)
        {
            var told = tally.Called(await CallAsync(gateway[agency], face, operation, Request(operation, id)));
            tally.Compare(agency, operation, face, ExpectedOf(agency), told);
            if (ExpectedOf(agency) == Expected.Absent)
            {
                tally.CompareHidden(agency, operation, face, told, absent[agency]);
            }
        }

        Expected ExpectedOf(string agency) => Parties.RoleOf(agency, sample) is { } role ? table.Of(operation, role) : Expected.Absent;
    }

    private static JsonObject Request(string operation, string id) => operation switch
    {
        "GetExchange" => new JsonObject { ["name"] = $"exchanges/{id}" },
        "GetDefenceNotice" => new JsonObject { ["name"] = $"defenceNotices/{id}" },
        "ListHistory" => new JsonObject { ["parent"] = $"exchanges/{id}" },
        "AmendDefenceNotice" => NoticeSteps.Amend($"defenceNotices/{id}", new JsonObject { ["cause"] = "抢劫罪" }),
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
}
