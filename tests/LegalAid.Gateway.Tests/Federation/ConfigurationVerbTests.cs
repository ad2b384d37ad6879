using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using static LegalAid.Gateway.Tests.Wire.LogReading;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>The way out where two people cannot be waited for: their provider is away, and a deadline is not.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class ConfigurationVerbTests : IDisposable
{
    private const string Issuers = """

        issuers:
          - url: https://sso.bureau.example
            algorithms: [ES256]
            allowed-addresses: [10.0.0.0/8]
            staff:
              client-id: legalaid-console
              roles:
                - { claim: roles, value: gw-operator, role: operator }
                - { claim: roles, value: gw-admin, role: administrator }

        """;

    private static readonly string Agency = Path.Combine("agencies", $"{StaffScene.Bureau}.yaml");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("legalaid-verb-");

    public ConfigurationVerbTests()
    {
        foreach (var source in new[] { GatewayFixture.ConfigurationFolder, GatewayFixture.SeedFolder })
        {
            foreach (var file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
            {
                var target = Path.Combine(_folder.FullName, Path.GetFileName(source), Path.GetRelativePath(source, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target) ?? source);
                File.Copy(file, target);
            }
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Configuration => Path.Combine(_folder.FullName, "gateway-config");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Activate_OfARunningGateway_IsLoudAndReviewedAfterwards()
    {
        Edit(Agency, text => text + Issuers);
        await using var app = await StartAsync();
        var (archive, store) = (app.Services.GetRequiredService<ConfigurationArchive>(), app.Services.GetRequiredService<ILedgerStore>());
        var before = archive.Current.Digest;

        // The gateway reads the folder itself: no SIGHUP went before, and what the operator saw must be what it sees.
        Edit("regions.yaml", text => text + "\n# by one\n");
        Assert.Contains("加 --without-approval", (await RunAsync("--reason", "x")).Error, StringComparison.Ordinal);
        Assert.Contains("须说明事由", (await RunAsync("--without-approval", "--reason", " ")).Error, StringComparison.Ordinal);
        Assert.Equal(before, archive.Current.Digest);
        var activated = await RunAsync("--without-approval", "--reason", "身份提供方停机", "--as", "王");

        Assert.True(activated.Code == 0, activated.Error);
        Assert.NotEqual(before, archive.Current.Digest);
        Assert.Null(archive.Waiting);
        var leaf = (await LeavesOfKindAsync(store, LeafKinds.Configuration))[^1];
        Assert.Equal(
            (archive.Current.Digest, before, true, "王", "身份提供方停机"),
            (Text(leaf, "digest"), Text(leaf, "from"), leaf["withoutApproval"]?.GetValue<bool>(), Text(leaf, "operator"), Text(leaf, "reason")));
        var review = await store.FindApprovalAsync(new ApprovalId(Guid.Parse(Text(leaf, "review") ?? "")), Cancellation);
        Assert.Equal((ApprovalActs.Review, ApprovalStatus.Asked), (review?.Act, review?.Status));

        // Again: it is active.
        Assert.Contains("该配置已经生效", (await RunAsync("--without-approval", "--reason", "x")).Error, StringComparison.Ordinal);
        var reload = app.Services.GetRequiredService<ConfigurationReload>();
        Assert.Contains("配置目录与此不同", (await reload.ActivateWithoutApprovalAsync("another digest", "王", "x", Cancellation))?.Zh, StringComparison.Ordinal);
        await app.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Activate_WhereTheGatewayIsDown_IsWhatItStartsWith()
    {
        Edit(Agency, text => text + Issuers);
        string before;
        await using (var app = await StartAsync())
        {
            before = app.Services.GetRequiredService<ConfigurationArchive>().Current.Digest;
            await app.StopAsync(Cancellation);
        }

        // Staff are switched off in the folder: by itself that changes nothing.
        Edit(Agency, text => text.Replace(Issuers, "", StringComparison.Ordinal));
        await using (var app = await StartAsync())
        {
            Assert.Equal(before, app.Services.GetRequiredService<ConfigurationArchive>().Current.Digest);
            Assert.NotNull(app.Services.GetRequiredService<ConfigurationArchive>().Waiting);
            await app.StopAsync(Cancellation);
        }

        Assert.Contains("无法连接", (await RunAsync("--without-approval", "--reason", "提供方永久停用")).Error, StringComparison.Ordinal);
        var activated = await RunAsync("--offline", "--without-approval", "--reason", "提供方永久停用");
        Assert.True(activated.Code == 0, activated.Error);

        await using (var app = await StartAsync())
        {
            var archive = app.Services.GetRequiredService<ConfigurationArchive>();
            Assert.NotEqual(before, archive.Current.Digest);
            Assert.Null(archive.Waiting);
            Assert.True((await LeavesOfKindAsync(app.Services.GetRequiredService<ILedgerStore>(), LeafKinds.Configuration))[^1]["withoutApproval"]?.GetValue<bool>());

            // Nobody's staff sign in any more: as before there were any, the folder alone decides.
            Edit("regions.yaml", text => text + "\n# by one\n");
            Assert.Contains("无须批准", (await RunAsync("--without-approval", "--reason", "x")).Error, StringComparison.Ordinal);
            Assert.Empty(await app.Services.GetRequiredService<ConfigurationReload>().ReloadAsync(Cancellation));
            Assert.Null(archive.Waiting);
            await app.StopAsync(Cancellation);
        }
    }

    private void Edit(string file, Func<string, string> change)
    {
        var path = Path.Combine(Configuration, file);
        File.WriteAllText(path, change(File.ReadAllText(path)));
    }

    private async Task<WebApplication> StartAsync()
    {
        var app = await GatewayHost.BuildAsync(
            new GatewayHostOptions
            {
                ConfigurationFolder = Configuration, WorkingFolder = _folder.FullName, Logs = NullLoggerProvider.Instance,
                Adjust = settings => settings with { Listeners = new ListenerSettings { Rest = new Uri("http://127.0.0.1:0"), Grpc = new Uri("http://127.0.0.1:0") } },
            },
            Cancellation);
        await app.StartAsync(Cancellation);
        return app;
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CapturedConsole.RunAsync(["configuration", "activate", .. arguments, "--work", _folder.FullName, "--config", Configuration]);
}
