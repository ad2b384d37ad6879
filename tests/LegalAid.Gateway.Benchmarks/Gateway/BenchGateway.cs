using LegalAid.Gateway.Benchmarks.Floors;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Benchmarks.Gateway;

/// <summary>
/// A whole gateway in this process, as it is shipped, on a store of its own in a temporary folder: its workers run, its log is written,
/// nothing is left out. Only the ports are free ones and the civil date is the demo's.
/// </summary>
internal sealed class BenchGateway : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("legalaid-bench-");
    private readonly AgencySystem _court = new(Notices.Court);
    private readonly FileLogs _logs;
    private DemoGateway? _gateway;

    private BenchGateway() => _logs = new FileLogs(Path.Combine(_folder.FullName, "gateway.log"));

    public ExchangeLedger Ledger => Running.Services.GetRequiredService<ExchangeLedger>();

    /// <summary>A ledger like the running one, over another store.</summary>
    public ExchangeLedger LedgerOver(Func<ILedgerStore, ILedgerStore> store) => ActivatorUtilities.CreateInstance<ExchangeLedger>(
        Running.Services, store(Running.Services.GetRequiredService<ILedgerStore>()));

    /// <summary>The court's system, connected over loopback.</summary>
    public AgencySystem Court => _court;

    /// <summary>Folder of store, keys and log.</summary>
    public string Folder => _folder.FullName;

    private DemoGateway Running => _gateway ?? throw new InvalidOperationException("the gateway is stopped");

    public static async Task<BenchGateway> StartAsync(StoreBench store, CancellationToken cancellationToken, IReadOnlyList<PushTarget>? pushes = null)
    {
        var bench = new BenchGateway();
        var options = new GatewayHostOptions
        {
            ConfigurationFolder = GatewayFixture.ConfigurationFolder,
            WorkingFolder = bench.Folder,
            Adjust = settings => store.Adjust(DemoSettings.Of(settings, GatewayFixture.SeedFolder, freePorts: true)),
            Logs = bench._logs,
        };
        bench._gateway = await DemoGateway.StartAsync(
            options, new Dictionary<string, AgencySystem>(StringComparer.Ordinal) { [Notices.Court] = bench._court }, pushes ?? [], cancellationToken);
        return bench;
    }

    /// <summary>Stops the gateway in good order; its folder stays until it is disposed of.</summary>
    public async Task StopAsync()
    {
        if (_gateway is { } gateway)
        {
            _gateway = null;
            await gateway.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _court.Dispose();
        _logs.Dispose();
        _folder.Delete(recursive: true);
    }
}
