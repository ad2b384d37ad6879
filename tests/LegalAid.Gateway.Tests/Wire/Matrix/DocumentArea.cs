using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>Documents of a notice over both faces, tus and download: whoever may bring one, and whoever may have it.</summary>
internal sealed class DocumentArea(IReadOnlyList<string>? operations = null) : MatrixArea
{
    private const string Uploads = "/v1/exchanges/{exchange}/uploads";
    private const string Download = "/v1/exchanges/{exchange}/attachments/{attachment}:download";

    internal static readonly byte[] Content = Encoding.UTF8.GetBytes("虚构文书");

    public override string Name => "documents";

    public override IReadOnlyList<string> Doors =>
    [
        DoorOf("CreateAttachment"), DoorOf("BeginUpload"), DoorOf("DownloadAttachment"), $"POST {Uploads}", $"OPTIONS {Uploads}", $"GET {Download}", $"HEAD {Download}",
    ];

    private static IReadOnlyList<(string Operation, Face Face)> Ways { get; } =
    [
        ("CreateAttachment", Face.Rest), ("CreateAttachment", Face.Grpc), ("BeginUpload", Face.Grpc), ("POST", Face.Rest),
        ("DownloadAttachment", Face.Grpc), ("GET", Face.Rest), ("HEAD", Face.Rest),
    ];

    public override async Task CompareAsync(GatewayFixture gateway, Tally tally)
    {
        var sample = Notices.Of("COURT");
        var exchange = (await gateway.NoticeInAsync("assigned", sample)).Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal);
        var read = (await gateway[sample.Organ].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = exchange })).Required;
        var document = read["attachments"]?[0]?["name"]?.GetValue<string>().Split('/')[^1] ?? throw new InvalidOperationException("the sample has a document");
        foreach (var (operation, face) in Ways.Where(way => operations?.Contains(way.Operation) != false))
        {
            await EachAsync(Agencies, async agency =>
            {
                var role = Parties.RoleOf(agency, sample);
                var expected = role is null ? Expected.Absent : Expectations.Documents.Of(operation, role);
                var told = tally.Called(await CallAsync(gateway[agency], operation, face, exchange, document));
                tally.Compare(agency, operation, face, expected, told);
                var absent = tally.Called(await CallAsync(gateway[agency], operation, face, $"exchanges/{Nowhere}", document));
                tally.Compare(agency, operation, face, Expected.Absent, absent);
                if (expected == Expected.Absent)
                {
                    tally.CompareHidden(agency, operation, face, told, absent);
                }
            });
        }

        await EachAsync(Agencies, agency => OptionsAsync(gateway[agency], tally, agency, exchange));
    }

    /// <summary>What the protocol offers is told alike to everybody and of every exchange, there or not: no exchange is looked at.</summary>
    private static async Task OptionsAsync(AgencySystem system, Tally tally, string agency, string exchange)
    {
        var told = tally.Called(await SendAsync(system.Rest, HttpMethod.Options, $"/v1/{exchange}/uploads"));
        tally.Compare(agency, "OPTIONS", Face.Rest, Expected.Granted, told);
        tally.CompareHidden(agency, "OPTIONS", Face.Rest, told, tally.Called(await SendAsync(system.Rest, HttpMethod.Options, $"/v1/exchanges/{Nowhere}/uploads")));
    }

    private static async Task<Told> CallAsync(AgencySystem agency, string operation, Face face, string exchange, string document)
    {
        var path = $"/v1/{exchange}/attachments/{document}:download";
        switch (operation)
        {
            case "CreateAttachment":
                return await CallAsync(agency, face, operation, new JsonObject
                {
                    ["parent"] = exchange, ["attachment"] = Notices.Document("other"), ["requestId"] = NoticeSteps.NewRequestId(),
                });
            case "BeginUpload":
                var begun = await CallAsync(agency, face, operation, Announcement(exchange));
                await EndAsync(agency, begun.Message?["name"]?.GetValue<string>());
                return begun;
            case "POST":
                return await PostAsync(agency, exchange);
            case "DownloadAttachment":
                return await CallAsync(agency, face, operation, new JsonObject { ["name"] = $"{exchange}/attachments/{document}" });
            case "GET" or "HEAD":
                return await SendAsync(agency.Rest, new HttpMethod(operation), path);
            default:
                throw new ArgumentOutOfRangeException(nameof(operation), operation, "no request");
        }
    }

    internal static JsonObject Announcement(string exchange) => new()
    {
        ["parent"] = exchange, ["kind"] = "other", ["fileName"] = "other.txt", ["mediaType"] = "text/plain", ["sizeBytes"] = $"{Content.Length}",
        ["requestId"] = NoticeSteps.NewRequestId(),
    };

    private static async Task<Told> PostAsync(AgencySystem agency, string exchange)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/v1/{exchange}/uploads")
        {
            Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Length", $"{Content.Length}" }, { "Upload-Metadata", $"kind {Base64("other")},filename {Base64("other.txt")},filetype {Base64("text/plain")}" } },
        };
        using var response = await agency.Rest.SendAsync(message, Cancellation);
        await EndAsync(agency, response.Headers.Location?.OriginalString["/v1/".Length..]);
        return await Told.OfAsync(response, stream: false, Cancellation);
    }

    /// <summary>Gives an upload up, where one was begun: an agency may have only so many.</summary>
    private static Task EndAsync(AgencySystem agency, string? upload) =>
        upload is null ? Task.CompletedTask : CallAsync(agency, Face.Grpc, "CancelUpload", new JsonObject { ["name"] = upload });

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
