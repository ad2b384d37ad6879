using LegalAid.Gateway.Simulation.History;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>Issue "main job", must show 2: killed at any moment, the gateway keeps what it acknowledged. 200 kills: <c>kill --times 200</c>.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 15;
    private const int Seed = 20260302;
    private const int CivilRate = 40_000;

    [Fact]
    public async Task Gateway_KilledFifteenTimes_LosesAndDoublesNothing()
    {
        var report = await KillRun.PlayAsync(
            Seed, Kills, CivilRate, (number, moment, acknowledged) => output.WriteLine($"{number,3} {moment,-44} {acknowledged} acknowledged"),
            TimeProvider.System, TestContext.Current.CancellationToken);

        output.WriteLine(KillCommand.Table(report));
        Assert.Empty(report.Findings);
        Assert.True(report.Figures is { Acknowledged: > Kills, Delivered: > Kills, RepeatedCalls: > 0, Breaches: > 0, Struck: > 0 }, "the run hit nothing");
    }
}
