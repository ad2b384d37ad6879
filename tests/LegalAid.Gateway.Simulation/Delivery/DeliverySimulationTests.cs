namespace LegalAid.Gateway.Simulation.Delivery;

/// <summary>The simulation meets what it is for; its seeds are run by <see cref="SimulationTests"/>.</summary>
public sealed class DeliverySimulationTests
{
    [Fact]
    public async Task Run_FirstSeeds_MeetCopiesAndCrashes()
    {
        var (copies, crashes) = (0, 0);
        for (var seed = 1; seed <= 10; seed++)
        {
            var simulation = new DeliverySimulation(seed);
            var history = await simulation.RunAsync();
            copies += history.Arrivals.Count - history.Acknowledged.Count;
            crashes += simulation.Crashes;
        }

        Assert.True(copies > 10 && crashes > 3, $"{copies} copies, {crashes} crashes");
    }
}
