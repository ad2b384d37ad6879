using System.Net;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Peers;

/// <summary>
/// Two whole gateways on real sockets, each enrolled at the other: the court's city in the north, the aid centre's in the south. Each is reached at an address of its own that
/// stays over restarts, through a line that can be cut.
/// </summary>
internal sealed class TwoCities : IAsyncDisposable
{
    public const string North = "north-gateway", South = "south-gateway";

    private TwoCities(City north, City south) => (Northern, Southern) = (north, south);

    public City Northern { get; }

    public City Southern { get; }

    /// <param name="northern">Agencies that belong to the northern gateway; by default a court and a firm.</param>
    /// <param name="southern">Those that belong to the southern; by default an aid centre.</param>
    public static async Task<TwoCities> StartAsync(string[]? northern = null, string[]? southern = null)
    {
        var (north, south) = (await City.StartAsync(), await City.StartAsync());
        await north.EnrolAsync(South, south, southern ?? [Notices.AidCentre]);
        await south.EnrolAsync(North, north, northern ?? [Notices.Court, Notices.FirstFirm]);
        return new TwoCities(north, south);
    }

    public async ValueTask DisposeAsync()
    {
        await Northern.DisposeAsync();
        await Southern.DisposeAsync();
    }

    /// <summary>One gateway and the line that leads to it.</summary>
    internal sealed class City : IAsyncDisposable
    {
        private readonly EndPoint[] _target = [new IPEndPoint(IPAddress.Loopback, 1)];
        private readonly TcpProxy _line;
        private bool _cut;

        private City()
        {
            _line = TcpProxy.Start(_target, _ => new TcpFate(Volatile.Read(ref _cut) ? TcpFault.Refuse : TcpFault.None), TimeProvider.System);
            Address = new Uri($"http://{_line.Address}/");
            Gateway = null!; // set before anybody sees the city
        }

        /// <summary>What the other city calls.</summary>
        public Uri Address { get; }

        public GatewayFixture Gateway { get; private set; }

        public static async Task<City> StartAsync()
        {
            var city = new City();
            city.Gateway = await GatewayFixture.StartAsync(new GatewayStart
            {
                Adjust = settings => settings with
                {
                    PublicAddress = city.Address,
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
            var gateway = new ConfigurationFile($"agencies/{name}.yaml", $$"""
                id: {{name}}
                kind: gateway
                title: { zh: 外市网关, en: Another city's gateway }
                region: "450200"
                channel: { kind: peer, url: "{{other.Address}}", allowed-addresses: ["127.0.0.0/8"] }
                clients:
                  - { client-id: {{name}}-system, signatures: required, binding: none, jwks: { keys: [{{keys}}] } }
                """);
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
        }

        private static ConfigurationFile Behind(string agency, string gateway)
        {
            var text = File.ReadAllText(Path.Combine(GatewayFixture.ConfigurationFolder, "agencies", $"{agency}.yaml"));
            return new ConfigurationFile($"agencies/{agency}.yaml", text.Replace("channel: { kind: mailbox }", $"channel: {{ kind: through, gateway: {gateway} }}", StringComparison.Ordinal));
        }

        private void Follow() => _target[0] = new IPEndPoint(IPAddress.Loopback, Gateway.Gateway.Rest.Port);
    }
}
