using LegalAid.Gateway.Casework.Configuration;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>Issue "main job", must show 2: killed at any moment, the gateway keeps what it acknowledged. 200 kills: <c>kill --times 200</c>.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Seed = 20260302;
    private const int CivilRate = 40_000;

    // Fifteen kills, and a short run with one more, a storm on the line to the database and a crash of its server.
    [Theory]
    [InlineData(StoreKind.Sqlite, 1, Harm.Kills, 8)]
    [InlineData(StoreKind.Postgres, 2, Harm.Kills, 7)]
    [InlineData(StoreKind.Postgres, 1, Harm.Chaos, 3)]
    public async Task Gateway_KilledAgainAndAgain_LosesAndDoublesNothing(StoreKind store, int nodes, Harm harm, int times)
    {
        var figures = await PlayAsync(new KillPlan(Seed, times, CivilRate, store, nodes, harm));

        Assert.True(figures is { RepeatedCalls: > 0, Checkpoints: > 1, Struck: > 0 }, "the run hit nothing");
        Assert.True(harm != Harm.Chaos || figures.CommitsUntold > 0, "every commit was told");
        Assert.True(harm != Harm.Kills || figures.Breaches > 0, "no clock ran out"); // the short one may be over before
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Gateway_DiskFullForAWhile_TellsItAndGoesOnByItself(StoreKind store)
    {
        var figures = await PlayAsync(new KillPlan(Seed, 1, CivilRate, store, Harm: Harm.FullDisk));

        Assert.True(figures.ToldUnavailable > 0, "the run hit nothing");
        Assert.Empty(figures.LoggedErrors); // it is a warning, and passes
    }

    private async Task<KillFigures> PlayAsync(KillPlan plan)
    {
        var report = await KillRun.PlayAsync(
            plan, (number, moment, acknowledged) => output.WriteLine($"{number,3} {moment,-60} {acknowledged} acknowledged"),
            TimeProvider.System, TestContext.Current.CancellationToken);

        output.WriteLine(KillCommand.Table(report));
        Assert.Empty(report.Findings);
        Assert.True(report.Figures.Acknowledged > plan.Times && report.Figures.Delivered > plan.Times, "nobody worked");
        return report.Figures;
    }
}
