using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>An exchange of each agency's own, its message to itself: also an agency that is party to no notice has one, and nobody else has.</summary>
internal sealed class OwnArea : MatrixArea
{
    public override string Name => "own";

    public override IReadOnlyList<string> Doors => [.. Expectations.Own.Rows.Select(DoorOf)];

    public override async Task CompareAsync(GatewayFixture gateway, Tally tally)
    {
        var own = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await EachAsync(Agencies, async agency =>
        {
            var told = tally.Called(await CallAsync(gateway[agency], Face.Grpc, "RequestTestEvent", new JsonObject { ["requestId"] = NoticeSteps.NewRequestId() }));
            own[agency] = told.Message?["exchange"]?.GetValue<string>().Split('/')[1] ?? "";
        });
        var cells = from operation in Expectations.Own.Rows from face in BothFaces from agency in Agencies select (operation, face, agency);
        await EachAsync(cells, async cell =>
        {
            var (operation, face, agency) = cell;
            await AskAsync("own", own[agency]);
            var hidden = await AskAsync("another", own[Agencies[(Agencies.IndexOf(agency) + 1) % Agencies.Length]]);
            tally.CompareHidden(agency, operation, face, hidden, await AskAsync("absent", Nowhere));

            async Task<Told> AskAsync(string whose, string id)
            {
                var told = tally.Called(await CallAsync(gateway[agency], face, operation, Request(operation, id)));
                tally.Compare(agency, operation, face, Expectations.Own.Of(operation, whose), told);
                return told;
            }
        });
    }

    private static JsonObject Request(string operation, string id) => operation switch
    {
        "GetExchange" => new JsonObject { ["name"] = $"exchanges/{id}" },
        "GetDefenceNotice" => new JsonObject { ["name"] = $"defenceNotices/{id}" },
        "ListHistory" or "ListEvidence" => new JsonObject { ["parent"] = $"exchanges/{id}" },
        "TakeStep" => NoticeSteps.Take($"exchanges/{id}", "send", new JsonObject { ["reference"] = "once more" }),
        "CreateAttachment" => new JsonObject { ["parent"] = $"exchanges/{id}", ["attachment"] = Notices.Document("other"), ["requestId"] = NoticeSteps.NewRequestId() },
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "no request"),
    };
}
