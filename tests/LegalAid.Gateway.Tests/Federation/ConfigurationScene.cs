using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Testing.Postgres;
using LegalAid.Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>A gateway whose people approve, on a configuration folder of its own that somebody edits.</summary>
public class ConfigurationScene : StaffScene
{
    public const string Operations = "sharing/operations.yaml", Granted = "        - legalaid.directory.v1.DirectoryService/GetAgency\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("legalaid-configuration-");

    public string Folder => _folder.FullName;

    public ConfigurationArchive Archive => Gateway.Gateway.Services.GetRequiredService<ConfigurationArchive>();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Edits a file and lets the gateway read the folder again.</summary>
    /// <returns>The digest of what waits; empty where nothing does.</returns>
    public async Task<string> ChangeAsync(string file, Func<string, string> change)
    {
        var path = Path.Combine(Folder, file);
        await File.WriteAllTextAsync(path, change(await File.ReadAllTextAsync(path)));
        Assert.Empty(await Gateway.Gateway.Services.GetRequiredService<ConfigurationReload>().ReloadAsync(CancellationToken.None));
        return Archive.Waiting ?? "";
    }

    /// <summary>A change that says nothing.</summary>
    public Task<string> RemarkAsync(string words) => ChangeAsync("regions.yaml", text => $"{text}\n# {words}\n");

    protected override GatewayStart Adjust(GatewayStart start)
    {
        foreach (var file in Directory.GetFiles(GatewayFixture.ConfigurationFolder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(Folder, Path.GetRelativePath(GatewayFixture.ConfigurationFolder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target) ?? Folder);
            File.Copy(file, target);
        }

        return start with { ConfigurationFolder = Folder };
    }
}

/// <summary>The same on PostgreSQL, for two nodes.</summary>
public sealed class TwoNodesScene : ConfigurationScene
{
    private PostgresServer? _server;

    public override async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    protected override GatewayStart Adjust(GatewayStart start) => base.Adjust(start) with
    {
        Adjust = TwoNodesTests.On(_server ?? throw new InvalidOperationException("the server is started first")).Adjust,
    };
}
