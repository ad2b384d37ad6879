using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Testing;
using Spectre.Console;

namespace LegalAid.Gateway.Tests.Stories;

/// <summary>The parts of the demo's story that need two cities, on gateways that enrol each other while they run; and what the table makes of a step that does not hold.</summary>
public sealed class StoryTests : IDisposable
{
    private readonly StringWriter _said = new();
    private readonly StoryTable _table;

    public StoryTests() => _table = new StoryTable(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_said) }));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _said.Dispose();

    [Fact]
    public async Task Play_BetweenTwoCitiesAndInTheMorning_HoldsAndNamesNobodyInALog()
    {
        var folder = Directory.CreateTempSubdirectory("legalaid-test-");
        var logs = new CapturedLogs();
        using var province = new Province();
        var (here, there) = (Systems(Story.Cast), Systems(City.Liuzhou.Agencies));
        try
        {
            await using var nanning = DemoCity.Found(City.Nanning, folder, AppContext.BaseDirectory);
            await using var liuzhou = DemoCity.Found(City.Liuzhou, folder, AppContext.BaseDirectory);
            (nanning.Logs, liuzhou.Logs) = (logs, logs);
            await nanning.StartAsync(here, [], [], anyPorts: true, Cancellation);
            await liuzhou.StartAsync(there, [], [], anyPorts: true, Cancellation);
            var seeds = DemoSeeds.Read(GatewayFixture.SeedFolder);
            using var trays = new InTrays(); // closed before the gateways, which would wait for the streams to end

            await new PeerStory(nanning, liuzhou, province, seeds, trays, _table).PlayAsync(Cancellation);
            await new DutyStory(nanning.Gateway, seeds, trays, _table).PlayAsync(Cancellation);
        }
        finally
        {
            foreach (var agency in here.Values.Concat(there.Values))
            {
                agency.Dispose();
            }

            folder.Delete(recursive: true);
        }

        Assert.True(_table.Held, _said.ToString());
        Assert.Equal(15, _table.Count);
        Assert.Empty(logs.Errors);
        Assert.DoesNotContain(logs.LinesFrom(0), line => line.Contains("450199", StringComparison.Ordinal) || line.Contains("虚构", StringComparison.Ordinal));
    }

    [Fact]
    public void Add_AStepThatDoesNotHold_SaysWhyAndHoldsNoMore()
    {
        Assert.False(_table.FirstPlayed.IsCompleted);
        _table.Add(new StoryLine(1, DemoSettings.CivilStart, "成立", "", "", []));
        Assert.True(_table.Held);
        Assert.True(_table.FirstPlayed.IsCompletedSuccessfully);

        _table.Add(new StoryLine(2, DemoSettings.CivilStart, "不成立", "", "", ["granted, but refused"]));
        Assert.False(_table.Held);
        Assert.Contains("granted, but refused", _said.ToString(), StringComparison.Ordinal);
    }

    private static Dictionary<string, AgencySystem> Systems(IEnumerable<string> agencies) =>
        agencies.ToDictionary(agency => agency, agency => new AgencySystem(agency), StringComparer.Ordinal);
}
