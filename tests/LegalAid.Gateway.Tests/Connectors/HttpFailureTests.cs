using System.Net;
using System.Net.Sockets;
using System.Text;
using LegalAid.Gateway.Agencies.Connectors;
using Microsoft.AspNetCore.Http;

namespace LegalAid.Gateway.Tests.Connectors;

/// <summary>Every point at which a question over HTTP can fail has its name, and none of them is a no.</summary>
public sealed class HttpFailureTests : IAsyncLifetime
{
    private readonly ConnectorScene _scene = new();
    private StandInAgency _agency = null!; // set before each test by InitializeAsync

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _agency = await StandInAgency.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _scene.Dispose();
        await _agency.DisposeAsync();
    }

    private static string Yaml(string address, string more = "timeout: 10s", string networks = "127.0.0.0/8") => $$"""
        id: register
        kind: http
        address: {{address}}
        allowed-addresses: [{{networks}}]
        answer-kibibytes-max: 1
        request: { body: { n: "{{"{{person.number}}"}}", x: "{{"{{person.name}}"}}" } }
        {{more}}
        answers:
          - { fact: register, from: type, values: { "01": subsistence } }
        """;

    private async Task<FactAnswer.Unavailable> AskAsync(string yaml) =>
        Assert.IsType<FactAnswer.Unavailable>(await _scene.Connector(yaml).AskAsync(ConnectorScene.Question(), Cancellation));

    [Theory]
    [InlineData(400, "Refused", false)]
    [InlineData(404, "Refused", false)]
    [InlineData(422, "Refused", false)]
    [InlineData(401, "CredentialRefused", false)]
    [InlineData(403, "CredentialRefused", false)]
    [InlineData(408, "TimedOut", true)]
    [InlineData(504, "TimedOut", true)]
    [InlineData(429, "TooBusy", true)]
    [InlineData(503, "TooBusy", true)]
    [InlineData(500, "SourceFailed", true)]
    [InlineData(502, "SourceFailed", true)]
    [InlineData(302, "Redirected", false)]
    [InlineData(307, "Redirected", false)]
    public async Task Status_ThatIsNoAnswer_HasItsName(int status, string fault, bool retryable)
    {
        _agency.Answer = context =>
        {
            context.Response.Headers.Location = $"{_agency.Address}/elsewhere";
            return StandInAgency.Json(context, """{"type":"01"}""", status);
        };

        var gone = await AskAsync(Yaml(_agency.Address));

        Assert.Equal((fault, retryable, (TimeSpan?)null), (gone.Fault.ToString(), gone.Retryable, gone.RetryAfter));
        Assert.Single(_agency.Seen); // neither asked again nor followed
        Assert.Equal(fault == "CredentialRefused", _scene.Logs.Errors.Count > 0);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("-1", null)]
    [InlineData("soon", null)]
    [InlineData("Mon, 02 Mar 2026 06:30:20 GMT", 20)]
    public async Task Busy_WithRetryAfter_SaysWhen(string header, int? seconds)
    {
        _agency.Answer = context =>
        {
            context.Response.Headers.RetryAfter = header;
            context.Response.Headers.Date = "Mon, 02 Mar 2026 06:30:00 GMT";
            return StandInAgency.Json(context, "{}", 429);
        };

        Assert.Equal(seconds is { } given ? TimeSpan.FromSeconds(given) : null, (await AskAsync(Yaml(_agency.Address))).RetryAfter);
    }

    [Theory]
    [InlineData("application/json", "", "BadAnswer")]
    [InlineData("application/json", "{\"type\":\"01\"", "BadAnswer")]
    [InlineData("application/json", "{\"type\":\"01\"}{}", "BadAnswer")]
    [InlineData("application/json", "{'type':'01'}", "BadAnswer")]
    [InlineData("application/json", "{\"type\":\"01\",\"type\":\"02\"}", "BadAnswer")]
    [InlineData("application/json", "{\"type\":\"01\",\"n\":1e400}", "BadAnswer")]
    [InlineData("application/json", "{\"type\":\"\\ud800\"}", "BadAnswer")]
    [InlineData("application/json", "[1,{}]", "Answered")]
    [InlineData("text/html", "{\"type\":\"01\"}", "WrongContentType")]
    [InlineData("application/json; charset=gbk", "{\"type\":\"01\"}", "WrongContentType")]
    [InlineData("", "{\"type\":\"01\"}", "WrongContentType")]
    [InlineData("application/vnd.example+json", "\uFEFF{\"type\":\"01\"}", "Answered")]
    public async Task Body_ThatIsNotWhatTheConnectorReads_HasItsName(string type, string body, string outcome)
    {
        _agency.Answer = context => StandInAgency.Text(context, body, type);

        var answer = await _scene.Connector(Yaml(_agency.Address)).AskAsync(ConnectorScene.Question(), Cancellation);

        Assert.Equal(outcome, answer is FactAnswer.Unavailable gone ? gone.Fault.ToString() : answer.GetType().Name);
    }

    [Fact]
    public async Task Body_DeepOrCompressed_IsNotUsed()
    {
        _agency.Answer = context => StandInAgency.Json(context, new string('[', 100) + new string(']', 100));
        Assert.Equal(ConnectorFault.BadAnswer, (await AskAsync(Yaml(_agency.Address))).Fault);

        _agency.Answer = context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return StandInAgency.Json(context, """{"type":"01"}""");
        };
        Assert.Equal(ConnectorFault.WrongContentType, (await AskAsync(Yaml(_agency.Address))).Fault);
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public async Task Body_OverItsBound_IsRefusedWhetherItsLengthIsToldOrNot(int length, bool taken)
    {
        var body = """{"type":"01"}""".PadRight(length);
        foreach (var told in new[] { true, false })
        {
            _agency.Answer = context =>
            {
                context.Response.ContentLength = told ? length : null;
                return StandInAgency.Json(context, body);
            };
            var answer = await _scene.Connector(Yaml(_agency.Address)).AskAsync(ConnectorScene.Question(), Cancellation);
            Assert.Equal(taken ? "Answered" : "AnswerTooLarge", answer is FactAnswer.Unavailable gone ? gone.Fault.ToString() : answer.GetType().Name);
        }
    }

    [Theory]
    [InlineData("silent")]
    [InlineData("dripping")]
    public async Task Agency_Slow_TimesOutForTheWhole(string how)
    {
        _agency.Answer = async context =>
        {
            if (how == "dripping")
            {
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync("{", context.RequestAborted);
                using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
                while (await timer.WaitForNextTickAsync(context.RequestAborted))
                {
                    await context.Response.WriteAsync(" ", context.RequestAborted);
                }
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };

        var gone = await AskAsync(Yaml(_agency.Address, "timeout: 300ms"));

        Assert.Equal((ConnectorFault.TimedOut, true), (gone.Fault, gone.Retryable));
    }

    [Theory]
    [InlineData("", "BrokenOff")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"type\":\"01\"}", "BrokenOff")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ty", "BrokenOff")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Ty", "BrokenOff")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", "BadAnswer")]
    public async Task Connection_ClosedInTheMiddle_IsBrokenOff(string sent, string fault)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeOnceAsync(listener, sent);

        var gone = await AskAsync(Yaml($"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}"));

        Assert.Equal(fault, gone.Fault.ToString());
        await serving;
    }

    [Fact]
    public async Task Headers_WithoutEnd_AreTooLarge()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeOnceAsync(listener, "HTTP/1.1 200 OK\r\nX: " + new string('a', 100_000));

        Assert.Equal(ConnectorFault.AnswerTooLarge, (await AskAsync(Yaml($"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}"))).Fault);
        await serving;
    }

    [Fact]
    public async Task Address_OutsideOfItsNetworksOrNobody_IsNotReached()
    {
        Assert.Equal((ConnectorFault.AddressRefused, false), Of(await AskAsync(Yaml(_agency.Address, networks: "10.0.0.0/8"))));
        Assert.Empty(_agency.Seen);
        Assert.Single(_scene.Logs.Errors);
        var gone = _agency.Address;
        await _agency.DisposeAsync();
        Assert.Equal((ConnectorFault.Unreachable, true), Of(await AskAsync(Yaml(gone))));
        Assert.Equal((ConnectorFault.Unreachable, true), Of(await AskAsync(Yaml("http://no-such-host.invalid"))));

        static (ConnectorFault, bool) Of(FactAnswer.Unavailable answer) => (answer.Fault, answer.Retryable);
    }

    [Fact]
    public async Task Caller_WhoGivesUp_GetsHisCancellation()
    {
        var came = new TaskCompletionSource();
        _agency.Answer = context =>
        {
            came.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var asking = _scene.Connector(Yaml(_agency.Address)).AskAsync(ConnectorScene.Question(), caller.Token);
        await came.Task.WaitAsync(Cancellation);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _scene.Connector(Yaml(_agency.Address)).AskAsync(ConnectorScene.Question(), caller.Token));
    }

    [Fact]
    public async Task Connections_ClosedByAReload_AreNoException()
    {
        var came = new TaskCompletionSource();
        _agency.Answer = context =>
        {
            came.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        var old = _scene.Connector(Yaml(_agency.Address));
        var asking = old.AskAsync(ConnectorScene.Question(), Cancellation);
        await came.Task.WaitAsync(Cancellation);
        _scene.Connector(Yaml(_agency.Address, "timeout: 7s"));

        Assert.IsType<FactAnswer.Unavailable>(await asking);
        Assert.True(Assert.IsType<FactAnswer.Unavailable>(await old.AskAsync(ConnectorScene.Question(), Cancellation)).Retryable);
    }

    private static async Task ServeOnceAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync(Cancellation);
        var stream = client.GetStream();
        var buffer = new byte[8192];
        var request = "";
        while (!request.Contains("\r\n\r\n{", StringComparison.Ordinal) || !request.EndsWith('}'))
        {
            var read = await stream.ReadAsync(buffer, Cancellation);
            Assert.NotEqual(0, read);
            request += Encoding.UTF8.GetString(buffer, 0, read);
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), Cancellation);
        client.Client.Shutdown(SocketShutdown.Send);
    }
}
