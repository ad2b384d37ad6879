using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Edge.Payloads;

namespace LegalAid.Gateway.Tests.Edge;

/// <summary>What passes the edge, and what services answer through it. A host of its own, as some of these log errors.</summary>
public sealed class RestAnswerTests(EdgeHost host) : IClassFixture<EdgeHost>
{
    [Fact]
    public async Task Submit_Good_ReachesTheService()
    {
        var response = await PostAsync("/v1/defenceNotices", Samples.Submission().ToJsonString());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("echo/request-0001", await NoticeNameAsync(response));
    }

    [Fact]
    public async Task Submit_ProtoNamesAndEscapes_AreTaken()
    {
        var text = Samples.Submission().ToJsonString().Replace("requestId", "request_id", StringComparison.Ordinal);
        Assert.Contains("\\u", text, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/v1/defenceNotices", text)).StatusCode);
    }

    [Theory]
    [InlineData("key-00001", null, "echo/key-00001")]
    [InlineData("\"key-00001\"", null, "echo/key-00001")]
    [InlineData("key-00001", "key-00001", "echo/key-00001")]
    [InlineData("key-00001", "key-00002", "IDEMPOTENCY_KEY_MISMATCH")]
    [InlineData("short", null, "BAD_FORMAT")]
    [InlineData("\"\"", null, "FIELD_REQUIRED")]
    public async Task Submit_IdempotencyKey_FillsTheRequestId(string header, string? inBody, string expected)
    {
        var body = Samples.Submission();
        body["requestId"] = inBody;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/defenceNotices") { Content = Json(body.ToJsonString()) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", header);

        var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.IsSuccessStatusCode ? await NoticeNameAsync(response) : (await response.ReadProblemAsync()).Code);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("\"5\"")]
    public async Task Withdraw_SixtyFourBitVersion_IsTakenAsNumberAndAsString(string version)
    {
        var body = $$"""{"requestId":"request-1","withdrawal":{"ground":"WITHDRAWAL_GROUND_OWN_COUNSEL"},"expectedVersion":{{version}}}""";
        var response = await PostAsync("/v1/defenceNotices/n1:withdraw", body);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Contains("defenceNotices/n1", text, StringComparison.Ordinal);
        Assert.Contains("\"version\": \"5\"", text.Replace("\":", "\": ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Path_FillsTheName()
    {
        using var answer = JsonDocument.Parse(await host.Http.GetStringAsync("/v1/defenceNotices/n-1", TestContext.Current.CancellationToken));

        Assert.Equal("defenceNotices/n-1", answer.RootElement.GetProperty("name").GetString());
    }

    [Fact]
    public async Task List_GoodQuery_Binds()
    {
        using var answer = JsonDocument.Parse(await host.Http.GetStringAsync("/v1/defenceNotices?pageSize=7&page_token=t", TestContext.Current.CancellationToken));

        Assert.Equal("7/t", answer.RootElement.GetProperty("nextPageToken").GetString());
    }

    [Fact]
    public async Task Pull_NoBody_IsTheEmptyRequest()
    {
        var response = await host.Http.PostAsync("/v1/mailbox:pull", null, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("missing", HttpStatusCode.NotFound, "NOT_FOUND")]
    [InlineData("several", HttpStatusCode.Forbidden, "PERMISSION_DENIED")]
    [InlineData("state", HttpStatusCode.Conflict, "WRONG_STATE")]
    [InlineData("bug", HttpStatusCode.InternalServerError, "INTERNAL")]
    public async Task Get_ServiceRefuses_AnswersTheProblem(string id, HttpStatusCode status, string code)
    {
        var response = await host.Http.GetAsync("/v1/defenceNotices/" + id, TestContext.Current.CancellationToken);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, (await response.ReadProblemAsync()).Code);
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_NotImplementedByTheService_Is501()
    {
        var response = await host.Http.GetAsync("/v1/whoami", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotImplemented, response.StatusCode);
        Assert.Equal("METHOD_NOT_IMPLEMENTED", (await response.ReadProblemAsync()).Code);
    }

    [Fact]
    public async Task Request_MiddlewareFails_IsAnOpaqueProblem()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/agencies");
        request.Headers.TryAddWithoutValidation("Authorization", "broken");

        var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("INTERNAL", (await response.ReadProblemAsync()).Code);
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receive_OpenStream_PassesUnbuffered()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/mailbox:receive") { Content = Json("{}") };
        using var response = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

        var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);

        Assert.Equal("mailbox/deliveries/1", JsonNode.Parse(line!)!["name"]!.GetValue<string>()); // a line came, or the test timed out
    }

    [Fact]
    public async Task Receive_FailsOnTheWay_EndsWithTheProblem()
    {
        var response = await PostAsync("/v1/mailbox:receive", "{\"maxOutstanding\":1}");

        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, lines.Length);
        Assert.Equal("UNAVAILABLE", JsonNode.Parse(lines[1])!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Open_GenericPayload_HasTheDigestOfTheTypedOne()
    {
        var response = await PostAsync("/v1/exchanges", new JsonObject
        {
            ["type"] = "exchangeTypes/defence-notice",
            ["requestId"] = "request-0001",
            ["openings"] = new JsonArray(new JsonObject { ["payload"] = Samples.Notice() }),
        }.ToJsonString());

        var answer = await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
        var typed = PayloadCodec.ToCanonicalJson(Notice.Parser.ParseJson(Samples.Notice().ToJsonString()));
        Assert.Equal(Casework.Json.CanonicalJson.Digest(typed), answer!["outcomes"]![0]!["receipt"]!["payloadDigest"]!.GetValue<string>());
    }

    [Fact]
    public async Task Open_GenericPayloadWrong_NamesTheFieldsUnderIt()
    {
        var notice = Samples.Notice();
        notice["surprise"] = 1;
        notice["cause"] = "";
        notice["stage"] = "STAGE_X";
        var response = await PostAsync("/v1/exchanges", new JsonObject
        {
            ["type"] = "exchangeTypes/defence-notice",
            ["requestId"] = "request-0001",
            ["openings"] = new JsonArray(new JsonObject { ["payload"] = notice }),
        }.ToJsonString());

        Assert.Equal(
            ["openings[0].payload.cause FIELD_REQUIRED", "openings[0].payload.stage UNKNOWN_ENUM_VALUE", "openings[0].payload.surprise UNKNOWN_FIELD"],
            (await response.ReadProblemAsync()).Faults.Order(StringComparer.Ordinal));
    }

    private static async Task<string?> NoticeNameAsync(HttpResponseMessage response)
    {
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
        return answer!["outcomes"]![0]!["notice"]!["name"]!.GetValue<string>();
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private Task<HttpResponseMessage> PostAsync(string path, string body) =>
        host.Http.PostAsync(path, Json(body), TestContext.Current.CancellationToken);
}
