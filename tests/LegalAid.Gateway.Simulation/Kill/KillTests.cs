using LegalAid.Gateway.Casework.Configuration;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>Issue "main job", must show 2: killed at any moment, the gateway keeps what it acknowledged. 200 kills: <c>kill --times 200</c>.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Seed = 20260302;
    private const int CivilRate = 40_000;

    // Fifteen together.
    [Theory]
    [InlineData(StoreKind.Sqlite, 1, 8)]
    [InlineData(StoreKind.Postgres, 2, 7)]
    public async Task Gateway_KilledAgainAndAgain_LosesAndDoublesNothing(StoreKind store, int nodes, int kills)
    {
        var report = await KillRun.PlayAsync(
            new KillPlan(Seed, kills, CivilRate, store, nodes), (number, moment, acknowledged) => output.WriteLine($"{number,3} {moment,-44} {acknowledged} acknowledged"),
            TimeProvider.System, TestContext.Current.CancellationToken);

        output.WriteLine(KillCommand.Table(report));
        Assert.Empty(report.Findings);
        Assert.True(report.Figures is { RepeatedCalls: > 0, Breaches: > 0, Checkpoints: > 1, Struck: > 0 } figures
            && figures.Acknowledged > kills && figures.Delivered > kills, "the run hit nothing");
    }
}
