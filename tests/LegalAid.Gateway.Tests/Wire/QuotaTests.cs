using System.Net;
using System.Text.Json.Nodes;
using Google.Rpc;
using Grpc.Core;
using LegalAid.Gateway.Contracts.Directory.V1;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Testing.Postgres;
using Microsoft.Extensions.DependencyInjection;
using RpcStatus = Google.Rpc.Status;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Quotas as callers meet them: headers, Retry-After, RetryInfo, and one count over both faces and two nodes.</summary>
public sealed class QuotaTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_OverItsQuota_IsRefusedOverBothFacesWithWhenToComeAgain()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        await LimitAsync(gateway, 3);
        var court = gateway[Notices.Court];

        using (var first = await court.Rest.GetAsync(new Uri("/v1/agencies", UriKind.Relative), Cancellation))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            Assert.Equal($"\"day\";q=3;w=86400;pk={Quotas.Key($"directory {Notices.Court}")}", Header(first, "RateLimit-Policy"));
            Assert.Matches("^\"day\";r=2;t=[1-9][0-9]{0,4};pk=:[A-Za-z0-9+/]+=*:$", Header(first, "RateLimit"));
        }

        var call = court.Directory.ListAgenciesAsync(new ListAgenciesRequest(), cancellationToken: Cancellation);
        Assert.StartsWith("\"day\";r=1;", (await call.ResponseHeadersAsync).GetValue("ratelimit"), StringComparison.Ordinal);
        await call;
        Assert.Equal("MALFORMED_JSON", await BadAsync(court.Rest)); // bad calls count where they reach the method; this one did not
        Assert.True((await court.CallAsync(Face.Rest, "ListAgencies", [])).Accepted);

        using var refused = await court.Rest.GetAsync(new Uri("/v1/agencies", UriKind.Relative), Cancellation);
        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal((HttpStatusCode.TooManyRequests, "QUOTA_USED_UP"), (refused.StatusCode, problem?["code"]?.GetValue<string>()));
        Assert.InRange(refused.Headers.RetryAfter?.Delta ?? default, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Assert.Matches("^\"day\";r=0;t=[1-9]", Header(refused, "RateLimit"));

        var rpc = await Assert.ThrowsAsync<RpcException>(async () => await court.Directory.ListAgenciesAsync(new ListAgenciesRequest(), cancellationToken: Cancellation));
        Assert.Equal(StatusCode.ResourceExhausted, rpc.StatusCode);
        var details = RpcStatus.Parser.ParseFrom(rpc.Trailers.GetValueBytes("grpc-status-details-bin"));
        var retry = details.Details.Single(detail => detail.Is(RetryInfo.Descriptor)).Unpack<RetryInfo>();
        Assert.InRange(retry.RetryDelay.ToTimeSpan(), TimeSpan.FromTicks(1), TimeSpan.FromDays(1));

        Assert.True((await gateway[Notices.Police].CallAsync(Face.Grpc, "ListAgencies", [])).Accepted); // another agency has its own
        await LimitAsync(gateway, 4);
        Assert.True((await court.CallAsync(Face.Grpc, "ListAgencies", [])).Accepted); // raised: it goes on at once
        Assert.Equal("QUOTA_USED_UP", (await court.CallAsync(Face.Grpc, "ListAgencies", [])).Code);
    }

    [Fact]
    public async Task Call_OnTwoNodes_IsCountedOnce()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Adjust = settings => settings with { Store = Quotas.On(server) } });
        var there = await gateway.StartNodeAsync();
        await LimitAsync(gateway, 40);
        var digest = gateway.Gateway.Services.GetRequiredService<ConfigurationArchive>().Current.Digest;
        await Eventually.HoldsAsync(() => there.Services.GetRequiredService<ConfigurationArchive>().Current.Digest == digest, "the other node follows");
        using var other = new HttpClient { BaseAddress = there.Rest };
        other.DefaultRequestHeaders.Authorization = new("Bearer", await gateway[Notices.Court].TokenAsync(Cancellation));

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async call =>
        {
            using var response = await (call % 2 == 0 ? gateway[Notices.Court].Rest : other).GetAsync(new Uri("/v1/agencies", UriKind.Relative), Cancellation);
            return response.StatusCode;
        }));

        Assert.Equal((40, 20), (answers.Count(status => status == HttpStatusCode.OK), answers.Count(status => status == HttpStatusCode.TooManyRequests)));
    }

    private static async Task<string> BadAsync(HttpClient rest)
    {
        using var response = await rest.PostAsync(new Uri("/v1/defenceNotices", UriKind.Relative), Faces.Body("{"), Cancellation);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))?["code"]?.GetValue<string>() ?? "";
    }

    private static string Header(HttpResponseMessage response, string name) => string.Join(", ", response.Headers.GetValues(name));

    private static Task LimitAsync(GatewayFixture gateway, int count) => Quotas.LimitAsync(gateway, $"{{ count: {count}, per: day }}");
}
