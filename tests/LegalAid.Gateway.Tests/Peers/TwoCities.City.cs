using System.Net;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Testing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Peers;

internal sealed partial class TwoCities
{
    /// <summary>One gateway and the line that leads to it.</summary>
    internal sealed class City : IAsyncDisposable
    {
        private readonly EndPoint[] _target = [new IPEndPoint(IPAddress.Loopback, 1)];
        private readonly TcpProxy _line;
        private bool _cut;

        private City(bool tls)
        {
            _line = TcpProxy.Start(_target, _ => new TcpFate(Volatile.Read(ref _cut) ? TcpFault.Refuse : TcpFault.None), TimeProvider.System);
            Tls = tls ? new CityTls() : null;
            Address = new Uri($"{(tls ? "https" : "http")}://{_line.Address}/");
            Gateway = null!; // set before anybody sees the city
        }

        /// <summary>What the other city calls.</summary>
        public Uri Address { get; }

        public GatewayFixture Gateway { get; private set; }

        /// <summary>Null: in plain text.</summary>
        public CityTls? Tls { get; }

        /// <param name="configuration">A folder of the test's own; null: the shipped one.</param>
        public static async Task<City> StartAsync(bool tls = false, string? configuration = null)
        {
            var city = new City(tls);
            city.Gateway = await GatewayFixture.StartAsync(new GatewayStart
            {
                ConfigurationFolder = configuration,
                Adjust = settings => city.Over(settings) with
                {
                    Delivery = settings.Delivery with { BackoffBase = TimeSpan.FromMilliseconds(100), BackoffMax = TimeSpan.FromMilliseconds(500) },
                },
            });
            city.Follow();
            return city;
        }

        /// <summary>Nobody reaches this gateway from outside until it is mended.</summary>
        public async Task CutAsync()
        {
            Volatile.Write(ref _cut, true);
            await _line.BreakAsync();
        }

        public void Mend() => Volatile.Write(ref _cut, false);

        /// <summary>Its keys as it publishes them.</summary>
        public async Task<JsonArray> KeysAsync() =>
            JsonNode.Parse(await Gateway[Notices.Bureau].Rest.GetStringAsync("/.well-known/jwks", TestContext.Current.CancellationToken))!["keys"]!.AsArray(); // a key set has keys

        /// <summary>Restarts with the other city's gateway in the directory, and these agencies behind it.</summary>
        public async Task EnrolAsync(string name, City other, string[] behind)
        {
            var keys = string.Join(", ", (await other.KeysAsync()).Where(key => (string?)key!["kty"] == "EC") // an entry is an object
                .Select(key => $"{{ kty: EC, crv: P-256, alg: ES256, kid: \"{key!["kid"]}\", x: \"{key["x"]}\", y: \"{key["y"]}\" }}"));
            var certificate = other.Tls is { } tls ? $"certificate: {{ thumbprints: [\"{tls.Pinned}\"] }}, " : "";
            var gateway = new ConfigurationFile($"agencies/{name}.yaml", $$"""
                id: {{name}}
                kind: gateway
                title: { zh: 外市网关, en: Another city's gateway }
                region: "450200"
                channel: { kind: peer, url: "{{other.Address}}", allowed-addresses: ["127.0.0.0/8"] }
                clients:
                  - { client-id: {{name}}-system, signatures: required, binding: none, {{certificate}}jwks: { keys: [{{keys}}] } }
                """);
            if (other.Tls is { } trusted)
            {
                Tls?.Show(name);
                Tls?.Trust(name, trusted.Authority);
            }

            Gateway.Overlay = [.. Gateway.Overlay, gateway, .. behind.Select(agency => Behind(agency, name))];
            await RestartAsync();
        }

        public async Task RestartAsync()
        {
            await Gateway.StopAsync();
            await Gateway.StartAgainAsync();
            Follow();
        }

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await _line.DisposeAsync();
            Tls?.Dispose();
        }

        private GatewaySettings Over(GatewaySettings settings) => Tls is { } tls
            ? settings with { KeyFolder = tls.KeyFolder, MutualTls = new MutualTlsSettings { PublicAddress = Address, Listener = new Uri("https://127.0.0.1:0") } }
            : settings with { PublicAddress = Address };

        /// <summary>An agency of the shipped configuration, as it stands at a gateway where it belongs to another.</summary>
        public static ConfigurationFile Behind(string agency, string gateway)
        {
            var text = File.ReadAllText(Path.Combine(GatewayFixture.ConfigurationFolder, "agencies", $"{agency}.yaml"));
            return new ConfigurationFile($"agencies/{agency}.yaml", text.Replace("channel: { kind: mailbox }", $"channel: {{ kind: through, gateway: {gateway} }}", StringComparison.Ordinal));
        }

        /// <summary>The line leads to the listener for certificates, where there is one.</summary>
        private void Follow() => _target[0] = new IPEndPoint(IPAddress.Loopback, new Uri(Gateway.Gateway.Services.GetRequiredService<IServer>()
            .Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.ElementAt(Tls is null ? 0 : 2)).Port);
    }
}
