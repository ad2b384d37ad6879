using LegalAid.Gateway.Benchmarks.Floors;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Benchmarks.Gateway;

/// <summary>
/// The shipped gateway with the shipped connectors of the given bodies, at whose addresses they answer, and with as many questions at a time to each
/// as the rate needs (the usual eight are 200 a second of 40 ms at best); the other bodies have no connector, as they do not run here. Nothing else is left out.
/// </summary>
internal sealed class VerifyingGateway : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("legalaid-bench-");
    private readonly AgencySystem _centre = new(Notices.AidCentre);
    private readonly StorePlace _store;
    private readonly FileLogs _logs;
    private DemoGateway? _gateway;

    private VerifyingGateway(StorePlace store) => (_store, _logs) = (store, new FileLogs(Path.Combine(_folder.FullName, "gateway.log")));

    /// <summary>The centre's client.</summary>
    public EligibilityService.EligibilityServiceClient Client => new(_centre.Invoker);

    public static async Task<VerifyingGateway> StartAsync(StoreBench store, IReadOnlyList<BareBody> bodies, CancellationToken cancellationToken)
    {
        var bench = new VerifyingGateway(await store.CreateAsync(cancellationToken));
        var secrets = Directory.CreateDirectory(Path.Combine(bench._folder.FullName, "var", "keys", "connectors"));
        foreach (var body in bodies)
        {
            await File.WriteAllTextAsync(Path.Combine(secrets.FullName, $"{body.Name}.secret"), "bench", cancellationToken);
        }

        var options = new GatewayHostOptions
        {
            ConfigurationFolder = GatewayFixture.ConfigurationFolder,
            WorkingFolder = bench._folder.FullName,
            Overlay = [.. Agencies(bodies)],
            Adjust = settings => DemoSettings.Of(settings, GatewayFixture.SeedFolder, freePorts: true) with { Store = bench._store.Settings },
            Logs = bench._logs,
        };
        bench._gateway = await DemoGateway.StartAsync(
            options, new Dictionary<string, AgencySystem>(StringComparer.Ordinal) { [Notices.AidCentre] = bench._centre }, [], cancellationToken);
        return bench;
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        _centre.Dispose();
        _logs.Close();
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static IEnumerable<ConfigurationFile> Agencies(IReadOnlyList<BareBody> bodies) =>
        from path in Directory.GetFiles(Path.Combine(GatewayFixture.ConfigurationFolder, "agencies"), "*.yaml")
        let text = File.ReadAllText(path)
        let connectors = text.IndexOf("\nconnectors:", StringComparison.Ordinal)
        where connectors >= 0
        let body = bodies.SingleOrDefault(body => body.Agency == Path.GetFileNameWithoutExtension(path))
        select new ConfigurationFile(
            $"agencies/{Path.GetFileName(path)}",
            body is null
                ? text[..(connectors + 1)]
                : text.Replace(body.ShippedAddress, body.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
                    .Replace("    timeout: 5s\n", "    timeout: 5s\n    pace: { concurrency: 64 }\n", StringComparison.Ordinal));
}
