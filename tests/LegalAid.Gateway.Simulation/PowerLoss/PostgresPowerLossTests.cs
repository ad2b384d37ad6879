using LegalAid.Gateway.Simulation.History;

namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>Must show 1 on PostgreSQL, with a whole server under the recorder. More cuts: <c>power-loss --store postgres</c>.</summary>
public sealed class PostgresPowerLossTests(ITestOutputHelper output)
{
    private const int Seed = 20260302;

    [Fact]
    public async Task Postgres_PowerCutAtSyncs_LosesNothing()
    {
        var report = await PlayAsync("fsync=on", new CutPlan(EachSync: 6, Between: 1, Variants: 1));

        Assert.Empty(report.Findings);
        Assert.True(report.Figures is { Syncs: > 50, Acknowledged: > 50, Images: > 10 }, "the run hit nothing");
    }

    [Theory]
    [InlineData("synchronous_commit=off")]
    [InlineData("fsync=off")]
    public async Task Postgres_PowerCutWhileSyncingLess_LossesAreFound(string care)
    {
        var report = await PlayAsync(care, new CutPlan(EachSync: 0, Between: 0, Variants: 0, Exposed: 5));

        Assert.Contains(report.Findings, finding => finding.Kind == FindingKind.Lost);
    }

    private async Task<PowerReport> PlayAsync(string care, CutPlan cuts)
    {
        var run = new PowerLossRun(new PostgresPowered(), new PowerPlan(Seed, care, Callers: 12, Rounds: 2), cuts, TimeProvider.System);
        var report = await run.PlayAsync(TestContext.Current.CancellationToken);
        output.WriteLine(PowerLossCommand.Table(report));
        return report;
    }
}
