using LegalAid.Gateway.Exchange.Storage.Sqlite;
using LegalAid.Gateway.Simulation.History;

namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>
/// Must show 1: what was acknowledged is there after a power cut at any sync; and the same test finds what is lost with settings that sync
/// less. Every sync: <c>power-loss --store sqlite</c>.
/// </summary>
public sealed class PowerLossTests(ITestOutputHelper output)
{
    private const int Seed = 20260302;

    [Fact]
    public async Task Sqlite_PowerCutAtSyncs_LosesNothing()
    {
        var report = await PlayAsync(nameof(SqliteSynchronous.Full), rounds: 3, new CutPlan(EachSync: 110, Between: 20, Variants: 1));

        Assert.Empty(report.Findings);
        Assert.True(report.Figures is { Syncs: > 50, Acknowledged: > 100, Images: > 100 }, "the run hit nothing");
    }

    [Theory]
    [InlineData(nameof(SqliteSynchronous.Normal))]
    [InlineData(nameof(SqliteSynchronous.Off))]
    public async Task Sqlite_PowerCutWhileSyncingLess_LossesAreFound(string care)
    {
        var report = await PlayAsync(care, rounds: 2, new CutPlan(EachSync: 0, Between: 6, Variants: 0, Exposed: 12));

        Assert.Contains(report.Findings, finding => finding.Kind == FindingKind.Lost);
    }

    private async Task<PowerReport> PlayAsync(string care, int rounds, CutPlan cuts)
    {
        var run = new PowerLossRun(new SqlitePowered(), new PowerPlan(Seed, care, Callers: 12, rounds), cuts, TimeProvider.System);
        var report = await run.PlayAsync(TestContext.Current.CancellationToken);
        output.WriteLine(PowerLossCommand.Table(report));
        return report;
    }
}
