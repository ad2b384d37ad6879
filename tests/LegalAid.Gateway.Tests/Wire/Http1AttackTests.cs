using System.Net.Sockets;
using System.Text;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>HTTP/1.1 by hand: too much, too deep, too slow, too many. It is refused with its code or cut off, and another caller is served meanwhile.</summary>
public sealed class Http1AttackTests
{
    [Theory]
    [InlineData("101 fields", 101, 10, 431)]
    [InlineData("together more than 32 KiB", 4, 9_000, 431)]
    [InlineData("one without end", 1, 1_000_000, 431)]
    public async Task Headers_TooManyOrTooLarge_AreAnsweredWith431(string what, int count, int length, int status)
    {
        await using var scene = await AttackScene.StartAsync();
        var fields = string.Concat(Enumerable.Range(0, count - 1).Select(n => $"X-{n}: {new string('a', length)}\r\n"));

        using var attacker = await scene.SayAsync($"GET /v1/agencies HTTP/1.1\r\nHost: gateway\r\n{fields}X-Last: {new string('a', length)}\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", await scene.HearAsync(attacker), StringComparison.Ordinal);
        Assert.NotEmpty(what);
        await scene.ServedAsync();
    }

    [Fact]
    public async Task RequestLine_TooLong_IsAnsweredWith414()
    {
        await using var scene = await AttackScene.StartAsync();

        using var attacker = await scene.SayAsync($"GET /v1/agencies?{new string('a', 9_000)} HTTP/1.1\r\nHost: gateway\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 414 ", await scene.HearAsync(attacker), StringComparison.Ordinal);
        await scene.ServedAsync();
    }

    /// <summary>A hundred that begin and never end hold nobody up, and are cut off.</summary>
    [Fact]
    public async Task Headers_ThatNeverEnd_AreCutOffWhileOthersAreServed()
    {
        await using var scene = await AttackScene.StartAsync(new ConnectionSettings { HeadersTimeout = TimeSpan.FromSeconds(1) });
        var attackers = new List<Socket>();
        for (var attacker = 0; attacker < 100; attacker++)
        {
            attackers.Add(await scene.SayAsync("GET /v1/agencies HTTP/1.1\r\nHost: gate"));
        }

        await scene.ServedAsync();
        foreach (var attacker in attackers)
        {
            Assert.StartsWith("HTTP/1.1 408 ", await scene.HearAsync(attacker), StringComparison.Ordinal);
            attacker.Dispose();
        }
    }

    [Theory]
    [InlineData("{\"openings\":[{\"payload\":", "{\"a\":", "JSON_TOO_DEEP")]
    [InlineData("{\"openings\":[{\"payload\":{\"a\":", "[", "JSON_TOO_DEEP")]
    [InlineData("", "{\"a\":", "MALFORMED_JSON")] // no field of ours: read over, until the reader's own depth ends it
    [InlineData("", "[", "MALFORMED_JSON")]
    public async Task Json_AMillionDeep_IsRefusedWithItsCode(string before, string opening, string code)
    {
        await using var scene = await AttackScene.StartAsync();
        var token = await scene.Gateway[Notices.Court].TokenAsync(scene.Until);
        var body = new StringBuilder(before).Insert(before.Length, opening, 1_000_000).ToString();

        using var attacker = await scene.SayAsync(
            $"POST /v1/exchanges HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        var sending = attacker.SendAsync(Encoding.ASCII.GetBytes(body), scene.Until).AsTask();
        await scene.ServedAsync();
        var answer = await scene.HearAsync(attacker);
        await sending;

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
        Assert.Equal(0, scene.Gateway.Store.Count("exchange"));
        await scene.ServedAsync();
    }

    /// <summary>Connections beyond the bound are closed at once; who has one is served, and there is room again when they go.</summary>
    [Fact]
    public async Task Connections_BeyondTheBound_AreClosedWhileOthersAreServed()
    {
        await using var scene = await AttackScene.StartAsync(new ConnectionSettings { ConnectionsMax = 20 });
        await scene.ServedAsync(); // the court has its connections now
        var attackers = new List<Socket>();
        for (var attacker = 0; attacker < 40; attacker++)
        {
            attackers.Add(await scene.SayAsync("GET /v1/agencies HTTP/1.1\r\nHost: gate"));
        }

        await Eventually.HoldsAsync(() => attackers.Count(IsClosed) >= 20, "those beyond the bound are closed");
        await scene.ServedAsync();
        attackers.ForEach(attacker => attacker.Dispose());
        using var http = new HttpClient { BaseAddress = scene.Gateway.Gateway.Rest };
        await Eventually.HoldsAsync(async () => await IsServedAsync(http), "there is room again");
    }

    private static bool IsClosed(Socket socket)
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static async Task<bool> IsServedAsync(HttpClient http)
    {
        try
        {
            using var response = await http.GetAsync(new Uri("/health/live", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
