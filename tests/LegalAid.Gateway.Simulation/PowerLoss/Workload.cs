using System.Globalization;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>
/// The work during which the power goes: callers ask, add notes and withdraw at the same time, a courier delivers, and everybody writes
/// down what the store had said was done. Then the store is closed, opened again, and the work goes on.
/// </summary>
internal sealed class Workload(string acknowledged, int seed, int callers, int rounds)
{
    private const int Sessions = 2;
    private const int LeasedMax = 16;
    private static readonly TimeSpan CourierPause = TimeSpan.FromMilliseconds(5);

    private readonly Dice _dice = new(seed);
    private readonly Lock _gate = new();

    public async Task RunAsync(LedgerHome home)
    {
        using var lines = new FileStream(acknowledged, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        for (var session = 0; session < Sessions; session++)
        {
            await using var world = await LedgerWorld.CreateAsync(home: home);
            world.ErrorsExpected = true; // a store that sees its server sync less complains of it, as it should
            using var over = new CancellationTokenSource();
            var courier = DeliverAsync(world, lines, over.Token);
            await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => CallAsync(world, lines, string.Create(CultureInfo.InvariantCulture, $"{session}-{caller}"))));
            await over.CancelAsync();
            await courier;
        }
    }

    private async Task CallAsync(LedgerWorld world, FileStream lines, string caller)
    {
        await Task.Yield();
        for (var round = 0; round < rounds; round++)
        {
            var request = string.Create(CultureInfo.InvariantCulture, $"{caller}-{round}");
            var opened = await AskAsync(world, lines, Deed.Ask, $"{request}-ask", default);
            await AskAsync(world, lines, Deed.Note, $"{request}-note", opened.Exchanges[0]);
            if (_dice.Roll($"withdraw {request}") < 0.5)
            {
                await AskAsync(world, lines, Deed.Withdraw, $"{request}-withdraw", opened.Exchanges[1]);
            }
        }
    }

    private async Task<Acknowledgement> AskAsync(LedgerWorld world, FileStream lines, Deed deed, string request, Guid exchange)
    {
        var acknowledgement = Acknowledgement.Of(deed, request, await Acknowledgement.AskAsync(world.Ledger, deed, request, exchange, CancellationToken.None));
        WriteDown(lines, acknowledgement);
        return acknowledgement;
    }

    /// <summary>Hands out what is due and records it as delivered, until the callers have ended.</summary>
    private async Task DeliverAsync(LedgerWorld world, FileStream lines, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var now = world.Time.GetUtcNow();
            var token = world.Ids.NewId();
            var leased = await world.Store.LeaseDeliveriesAsync(
                new LeaseRequest([SmallExchange.CentreId], now, now.AddHours(1), token, LeasedMax), CancellationToken.None);
            await Task.WhenAll(leased.Select(delivery => SettleAsync(world, lines, delivery, token)));
            await Task.Delay(leased.IsEmpty ? CourierPause : TimeSpan.Zero, TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task SettleAsync(LedgerWorld world, FileStream lines, DeliveryRow delivery, Guid token)
    {
        var settlement = new DeliverySettlement(delivery.Id, token, DeliveryStatus.Delivered, world.Time.GetUtcNow(), DueAt: null, "200", Leaf: null);
        if (await world.Ledger.SettleAsync(delivery, settlement, CancellationToken.None))
        {
            WriteDown(lines, Acknowledgement.Of(delivery));
        }
    }

    /// <summary>In one write, so that the line has one place in the order.</summary>
    private void WriteDown(FileStream lines, Acknowledgement acknowledgement)
    {
        var line = acknowledgement.Line();
        lock (_gate)
        {
            lines.Write(line);
        }
    }
}
