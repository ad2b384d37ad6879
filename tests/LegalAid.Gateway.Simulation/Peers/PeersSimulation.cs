using System.Globalization;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Simulation.Peers;

/// <summary>
/// One round: two cities over real ledgers and stores, whose agencies deal with each other while the line between them does what the seed says and either gateway dies between
/// two writes. Then the line is whole, everybody lives, time passes, and <see cref="PeersJudge"/> looks at both.
/// </summary>
/// <param name="lies">The share of openings that a store claims to have kept and has not.</param>
/// <param name="settles">Whether the desks settle who holds an application.</param>
internal sealed class PeersSimulation(int seed, double lies = 0, bool settles = true)
{
    private const int Steps = 45;

    /// <summary>One look goes over both cities one after the other, and something may pass behind its back.</summary>
    private const int QuietLooks = 3;
    private static readonly TimeSpan WorkStep = TimeSpan.FromSeconds(3), RestStep = TimeSpan.FromSeconds(15), Jump = TimeSpan.FromDays(2), Patience = TimeSpan.FromMinutes(1);

    private readonly Dice _dice = new(seed);
    private readonly PeersStory _story = new();

    /// <summary>Deaths, parcels that were harmed, steps that were accepted: the tests see that the simulation does something.</summary>
    public int Deaths { get; private set; }

    public int Harmed { get; private set; }

    public int Accepted { get; private set; }

    /// <summary>Applicants whom both centres took up, of whom one held in the end.</summary>
    public int Quarrels { get; private set; }

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        await using var north = await PeersCity.CreateAsync(_dice, CityNames.North, CityNames.South, _story, lies);
        await using var south = await PeersCity.CreateAsync(_dice, CityNames.South, CityNames.North, _story, lies);
        PeersCity[] cities = [north, south];
        var (toSouth, toNorth) = (new PeersLine(_dice, "to south", CityNames.North.Gateway, () => south, _story), new PeersLine(_dice, "to north", CityNames.South.Gateway, () => north, _story));
        PeersLine[] lines = [toSouth, toNorth];
        (north.Line, south.Line) = (toSouth, toNorth);
        foreach (var city in cities)
        {
            await city.StartAsync();
        }

        var holdings = new PeersHoldings(_dice, north, south);
        var callers = new PeersCallers(_dice, north, south, holdings, _story);
        for (var step = 0; step < Steps; step++)
        {
            var what = string.Create(CultureInfo.InvariantCulture, $"{seed}.{step}");
            await callers.ActAsync(what);
            await HarmAsync(what, cities, lines);
            await WorkAsync(what, cities);
            await AttendAsync(what, holdings, callers);
            await PassAsync(cities, _dice.Roll($"{what} jump") < 0.04 ? Jump : WorkStep * _dice.Roll($"{what} passes"), cancellationToken);
        }

        var rests = await RestAsync(cities, lines, callers, holdings, cancellationToken);
        var holders = await holdings.JudgeAsync(callers.Requests);
        foreach (var city in cities)
        {
            await city.StopAsync();
            await city.CloseLogAsync(cancellationToken);
        }

        Quarrels = holdings.Quarrels;
        (Deaths, Harmed) = (cities.Sum(city => city.Mortal.Deaths), lines.Sum(line => line.Harmed));
        Accepted = callers.Requests.Count(request => request.Answer is CommandOutcome.Accepted);
        List<string> faults = [.. rests ? [] : new[] { "it does not come to rest" }, .. _story.Faults, .. holders, .. await new PeersJudge(north, south, callers).JudgeAsync(cancellationToken)];
        return faults.Count == 0 ? [] : [.. faults, $"the story of it:\n    {_story}"];
    }

    /// <summary>The line is cut and mended; what was held back comes; the dead come up again.</summary>
    private async Task HarmAsync(string what, PeersCity[] cities, PeersLine[] lines)
    {
        foreach (var (index, line) in lines.Index())
        {
            var roll = _dice.Roll(string.Create(CultureInfo.InvariantCulture, $"{what} line {index}"));
            line.IsCut = line.IsCut ? roll < 0.7 : roll < 0.08;
            await line.DeliverLateAsync(string.Create(CultureInfo.InvariantCulture, $"{what} {index}"));
        }

        foreach (var city in cities.Where(city => city.Mortal.IsDead && _dice.Roll($"{what} revive {city.Names.Gateway}") < 0.5))
        {
            await city.ReviveAsync();
        }
    }

    private static async Task WorkAsync(string what, PeersCity[] cities)
    {
        foreach (var city in cities)
        {
            await city.WorkAsync(what);
        }
    }

    private Task AttendAsync(string what, PeersHoldings holdings, PeersCallers callers) => settles ? holdings.AttendAsync(what, callers.Requests) : Task.CompletedTask;

    private static async Task PassAsync(PeersCity[] cities, TimeSpan time, CancellationToken cancellationToken)
    {
        foreach (var city in cities)
        {
            city.World.Time.Advance(time);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, cancellationToken);
    }

    /// <summary>False where patience ended before everything was where it belongs.</summary>
    private async Task<bool> RestAsync(PeersCity[] cities, PeersLine[] lines, PeersCallers callers, PeersHoldings holdings, CancellationToken cancellationToken)
    {
        foreach (var line in lines)
        {
            (line.IsCut, line.Healed) = (false, true);
        }

        foreach (var city in cities)
        {
            city.Mortal.Healed = true;
        }

        var (started, quiet) = (TimeProvider.System.GetTimestamp(), 0);
        for (var round = 0; TimeProvider.System.GetElapsedTime(started) < Patience; round++)
        {
            var what = string.Create(CultureInfo.InvariantCulture, $"rest {round}");
            foreach (var city in cities.Where(city => city.Mortal.IsDead)) // in a later round too: a write that was under way may be one's last
            {
                await city.ReviveAsync();
            }

            foreach (var line in lines)
            {
                await line.DeliverLateAsync(what);
            }

            await WorkAsync(what, cities);
            await AttendAsync(what, holdings, callers);
            quiet = await callers.FinishAsync() && await IsQuietAsync(cities, callers) ? quiet + 1 : 0;
            if (quiet == QuietLooks)
            {
                return true;
            }

            await PassAsync(cities, RestStep, cancellationToken);
        }

        return false;
    }

    /// <summary>Not where a city dies over the look, by a write that was under way when everything was mended.</summary>
    private static async Task<bool> IsQuietAsync(PeersCity[] cities, PeersCallers callers)
    {
        try
        {
            return await NothingWaitsAsync(cities, callers);
        }
        catch (IOException) when (cities.Any(city => city.Mortal.IsDead))
        {
            return false;
        }
    }

    private static async Task<bool> NothingWaitsAsync(PeersCity[] cities, PeersCallers callers)
    {
        foreach (var city in cities)
        {
            foreach (var exchange in callers.Exchanges)
            {
                var side = await PeerSide.ReadAsync(city, exchange.Id);
                var state = side.Loaded?.Reading.State;
                if (side.Deliveries.Any(row => row.Status != DeliveryStatus.Delivered) || state?.Replica is { Relayed.IsEmpty: false } || state?.NextClockAt <= city.World.Civil.Now)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
