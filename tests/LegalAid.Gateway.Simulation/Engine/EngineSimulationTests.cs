using LegalAid.Gateway.Simulation.History;

namespace LegalAid.Gateway.Simulation.Engine;

/// <summary>The simulation meets what it is for; its seeds are run by <see cref="SimulationTests"/>.</summary>
public sealed class EngineSimulationTests
{
    [Fact]
    public async Task Run_FirstSeeds_MeetFailuresAndRestarts()
    {
        var (failures, restarts) = (0, 0);
        for (var seed = 1; seed <= 5; seed++)
        {
            var simulation = new EngineSimulation(seed);
            Assert.Empty(await simulation.RunAsync(TestContext.Current.CancellationToken));
            failures += simulation.Failures;
            restarts += simulation.Restarts;
        }

        Assert.True(failures > 20 && restarts > 1, $"{failures} failures, {restarts} restarts");
    }

    [Fact]
    public async Task Run_StoreThatClaimsWhatItDidNotKeep_IsFound()
    {
        var findings = await new EngineSimulation(1, lies: 0.1).RunAsync(TestContext.Current.CancellationToken);

        Assert.Contains(findings, finding => finding.Kind == FindingKind.Lost);
    }
}
