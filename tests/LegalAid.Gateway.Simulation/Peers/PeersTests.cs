namespace LegalAid.Gateway.Simulation.Peers;

/// <summary>A few rounds; more by <c>peers --rounds 200</c>.</summary>
public sealed class PeersTests
{
    private const int Rounds = 10;

    [Fact]
    public async Task Run_FirstSeeds_KeepEveryPromiseAndMeetDeathsAndHarm()
    {
        var (deaths, harmed, quarrels) = (0, 0, 0);
        var failed = await SeedRun.RunAsync(
            async (seed, token) =>
            {
                var simulation = new PeersSimulation(seed);
                var faults = await simulation.RunAsync(token);
                Interlocked.Add(ref deaths, simulation.Deaths);
                Interlocked.Add(ref harmed, simulation.Harmed);
                Interlocked.Add(ref quarrels, simulation.Quarrels);
                return faults;
            },
            first: 1, Rounds, static () => { }, TestContext.Current.CancellationToken);

        Assert.True(failed.Count == 0, string.Join('\n', failed.Select(one => $"seed {one.Seed}: {one.Fault}")));
        Assert.True(deaths > Rounds && harmed > Rounds && quarrels > Rounds, $"{deaths} deaths, {harmed} parcels harmed, {quarrels} applications taken up twice");
    }

    [Fact]
    public async Task Run_StoreThatClaimsWhatItDidNotKeep_IsFound() =>
        Assert.Contains(await new PeersSimulation(1, lies: 0.5).RunAsync(TestContext.Current.CancellationToken), fault => fault.EndsWith("it was opened and is not there", StringComparison.Ordinal));

    [Fact]
    public async Task Run_DesksThatDoNotSettleWhoHolds_IsFound() =>
        Assert.Contains(await new PeersSimulation(1, settles: false).RunAsync(TestContext.Current.CancellationToken), fault => fault.Contains("should be yielded and is held", StringComparison.Ordinal));
}
