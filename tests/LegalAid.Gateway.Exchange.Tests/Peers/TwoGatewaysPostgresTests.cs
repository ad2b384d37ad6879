using System.Security.Cryptography;
using LegalAid.Gateway.Exchange.Storage.Postgres;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Exchange.Tests.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Peers;

/// <summary>Two gateways on PostgreSQL, each in a schema of its own.</summary>
public sealed class TwoGatewaysPostgresTests(SharedPostgres server) : TwoGatewaysConformance
{
    private protected override async Task<CityHome?> NewHomeAsync()
    {
        var options = await server.NewOptionsAsync();
        var folder = Directory.CreateTempSubdirectory("city-");
        var home = new LedgerHome(folder, LedgerHome.NewKeys(RandomNumberGenerator.GetBytes), async (time, logger, cancellationToken) =>
            await PostgresLedgerStore.OpenAsync(options, time, logger, cancellationToken));
        return new CityHome(home, async () =>
        {
            folder.Delete(recursive: true);
            await SharedPostgres.DropAsync(options);
        });
    }
}
