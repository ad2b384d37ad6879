using LegalAid.Gateway.Benchmarks.Floors;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Benchmarks.Gateway;

/// <summary>
/// A whole gateway in this process, as it is shipped, on a store and in a folder of its own: its workers run, its log is written,
/// nothing is left out. Only the ports are free ones and the civil date is the demo's.
/// </summary>
internal sealed class BenchGateway : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("legalaid-bench-");
    private readonly AgencySystem _court = new(Notices.Court);
    private readonly StorePlace _store;
    private readonly FileLogs _logs;
    private DemoGateway? _gateway;

    private BenchGateway(StorePlace store) => (_store, _logs) = (store, new FileLogs(Path.Combine(_folder.FullName, "gateway.log")));

    public ExchangeLedger Ledger => Services.GetRequiredService<ExchangeLedger>();

    /// <summary>A ledger like the running one, over another store.</summary>
    public ExchangeLedger LedgerOver(Func<ILedgerStore, ILedgerStore> store) => ActivatorUtilities.CreateInstance<ExchangeLedger>(
        Services, store(Services.GetRequiredService<ILedgerStore>()));

    /// <summary>The court's system, connected over loopback.</summary>
    public AgencySystem Court => _court;

    /// <summary>Where it takes gRPC.</summary>
    public Uri Grpc => Running.Grpc;

    /// <summary>Where its store is; the gateway must be stopped while others use it.</summary>
    public StorePlace Store => _store;

    /// <summary>What the running gateway is made of.</summary>
    public IServiceProvider Services => Running.Services;

    private DemoGateway Running => _gateway ?? throw new InvalidOperationException("the gateway is stopped");

    public static async Task<BenchGateway> StartAsync(StoreBench store, CancellationToken cancellationToken, IReadOnlyList<PushTarget>? pushes = null)
    {
        var bench = new BenchGateway(await store.CreateAsync(cancellationToken));
        await bench.StartAgainAsync(pushes ?? [], cancellationToken);
        return bench;
    }

    /// <summary>Starts the gateway on the folder as it is; these agencies are pushed to in place of their mailbox.</summary>
    public async Task StartAgainAsync(IReadOnlyList<PushTarget> pushes, CancellationToken cancellationToken)
    {
        var options = new GatewayHostOptions
        {
            ConfigurationFolder = GatewayFixture.ConfigurationFolder,
            WorkingFolder = _folder.FullName,
            Adjust = settings => DemoSettings.Of(settings, GatewayFixture.SeedFolder, freePorts: true) with { Store = _store.Settings },
            Logs = _logs,
        };
        _gateway = await DemoGateway.StartAsync(
            options, new Dictionary<string, AgencySystem>(StringComparer.Ordinal) { [Notices.Court] = _court }, pushes, cancellationToken);
    }

    /// <summary>Makes the secret that pushes are signed with.</summary>
    public void EnsurePushSecret(string name) => Running.PushSecret(name);

    /// <summary>Whether nothing waits for the agency or is on its way to it: every delivery's outcome is recorded.</summary>
    public async Task<bool> RestsAsync(string agency, CancellationToken cancellationToken) =>
        await Services.GetRequiredService<ILedgerStore>().NextDeliveryAtAsync([AgencyId.Parse(agency)], cancellationToken) is null;

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
        _logs.Close();
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
