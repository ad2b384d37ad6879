using System.Net;
using System.Text.Json.Nodes;
using Grpc.Core;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Contracts.Directory.V1;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Testing.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>What a quota is counted by, as callers meet it: two systems of one agency, another agency, two purposes, both faces, both stores, two nodes.</summary>
public sealed class QuotaSubjectTests
{
    private const string Directory = "directory", Supervision = "supervision";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_UnderEachSubject_CountsTogetherWhatIsAlike()
    {
        using var second = new AgencySystem(Notices.Court) { Name = "archive" };
        await using var gateway = await StartAsync(second, settings => settings);

        await EachSubjectAsync(gateway, second);
    }

    [Fact]
    public async Task Call_UnderEachSubjectOnPostgres_CountsTogetherWhatIsAlike()
    {
        using var second = new AgencySystem(Notices.Court) { Name = "archive" };
        await using var server = await PostgresServer.StartAsync();
        await using var gateway = await StartAsync(second, settings => settings with { Store = Quotas.On(server) });

        await EachSubjectAsync(gateway, second);
    }

    /// <summary>By client: what two systems of one agency do on two nodes is counted for each of them once, to the call.</summary>
    [Fact]
    public async Task Call_ByTwoSystemsOnTwoNodes_HasEachItsOwnCountAndNoMore()
    {
        using var second = new AgencySystem(Notices.Court) { Name = "archive" };
        await using var server = await PostgresServer.StartAsync();
        await using var gateway = await StartAsync(second, settings => settings with { Store = Quotas.On(server) });
        var there = await gateway.StartNodeAsync();
        await Quotas.LimitAsync(gateway, "{ count: 20, per: day, by: client }");
        var digest = gateway.Gateway.Services.GetRequiredService<ConfigurationArchive>().Current.Digest;
        await Eventually.HoldsAsync(() => there.Services.GetRequiredService<ConfigurationArchive>().Current.Digest == digest, "the other node follows");
        AgencySystem[] systems = [gateway[Notices.Court], second];

        foreach (var system in systems)
        {
            using var other = new HttpClient { BaseAddress = there.Rest };
            other.DefaultRequestHeaders.Authorization = new("Bearer", await system.TokenAsync(Cancellation));
            var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(async call =>
            {
                using var response = await (call % 2 == 0 ? system.Rest : other).GetAsync(new Uri("/v1/agencies", UriKind.Relative), Cancellation);
                return response.StatusCode;
            }));
            Assert.Equal((20, 10), (answers.Count(status => status == HttpStatusCode.OK), answers.Count(status => status == HttpStatusCode.TooManyRequests)));
        }
    }

    private static async Task EachSubjectAsync(GatewayFixture gateway, AgencySystem second)
    {
        // Two calls are had. The court's first system makes two and is refused the third; then its second system, the first for another purpose, and the police.
        await TryAsync(gateway, second, "", "day", $"directory {Notices.Court}", secondSystem: false, otherPurpose: true, otherAgency: true);
        await TryAsync(gateway, second, ", by: agency", "day-agency", $"* {Notices.Court}", secondSystem: false, otherPurpose: false, otherAgency: true);
        await TryAsync(gateway, second, ", by: client", "day-client", $"* {Notices.Court} {Notices.Court}-system", secondSystem: true, otherPurpose: false, otherAgency: true);
        await TryAsync(
            gateway, second, ", by: [client, purpose]", "day-client-purpose", $"directory {Notices.Court} {Notices.Court}-system",
            secondSystem: true, otherPurpose: true, otherAgency: true);
        await TryAsync(gateway, second, ", by: purpose", "day-purpose", "directory *", secondSystem: false, otherPurpose: true, otherAgency: false);
    }

    private static async Task TryAsync(
        GatewayFixture gateway, AgencySystem second, string by, string policy, string partition, bool secondSystem, bool otherPurpose, bool otherAgency)
    {
        await Quotas.LimitAsync(gateway, $"{{ count: 2, per: day{by} }}", $"{Directory}, {Supervision}");
        var court = gateway[Notices.Court];

        Assert.True((await RestAsync(court, Directory)).Passed, policy);
        Assert.True((await GrpcAsync(court, Directory)).Passed, policy);
        foreach (var refused in new[] { await RestAsync(court, Directory), await GrpcAsync(court, Directory) })
        {
            Assert.Equal((false, $"\"{policy}\";q=2;w=86400;pk={Quotas.Key(partition)}"), (refused.Passed, refused.Policy));
            Assert.Matches($"^\"{policy}\";r=0;t=[1-9][0-9]*;pk=", refused.Standing);
            Assert.EndsWith($";pk={Quotas.Key(partition)}", refused.Standing, StringComparison.Ordinal);
        }

        Assert.Equal((policy, secondSystem), (policy, (await GrpcAsync(second, Directory)).Passed));
        Assert.Equal((policy, secondSystem), (policy, (await RestAsync(second, Directory)).Passed));
        Assert.Equal((policy, otherPurpose), (policy, (await RestAsync(court, Supervision)).Passed));
        Assert.Equal((policy, otherPurpose), (policy, (await GrpcAsync(court, Supervision)).Passed));
        Assert.Equal((policy, otherAgency), (policy, (await RestAsync(gateway[Notices.Police], Directory)).Passed));
        Assert.Equal((policy, otherAgency), (policy, (await GrpcAsync(gateway[Notices.Police], Directory)).Passed));
    }

    private static async Task<(bool Passed, string Policy, string Standing)> RestAsync(AgencySystem system, string purpose)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/agencies");
        request.Headers.Add("gateway-purpose", purpose);
        using var response = await system.Rest.SendAsync(request, Cancellation);
        if (!response.IsSuccessStatusCode)
        {
            var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation));
            Assert.Equal("QUOTA_USED_UP", problem?["code"]?.GetValue<string>());
            Assert.NotNull(response.Headers.RetryAfter?.Delta);
        }

        return (response.IsSuccessStatusCode, response.Headers.GetValues("RateLimit-Policy").Single(), response.Headers.GetValues("RateLimit").Single());
    }

    private static async Task<(bool Passed, string Policy, string Standing)> GrpcAsync(AgencySystem system, string purpose)
    {
        using var call = system.Directory.ListAgenciesAsync(new ListAgenciesRequest(), new Metadata { { "gateway-purpose", purpose } }, cancellationToken: Cancellation);
        try
        {
            await call;
            var headers = await call.ResponseHeadersAsync;
            return (true, headers.GetValue("ratelimit-policy") ?? "", headers.GetValue("ratelimit") ?? "");
        }
        catch (RpcException refused)
        {
            Assert.StartsWith("QUOTA_USED_UP:", refused.Status.Detail, StringComparison.Ordinal);
            return (false, refused.Trailers.GetValue("ratelimit-policy") ?? "", refused.Trailers.GetValue("ratelimit") ?? "");
        }
    }

    private static async Task<GatewayFixture> StartAsync(AgencySystem second, Func<GatewaySettings, GatewaySettings> adjust)
    {
        var enrolled = DemoGateway.Enrolments([second], []) with { Path = "enrolments/archive.yaml" };
        var gateway = await GatewayFixture.StartAsync(new GatewayStart { Overlay = [enrolled], Adjust = adjust });
        second.Connect(gateway.Gateway.Rest, gateway.Gateway.Grpc, gateway.Issuer, TimeProvider.System);
        return gateway;
    }
}
