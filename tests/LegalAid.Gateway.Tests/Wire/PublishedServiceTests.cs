using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>A court's own API through the gateway, against a real upstream that behaves, and against ones that do not.</summary>
public sealed class PublishedServiceTests : IAsyncLifetime
{
    private const string Service = "/svc/nanning-qingxiu-court/case-status";
    private const string Secret = "Basic Y291cnQ6c3RhdHVz";

    private GatewayFixture _gateway = null!; // set before each test by InitializeAsync
    private CaseStatusService _court = null!; // likewise

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private HttpClient Centre => _gateway[Notices.AidCentre].Rest;

    public async ValueTask InitializeAsync()
    {
        _court = await CaseStatusService.StartAsync(Secret);
        _gateway = await GatewayFixture.StartAsync();
        await PublishAsync(_court.Address);
        var folder = Directory.CreateDirectory(Path.Combine(_gateway.WorkingFolder, "var", "keys", "services"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "court-case-status.secret"), Secret + "\n", Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _court.DisposeAsync();
    }

    [Fact]
    public async Task Call_Granted_ComesCutUnderTheCourtsCredentialAndLeavesALeaf()
    {
        var number = Uri.EscapeDataString("（2026）桂0103刑初101号");
        using var message = new HttpRequestMessage(HttpMethod.Get, $"{Service}/cases/{number}");
        foreach (var (name, value) in new[] { ("Cookie", "a=b"), ("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=203.0.113.9"), ("X-Internal", "1"), ("gateway-purpose", "legal-aid-case"), ("Proxy-Authorization", "x"), ("Connection", "X-Hop"), ("X-Hop", "1") })
        {
            Assert.True(message.Headers.TryAddWithoutValidation(name, value));
        }

        using var response = await Centre.SendAsync(message, Cancellation);

        Assert.Equal(
            """{"caseNumber":"（2026）桂0103刑初101号","stage":"first-instance","court":{"name":"青秀区法院"},"hearings":[{"time":"2026-04-01T09:00:00+08:00","courtroom":"3"}]}""",
            await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal((HttpStatusCode.OK, "application/json"), (response.StatusCode, response.Content.Headers.ContentType?.ToString()));
        Assert.Equal(["Cache-Control", "Content-Length", "Content-Type", "Date", "RateLimit", "RateLimit-Policy", "X-Content-Type-Options"], Names(response));
        var (path, headers) = _court.Last;
        Assert.Equal($"/api/cases/{number}", path);
        Assert.Equal(Secret, headers["Authorization"].ToString());
        Assert.Equal(["Accept", "Accept-Encoding", "Authorization", "Host"], headers.Keys.Where(name => name != "traceparent").Order(StringComparer.Ordinal));
        var leaf = _gateway.Store.Accesses()[^1].ToJsonString();
        foreach (var said in new[] { "svc/nanning-qingxiu-court/case-status", "GET /cases/{caseNumber}", "services-case-status", "hearings.time", Notices.AidCentre })
        {
            Assert.Contains(said, leaf, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("101", leaf.Replace("0101", "", StringComparison.Ordinal).Split("\"sealed\"")[0], StringComparison.Ordinal); // the number that was asked for is not kept
    }

    /// <summary>Who is not granted, and what is not there: one answer, to the byte, and the same evidence.</summary>
    [Fact]
    public async Task Call_HiddenOrAbsent_IsOneAnswer()
    {
        var answers = new List<string>();
        foreach (var path in new[] { $"{Service}/cases/1", "/svc/nanning-qingxiu-court/no-such/cases/1", "/svc/nobody/case-status/cases/1", "/svc/No+Body/x/y" })
        {
            var refusals = _gateway.Store.Refusals().Count;
            using var response = await _gateway[Notices.Police].Rest.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!.AsObject(); // a problem
            Assert.True(body.Remove("traceId"));
            answers.Add($"{(int)response.StatusCode} {string.Join(' ', Names(response))} {body.ToJsonString()}");
            Assert.Equal(refusals + 1, _gateway.Store.Refusals().Count);
        }

        Assert.StartsWith("404 ", Assert.Single(answers.Distinct(StringComparer.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(0, _court.Calls);
        using var anonymous = new HttpClient { BaseAddress = _gateway.Gateway.Rest };
        using var unknown = await anonymous.GetAsync(new Uri($"{Service}/cases/1", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/cases/1%2f..%2fadmin", 404)]
    [InlineData("GET", "/cases/%2e%2e", 404)]
    [InlineData("GET", "/cases/..%5cadmin", 404)]
    [InlineData("GET", "/cases/%252e%252e", 404)]
    [InlineData("GET", "//cases/1", 404)]
    [InlineData("GET", "/cases//1", 404)]
    [InlineData("GET", "/cases/1/", 404)]
    [InlineData("GET", "/admin", 404)]
    [InlineData("GET", "/cases/1/../../admin", 404)]
    [InlineData("GET", "/cases/1;v=2", 404)]
    [InlineData("GET", "", 404)]
    [InlineData("GET", "/cases/1?admin=1", 400)]
    [InlineData("GET", "/cases/1/hearings?from=1&from=2", 400)]
    [InlineData("POST", "/cases/1", 405)]
    [InlineData("DELETE", "/cases/1", 405)]
    public async Task Call_NotOneOfTheService_NeverReachesIt(string method, string rest, int status)
    {
        var answer = await RawAsync($"{method} {Service}{rest} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {await _gateway[Notices.AidCentre].TokenAsync(Cancellation)}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(0, _court.Calls);
    }

    [Theory]
    [InlineData("redirect", HttpStatusCode.BadGateway, "SERVICE_ANSWER_UNUSABLE")]
    [InlineData("text", HttpStatusCode.BadGateway, "SERVICE_ANSWER_UNUSABLE")]
    [InlineData("malformed", HttpStatusCode.BadGateway, "SERVICE_ANSWER_UNUSABLE")]
    [InlineData("half", HttpStatusCode.BadGateway, "SERVICE_ANSWER_UNUSABLE")]
    [InlineData("compressed", HttpStatusCode.BadGateway, "SERVICE_ANSWER_UNUSABLE")]
    [InlineData("empty", HttpStatusCode.BadGateway, "SERVICE_ANSWER_UNUSABLE")]
    [InlineData("huge", HttpStatusCode.BadGateway, "SERVICE_ANSWER_UNUSABLE")]
    [InlineData("endless", HttpStatusCode.BadGateway, "SERVICE_ANSWER_UNUSABLE")]
    [InlineData("broken-off", HttpStatusCode.BadGateway, "SERVICE_ANSWER_UNUSABLE")]
    [InlineData("slow", HttpStatusCode.GatewayTimeout, "SERVICE_TIMEOUT")]
    [InlineData("dripping", HttpStatusCode.GatewayTimeout, "SERVICE_TIMEOUT")]
    [InlineData("failing", HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE")]
    [InlineData("busy", HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE")]
    [InlineData("refusing", HttpStatusCode.BadRequest, "SERVICE_REFUSED")]
    [InlineData("none", HttpStatusCode.NotFound, "SERVICE_HAS_NONE")]
    public async Task Answer_NotUsable_TellsNothingOfIt(string how, HttpStatusCode status, string code)
    {
        var before = _gateway.Store.Accesses().Count;
        using var response = await Centre.GetAsync(new Uri($"{Service}/cases/{how}", UriKind.Relative), Cancellation);
        var body = await response.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal((status, code), (response.StatusCode, JsonNode.Parse(body)?["code"]?.GetValue<string>()));
        Assert.DoesNotContain("court-internal", body + string.Join(' ', response.Headers.Select(header => string.Join(' ', header.Value))), StringComparison.Ordinal);
        Assert.DoesNotContain("Location", Names(response));
        Assert.Equal(before + (how == "none" ? 1 : 0), _gateway.Store.Accesses().Count); // that there is nothing was told
    }

    [Fact]
    public async Task Upstream_OutsideOfItsNetworksOrWithoutCredentialOrGone_IsNotReached()
    {
        _gateway.ExpectedError = line => line.Contains("has no credential", StringComparison.Ordinal) || line.Contains("does not take the gateway's credential", StringComparison.Ordinal);
        await PublishAsync(_court.Address, text => text.Replace("127.0.0.0/8", "10.0.0.0/8", StringComparison.Ordinal));
        Assert.Equal("SERVICE_UNAVAILABLE", await CodeAsync());
        await PublishAsync(_court.Address, text => text.Replace("secret: court-case-status", "secret: no-such", StringComparison.Ordinal));
        Assert.Equal("SERVICE_UNAVAILABLE", await CodeAsync());
        Assert.Equal(0, _court.Calls);
        _court.Secret = "another";
        await PublishAsync(_court.Address);
        Assert.Equal("SERVICE_UNAVAILABLE", await CodeAsync());
        Assert.Equal(1, _court.Calls);
        _court.Secret = Secret;
        await PublishAsync(new Uri("http://127.0.0.1:1/api"));
        Assert.Equal("SERVICE_UNAVAILABLE", await CodeAsync());
        await PublishAsync(_court.Address);
        Assert.Null(await CodeAsync());
    }

    /// <summary>The leaf cannot be kept: the agency was asked, and its answer is not told.</summary>
    [Fact]
    public async Task Call_WhoseLeafCannotBeKept_TellsNothing()
    {
        Assert.Null(await CodeAsync()); // its quota's slice is at hand
        await using var other = new SqliteConnection($"Data Source={Path.Combine(_gateway.WorkingFolder, "var", "gateway.db")};Pooling=False");
        await other.OpenAsync(Cancellation);
        await using (var held = await other.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, Cancellation))
        {
            Assert.Equal("UNAVAILABLE", await CodeAsync());
        }

        Assert.Equal(2, _court.Calls);
    }

    /// <summary>A row may ask that the caller is party to the exchange that the call travels with; the leaf then names it.</summary>
    [Fact]
    public async Task Call_RowAsksForAnExchange_IsGrantedToItsPartiesOnly()
    {
        var id = (await _gateway.NoticeInAsync("assigned", Notices.Of("COURT"))).Split('/')[1];
        await PublishAsync(_court.Address, sharing: text => text.Replace("    quota:", "    when: { party: true }\n    quota:", StringComparison.Ordinal));
        foreach (var (exchange, status) in new[] { ($"exchanges/{id}", HttpStatusCode.OK), ("", HttpStatusCode.NotFound), ("exchanges/0197a3b1-0000-7000-8000-000000000000", HttpStatusCode.NotFound) })
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, $"{Service}/cases/1");
            if (exchange.Length > 0)
            {
                message.Headers.Add("gateway-exchange", exchange);
            }

            using var response = await Centre.SendAsync(message, Cancellation);
            Assert.Equal((exchange, status), (exchange, response.StatusCode));
        }

        Assert.Equal(id, _gateway.Store.Accesses()[^1]["seen"]![0]!["exchanges"]![0]!.GetValue<string>()); // it names the exchange
    }

    private async Task<string?> CodeAsync()
    {
        using var response = await Centre.GetAsync(new Uri($"{Service}/cases/1", UriKind.Relative), Cancellation);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))?["code"]?.GetValue<string>();
    }

    private async Task<string> RawAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _gateway.Gateway.Rest.Port, Cancellation);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(Cancellation);
    }

    private static IEnumerable<string> Names(HttpResponseMessage response) =>
        response.Headers.Concat(response.Content.Headers).Select(header => header.Key).Order(StringComparer.Ordinal);

    private async Task PublishAsync(Uri address, Func<string, string>? service = null, Func<string, string>? sharing = null)
    {
        var archive = _gateway.Gateway.Services.GetRequiredService<ConfigurationArchive>();
        var files = archive.Current.Files.Select(file => file.Path switch
        {
            "services/case-status.yaml" => file with
            {
                Text = (service ?? (text => text))(Shipped(file.Path).Replace("http://127.0.0.1:8082/api", address.AbsoluteUri, StringComparison.Ordinal).Replace("timeout: 5s", "timeout: 1s", StringComparison.Ordinal)),
            },
            "sharing/services.yaml" => file with { Text = (sharing ?? (text => text))(Shipped(file.Path)) },
            _ => file,
        });
        await archive.ActivateAsync(HostConfiguration.Read(_gateway.Options with { Overlay = [.. files] }).Snapshot, Cancellation);
        _gateway.Gateway.Services.GetRequiredService<DeliveryHub>().Reconfigured();
    }

    private static string Shipped(string path) => File.ReadAllText(Path.Combine(GatewayFixture.ConfigurationFolder, path));
}
