using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Testing;

/// <summary>What a gateway under test is started with.</summary>
public sealed record GatewayStart
{
    /// <summary>System time of the gateway and of the agencies' systems.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Civil time at the first start.</summary>
    public DateTimeOffset CivilStart { get; init; } = DemoSettings.CivilStart;

    /// <summary>Agencies that are pushed to in place of their mailbox.</summary>
    public ImmutableArray<PushTarget> Pushes { get; init; } = [];

    /// <summary>The agencies' systems bind their tokens to keys (DPoP).</summary>
    public bool Bound { get; init; }

    /// <summary>Agencies that sign their requests, and must.</summary>
    public ImmutableHashSet<string> Signing { get; init; } = [];

    /// <summary>Files in place of, or beside, those of the shipped configuration.</summary>
    public ImmutableArray<ConfigurationFile> Overlay { get; init; } = [];

    /// <summary>A configuration folder of the test's own, which it may edit while the gateway runs; null: the shipped one.</summary>
    public string? ConfigurationFolder { get; init; }

    /// <summary>A last change to the settings.</summary>
    public Func<GatewaySettings, GatewaySettings> Adjust { get; init; } = settings => settings;
}

/// <summary>
/// A whole gateway on real sockets and a store of its own in a temporary folder, with every agency of the shipped configuration enrolled.
/// It can be stopped and started again on the same folder. Closing it fails where the gateway logged an Error that was not expected.
/// </summary>
public sealed class GatewayFixture : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly GatewayStart _start;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("legalaid-test-");
    private readonly Dictionary<string, AgencySystem> _agencies;
    private readonly List<DemoGateway> _nodes = [];
    private DemoGateway? _gateway;

    private GatewayFixture(GatewayStart start)
    {
        _start = start;
        Overlay = start.Overlay;
        _agencies = AgencyNames().ToDictionary(name => name, name => new AgencySystem(name, start.Bound) { Signs = start.Signing.Contains(name) }, StringComparer.Ordinal);
    }

    public static string ConfigurationFolder => Path.Combine(AppContext.BaseDirectory, "gateway-config");

    public static string SeedFolder => Path.Combine(AppContext.BaseDirectory, "seeds");

    public DemoGateway Gateway => _gateway ?? throw new InvalidOperationException("the gateway is stopped");

    /// <summary>The issuer of its tokens.</summary>
    public string Issuer => Gateway.Services.GetRequiredService<GatewaySettings>().PublicAddress.AbsoluteUri;

    public CapturedLogs Logs { get; } = new();

    /// <summary>Whether an Error line is part of what the test does. Default: none is.</summary>
    public Predicate<string> ExpectedError { get; set; } = _ => false;

    /// <summary>Files in place of, or beside, those of the shipped configuration, from the next start on.</summary>
    public ImmutableArray<ConfigurationFile> Overlay { get; set; }

    /// <summary>Folder of store and keys.</summary>
    public string WorkingFolder => _folder.FullName;

    public StoreReading Store => new(Path.Combine(WorkingFolder, "var", "gateway.db"));

    /// <summary>The connected system of an agency.</summary>
    public AgencySystem this[string agency] => _agencies[agency];

    public static async Task<GatewayFixture> StartAsync(GatewayStart? start = null)
    {
        var fixture = new GatewayFixture(start ?? new GatewayStart());
        try
        {
            await fixture.StartAgainAsync();
            return fixture;
        }
        catch
        {
            fixture._folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Starts the gateway on the folder as it is.</summary>
    public async Task StartAgainAsync()
    {
        using var patience = new CancellationTokenSource(StartPatience);
        _gateway = await DemoGateway.StartAsync(Options, _agencies, _start.Pushes, patience.Token);
    }

    /// <summary>Starts one more node on the same folder and store, which must be one for several. Agencies stay connected where they are.</summary>
    public async Task<DemoGateway> StartNodeAsync()
    {
        using var patience = new CancellationTokenSource(StartPatience);
        var node = await DemoGateway.StartAsync(Options, _agencies, _start.Pushes, patience.Token);
        _nodes.Add(node);
        foreach (var agency in _agencies.Keys)
        {
            Connect(agency, Gateway);
        }

        return node;
    }

    /// <summary>Lets an agency's system talk to that node.</summary>
    public void Connect(string agency, DemoGateway node) =>
        _agencies[agency].Connect(node.Rest, node.Grpc, node.Services.GetRequiredService<GatewaySettings>().PublicAddress.AbsoluteUri, _start.Time);

    /// <summary>Stops the gateway in good order; what it keeps is in the folder.</summary>
    public async Task StopAsync()
    {
        if (_gateway is { } gateway)
        {
            _gateway = null;
            await gateway.DisposeAsync();
        }
    }

    /// <summary>What a gateway on this folder is built with.</summary>
    public GatewayHostOptions Options => new()
    {
        ConfigurationFolder = _start.ConfigurationFolder ?? ConfigurationFolder,
        WorkingFolder = WorkingFolder,
        Overlay = Overlay,
        Adjust = settings => _start.Adjust(DemoSettings.Of(settings, SeedFolder, freePorts: true) with
        {
            CivilTime = new CivilTimeSettings { Start = _start.CivilStart },
        }),
        Time = _start.Time,
        Logs = Logs,
    };

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        foreach (var agency in _agencies.Values)
        {
            agency.Dispose();
        }

        _folder.Delete(recursive: true);
        var unexpected = Logs.Errors.Where(line => !ExpectedError(line)).ToList();
        if (unexpected.Count > 0)
        {
            throw new InvalidOperationException($"The gateway logged {unexpected.Count} unexpected errors:\n{string.Join('\n', unexpected)}");
        }
    }

    private static IEnumerable<string> AgencyNames() =>
        Directory.GetFiles(Path.Combine(ConfigurationFolder, "agencies"), "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);
}
