using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Directory.V1;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Testing.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Revoked and bounded tokens against the whole gateway.</summary>
public sealed class RevokedTokenTests
{
    private const string WhoAmI = "legalaid.directory.v1.DirectoryService/WhoAmI";

    /// <summary>In which a revocation acts on every node.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Revoke_OnOneNode_EveryNodeRefusesTheTokenWithinFiveSeconds()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart
        {
            Adjust = settings => settings with
            {
                Store = new StoreSettings
                {
                    Kind = StoreKind.Postgres,
                    Postgres = new PostgresSettings
                    {
                        Host = "127.0.0.1", Port = server.Port, Database = "postgres", User = PostgresServer.User, Tls = PostgresTls.Disable,
                    },
                },
            },
        });
        var there = await gateway.StartNodeAsync();
        var token = await gateway[Notices.Court].TokenAsync(Cancellation);
        Assert.Equal((200, ""), await CallAsync(gateway.Gateway, token));
        Assert.Equal((200, ""), await CallAsync(there, token));

        await RevokeAsync(gateway, token);
        var since = Stopwatch.GetTimestamp();

        Assert.Equal((401, "TOKEN_REVOKED"), await CallAsync(gateway.Gateway, token));
        while ((await CallAsync(there, token)).Status == 200)
        {
            Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.Zero, Bound);
        }

        Assert.Equal((401, "TOKEN_REVOKED"), await CallAsync(there, token));
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.Zero, Bound);
    }

    [Fact]
    public async Task Revoke_ThenRestart_TheTokenStaysRevoked()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var token = await gateway[Notices.Court].TokenAsync(Cancellation);
        await RevokeAsync(gateway, token);

        await gateway.StopAsync();
        await gateway.StartAgainAsync();

        Assert.Equal((401, "TOKEN_REVOKED"), await CallAsync(gateway.Gateway, token));
    }

    [Theory]
    [InlineData(WhoAmI, null, true, false)]
    [InlineData(WhoAmI, "directory", true, false)]
    [InlineData(WhoAmI, "cooperation", false, false)]
    [InlineData(null, "directory", true, true)]
    [InlineData(null, "evidence-check", false, false)]
    public async Task Call_BoundedToken_IsGoodForWhatItWasAskedForOnBothFaces(string? operation, string? purpose, bool whoAmI, bool listAgencies)
    {
        await using var gateway = await GatewayFixture.StartAsync();
        using var http = new HttpClient();
        using var tokens = new AgencyTokenSource(
            http,
            gateway[Notices.Court].Credential(new Uri(gateway.Gateway.Rest, "/connect/token"), gateway.Issuer) with
            {
                Bounds = new TokenBounds(
                    operation is null ? null : new EquatableList<string>([operation]), purpose is null ? null : new EquatableList<string>([purpose])),
            },
            TimeProvider.System);
        var token = await tokens.GetAsync(Cancellation);
        using var channel = GrpcChannel.ForAddress(gateway.Gateway.Grpc);
        var directory = new DirectoryService.DirectoryServiceClient(channel);
        var headers = new Metadata { { "authorization", $"Bearer {token}" } };

        Assert.Equal(Expected(whoAmI), await CallAsync(gateway.Gateway, token));
        Assert.Equal(Expected(listAgencies), await CallAsync(gateway.Gateway, token, "/v1/agencies"));
        Assert.Equal(whoAmI, await IsLetInAsync(() => directory.WhoAmIAsync(new WhoAmIRequest(), headers, cancellationToken: Cancellation)));
        Assert.Equal(listAgencies, await IsLetInAsync(() => directory.ListAgenciesAsync(new ListAgenciesRequest(), headers, cancellationToken: Cancellation)));
    }

    private static (int Status, string Code) Expected(bool isLetIn) => isLetIn ? (200, "") : (403, "TOKEN_BOUNDED");

    private static async Task<bool> IsLetInAsync<T>(Func<AsyncUnaryCall<T>> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.PermissionDenied)
        {
            return false;
        }
    }

    private static async Task RevokeAsync(GatewayFixture gateway, string token)
    {
        var court = gateway[Notices.Court].Credential(gateway.Gateway.Rest, gateway.Issuer);
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(
        [
            new("token", token),
            new("client_assertion_type", ClientAssertion.Type),
            new("client_assertion", ClientAssertion.Create(court.ClientId, court.Audience, court.Kid, court.Key, TimeProvider.System.GetUtcNow())),
        ]);
        using var response = await http.PostAsync(new Uri(gateway.Gateway.Rest, "/connect/revoke"), form, Cancellation);
        Assert.Equal(200, (int)response.StatusCode);
    }

    private static async Task<(int Status, string Code)> CallAsync(DemoGateway at, string token, string path = "/v1/whoami")
    {
        using var http = new HttpClient { BaseAddress = at.Rest };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, Cancellation);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        return ((int)response.StatusCode, body.TryGetProperty("code", out var code) ? code.GetString() ?? "" : "");
    }
}
