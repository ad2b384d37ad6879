using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>A notice stands in the lists of its parties and in no other; who searches for one that is hidden is told what it is told of a case that nobody has.</summary>
internal sealed class ListArea : MatrixArea
{
    public override string Name => "lists";

    public override IReadOnlyList<string> Doors => [DoorOf("ListExchanges"), DoorOf("ListDefenceNotices"), DoorOf("SearchDefenceNotices")];

    public override async Task CompareAsync(GatewayFixture gateway, Tally tally)
    {
        var notices = new List<(string Id, NoticeSample Sample)>();
        foreach (var kind in Notices.Kinds)
        {
            var sample = Notices.Of(kind);
            notices.Add(((await gateway.NoticeInAsync("assigned", sample)).Split('/')[1], sample));
        }

        var cells = from agency in Agencies from face in BothFaces select (agency, face);
        await EachAsync(cells, async cell =>
        {
            var (agency, face) = cell;
            foreach (var (operation, field) in new[] { ("ListExchanges", "exchanges"), ("ListDefenceNotices", "notices") })
            {
                var told = tally.Called(await CallAsync(gateway[agency], face, operation, new JsonObject { ["pageSize"] = 100 }));
                tally.Compare(agency, operation, face, Expected.Granted, told);
                foreach (var (id, sample) in notices)
                {
                    tally.CompareShown(agency, operation, Parties.RoleOf(agency, sample) is not null, Names(told, field, id), $"{sample.Type} over {face}");
                }
            }

            var nothing = Notices.Of("COURT");
            foreach (var (id, sample) in notices)
            {
                await SearchAsync(agency, face, id, sample, nothing, "caseNumber", notice => notice.Notice["caseNumber"]);
                await SearchAsync(agency, face, id, sample, nothing, "residentNumber", notice => notice.Person["residentNumber"]);
            }
        });

        async Task SearchAsync(string agency, Face face, string id, NoticeSample sample, NoticeSample nothing, string term, Func<NoticeSample, JsonNode?> of)
        {
            var told = await AskAsync(sample);
            var isParty = Parties.RoleOf(agency, sample) is not null;
            tally.CompareShown(agency, "SearchDefenceNotices", isParty, Names(told, "notices", id), $"{sample.Type} by {term} over {face}");
            if (!isParty)
            {
                tally.CompareHidden(agency, "SearchDefenceNotices", face, told, await AskAsync(nothing));
            }

            async Task<Told> AskAsync(NoticeSample asked)
            {
                var answer = tally.Called(await CallAsync(gateway[agency], face, "SearchDefenceNotices", new JsonObject { [term] = of(asked)?.DeepClone() }));
                tally.Compare(agency, "SearchDefenceNotices", face, Expected.Granted, answer);
                return answer;
            }
        }
    }

    private static bool Names(Told told, string field, string id) =>
        (told.Message?[field]?.AsArray() ?? []).Any(entry => entry?["name"]?.GetValue<string>().EndsWith(id, StringComparison.Ordinal) == true);
}
