using System.Globalization;

namespace LegalAid.Gateway.Simulation.Delivery;

/// <summary>
/// Runs seeds: 20 from 1 on, or as many as <c>LEGALAID_SEEDS</c> says, from <c>LEGALAID_SEED</c> on. The seed is in the test's name and in
/// every failure.
/// </summary>
public sealed class DeliverySimulationTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(Setting("LEGALAID_SEED", 1), Setting("LEGALAID_SEEDS", 20))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Run_Seed_KeepsEveryPromise(int seed)
    {
        var history = await new DeliverySimulation(seed).RunAsync();

        Assert.True(history.Faults().IsEmpty, $"seed {seed}:\n{string.Join('\n', history.Faults())}");
    }

    [Fact]
    public async Task Run_FirstSeeds_MeetCopiesAndCrashes()
    {
        var (copies, crashes) = (0, 0);
        for (var seed = 1; seed <= 3; seed++)
        {
            var simulation = new DeliverySimulation(seed);
            var history = await simulation.RunAsync();
            copies += history.Arrivals.Count - history.Acknowledged.Count;
            crashes += simulation.Crashes;
        }

        Assert.True(copies > 10 && crashes > 3, $"{copies} copies, {crashes} crashes");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
