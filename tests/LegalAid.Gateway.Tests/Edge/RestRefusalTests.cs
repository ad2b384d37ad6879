using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Tests.Edge;

/// <summary>Bad requests over REST, each with its exact answer. None is a 500 and none makes the host log an error.</summary>
public sealed class RestRefusalTests(EdgeHost host) : IClassFixture<EdgeHost>
{
    private const string Notices = "/v1/defenceNotices";

    /// <summary>Path of the member to set in a good submission, the JSON to put there, and the faults expected.</summary>
    public static TheoryData<string, string, string[]> SpoiledSubmissions => new()
    {
        { "surprise", "1", ["surprise UNKNOWN_FIELD"] },
        { "people[0].notice.person.nickname", "\"x\"", ["people[0].notice.person.nickname UNKNOWN_FIELD"] },
        { "kind", "null", ["kind FIELD_REQUIRED"] },
        { "kind", "\"NOTICE_KIND_UNSPECIFIED\"", ["kind FIELD_REQUIRED"] },
        { "kind", "\"NOTICE_KIND_X\"", ["kind UNKNOWN_ENUM_VALUE"] },
        { "kind", "99", ["kind UNKNOWN_ENUM_VALUE"] },
        { "kind", "3.5", ["kind UNKNOWN_ENUM_VALUE"] },
        { "kind", "true", ["kind WRONG_TYPE"] },
        { "requestId", "\"\"", ["requestId FIELD_REQUIRED"] },
        { "requestId", "\"short\"", ["requestId BAD_FORMAT"] },
        { "requestId", "12345678", ["requestId WRONG_TYPE"] },
        { "people", "[]", ["people FIELD_REQUIRED"] },
        { "people", "{}", ["people WRONG_TYPE"] },
        { "people[0]", "null", ["people[0] WRONG_TYPE"] },
        { "people[0]", "7", ["people[0] WRONG_TYPE"] },
        { "people[0].notice", "null", ["people[0].notice FIELD_REQUIRED"] },
        { "people[0].notice.caseNumber", "\"   \"", ["people[0].notice.caseNumber FIELD_REQUIRED"] },
        { "people[0].notice.grounds", "[\"GROUND_UNSPECIFIED\"]", ["people[0].notice.grounds[0] FIELD_REQUIRED"] },
        { "people[0].notice.grounds", "[1,1,1,1,1,1,1,1,1,1,1]", ["people[0].notice.grounds TOO_MANY_ITEMS"] },
        { "people[0].notice.foundTime", "\"2026-02-30T09:00:00Z\"", ["people[0].notice.foundTime BAD_TIMESTAMP"] },
        { "people[0].notice.foundTime", "\"2026-03-02 09:00\"", ["people[0].notice.foundTime BAD_TIMESTAMP"] },
        { "people[0].notice.foundTime", "\"0001-01-01T00:00:00+08:00\"", ["people[0].notice.foundTime BAD_TIMESTAMP"] },
        { "people[0].notice.foundTime", "5", ["people[0].notice.foundTime WRONG_TYPE"] },
        { "people[0].notice.person.birthDate", "\"2009-02-29\"", ["people[0].notice.person.birthDate BAD_FORMAT"] },
        { "people[0].notice.person.name", "\"a\\u0000b\"", ["people[0].notice.person.name INVALID_TEXT"] },
        { "people[0].notice.person.name", "\"a\\u0007b\"", ["people[0].notice.person.name PERSON_NAME_CONTROL"] },
        { "people[0].notice.person.residentNumber", "\"450199200901011232\"", ["people[0].notice.person.residentNumber RESIDENT_NUMBER_CHECK"] },
        { "people[0].notice.person.residentNumber", "\"450199200902301231\"", ["people[0].notice.person.residentNumber RESIDENT_NUMBER_BIRTH_DATE"] },
        { "people[0].notice.contact.phone", "\"call me\"", ["people[0].notice.contact.phone BAD_FORMAT"] },
        { "people[0].notice.custody.detentionCentre", "\"police/1\"", ["people[0].notice.custody.detentionCentre BAD_FORMAT"] },
        { "people[0].notice.person.unknownIdentity", "{\"label\":\"1\",\"estimatedAge\":2147483648}", ["people[0].notice.person.unknownIdentity.estimatedAge NUMBER_OUT_OF_RANGE"] },
        { "people[0].notice.person.unknownIdentity", "{\"label\":\"1\",\"estimatedAge\":1.5}", ["people[0].notice.person.unknownIdentity.estimatedAge WRONG_TYPE"] },
        { "people[0].notice.person.unknownIdentity", "{\"label\":\"1\",\"estimatedAge\":\"\"}", ["people[0].notice.person.unknownIdentity.estimatedAge WRONG_TYPE"] },
        { "people[0].attachments", "[{\"kind\":\"k\",\"fileName\":\"f\",\"mediaType\":\"application/pdf\",\"content\":\"%%\"}]", ["people[0].attachments[0].content BAD_BASE64"] },
        { "people[0].attachments", "[{\"kind\":\"k\",\"fileName\":\"f\",\"mediaType\":\"pdf\",\"content\":\"\",\"sha256\":\"AB\"}]",
            ["people[0].attachments[0].mediaType BAD_FORMAT", "people[0].attachments[0].content FIELD_REQUIRED", "people[0].attachments[0].sha256 BAD_FORMAT"] },
    };

    [Theory]
    [MemberData(nameof(SpoiledSubmissions))]
    public async Task Submit_OneThingWrong_NamesIt(string path, string json, string[] expected)
    {
        var response = await PostAsync(Notices, Spoil(Samples.Submission(), path, json).ToJsonString());

        var (code, faults) = await response.ReadProblemAsync();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(expected, faults);
        Assert.Equal(expected[0].Split(' ')[1], code);
        Assert.Empty(host.Errors);
    }

    /// <summary>Bodies that are no good JSON of the type at all.</summary>
    [Theory]
    [InlineData("", "FIELD_REQUIRED")]
    [InlineData("{", "MALFORMED_JSON")]
    [InlineData("{} {}", "MALFORMED_JSON")]
    [InlineData("{\"kind\":1,}", "MALFORMED_JSON")]
    [InlineData("{'kind':1}", "MALFORMED_JSON")]
    [InlineData("{\"kind\":NaN}", "MALFORMED_JSON")]
    [InlineData("// c\n{}", "MALFORMED_JSON")]
    [InlineData("\uFEFF{}", "MALFORMED_JSON")]
    [InlineData("[]", "WRONG_TYPE")]
    [InlineData("null", "WRONG_TYPE")]
    [InlineData("\"x\"", "WRONG_TYPE")]
    [InlineData("{\"kind\":1,\"kind\":2}", "DUPLICATE_KEY")]
    [InlineData("{\"requestId\":\"aaaaaaaa\",\"request_id\":\"bbbbbbbb\"}", "DUPLICATE_KEY")]
    [InlineData("{\"requestId\":\"\\ud800aaaaaaa\"}", "INVALID_TEXT")]
    [InlineData("{\"\\udc00\":1}", "UNKNOWN_FIELD")]
    public async Task Submit_BadText_IsRefused(string body, string expected)
    {
        var response = await PostAsync(Notices, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(expected, (await response.ReadProblemAsync()).Code);
        Assert.Empty(host.Errors);
    }

    [Fact]
    public async Task Submit_InvalidUtf8_IsRefused()
    {
        var response = await PostAsync(Notices, [.. "{\"requestId\":\""u8, 0xC3, 0x28, .. "\"}"u8]);

        Assert.Equal("INVALID_UTF8", (await response.ReadProblemAsync()).Code);
    }

    [Fact]
    public async Task Submit_MalformedJson_TellsThePositionAndNotTheText()
    {
        var response = await PostAsync(Notices, "{\n  \"kind\": secret\n}");

        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("line 2, byte 11", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_ManyThingsWrong_TellsAllTogether()
    {
        var body = Samples.Submission();
        Spoil(body, "surprise", "1");
        Spoil(body, "kind", "true");
        Spoil(body, "requestId", "\"no\"");
        Spoil(body, "people[0].notice.cause", "\"\"");
        Spoil(body, "people[0].notice.contact.fax", "{}");
        Spoil(body, "people[0].notice.grounds", "[\"GROUND_MINOR\", \"X\"]");

        var (_, faults) = await (await PostAsync(Notices, body.ToJsonString())).ReadProblemAsync();

        Assert.Equal(
            [
                "kind WRONG_TYPE", "people[0].notice.cause FIELD_REQUIRED", "people[0].notice.contact.fax UNKNOWN_FIELD",
                "people[0].notice.grounds[1] UNKNOWN_ENUM_VALUE", "requestId BAD_FORMAT", "surprise UNKNOWN_FIELD",
            ],
            faults.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Submit_ThousandUnknownFields_ListsAHundred()
    {
        var body = new JsonObject(Enumerable.Range(0, 1000).Select(i => KeyValuePair.Create($"f{i}", (JsonNode?)1)));

        Assert.Equal(100, (await (await PostAsync(Notices, body.ToJsonString())).ReadProblemAsync()).Faults.Length);
    }

    [Fact]
    public async Task Submit_UnknownFieldWithPersonalName_IsNotEchoed()
    {
        var response = await PostAsync(Notices, "{\"试甲 450199200901011231<script>\":1}");

        Assert.DoesNotContain("试甲", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public async Task Submit_TextAtItsBound_CountsScalars(int scalars, bool accepted)
    {
        var body = Spoil(Samples.Submission(), "people[0].notice.cause", $"\"{string.Concat(Enumerable.Repeat("😀", scalars))}\"");

        var response = await PostAsync(Notices, body.ToJsonString());

        Assert.Equal(accepted ? HttpStatusCode.OK : HttpStatusCode.BadRequest, response.StatusCode);
        if (!accepted)
        {
            Assert.Equal(["people[0].notice.cause TEXT_TOO_LONG"], (await response.ReadProblemAsync()).Faults);
        }
    }

    /// <summary>The whole request is level 1, an opening level 3, its payload level 4: 28 levels more reach the limit of 32.</summary>
    [Theory]
    [InlineData(28, "UNKNOWN_FIELD")]
    [InlineData(29, "JSON_TOO_DEEP")]
    [InlineData(5000, "JSON_TOO_DEEP")]
    public async Task Open_NestedPayload_IsBounded(int levels, string expected)
    {
        var nested = string.Concat(Enumerable.Repeat("[", levels)) + string.Concat(Enumerable.Repeat("]", levels));
        var response = await PostAsync("/v1/exchanges", "{\"type\":\"exchangeTypes/x\",\"requestId\":\"request-1\",\"openings\":[{\"payload\":{\"x\":" + nested + "}}]}");

        Assert.Equal(expected, (await response.ReadProblemAsync()).Code);
    }

    [Theory]
    [InlineData(EdgeHost.BodyMax, HttpStatusCode.OK)]
    [InlineData(EdgeHost.BodyMax + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Submit_BodyAtItsBound_IsCountedHoweverItIsAnnounced(int length, HttpStatusCode expected)
    {
        var text = Samples.Submission().ToJsonString();
        var bytes = Encoding.UTF8.GetBytes(text + new string(' ', length - Encoding.UTF8.GetByteCount(text)));
        foreach (var chunked in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Notices) { Content = new ByteArrayContent(bytes) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.TransferEncodingChunked = chunked;

            var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(expected, response.StatusCode);
            if (expected != HttpStatusCode.OK)
            {
                Assert.Equal("BODY_TOO_LARGE", (await response.ReadProblemAsync()).Code);
            }
        }
    }

    /// <summary>A body that trickles is told so; a connection that closes half-way through one is ended. Neither holds anybody up.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Submit_BodyThatDoesNotCome_IsRefusedWhileOthersAreServed(bool halfClosed)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, host.Http.BaseAddress!.Port, cancellation); // set by the host
        await using var stream = slow.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST {Notices} HTTP/1.1\r\nHost: localhost\r\nHurry: 1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{"), cancellation);
        if (halfClosed)
        {
            slow.Client.Shutdown(SocketShutdown.Send);
        }

        var other = await PostAsync(Notices, Samples.Submission().ToJsonString());
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        if (halfClosed)
        {
            var answer = "";
            var ended = await Record.ExceptionAsync(async () => answer = await reader.ReadToEndAsync(cancellation)); // a reset may overtake the answer
            Assert.True(ended is IOException || answer.Length == 0 || answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal), answer);
        }
        else
        {
            var answer = await reader.ReadToEndAsync(cancellation);
            Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
            Assert.Contains("\"code\":\"BODY_TOO_SLOW\"", answer, StringComparison.Ordinal);
        }

        Assert.Empty(host.Errors);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/ld+json")]
    [InlineData("application/json; charset=gbk")]
    [InlineData(null)]
    public async Task Submit_OtherMediaType_Is415(string? mediaType)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Notices) { Content = new ByteArrayContent("{}"u8.ToArray()) };
        request.Content.Headers.ContentType = mediaType is null ? null : MediaTypeHeaderValue.Parse(mediaType);

        var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal("UNSUPPORTED_MEDIA_TYPE", (await response.ReadProblemAsync()).Code);
    }

    [Fact]
    public async Task Submit_CompressedBody_Is415()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Notices) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Content.Headers.ContentEncoding.Add("gzip");

        var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound, "PATH_NOT_FOUND", "")]
    [InlineData("GET", "/v1", HttpStatusCode.NotFound, "PATH_NOT_FOUND", "")]
    [InlineData("GET", "/v1/a/b", HttpStatusCode.NotFound, "PATH_NOT_FOUND", "")]
    [InlineData("POST", "/v1/exchanges/1:fly", HttpStatusCode.NotFound, "PATH_NOT_FOUND", "")]
    [InlineData("DELETE", "/v1/defenceNotices", HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED", "GET, POST")]
    [InlineData("PUT", "/v1/exchanges/1", HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED", "GET")]
    [InlineData("PUT", "/v1/exchanges/1:takeStep", HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED", "POST")]
    public async Task Request_NoSuchRoute_IsAProblem(string method, string path, HttpStatusCode status, string code, string allow)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, (await response.ReadProblemAsync()).Code);
        Assert.Equal(allow, string.Join(", ", response.Content.Headers.Allow));
    }

    [Theory]
    [InlineData("?colour=red", "colour UNKNOWN_QUERY_PARAMETER")]
    [InlineData("?access_token=x", "access_token UNKNOWN_QUERY_PARAMETER")]
    [InlineData("?pageSize=abc", "pageSize WRONG_TYPE")]
    [InlineData("?pageSize=", "pageSize WRONG_TYPE")]
    [InlineData("?page_size=99999999999", "pageSize NUMBER_OUT_OF_RANGE")]
    [InlineData("?pageSize=1&pageSize=2", "pageSize DUPLICATE_KEY")]
    [InlineData("?pageSize=1&page_size=2", "pageSize DUPLICATE_KEY")]
    public async Task List_BadQuery_NamesIt(string query, string expected)
    {
        var response = await host.Http.GetAsync(Notices + query, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal([expected], (await response.ReadProblemAsync()).Faults);
    }

    [Fact]
    public async Task ListAgencies_BadRegion_IsNamedOnce()
    {
        var response = await host.Http.GetAsync("/v1/agencies?region=45x&pageSize=x", TestContext.Current.CancellationToken);

        Assert.Equal(["pageSize WRONG_TYPE", "region REGION_LENGTH"], (await response.ReadProblemAsync()).Faults.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Submit_WithQuery_IsRefused()
    {
        var response = await PostAsync(Notices + "?kind=3", Samples.Submission().ToJsonString());

        Assert.Equal(["kind UNKNOWN_QUERY_PARAMETER"], (await response.ReadProblemAsync()).Faults);
    }

    [Fact]
    public async Task Get_WithBody_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/defenceNotices/1") { Content = new StringContent("{}") };

        var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("BODY_NOT_ALLOWED", (await response.ReadProblemAsync()).Code);
    }

    [Fact]
    public async Task Withdraw_NameInBody_IsRefusedUnlessEmpty()
    {
        const string Path = "/v1/defenceNotices/n1:withdraw";
        const string Rest = "\"requestId\":\"request-1\",\"withdrawal\":{\"ground\":\"WITHDRAWAL_GROUND_OWN_COUNSEL\",\"reason\":\"r\",\"reasons\":\"r\"}}";
        var other = await (await PostAsync(Path, "{\"name\":\"defenceNotices/n2\"," + Rest)).ReadProblemAsync();
        var empty = await (await PostAsync(Path, "{\"name\":\"\",\"requestId\":\"no\"}")).ReadProblemAsync();

        Assert.Contains("name PATH_FIELD_IN_BODY", other.Faults);
        Assert.Equal(["withdrawal FIELD_REQUIRED", "requestId BAD_FORMAT"], empty.Faults);
    }

    [Fact]
    public async Task Request_RefusedByAuthentication_IsAProblemAndTheBodyStaysUnread()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Notices) { Content = new StringContent("{", Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", "none");

        var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("UNAUTHENTICATED", (await response.ReadProblemAsync()).Code);
    }

    private Task<HttpResponseMessage> PostAsync(string path, string body) => PostAsync(path, Encoding.UTF8.GetBytes(body));

    private Task<HttpResponseMessage> PostAsync(string path, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return host.Http.PostAsync(path, content, TestContext.Current.CancellationToken);
    }

    private static JsonObject Spoil(JsonObject body, string path, string json)
    {
        JsonNode node = body;
        var steps = path.Replace("[", ".[", StringComparison.Ordinal).Split('.');
        foreach (var step in steps[..^1])
        {
            node = (step[0] == '[' ? node[int.Parse(step[1..^1])] : node[step])!; // the sample has the path
        }

        var value = JsonNode.Parse(json);
        if (steps[^1][0] == '[')
        {
            node[int.Parse(steps[^1][1..^1])] = value;
        }
        else
        {
            node[steps[^1]] = value;
        }

        return body;
    }
}
