using System.Globalization;

namespace LegalAid.Gateway.Simulation;

/// <summary>
/// 500 seeds from 1 on, or as many as <c>LEGALAID_SEEDS</c> says, from <c>LEGALAID_SEED</c> on. A failure names its seed; 10,000 by
/// <c>simulate --seeds 10000</c>.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private static readonly int First = Setting("LEGALAID_SEED", 1);
    private static readonly int Count = Setting("LEGALAID_SEEDS", 500);

    [Theory]
    [InlineData(Simulations.Engine)]
    [InlineData(Simulations.Delivery)]
    public async Task Run_Seeds_KeepEveryPromise(string simulation)
    {
        var started = TimeProvider.System.GetTimestamp();
        var failed = await SeedRun.RunAsync(Simulations.ByName[simulation], First, Count, static () => { }, TestContext.Current.CancellationToken);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Count} seeds in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s"));
        Assert.True(failed.Count == 0, string.Join('\n', failed.Take(20).Select(one => $"seed {one.Seed}: {one.Fault}")));
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
