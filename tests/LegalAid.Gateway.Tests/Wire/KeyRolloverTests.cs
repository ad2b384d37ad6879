using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Identity.Enrolment;
using LegalAid.Gateway.Operations.Enrolment;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Testing.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>A system enrols and rolls its own key while it calls two nodes by turns, as a balancer would have it: no request is lost.</summary>
public sealed class KeyRolloverTests
{
    private const int Workers = 8, Rollovers = 3, CallsBetween = 10;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ChangeKey_UnderLoadOnTwoNodes_LosesNoRequest()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var gateway = await GatewayFixture.StartAsync(TwoNodesTests.On(server));
        DemoGateway[] nodes = [gateway.Gateway, await gateway.StartNodeAsync()];
        var system = new RollingSystem(gateway.Gateway.Services.GetRequiredService<GatewaySettings>().PublicAddress.AbsoluteUri);
        await system.EnrolAsync(nodes[0]);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var workers = Enumerable.Range(0, Workers).Select(number => system.CallAsync(number, nodes, stop.Token)).ToArray();

        for (var rollover = 0; rollover < Rollovers; rollover++)
        {
            await system.GoOnAsync(CallsBetween);
            await system.ChangeKeyAsync(nodes[rollover % nodes.Length]);
            await system.GoOnAsync(CallsBetween); // some by the new key, some by the one before
            system.LeaveFormerKey();
        }

        await stop.CancelAsync();
        await Task.WhenAll(workers);
        Assert.Empty(system.Lost);
        Assert.True(system.Calls >= Workers * CallsBetween * Rollovers, $"{system.Calls} calls");
        TestContext.Current.TestOutputHelper?.WriteLine($"{system.Calls} calls, {system.Tokens} tokens, {Rollovers} rollovers, {system.Lost.Count} lost");
    }

    /// <summary>An agency's system of several processes, which learn of a new key one after the other.</summary>
    private sealed class RollingSystem(string issuer)
    {
        private const string Client = "rolling-system";

        private readonly ConcurrentDictionary<int, int> _calls = new();
        private int _tokens;
        private volatile ECDsa _key = NewKey(), _former = NewKey();

        public ConcurrentQueue<string> Lost { get; } = new();

        public int Calls => _calls.Values.Sum();

        public int Tokens => _tokens;

        public async Task EnrolAsync(DemoGateway node)
        {
            var desk = node.Services.GetRequiredService<EnrolmentDesk>();
            var (code, _) = await node.Services.GetRequiredService<InvitationDesk>()
                .InviteAsync(new InviteTerms(Notices.Court, Client, "bound", Signs: false, Hours: 1), "管理员", Cancellation);
            await desk.EnrolAsync(code, AgencyClientKey.From(EnrolmentKey.KidOf(_key), _key), Cancellation);
            LeaveFormerKey();
        }

        /// <summary>Whoever still used the key before takes the present one.</summary>
        public void LeaveFormerKey() => _former = _key;

        public async Task ChangeKeyAsync(DemoGateway node)
        {
            var next = NewKey();
            using var http = HttpOf(node, _key);
            var jwk = AgencyClientKey.From(EnrolmentKey.KidOf(next), next).ToJwk();
            jwk.Remove("kid");
            using var answer = await http.PostAsJsonAsync(
                "/v1/enrolments:changeKey", new JsonObject { ["jwk"] = jwk, ["proof"] = EnrolmentKey.Prove(next, issuer, Client) }, Cancellation);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
            _key = next;
        }

        /// <summary>Each worker calls so many times more, and once in between gets a token by the key that it has by now.</summary>
        public async Task GoOnAsync(int calls)
        {
            var before = _calls.ToArray();
            await Eventually.HoldsAsync(
                () => _calls.Count == Workers && before.All(worker => _calls[worker.Key] >= worker.Value + calls), "every worker goes on");
        }

        public async Task CallAsync(int number, DemoGateway[] nodes, CancellationToken stop)
        {
            for (var call = 0; !stop.IsCancellationRequested; call++)
            {
                var (fetches, calls) = (nodes[(number + call) % nodes.Length], nodes[(number + call + 1) % nodes.Length]);
                using var key = Copy(number % 2 == 0 ? _key : _former);
                using var tokens = new AgencyTokenSource(new HttpClient(), CredentialOf(fetches, key), TimeProvider.System);
                using var http = new HttpClient(new AgencyTokenHandler(tokens) { InnerHandler = new SocketsHttpHandler() }) { BaseAddress = calls.Rest };
                try
                {
                    for (var again = 0; again < 3; again++)
                    {
                        using var answer = await http.GetAsync(new Uri("/v1/whoami", UriKind.Relative), CancellationToken.None);
                        if (!answer.IsSuccessStatusCode)
                        {
                            Lost.Enqueue($"{number}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
                        }
                    }
                }
                catch (Exception refused) when (refused is TokenRefusedException or HttpRequestException)
                {
                    Lost.Enqueue($"{number}: {refused.Message}");
                }

                Interlocked.Increment(ref _tokens);
                _calls.AddOrUpdate(number, 3, (_, made) => made + 3);
            }
        }

        private HttpClient HttpOf(DemoGateway node, ECDsa key) => new(
            new AgencyTokenHandler(new AgencyTokenSource(new HttpClient(), CredentialOf(node, key), TimeProvider.System)) { InnerHandler = new SocketsHttpHandler() })
        {
            BaseAddress = node.Rest,
        };

        private AgencyCredential CredentialOf(DemoGateway node, ECDsa key) =>
            new(new Uri(node.Rest, "/connect/token"), issuer, Client, EnrolmentKey.KidOf(key), key, key);

        private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

        /// <summary>As each process reads it from its file.</summary>
        private static ECDsa Copy(ECDsa key) => ECDsa.Create(key.ExportParameters(includePrivateParameters: true));
    }
}
