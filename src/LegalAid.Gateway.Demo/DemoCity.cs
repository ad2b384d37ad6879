using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Demo.Agencies;
using Microsoft.Extensions.Logging.Abstractions;

namespace LegalAid.Gateway.Demo;

/// <summary>
/// One city's gateway with a folder of its own: the shipped configuration, its store and its keys. Its operator can enrol another city's gateway while it runs, as
/// docs/peers.md says.
/// </summary>
public sealed class DemoCity : IAsyncDisposable
{
    private const string Loopback = "127.0.0.1";

    private readonly string _seeds;
    private DemoGateway? _gateway;
    private Task? _start;

    private DemoCity(City city, string folder, string seeds) => (City, Folder, _seeds) = (city, folder, seeds);

    public City City { get; }

    /// <summary>Where its store and keys are.</summary>
    public string Folder { get; }

    /// <summary>Where the gateway's logs go; nowhere unless it is set before the start.</summary>
    public ILoggerProvider Logs { get; set; } = NullLoggerProvider.Instance;

    public string Configuration => Path.Combine(Folder, "gateway-config");

    public DemoGateway Gateway => _gateway ?? throw new InvalidOperationException($"{City.Gateway} is not up");

    /// <summary>The connected system of an agency of this city.</summary>
    public AgencySystem this[string agency] => Gateway[agency];

    /// <summary>Gives a city its folder, with a copy of the shipped configuration that names its own addresses.</summary>
    /// <param name="shipped">Where configuration and seeds were shipped to.</param>
    public static DemoCity Found(City city, DirectoryInfo place, string shipped)
    {
        var settled = new DemoCity(city, place.CreateSubdirectory(city.Gateway).FullName, Path.Combine(shipped, "seeds"));
        var from = Path.Combine(shipped, "gateway-config");
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(settled.Configuration, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!); // a file is in a folder
            File.Copy(file, to);
        }

        settled.Edit("gateway.yaml", text => text
            .Replace(Port(City.Nanning.RestPort), Port(city.RestPort), StringComparison.Ordinal)
            .Replace(Port(City.Nanning.GrpcPort), Port(city.GrpcPort), StringComparison.Ordinal));
        return settled;

        static string Port(int port) => string.Create(CultureInfo.InvariantCulture, $"{Loopback}:{port}");
    }

    /// <summary>Starts the gateway.</summary>
    /// <param name="anyPorts">Take any free ports, even where the city's own are free.</param>
    public Task StartAsync(
        Dictionary<string, AgencySystem> agencies, IReadOnlyList<PushTarget> pushes, ImmutableArray<ConfigurationFile> overlay, bool anyPorts, CancellationToken cancellationToken) =>
        _start = UpAsync(agencies, pushes, overlay, anyPorts || !DemoSettings.AreFree(City.RestPort, City.GrpcPort), cancellationToken);

    /// <summary>
    /// Enrols another city's gateway here, while this one runs: an entry that the province signed, with the address and the keys by which the other signs receipts; and whoever
    /// is reached through it. Returns what is wrong with it, nothing where it is in force.
    /// </summary>
    public async Task<IReadOnlyList<ConfigurationFault>> EnrolAsync(DemoCity other, Province province, CancellationToken cancellationToken)
    {
        Write("directory.yaml", province.Directory);
        Write($"agencies/{other.City.Gateway}.jws", province.Vouch(other.City.Gateway, await other.EntryAsync(cancellationToken)));
        foreach (var agency in other.City.Agencies)
        {
            Edit($"agencies/{agency}.yaml", text => text.Replace(
                "channel: { kind: mailbox }", $"channel: {{ kind: through, gateway: {other.City.Gateway} }}", StringComparison.Ordinal));
        }

        return await Gateway.ReloadAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_start is { } start)
        {
            await start.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // whoever started it was told
        }

        if (_gateway is { } gateway)
        {
            await gateway.DisposeAsync();
        }
    }

    private async Task UpAsync(
        Dictionary<string, AgencySystem> agencies, IReadOnlyList<PushTarget> pushes, ImmutableArray<ConfigurationFile> overlay, bool freePorts, CancellationToken cancellationToken) =>
        _gateway = await DemoGateway.StartAsync(
            new GatewayHostOptions
            {
                ConfigurationFolder = Configuration,
                WorkingFolder = Folder,
                Overlay = overlay,
                Adjust = settings => DemoSettings.Of(settings, _seeds, freePorts),
                Logs = Logs,
            },
            agencies, pushes, cancellationToken);

    /// <summary>What another city's directory says of this gateway.</summary>
    private async Task<string> EntryAsync(CancellationToken cancellationToken)
    {
        var published = await this[City.Agencies[0]].GetAsync("/.well-known/jwks", cancellationToken);
        var keys = (published.Body?["keys"]?.AsArray() ?? []).Where(key => key?["kid"]?.GetValue<string>().StartsWith("receipt-", StringComparison.Ordinal) == true);
        return $$"""
            id: {{City.Gateway}}
            kind: gateway
            title: { zh: {{City.Title.Zh}}, en: "{{City.Title.En}}" }
            region: "{{City.Region}}"
            channel: { kind: peer, url: "{{Gateway.Rest}}", allowed-addresses: ["127.0.0.0/8"] }
            clients:
              - client-id: {{City.Gateway}}-system
                signatures: required
                binding: none
                jwks: { keys: {{new JsonArray([.. keys.Select(key => key?.DeepClone())]).ToJsonString()}} }
            """;
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(Configuration, file), text);

    private void Edit(string file, Func<string, string> edit) => Write(file, edit(File.ReadAllText(Path.Combine(Configuration, file))));
}
