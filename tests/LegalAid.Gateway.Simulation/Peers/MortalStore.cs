using System.Collections.Immutable;
using System.Globalization;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Simulation.Peers;

/// <summary>
/// A store whose process dies at a write of the seed's choice, before it is made or after: from then on nothing of that process reaches the store, and whatever it held in
/// memory is worth nothing. Opened again it is another process.
/// </summary>
/// <param name="lies">The share of openings that are claimed and not made: what the judge must find.</param>
internal sealed class MortalStore(Dice dice, string name, double lies)
{
    private const int WritesMin = 3, WritesMax = 90;

    private Life? _life;
    private int _lives;
    private int _openings;

    /// <summary>Whether nobody dies any more.</summary>
    public bool Healed { get; set; }

    public bool IsDead => _life is { IsDead: true };

    /// <summary>How often it died so far.</summary>
    public int Deaths { get; private set; }

    public ILedgerStore Around(ILedgerStore store)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"{name} life {++_lives}");
        var life = _life = new Life(WritesMin + dice.Roll(what, WritesMax - WritesMin), isKept: dice.Roll($"{what} kept") < 0.5);
        return InterceptedStore.Around(store, (member, arguments) => member == nameof(IAsyncDisposable.DisposeAsync) ? null : life.IsDead ? throw Gone : (member, arguments.FirstOrDefault()) switch
        {
            (nameof(ILedgerStore.CommitAsync), CommitUnit { Idempotency: not null, Exchanges: [{ ExpectedVersion: 0 }] }) when IsLie() => ValueTask.FromResult<CommitOutcome>(CommitOutcome.Committed.Instance),
            (nameof(ILedgerStore.CommitAsync), CommitUnit unit) => WriteAsync(life, () => store.CommitAsync(unit, CancellationToken.None)),
            (nameof(ILedgerStore.SettleDeliveryAsync), DeliverySettlement settlement) => WriteAsync(life, () => store.SettleDeliveryAsync(settlement, CancellationToken.None)),
            (nameof(ILedgerStore.LeaseDeliveriesAsync), LeaseRequest lease) => LeaseAsync(life, store, lease),
            _ => null,
        });
    }

    private bool IsLie() => dice.Roll(string.Create(CultureInfo.InvariantCulture, $"{name} opening {++_openings}")) < lies;

    private static IOException Gone => new("simulated: the process is gone");

    private async ValueTask<T> WriteAsync<T>(Life life, Func<ValueTask<T>> write)
    {
        var last = !Healed && life.IsLast();
        if (last && !life.IsKept)
        {
            Die(life);
        }

        var written = await write();
        if (last)
        {
            Die(life);
        }

        return life.IsDead ? throw Gone : written; // another write was the last meanwhile
    }

    /// <summary>To lease nothing is no write.</summary>
    private async ValueTask<ImmutableArray<DeliveryRow>> LeaseAsync(Life life, ILedgerStore store, LeaseRequest lease)
    {
        var leased = await store.LeaseDeliveriesAsync(lease, CancellationToken.None);
        if (!leased.IsEmpty && !Healed && life.IsLast())
        {
            Die(life);
        }

        return life.IsDead ? throw Gone : leased;
    }

    private void Die(Life life)
    {
        life.IsDead = true;
        Deaths++;
        throw Gone;
    }

    private sealed class Life(int writes, bool isKept)
    {
        private int _left = writes;
        private volatile bool _isDead;

        public bool IsKept { get; } = isKept;

        public bool IsDead { get => _isDead; set => _isDead = value; }

        public bool IsLast() => Interlocked.Decrement(ref _left) == 0;
    }
}
