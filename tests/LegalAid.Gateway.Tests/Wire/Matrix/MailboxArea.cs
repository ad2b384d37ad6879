using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>
/// Mailboxes: what comes is the agency's own, by pull and by stream over both faces, and nobody else acknowledges, opens or rejects it, whatever lease it shows.
/// </summary>
internal sealed class MailboxArea : MatrixArea
{
    /// <summary>How each of an agency's test events is fetched, and what becomes of it then.</summary>
    private static readonly (string Fetch, Face Face, string[] Operations)[] Lives =
    [
        ("PullDeliveries", Face.Rest, ["AcknowledgeDelivery", "ReportOpened"]), ("PullDeliveries", Face.Grpc, ["AcknowledgeDelivery", "ReportOpened"]),
        ("ReceiveDeliveries", Face.Rest, ["RejectDelivery"]), ("ReceiveDeliveries", Face.Grpc, ["RejectDelivery"]),
    ];

    public override string Name => "mailboxes";

    public override IReadOnlyList<string> Doors =>
        [DoorOf("PullDeliveries"), DoorOf("ReceiveDeliveries"), DoorOf("RequestTestEvent"), .. Expectations.Deliveries.Rows.Select(DoorOf)];

    public override async Task CompareAsync(GatewayFixture gateway, Tally tally)
    {
        await EachAsync(Agencies, async agency =>
        {
            // What others left there is out of the way: leased for longer than this takes.
            while ((await PullAsync(gateway, tally, agency)).Count > 0)
            {
            }
        });
        await MessagesAsync(gateway, tally);
        var own = new ConcurrentDictionary<(string Agency, int Life), JsonObject>();
        await EachAsync(Agencies, agency => FetchAsync(gateway, tally, agency, own));
        await EachAsync(from agency in Agencies from life in Enumerable.Range(0, Lives.Length) select (agency, life), cell => AnswerAsync(gateway, tally, cell.agency, cell.life, own));
    }

    /// <summary>Each message of a notice comes to whom the table names, and to no other.</summary>
    private static async Task MessagesAsync(GatewayFixture gateway, Tally tally)
    {
        var sample = Notices.Of("COURT");
        var exchange = await RichNotice.OpenAsync(gateway, sample);
        await EachAsync(Agencies, async agency =>
        {
            var (came, role) = (new HashSet<string>(StringComparer.Ordinal), Parties.RoleOf(agency, sample));
            while (await PullAsync(gateway, tally, agency) is { Count: > 0 } pulled)
            {
                foreach (var delivery in pulled)
                {
                    tally.CompareShown(agency, "PullDeliveries", expected: true, ExchangeOf(delivery) == exchange && role is not null, $"a message of {ExchangeOf(delivery)}");
                    came.Add(delivery["envelope"]?["event"]?.GetValue<string>() ?? "");
                    tally.Compare(agency, "AcknowledgeDelivery", Face.Grpc, Expected.Granted, tally.Called(await CallAsync(gateway[agency], Face.Grpc, "AcknowledgeDelivery", Lease(delivery))));
                }
            }

            foreach (var name in Expectations.Messages.Rows)
            {
                tally.CompareShown(agency, "PullDeliveries", role is not null && Expectations.Messages.Of(name, role) == Part.To, came.Contains(name), $"message {name}");
            }
        });
    }

    /// <summary>A test event for each way of fetching; each that comes must be one that the agency asked for.</summary>
    private static async Task FetchAsync(GatewayFixture gateway, Tally tally, string agency, ConcurrentDictionary<(string Agency, int Life), JsonObject> own)
    {
        var asked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, face, _) in Lives)
        {
            var told = tally.Called(await CallAsync(gateway[agency], face, "RequestTestEvent", new JsonObject { ["requestId"] = NoticeSteps.NewRequestId(), ["reference"] = agency }));
            tally.Compare(agency, "RequestTestEvent", face, Expected.Granted, told);
            asked.Add(told.Message?["exchange"]?.GetValue<string>() ?? "");
        }

        foreach (var (life, (fetch, face, _)) in Lives.Index())
        {
            var terms = new JsonObject { [fetch == "PullDeliveries" ? "maxDeliveries" : "maxOutstanding"] = 1, ["leaseDuration"] = "600s" };
            var told = tally.Called(await CallAsync(gateway[agency], face, fetch, terms));
            tally.Compare(agency, fetch, face, Expected.Granted, told);
            var delivery = (fetch == "PullDeliveries" ? told.Message?["deliveries"]?[0]?.AsObject() : told.Message) ?? [];
            tally.CompareShown(agency, fetch, expected: true, asked.Remove(ExchangeOf(delivery)), $"its own test event over {face}");
            own[(agency, life)] = delivery;
        }
    }

    /// <summary>The neighbour tries first, with the right lease; then the agency itself, on one that is none and on its own.</summary>
    private static async Task AnswerAsync(GatewayFixture gateway, Tally tally, string agency, int life, ConcurrentDictionary<(string Agency, int Life), JsonObject> own)
    {
        var ((_, face, operations), delivery) = (Lives[life], own[(agency, life)]);
        var neighbour = Agencies[(Agencies.IndexOf(agency) + 1) % Agencies.Length];
        foreach (var operation in operations)
        {
            var none = Lease(delivery);
            none["name"] = $"mailbox/deliveries/{Nowhere}";
            var hidden = await AskAsync(neighbour, operation, Lease(delivery), Expectations.Deliveries.Of(operation, "stranger"));
            tally.CompareHidden(neighbour, operation, face, hidden, await AskAsync(neighbour, operation, none, Expected.Absent));
            await AskAsync(agency, operation, none, Expected.Absent);
            await AskAsync(agency, operation, Lease(delivery), Expectations.Deliveries.Of(operation, "recipient"));
        }

        async Task<Told> AskAsync(string who, string operation, JsonObject request, Expected expected)
        {
            if (operation == "ReportOpened")
            {
                request.Remove("leaseToken");
            }
            else if (operation == "RejectDelivery")
            {
                request["reason"] = "虚构：格式不符";
            }

            var told = tally.Called(await CallAsync(gateway[who], face, operation, request));
            tally.Compare(who, operation, face, expected, told);
            return told;
        }
    }

    private static async Task<IReadOnlyList<JsonObject>> PullAsync(GatewayFixture gateway, Tally tally, string agency)
    {
        var told = tally.Called(await CallAsync(gateway[agency], Face.Grpc, "PullDeliveries", new JsonObject { ["maxDeliveries"] = 100, ["leaseDuration"] = "600s" }));
        tally.Compare(agency, "PullDeliveries", Face.Grpc, Expected.Granted, told);
        return [.. (told.Message?["deliveries"]?.AsArray() ?? []).Select(delivery => delivery?.AsObject() ?? [])];
    }

    private static string ExchangeOf(JsonObject delivery) => delivery["envelope"]?["exchange"]?.GetValue<string>() ?? "";

    private static JsonObject Lease(JsonObject delivery) => new() { ["name"] = delivery["name"]?.DeepClone(), ["leaseToken"] = delivery["leaseToken"]?.DeepClone() };
}
