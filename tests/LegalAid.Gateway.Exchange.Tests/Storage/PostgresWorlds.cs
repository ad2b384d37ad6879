using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Storage.Postgres;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>Nodes over one database of their own.</summary>
internal sealed class PostgresWorlds : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("worlds-");
    private readonly PostgresStoreOptions _options;
    private readonly List<LedgerWorld> _nodes = [];

    private PostgresWorlds(PostgresStoreOptions options) => _options = options;

    public IReadOnlyList<LedgerWorld> Nodes => _nodes;

    public static async Task<PostgresWorlds> CreateAsync(SharedPostgres server, ConfigurationSnapshot snapshot, int nodes)
    {
        var worlds = new PostgresWorlds(await server.NewOptionsAsync());
        var home = new LedgerHome(worlds._folder, LedgerHome.NewKeys(count => new byte[count]), async (time, logger, cancellation) =>
            await PostgresLedgerStore.OpenAsync(worlds._options, time, logger, cancellation));
        try
        {
            for (var node = 0; node < nodes; node++)
            {
                worlds._nodes.Add(await LedgerWorld.CreateAsync(snapshot, home: home));
            }
        }
        catch
        {
            await worlds.DisposeAsync();
            throw;
        }

        return worlds;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _folder.Delete(recursive: true);
        await SharedPostgres.DropAsync(_options);
    }
}
