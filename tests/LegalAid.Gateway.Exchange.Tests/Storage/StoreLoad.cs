using System.Collections.Concurrent;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>
/// Producers that open exchanges and take steps on them, each with an idempotency record, and repeat what they had no answer to. Afterwards every
/// acknowledged unit is there, once.
/// </summary>
internal sealed class StoreLoad(StoreRows rows)
{
    private const int Producers = 16;

    private readonly ConcurrentQueue<ExchangeRow> _acknowledged = [];
    private int _count;

    /// <summary>Units acknowledged so far.</summary>
    public int Acknowledged => Volatile.Read(ref _count);

    /// <summary>Runs until it is told to end; what is under way then is finished.</summary>
    public Task RunAsync(ILedgerStore[] nodes, CancellationToken ending) =>
        Task.WhenAll(Enumerable.Range(0, Producers).Select(index => Task.Run(() => ProduceAsync(nodes, index, ending), CancellationToken.None)));

    /// <summary>Every acknowledged exchange is at its version, with one message, leaf and delivery for each.</summary>
    public async Task CheckAsync(ILedgerStore store)
    {
        foreach (var row in _acknowledged)
        {
            Assert.Equal(row.Version, (await store.FindExchangeAsync(row.Id, CancellationToken.None))?.Version);
            Assert.Equal(row.Version, (await store.ListMessagesAsync(row.Id, 0, 10, CancellationToken.None)).Length);
            Assert.Equal(row.Version, (await store.ListLeavesAsync(row.Id, null, 10, CancellationToken.None)).Length);
            var deliveries = await store.ListDeliveriesAsync(row.Id, CancellationToken.None);
            Assert.Equal(Enumerable.Range(1, (int)row.Version), deliveries.Select(delivery => (int)delivery.Sequence));
        }
    }

    private async Task ProduceAsync(ILedgerStore[] nodes, int index, CancellationToken ending)
    {
        for (var round = 0; !ending.IsCancellationRequested; round++)
        {
            var opening = rows.Opening();
            await CommitAsync(nodes, index + round, opening);
            var message = rows.Message(opening.Row.Id, 2);
            await CommitAsync(nodes, index + round, StoreRows.Step(opening.Row) with
            {
                Messages = [message], Deliveries = [rows.Delivery(message.Id, StoreRows.Centre)], Leaves = [rows.Leaf(opening.Row.Id)],
            });
            _acknowledged.Enqueue(opening.Row with { Version = 2 });
        }
    }

    private async Task CommitAsync(ILedgerStore[] nodes, int turn, ExchangeWrite write)
    {
        var idempotency = rows.Idempotency(write.Row.Id, $"{write.Row.Id} {write.Row.Version}") with { AnswerCipher = write.Row.Id.Value.ToByteArray() };
        var unit = StoreRows.Unit(write) with { Idempotency = idempotency };
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                switch (await nodes[(turn + attempt) % nodes.Length].CommitAsync(unit, CancellationToken.None))
                {
                    case CommitOutcome.Committed:
                        break;
                    case CommitOutcome.Repeated(var first):
                        Assert.True(attempt > 0, "said to be repeated, yet asked for once");
                        Assert.Equal(write.Row.Id, first.Exchange);
                        break;
                    case var other:
                        Assert.Fail($"{other} at attempt {attempt}");
                        break;
                }

                Interlocked.Increment(ref _count);
                return;
            }
            catch (StoreUnavailableException)
            {
                // No answer: ask again, another node perhaps.
            }
        }
    }
}
