using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Testing.Postgres;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Tokens bound to a key against the whole gateway: both faces, both stores, restart and second node.</summary>
public sealed class BoundTokenTests
{
    private const string PublicAddress = "http://127.0.0.1:8080";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Notice_BoundAgencies_IsTakenOverBothFacesAndPulled()
    {
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Bound = true });
        foreach (var face in Enum.GetValues<Face>())
        {
            var answer = await gateway[Notices.Court].CallAsync(face, "SubmitDefenceNotice", Notices.Of("COURT").Request);
            Assert.True(answer.Accepted, answer.Code);
        }

        Assert.NotEmpty(await DeliveryTests.PullAsync(gateway, Notices.AidCentre));
    }

    [Fact]
    public async Task Call_ProofShownAgainAfterARestart_IsRefused()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        using var thief = new Wiretap();
        var seen = await thief.ListenAsync(gateway, gateway.Gateway);
        Assert.Equal((401, "PROOF_REPLAYED"), await Wiretap.ShowAsync(gateway.Gateway, seen));

        await gateway.StopAsync();
        await gateway.StartAgainAsync();

        Assert.Equal((401, "PROOF_REPLAYED"), await Wiretap.ShowAsync(gateway.Gateway, seen));
    }

    [Fact]
    public async Task Call_ProofShownAgainToAnotherNode_IsRefused()
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
        using var thief = new Wiretap();
        var seen = await thief.ListenAsync(gateway, gateway.Gateway);

        Assert.Equal((401, "PROOF_REPLAYED"), await Wiretap.ShowAsync(there, seen));
    }

    /// <summary>Sees a court's sound call to the public address, whatever node takes it, and shows it again.</summary>
    private sealed class Wiretap : IDisposable
    {
        private const string Path = "/v1/whoami";

        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public async Task<HttpRequestMessage> ListenAsync(GatewayFixture gateway, DemoGateway at)
        {
            using var http = Through(at);
            using var tokens = new AgencyTokenSource(
                http,
                gateway[Notices.Court].Credential(new Uri($"{PublicAddress}/connect/token"), new Uri(PublicAddress).AbsoluteUri) with { ProofKey = _key },
                TimeProvider.System);
            var seen = new HttpRequestMessage(HttpMethod.Get, PublicAddress + Path);
            await tokens.AuthorizeAsync(seen, Cancellation);
            Assert.Equal((200, ""), await ShowAsync(at, seen));
            return seen;
        }

        public static async Task<(int Status, string Code)> ShowAsync(DemoGateway at, HttpRequestMessage seen)
        {
            using var http = Through(at);
            using var request = new HttpRequestMessage(seen.Method, seen.RequestUri);
            foreach (var (name, values) in seen.Headers)
            {
                request.Headers.TryAddWithoutValidation(name, values);
            }

            using var response = await http.SendAsync(request, Cancellation);
            var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
            return ((int)response.StatusCode, body.TryGetProperty("code", out var code) ? code.GetString() ?? "" : "");
        }

        public void Dispose() => _key.Dispose();

        /// <summary>Every address leads to that node, as a balancer's would.</summary>
        private static HttpClient Through(DemoGateway node) => new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(node.Rest.Host, node.Rest.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
    }
}
