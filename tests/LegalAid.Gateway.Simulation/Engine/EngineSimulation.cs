using System.Globalization;
using LegalAid.Gateway.Simulation.History;

namespace LegalAid.Gateway.Simulation.Engine;

/// <summary>
/// One run over the real ledger, mailbox and store: agencies ask and race, recipients take and forget, civil time passes and clocks speak,
/// the store loses writes and answers, and is closed and opened again. In the end all comes to rest, and the history is judged.
/// </summary>
/// <param name="lies">The share of commands that the store claims to have kept and has not.</param>
internal sealed class EngineSimulation(int seed, double lies = 0)
{
    private const int Steps = 24;
    private const int RoundsToRestMax = 120;
    private const int ClocksMax = 100;
    private static readonly TimeSpan RestStep = TimeSpan.FromHours(12);

    private readonly Dice _dice = new(seed);

    /// <summary>Writes that failed, openings of the store: the tests see that the simulation does something.</summary>
    public int Failures { get; private set; }

    public int Restarts { get; private set; }

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        await using var engine = await EngineWorld.CreateAsync(_dice, lies);
        var (callers, recipients, log) = (new EngineCallers(engine), new EngineRecipients(engine), new EngineLog(engine));
        for (var step = 0; step < Steps; step++)
        {
            var what = string.Create(CultureInfo.InvariantCulture, $"{step}");
            await callers.ActAsync(what);
            await recipients.ActAsync(what);
            await log.ActAsync(what);
            await PassAsync(engine, what, cancellationToken);
            if (_dice.Roll($"{what} restart") < 0.03)
            {
                Restarts++;
                log.Forget();
                await engine.World.RestartAsync();
            }
        }

        engine.Faults.Healed = true;
        await RestAsync(engine, recipients, cancellationToken);
        await log.FinishAsync();
        Failures = engine.Faults.Failed;
        return await engine.JudgeAsync(cancellationToken);
    }

    /// <summary>Minutes, hours or days pass; clocks that fell due speak, but for those whose worker was elsewhere.</summary>
    private async Task PassAsync(EngineWorld engine, string what, CancellationToken cancellationToken)
    {
        var roll = _dice.Roll($"{what} passes");
        var most = _dice.Roll($"{what} pace") switch { < 0.5 => TimeSpan.FromMinutes(10), < 0.9 => TimeSpan.FromHours(6), _ => TimeSpan.FromDays(2) };
        engine.World.Time.Advance(most * roll);
        foreach (var (index, due) in (await engine.World.Store.ListClocksDueAsync(engine.World.Civil.Now, ClocksMax, cancellationToken)).Index())
        {
            var workers = _dice.Roll($"{what} {index} workers");
            if (engine.Faults.Healed || workers > 0.3)
            {
                // Now and then two nodes look at the same clock.
                await Task.WhenAll(Enumerable.Range(0, workers > 0.8 ? 2 : 1).Select(_ => Task.Run(() => TickAsync(engine, due), cancellationToken)));
            }
        }
    }

    private static async Task TickAsync(EngineWorld engine, Exchange.Ledger.ExchangeId due)
    {
        try
        {
            await engine.World.Ledger.TickAsync(due, CancellationToken.None);
        }
        catch (IOException)
        {
            // Planted: the next look finds it.
        }
    }

    private async Task RestAsync(EngineWorld engine, EngineRecipients recipients, CancellationToken cancellationToken)
    {
        for (var round = 0; round < RoundsToRestMax; round++)
        {
            var what = string.Create(CultureInfo.InvariantCulture, $"rest {round}");
            var more = await recipients.FinishAsync(what);
            if (!more && await engine.World.Store.NextClockAtAsync(cancellationToken) is null)
            {
                return;
            }

            await PassAsync(engine, what, cancellationToken);
            engine.World.Time.Advance(RestStep);
        }

        engine.Journal.Fault("it does not come to rest");
    }
}
