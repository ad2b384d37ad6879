using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>The evidence of a notice: its ladder, and the proofs of its messages and leaves; and what anybody may know of the log.</summary>
internal sealed class EvidenceArea : MatrixArea
{
    public override string Name => "evidence";

    public override IReadOnlyList<string> Doors => [.. Expectations.Evidence.Rows.Select(DoorOf)];

    public override async Task CompareAsync(GatewayFixture gateway, Tally tally)
    {
        var (sample, foreign) = (Notices.Of("COURT"), Notices.Of("DEATH_REVIEW"));
        var exchange = await ExchangeAsync(sample);
        var (message, leaf) = await EvidenceOfAsync(gateway, sample.Organ, exchange);
        var (foreignMessage, foreignLeaf) = await EvidenceOfAsync(gateway, foreign.Organ, await ExchangeAsync(foreign));
        var cells = from operation in Expectations.Evidence.Rows from face in BothFaces from agency in Agencies select (operation, face, agency);
        await EachAsync(cells, async cell =>
        {
            var (operation, face, agency) = cell;
            var expected = Expectations.Evidence.Of(operation, Parties.RoleOf(agency, sample) ?? "stranger");
            var told = await AskAsync(cell, Of(operation, exchange, message, leaf), expected);
            if (operation is "GetCheckpoint" or "ProveConsistency")
            {
                return;
            }

            // None at all; and what is of another exchange, under the name of this one.
            foreach (var nothing in new[]
            {
                Of(operation, $"exchanges/{Nowhere}", Nowhere, Nowhere), Of(operation, $"exchanges/{Nowhere}", message, leaf), Of(operation, exchange, foreignMessage, foreignLeaf),
            }.Where(nothing => operation != "ListEvidence" || !nothing.ToJsonString().Contains(exchange, StringComparison.Ordinal)))
            {
                var absent = await AskAsync(cell, nothing, Expected.Absent);
                if (expected == Expected.Absent)
                {
                    tally.CompareHidden(agency, operation, face, told, absent);
                }
            }
        });

        async Task<string> ExchangeAsync(NoticeSample of) => (await gateway.NoticeInAsync("assigned", of)).Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal);

        async Task<Told> AskAsync((string Operation, Face Face, string Agency) cell, JsonObject request, Expected expected)
        {
            var told = tally.Called(await CallAsync(gateway[cell.Agency], cell.Face, cell.Operation, request));
            tally.Compare(cell.Agency, cell.Operation, cell.Face, expected, told);
            return told;
        }
    }

    /// <summary>A message of the exchange and its leaf, once the log covers it.</summary>
    private static async Task<(string Message, string Leaf)> EvidenceOfAsync(GatewayFixture gateway, string party, string exchange)
    {
        var ladder = (await gateway[party].CallAsync(Face.Rest, "ListEvidence", new JsonObject { ["parent"] = exchange })).Required;
        var message = ladder["messages"]?[0]?["message"]?.GetValue<string>() ?? throw new InvalidOperationException("the exchange has a message");
        FaceAnswer? proof = null;
        await Eventually.HoldsAsync(
            async () => (proof = await gateway[party].CallAsync(Face.Rest, "ProveMessage", new JsonObject { ["name"] = message })).Accepted, "the log covers the message");
        var leaf = proof?.Required["leaf"]?.GetValue<string>() ?? throw new InvalidOperationException("a proof names its leaf");
        return (message.Split('/')[^1], leaf.Split('/')[^1]);
    }

    private static JsonObject Of(string operation, string exchange, string message, string leaf) => operation switch
    {
        "ListEvidence" => new JsonObject { ["parent"] = exchange },
        "ProveMessage" => new JsonObject { ["name"] = $"{exchange}/messages/{message}" },
        "ProveLeaf" => new JsonObject { ["name"] = $"{exchange}/leaves/{leaf}" },
        "GetCheckpoint" => [],
        "ProveConsistency" => new JsonObject { ["fromSize"] = "1" },
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "no request"),
    };
}
