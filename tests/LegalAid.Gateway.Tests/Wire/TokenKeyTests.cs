using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Operations.KeyChanges;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Testing.Postgres;
using LegalAid.Gateway.Tests.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>The gateway's own token keys roll over on two nodes that are being called all the while.</summary>
public sealed class TokenKeyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rollover_OnTwoNodesUnderLoad_LosesNoRequestAndTheOldKeyDiesWhenItIsTakenOut()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart
        {
            Adjust = settings => settings with
            {
                Tokens = settings.Tokens with { KeyNotice = TimeSpan.FromSeconds(4) },
                Store = new StoreSettings
                {
                    Kind = StoreKind.Postgres,
                    Postgres = new PostgresSettings { Host = "127.0.0.1", Port = server.Port, Database = "postgres", User = PostgresServer.User, Tls = PostgresTls.Disable },
                },
            },
        });
        DemoGateway[] nodes = [gateway.Gateway, await gateway.StartNodeAsync()];
        using var http = new HttpClient();
        var before = await FetchAsync(gateway, nodes[0], http);

        // 1. Callers, each with a new token every other call, from whichever node, shown to the other.
        using var enough = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(caller => CallAllTheWhileAsync(gateway, nodes, caller, enough.Token)).ToList();

        // 2. A new key, which no node is told of but by its folder.
        var folder = KeyFolder.Open(Path.Combine(gateway.WorkingFolder, gateway.Gateway.Services.GetRequiredService<GatewaySettings>().KeyFolder), TimeProvider.System);
        var kid = folder.AddSigningKey(SigningPurpose.Token);
        foreach (var node in nodes)
        {
            await Eventually.HoldsAsync(async () => (await KidsAsync(node, http)).Contains(kid), "it is published before it signs");
            await Eventually.HoldsAsync(async () => KidOf(await FetchAsync(gateway, node, http)) == kid, "it signs");
        }

        // 3. The old one is still good, and taken out only once no token of it can be about, or where it is compromised.
        Assert.All(await StatusesAsync(nodes, http, before), status => Assert.Equal(200, status));
        await enough.CancelAsync();
        var counts = await Task.WhenAll(callers);
        var keys = nodes[0].Services.GetRequiredService<TokenKeyRoll>();
        Assert.Equal(RetireFault.TokensLive, (await keys.RetireAsync(KidOf(before), compromised: false, Authority.None, Cancellation)).Fault);
        Assert.Equal(RetireFault.UnknownKey, (await keys.RetireAsync("token-of-nobody", compromised: true, Authority.None, Cancellation)).Fault);
        Assert.Equal(RetireFault.None, (await keys.RetireAsync(KidOf(before), compromised: true, Authority.None, Cancellation)).Fault);
        Assert.Equal(RetireFault.RetiredAlready, (await keys.RetireAsync(KidOf(before), compromised: true, Authority.None, Cancellation)).Fault);

        Assert.All(counts, count => Assert.True(count.Calls > 20 && count.Lost.Count == 0, $"{count.Calls} calls; {string.Join("; ", count.Lost)}"));
        await Eventually.HoldsAsync(async () => (await StatusesAsync(nodes, http, before)).All(status => status == 401), "dead on each", patience: TimeSpan.FromSeconds(5));
        Assert.All(await StatusesAsync(nodes, http, await FetchAsync(gateway, nodes[1], http)), status => Assert.Equal(200, status));
        Assert.Equal(RetireFault.OnlyKey, (await keys.RetireAsync(kid, compromised: true, Authority.None, Cancellation)).Fault);
    }

    /// <summary>The dates of keys outlive a restart: the new one goes on signing, and the one that was taken out stays out though its file is there.</summary>
    [Fact]
    public async Task Retired_ThenRestart_StaysOut()
    {
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart
        {
            Adjust = settings => settings with { Tokens = settings.Tokens with { KeyNotice = TimeSpan.FromSeconds(2) } },
        });
        using var http = new HttpClient();
        var before = await FetchAsync(gateway, gateway.Gateway, http);
        var kid = KeyFolder.Open(Path.Combine(gateway.WorkingFolder, gateway.Gateway.Services.GetRequiredService<GatewaySettings>().KeyFolder), TimeProvider.System)
            .AddSigningKey(SigningPurpose.Token);
        await Eventually.HoldsAsync(async () => KidOf(await FetchAsync(gateway, gateway.Gateway, http)) == kid, "it signs");
        Assert.Equal(RetireFault.None, (await gateway.Gateway.Services.GetRequiredService<TokenKeyRoll>().RetireAsync(KidOf(before), compromised: true, Authority.None, Cancellation)).Fault);

        await gateway.StopAsync();
        await gateway.StartAgainAsync();

        Assert.Equal(401, Assert.Single(await StatusesAsync([gateway.Gateway], http, before)));
        Assert.Equal(kid, KidOf(await FetchAsync(gateway, gateway.Gateway, http)));
        Assert.DoesNotContain(KidOf(before), await KidsAsync(gateway.Gateway, http));
    }

    private static async Task<(int Calls, List<string> Lost)> CallAllTheWhileAsync(GatewayFixture gateway, DemoGateway[] nodes, int caller, CancellationToken enough)
    {
        using var http = new HttpClient();
        var (calls, lost) = (0, new List<string>());
        while (!enough.IsCancellationRequested)
        {
            var token = await FetchAsync(gateway, nodes[(calls + caller) % 2], http);
            foreach (var node in nodes)
            {
                calls++;
                if ((await StatusesAsync([node], http, token))[0] != 200)
                {
                    lost.Add($"{KidOf(token)} at call {calls}");
                }
            }
        }

        return (calls, lost);
    }

    private static async Task<string> FetchAsync(GatewayFixture gateway, DemoGateway node, HttpClient http)
    {
        using var tokens = new AgencyTokenSource(http, gateway[Notices.Court].Credential(new Uri(node.Rest, "/connect/token"), gateway.Issuer), TimeProvider.System);
        return await tokens.GetAsync(Cancellation);
    }

    private static async Task<int[]> StatusesAsync(IEnumerable<DemoGateway> nodes, HttpClient http, string token)
    {
        var statuses = new List<int>();
        foreach (var node in nodes)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Rest, "/v1/whoami"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await http.SendAsync(request, Cancellation);
            statuses.Add((int)answer.StatusCode);
        }

        return [.. statuses];
    }

    private static async Task<List<string?>> KidsAsync(DemoGateway node, HttpClient http) =>
        [.. (await http.GetFromJsonAsync<JsonElement>(new Uri(node.Rest, "/.well-known/jwks"), Cancellation)).GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString())];

    private static string KidOf(string token) => Forge.Read(token, 0).GetProperty("kid").GetString() ?? "";
}
