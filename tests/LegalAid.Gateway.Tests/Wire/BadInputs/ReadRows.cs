using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;
using static LegalAid.Gateway.Tests.Wire.BadInputs.BadInput;

namespace LegalAid.Gateway.Tests.Wire.BadInputs;

/// <summary>Reads, the mailbox, documents and the directory, where they are refused.</summary>
internal static class ReadRows
{
    private const string Absent = "01900000-0000-7000-8000-000000000000";

    public static IEnumerable<BadInput> All => [.. Reads, .. Mailbox, .. Documents, .. Directory];

    private static IEnumerable<BadInput> Reads =>
    [
        Call("a foreign court reads a notice: hidden", Notices.OtherCourt, "GetDefenceNotice", scene => Name(scene.In("notified")), Told.Absent, "name NOT_FOUND"),
        Call("a notice that is not there is read", Notices.OtherCourt, "GetDefenceNotice", _ => Name($"defenceNotices/{Absent}"), Told.Absent, "name NOT_FOUND"),
        Call("a bureau reads a notice: no party", Notices.Bureau, "GetDefenceNotice", scene => Name(scene.In("notified")), Told.Absent, "name NOT_FOUND"),
        Call("notice's name is malformed", Notices.Court, "GetDefenceNotice", _ => Name("defenceNotices/not-a-uuid"), Told.Invalid, "name RESOURCE_NAME_INVALID"),
        Call("exchange's name is malformed", Notices.Court, "GetExchange", _ => Name("exchanges/not-a-uuid"), Told.Invalid, "name RESOURCE_NAME_INVALID"),
        Call("a foreign court reads an exchange: hidden", Notices.OtherCourt, "GetExchange", scene => Name(scene.ExchangeIn("notified")), Told.Absent, "name NOT_FOUND"),
        Call("a foreign court reads history: hidden", Notices.OtherCourt, "ListHistory", scene => new JsonObject { ["parent"] = scene.ExchangeIn("notified") },
            Told.Absent, "parent NOT_FOUND"),
        Call("history's parent is malformed", Notices.Court, "ListHistory", _ => new JsonObject { ["parent"] = "exchanges/x" }, Told.Invalid, "parent RESOURCE_NAME_INVALID"),
        Call("page is larger than 200", Notices.Court, "ListDefenceNotices", _ => new JsonObject { ["pageSize"] = 201 }, Told.Invalid, "pageSize PAGE_SIZE_INVALID"),
        Call("page is negative", Notices.Court, "ListExchanges", _ => new JsonObject { ["pageSize"] = -1 }, Told.Invalid, "pageSize PAGE_SIZE_INVALID"),
        Call("page token is none", Notices.Court, "ListDefenceNotices", _ => new JsonObject { ["pageToken"] = "made-up" }, Told.Invalid, "pageToken PAGE_TOKEN_INVALID"),
        Call("page token is of the right length and none", Notices.Court, "ListExchanges", _ => new JsonObject { ["pageToken"] = new string('A', 32) }, Told.Invalid,
            "pageToken PAGE_TOKEN_INVALID"),
        Call("page token is too long", Notices.Court, "ListExchanges", _ => new JsonObject { ["pageToken"] = new string('A', 401) }, Told.Invalid, "pageToken TEXT_TOO_LONG"),
        Call("exchange type to list is malformed", Notices.Court, "ListExchanges", _ => new JsonObject { ["type"] = "court" }, Told.Invalid, "type RESOURCE_NAME_INVALID"),
        Call("search for nothing", Notices.Court, "SearchDefenceNotices", _ => [], Told.Invalid, "caseNumber SEARCH_EMPTY"),
        Call("search for a number with a wrong check digit", Notices.Court, "SearchDefenceNotices", _ => new JsonObject { ["residentNumber"] = "450199199005120134" },
            Told.Invalid, "residentNumber RESIDENT_NUMBER_CHECK"),
        Call("search token of another search", Notices.Court, "SearchDefenceNotices", scene => new JsonObject { ["caseNumber"] = "x", ["pageToken"] = new string('A', 32) },
            Told.Invalid, "pageToken PAGE_TOKEN_INVALID"),
    ];

    private static IEnumerable<BadInput> Mailbox =>
    [
        Call("acknowledge under a lease that is none", Notices.AidCentre, "AcknowledgeDelivery", scene => Lease(scene.Leased.Name, Absent), Told.Moved, "leaseToken LEASE_LOST"),
        Call("acknowledge another agency's delivery: hidden", Notices.Court, "AcknowledgeDelivery", scene => Lease(scene.Leased.Name, scene.Leased.Lease), Told.Absent,
            "name NOT_FOUND"),
        Call("acknowledge what is not there", Notices.AidCentre, "AcknowledgeDelivery", scene => Lease($"mailbox/deliveries/{Absent}", scene.Leased.Lease), Told.Absent,
            "name NOT_FOUND"),
        Call("delivery's name is malformed", Notices.AidCentre, "AcknowledgeDelivery", scene => Lease("mailbox/deliveries/1", scene.Leased.Lease), Told.Invalid,
            "name RESOURCE_NAME_INVALID"),
        Call("lease token is malformed", Notices.AidCentre, "AcknowledgeDelivery", scene => Lease(scene.Leased.Name, "mine"), Told.Invalid, "leaseToken LEASE_TOKEN_INVALID"),
        Call("reject without a reason", Notices.AidCentre, "RejectDelivery", scene => Lease(scene.Leased.Name, scene.Leased.Lease), Told.Invalid, "reason FIELD_REQUIRED"),
        Call("reject under a lease that is none", Notices.AidCentre, "RejectDelivery", scene => NoticeRows.With(Lease(scene.Leased.Name, Absent), "reason", "unreadable"),
            Told.Moved, "leaseToken LEASE_LOST"),
        Call("lease is a second", Notices.AidCentre, "PullDeliveries", _ => new JsonObject { ["leaseDuration"] = "1s" }, Told.Invalid,
            "leaseDuration LEASE_DURATION_OUT_OF_BOUNDS"),
        Call("lease is an hour", Notices.AidCentre, "PullDeliveries", _ => new JsonObject { ["leaseDuration"] = "3600s" }, Told.Invalid,
            "leaseDuration LEASE_DURATION_OUT_OF_BOUNDS"),
        Call("pull 101", Notices.AidCentre, "PullDeliveries", _ => new JsonObject { ["maxDeliveries"] = 101 }, Told.Invalid, "maxDeliveries DELIVERY_COUNT_OUT_OF_BOUNDS"),
        Call("pull fewer than none", Notices.AidCentre, "PullDeliveries", _ => new JsonObject { ["maxDeliveries"] = -1 }, Told.Invalid,
            "maxDeliveries DELIVERY_COUNT_OUT_OF_BOUNDS"),
        Call("stream with a lease of a second", Notices.AidCentre, "ReceiveDeliveries", _ => new JsonObject { ["leaseDuration"] = "1s" }, Told.Invalid,
            "leaseDuration LEASE_DURATION_OUT_OF_BOUNDS"),
    ];

    private static IEnumerable<BadInput> Documents =>
    [
        Call("upload to a final exchange", Notices.Court, "CreateAttachment", scene => Upload(scene.ExchangeIn("closed"), "indictment"), Told.WrongState, "EXCHANGE_FINAL"),
        Call("upload of a kind that is none", Notices.Court, "CreateAttachment", scene => Upload(scene.ExchangeIn("notified"), "diary"), Told.Invalid,
            "attachment.kind ATTACHMENT_KIND_UNKNOWN"),
        Call("a foreign court uploads: hidden", Notices.OtherCourt, "CreateAttachment", scene => Upload(scene.ExchangeIn("notified"), "indictment"), Told.Absent, "NOT_FOUND"),
        Call("upload's parent is malformed", Notices.Court, "CreateAttachment", _ => Upload("exchanges/x", "indictment"), Told.Invalid, "parent RESOURCE_NAME_INVALID"),
        Call("upload is too large", Notices.Court, "CreateAttachment", scene =>
        {
            var request = Upload(scene.ExchangeIn("notified"), "indictment");
            request["attachment"]!["content"] = Convert.ToBase64String(new byte[BadScene.AttachmentBytesMax + 1]); // Upload has an attachment
            return request;
        }, Told.BodyTooLarge, "attachment.content ATTACHMENT_TOO_LARGE"),
        Http("download by REST of what is not there", Notices.Court, scene => Download($"{scene.ExchangeIn("notified")}/attachments/{Absent}"), Told.Absent, "name NOT_FOUND"),
        Http("document's name by REST is malformed", Notices.Court, scene => Download($"{scene.ExchangeIn("notified")}/attachments/1"), Told.Invalid,
            "name RESOURCE_NAME_INVALID"),
        Call("upload in pieces to a final exchange", Notices.Court, "BeginUpload", scene => Begin(scene.ExchangeIn("closed")), Told.WrongState, "EXCHANGE_FINAL"),
        Call("upload in pieces by a foreign court: hidden", Notices.OtherCourt, "BeginUpload", scene => Begin(scene.ExchangeIn("notified")), Told.Absent, "NOT_FOUND"),
        Call("upload in pieces of a page that runs", Notices.Court, "BeginUpload", scene => NoticeRows.With(Begin(scene.ExchangeIn("notified")), "mediaType", "text/html"),
            Told.Invalid, "mediaType ATTACHMENT_TYPE_REFUSED"),
        Call("upload in pieces of a path", Notices.Court, "BeginUpload", scene => NoticeRows.With(Begin(scene.ExchangeIn("notified")), "fileName", "../a.pdf"),
            Told.Invalid, "fileName ATTACHMENT_NAME_INVALID"),
        Call("upload to look at is none", Notices.Court, "GetUpload", scene => Name($"{scene.ExchangeIn("notified")}/uploads/{Absent}"), Told.Absent, "NOT_FOUND"),
        Call("upload to send to is none", Notices.Court, "UploadAttachment", scene => Name($"{scene.ExchangeIn("notified")}/uploads/{Absent}"), Told.Absent, "NOT_FOUND"),
        Call("upload to give up is malformed", Notices.Court, "CancelUpload", _ => Name("uploads/1"), Told.Invalid, "name RESOURCE_NAME_INVALID"),
        Call("download of what is not there", Notices.Court, "DownloadAttachment", scene => Name($"{scene.ExchangeIn("notified")}/attachments/{Absent}"), Told.Absent,
            "name NOT_FOUND"),
        Call("document's name is malformed", Notices.Court, "DownloadAttachment", scene => Name($"{scene.ExchangeIn("notified")}/attachments/1"), Told.Invalid,
            "name RESOURCE_NAME_INVALID"),
    ];

    private static JsonObject Begin(string exchange) => new()
    {
        ["parent"] = exchange, ["kind"] = "indictment", ["fileName"] = "a.pdf", ["mediaType"] = "application/pdf", ["sizeBytes"] = "9",
        ["requestId"] = NoticeSteps.NewRequestId(),
    };

    private static HttpRequestMessage Download(string name) => new(HttpMethod.Get, $"/v1/{name}:download");

    private static IEnumerable<BadInput> Directory =>
    [
        Call("agency is unknown", Notices.Court, "GetAgency", _ => Name("agencies/nowhere"), Told.Absent, "name NOT_FOUND"),
        Call("agency's name is malformed", Notices.Court, "GetAgency", _ => Name("agencies/No_Where"), Told.Invalid, "name BAD_FORMAT"),
        Call("exchange type to read is unknown", Notices.Court, "GetExchangeType", _ => Name("exchangeTypes/nothing"), Told.Absent, "name NOT_FOUND"),
        Call("region is none", Notices.Court, "ListAgencies", _ => new JsonObject { ["region"] = "99" }, Told.Invalid, "region REGION_LENGTH"),
        Call("agencies' page token is none", Notices.Court, "ListAgencies", _ => new JsonObject { ["pageToken"] = "made-up" }, Told.Invalid, "pageToken PAGE_TOKEN_INVALID"),
        Call("types' page is too large", Notices.Court, "ListExchangeTypes", _ => new JsonObject { ["pageSize"] = 1000 }, Told.Invalid, "pageSize PAGE_SIZE_INVALID"),
    ];

    private static JsonObject Name(string name) => new() { ["name"] = name };

    private static JsonObject Lease(string name, string token) => new() { ["name"] = name, ["leaseToken"] = token };

    private static JsonObject Upload(string exchange, string kind) => new()
    {
        ["parent"] = exchange,
        ["requestId"] = NoticeSteps.NewRequestId(),
        ["attachment"] = Notices.Document(kind),
    };
}
