using System.Net;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Benchmarks.Gateway;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>
/// Tokens a second by <c>private_key_jwt</c>: the gateway, which remembers each assertion durably before it answers, against npm <c>oidc-provider</c>, which
/// keeps all in memory. Each in a process of its own, which runs through all pairs. Assertions are made before the time is taken.
/// </summary>
internal static class Tokens
{
    /// <summary>Before each run; what compiles in the other processes is not seen from here.</summary>
    private const int WarmUp = 3_000;

    public static async Task RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        using var system = new AgencySystem(Notices.Court);
        await using var gateway = await TokenGateway.StartAsync(settings.Store.Name, cancellationToken);
        await using var peer = await AgencyProvider.StartAsync(
            AgencyProvider.DeskAddress, new JsonObject { ["keys"] = new JsonArray() }, "https://gateway.test/", systems: [system], cancellationToken: cancellationToken);
        var peerEndpoint = new Uri(peer.Issuer, "/token");
        Report.Line($"tokens, {settings.Store.Name}: oidc-provider in memory is the floor; each in a process of its own, CPU µs is that process's, KB the callers'");
        var rows = new List<IReadOnlyList<string>>();
        foreach (var callers in settings.Producers)
        {
            var count = settings.Scaled(callers == 1 ? 4_000 : 12_000) + WarmUp;
            var runs = await PairedRuns.RunAsync(
                settings.Pairs,
                async () => await MeasureAsync(PeerAssertions(count), peerEndpoint, () => peer.Cpu, callers),
                async () => await MeasureAsync(await gateway.AssertionsAsync(count, cancellationToken), gateway.TokenEndpoint, () => gateway.Cpu, callers));
            rows.Add(runs.Row($"{callers} callers"));
        }

        await RefusesReplayAsync();
        Report.Table(PairedRuns.Heads, rows);

        IReadOnlyList<string> PeerAssertions(int count)
        {
            // oidc-provider's issuer has no slash at its end.
            var (audience, now) = (peer.Issuer.OriginalString, TimeProvider.System.GetUtcNow());
            return [.. Enumerable.Range(0, count).Select(_ => system.Assertion(audience, now))];
        }

        async Task<RunFigures> MeasureAsync(IReadOnlyList<string> assertions, Uri endpoint, Func<TimeSpan> cpu, int callers)
        {
            _ = await Load.RunAsync(callers, WarmUp, FetchAsync);
            var (before, made) = (cpu(), 0);
            var run = await Load.RunAsync(
                callers, assertions.Count - WarmUp,
                async number =>
                {
                    await FetchAsync(WarmUp + number);
                    Interlocked.Increment(ref made);
                },
                settings.Longest);
            return run with { Cpu = (cpu() - before) / made };

            async Task FetchAsync(int number)
            {
                if (await AskAsync(endpoint, assertions[number]) is var (status, text) && (status != HttpStatusCode.OK || !text.Contains("access_token", StringComparison.Ordinal)))
                {
                    throw new InvalidOperationException($"assertion {number} was answered {status}: {text}");
                }
            }
        }

        // What is measured is a provider that takes no assertion twice.
        async Task RefusesReplayAsync()
        {
            var assertion = (await gateway.AssertionsAsync(1, cancellationToken))[0];
            var (first, _) = await AskAsync(gateway.TokenEndpoint, assertion);
            var (second, _) = await AskAsync(gateway.TokenEndpoint, assertion);
            if ((first, second) is not (HttpStatusCode.OK, HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest))
            {
                throw new InvalidOperationException($"an assertion used twice was answered {first} and {second}");
            }
        }

        async Task<(HttpStatusCode Status, string Text)> AskAsync(Uri endpoint, string assertion)
        {
            using var form = new FormUrlEncodedContent(
            [
                new("grant_type", "client_credentials"), new("scope", GatewayIdentity.Scope), new("client_id", system.ClientId),
                new("client_assertion_type", ClientAssertion.Type), new("client_assertion", assertion),
            ]);
            using var response = await client.PostAsync(endpoint, form, cancellationToken);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        }
    }
}
