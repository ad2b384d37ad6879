using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Testing;
using static LegalAid.Gateway.Tests.Wire.BadInputs.BadInput;

namespace LegalAid.Gateway.Tests.Wire.BadInputs;

/// <summary>Requests that one face alone can carry: bytes that are no JSON or no message, paths, methods, headers, tokens.</summary>
internal static class RawRows
{
    private const string Path = "/v1/defenceNotices";

    public static IEnumerable<BadInput> All => [.. Text, .. Fields, .. Protocol, .. Protobuf];

    private static string Sound => Notices.Of("COURT").Request.ToJsonString();

    private static IEnumerable<BadInput> Text =>
    [
        Http("body is empty", Notices.Court, _ => Post(Faces.Body("")), Told.Invalid, "kind FIELD_REQUIRED", "people FIELD_REQUIRED", "requestId FIELD_REQUIRED"),
        Posted("body is no JSON", "caseNumber=1", "MALFORMED_JSON"),
        Posted("body ends in the middle", () => Sound[..^20], "MALFORMED_JSON"),
        Posted("body goes on after its end", () => Sound + "x", "MALFORMED_JSON"),
        Posted("body holds two documents", () => Sound + Sound, "MALFORMED_JSON"),
        Posted("body has a comment", () => "/* x */" + Sound, "MALFORMED_JSON"),
        Posted("body is a list", "[]", "WRONG_TYPE"),
        Posted("body is null", "null", "WRONG_TYPE"),
        Http("body is nested a thousand times", Notices.Court, _ => new HttpRequestMessage(HttpMethod.Post, "/v1/exchanges")
        {
            Content = Faces.Body("{\"openings\":[{\"payload\":" + string.Concat(Enumerable.Repeat("{\"x\":", 1000)) + "1" + new string('}', 1000) + "}]}"),
        }, Told.Invalid, $"openings[0].payload{Deep(29)} JSON_TOO_DEEP"),
        Posted("lone surrogate in a text", () => Sound.Replace("盗窃罪", "\\ud800", StringComparison.Ordinal).Replace("\\u76D7\\u7A83\\u7F6A", "\\ud800", StringComparison.Ordinal),
            "people[0].notice.cause INVALID_TEXT"),
        Http("body is not UTF-8", Notices.Court, _ => Post(Faces.Body(Encoding.Latin1.GetBytes("{\"kind\":\"é\"}"))), Told.Invalid, "INVALID_UTF8"),
        Http("body is UTF-16", Notices.Court, _ => Post(Faces.Body(Encoding.Unicode.GetBytes(Sound))), Told.Invalid, "MALFORMED_JSON"),
        Http("body is too large", Notices.Court, _ => Post(Faces.Body(new string(' ', BadScene.MessageBytesMax) + Sound)), Told.BodyTooLarge, "BODY_TOO_LARGE"),
    ];

    private static IEnumerable<BadInput> Fields =>
    [
        Json("unknown field", Notices.Court, "SubmitDefenceNotice", _ => Spoilt("COURT", sample => sample.Request["colour"] = "red").Request, Told.Invalid,
            "colour UNKNOWN_FIELD"),
        Json("unknown field within", Notices.Court, "SubmitDefenceNotice", _ => Spoilt("COURT", sample => sample.Person["colour"] = "red").Request, Told.Invalid,
            "people[0].notice.person.colour UNKNOWN_FIELD"),
        Json("kind is a word beyond the enumeration", Notices.Court, "SubmitDefenceNotice", _ => Spoilt("COURT", sample => sample.Request["kind"] = "NOTICE_KIND_MOON").Request,
            Told.Invalid, "kind UNKNOWN_ENUM_VALUE"),
        Json("a text is a number", Notices.Court, "SubmitDefenceNotice", _ => Spoilt("COURT", sample => sample.Notice["cause"] = 7).Request, Told.Invalid,
            "people[0].notice.cause WRONG_TYPE"),
        Json("people are one object", Notices.Court, "SubmitDefenceNotice", _ => Spoilt("COURT", sample => sample.Request["people"] = new JsonObject()).Request, Told.Invalid,
            "people WRONG_TYPE"),
        Json("time is none", Notices.Court, "SubmitDefenceNotice", _ => Spoilt("COURT", sample => sample.Notice["foundTime"] = "yesterday").Request, Told.Invalid,
            "people[0].notice.foundTime BAD_TIMESTAMP"),
        Json("time is of the year 10000", Notices.Court, "SubmitDefenceNotice", _ => Spoilt("COURT", sample => sample.Notice["foundTime"] = "10000-01-01T00:00:00Z").Request,
            Told.Invalid, "people[0].notice.foundTime BAD_TIMESTAMP"),
        Json("content is not base64", Notices.Court, "SubmitDefenceNotice", _ => Spoilt("COURT", sample =>
            sample.Request["people"]![0]!["attachments"]![0]!["content"] = "*** ").Request, Told.Invalid, "people[0].attachments[0].content BAD_BASE64"), // it has one
        Json("age is a fraction", Notices.Court, "SubmitDefenceNotice", _ => Spoilt("COURT", sample =>
            sample.Person["unknownIdentity"] = new JsonObject { ["label"] = "嫌疑人1号", ["estimatedAge"] = 1.5 }).Request, Told.Invalid,
            "people[0].notice.person.unknownIdentity.estimatedAge WRONG_TYPE"),
        Json("age is beyond 32 bits", Notices.Court, "SubmitDefenceNotice", _ => Spoilt("COURT", sample =>
            sample.Person["unknownIdentity"] = new JsonObject { ["label"] = "嫌疑人1号", ["estimatedAge"] = 3_000_000_000 }).Request, Told.Invalid,
            "people[0].notice.person.unknownIdentity.estimatedAge NUMBER_OUT_OF_RANGE"),
        Json("lease is no duration", Notices.AidCentre, "PullDeliveries", _ => new JsonObject { ["leaseDuration"] = "a while" }, Told.Invalid, "leaseDuration BAD_DURATION"),
        Posted("a key stands twice", () => "{\"kind\":\"NOTICE_KIND_COURT\"," + Sound[1..], "kind DUPLICATE_KEY"),
        Http("path's field stands in the body too", Notices.Court, scene => new HttpRequestMessage(HttpMethod.Post, $"/v1/{scene.In("notified")}:withdraw")
        {
            Content = Faces.Body(NoticeSteps.Withdraw(scene.In("notified")).ToJsonString()),
        }, Told.Invalid, "name PATH_FIELD_IN_BODY"),
        Http("idempotency key is not the request id", Notices.Court, _ =>
        {
            var message = Post(Faces.Body(Sound));
            message.Headers.Add("Idempotency-Key", "another-request-id");
            return message;
        }, Told.Invalid, "requestId IDEMPOTENCY_KEY_MISMATCH"),
    ];

    private static IEnumerable<BadInput> Protocol =>
    [
        Http("media type is a form's", Notices.Court, _ => Post(Faces.Body(Sound, "application/x-www-form-urlencoded")), Told.NoMedia, "UNSUPPORTED_MEDIA_TYPE"),
        Http("media type is absent", Notices.Court, _ => Post(new ByteArrayContent(Encoding.UTF8.GetBytes(Sound))), Told.NoMedia, "UNSUPPORTED_MEDIA_TYPE"),
        Http("text is not in UTF-8 by its own word", Notices.Court, _ => Post(Faces.Body(Sound, "application/json; charset=gb18030")), Told.NoMedia, "UNSUPPORTED_MEDIA_TYPE"),
        Http("body is compressed", Notices.Court, _ =>
        {
            var message = Post(Faces.Body(Sound));
            message.Content!.Headers.ContentEncoding.Add("gzip"); // Post has content
            return message;
        }, Told.NoMedia, "UNSUPPORTED_MEDIA_TYPE"),
        Http("path is unknown", Notices.Court, _ => new HttpRequestMessage(HttpMethod.Get, "/v1/secrets"), Told.NoPath, "PATH_NOT_FOUND"),
        Http("verb is unknown", Notices.Court, scene => new HttpRequestMessage(HttpMethod.Post, $"/v1/{scene.In("notified")}:explode") { Content = Faces.Body("{}") },
            Told.NoPath, "PATH_NOT_FOUND"),
        Http("method is not the path's", Notices.Court, _ => new HttpRequestMessage(HttpMethod.Delete, Path), Told.NoMethod, "METHOD_NOT_ALLOWED"),
        Http("query parameter is unknown", Notices.Court, _ => new HttpRequestMessage(HttpMethod.Get, $"{Path}?colour=red"), Told.Invalid, "colour UNKNOWN_QUERY_PARAMETER"),
        Http("query parameter stands twice", Notices.Court, _ => new HttpRequestMessage(HttpMethod.Get, $"{Path}?pageSize=1&pageSize=2"), Told.Invalid, "pageSize DUPLICATE_KEY"),
        Http("query parameter is no number", Notices.Court, _ => new HttpRequestMessage(HttpMethod.Get, $"{Path}?pageSize=many"), Told.Invalid, "pageSize WRONG_TYPE"),
        Http("a read has a body", Notices.Court, _ => new HttpRequestMessage(HttpMethod.Get, Path) { Content = Faces.Body("{}") }, Told.Invalid, "BODY_NOT_ALLOWED"),
        Http("no token", "", _ => Post(Faces.Body(Sound)), Told.NoCaller, "TOKEN_MISSING"),
        Http("token is garbage", "", _ => WithToken("Bearer garbage"), Told.NoCaller, "TOKEN_MALFORMED"),
        Http("token is another scheme's", "", _ => WithToken("Basic dXNlcjpwYXNz"), Told.NoCaller, "TOKEN_MALFORMED"),
        Http("token is not signed", "", _ => WithToken("Bearer eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJ4In0."), Told.NoCaller, "TOKEN_INVALID"),
    ];

    private static IEnumerable<BadInput> Protobuf =>
    [
        Bytes("bytes are no message", Notices.Court, "SubmitDefenceNotice", _ => [0xFF, 0xFF, 0xFF], Told.Invalid, "MALFORMED_MESSAGE"),
        Bytes("message ends in the middle", Notices.Court, "SubmitDefenceNotice", _ => SoundMessage().ToByteArray()[..^5], Told.Invalid, "MALFORMED_MESSAGE"),
        Bytes("a string is not UTF-8", Notices.Court, "SubmitDefenceNotice", _ => [0x1A, 0x02, 0xC3, 0x28], Told.Invalid, "MALFORMED_MESSAGE"),
        Bytes("message is empty", Notices.Court, "SubmitDefenceNotice", _ => [], Told.Invalid, "kind FIELD_REQUIRED", "people FIELD_REQUIRED", "requestId FIELD_REQUIRED"),
        Message("time is out of range", Notices.Court, "SubmitDefenceNotice", _ =>
        {
            var message = SoundMessage();
            message.People[0].Notice.FoundTime = new Timestamp { Seconds = long.MaxValue };
            return message;
        }, Told.Invalid, "people[0].notice.foundTime BAD_TIMESTAMP"),
        Message("payload is nested too deep", Notices.Court, "TakeStep", scene => Nested(scene, 32), Told.Invalid, $"payload{Deep(31)} JSON_TOO_DEEP"),
        Message("payload is nested beyond what a parser takes", Notices.Court, "TakeStep", scene => Nested(scene, 100), Told.Invalid, "MALFORMED_MESSAGE"),
    ];

    private static string Deep(int levels) => string.Concat(Enumerable.Repeat(".x", levels));

    private static Contracts.Exchanges.V1.TakeStepRequest Nested(BadScene scene, int levels)
    {
        var payload = new Struct();
        for (var i = 1; i < levels; i++)
        {
            payload = new Struct { Fields = { ["x"] = Value.ForStruct(payload) } };
        }

        return new Contracts.Exchanges.V1.TakeStepRequest
        {
            Name = scene.ExchangeIn("notified"), Step = "withdraw", RequestId = NoticeSteps.NewRequestId(), Payload = payload,
        };
    }

    private static SubmitDefenceNoticeRequest SoundMessage() => SubmitDefenceNoticeRequest.Parser.ParseJson(Sound);

    private static BadInput Posted(string name, string body, string fault) => Posted(name, () => body, fault);

    private static BadInput Posted(string name, Func<string> body, string fault) =>
        Http(name, Notices.Court, _ => Post(Faces.Body(body())), Told.Invalid, fault);

    private static HttpRequestMessage Post(HttpContent content) => new(HttpMethod.Post, Path) { Content = content };

    private static HttpRequestMessage WithToken(string authorization)
    {
        var message = Post(Faces.Body(Sound));
        message.Headers.Authorization = AuthenticationHeaderValue.Parse(authorization);
        return message;
    }
}
