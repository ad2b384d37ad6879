using System.Text.Json.Nodes;
using System.Threading.Channels;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Exchange.Tests.Delivery;

/// <summary>The mailbox over the real ledger and store.</summary>
public sealed class MailboxTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => LedgerWorld.Cancellation;

    [Fact]
    public async Task Pull_AfterCommit_LeasesTheMessageWithItsReceipt()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var exchange = await world.AskAsync();

        var leased = Assert.Single(await world.Mailbox().PullAsync(SmallExchange.CentreId, 0, TimeSpan.Zero, Cancellation));

        Assert.Equal(1, leased.Row.Attempts);
        Assert.Equal(world.Time.GetUtcNow() + Lease, leased.Row.LeaseUntil);
        var json = JsonNode.Parse(EnvelopeJson.Of(leased.Envelope))!; // it is an object
        Assert.Equal(exchange.ResourceName, (string?)json["exchange"]);
        Assert.Equal("exchangeTypes/small-question", (string?)json["exchangeType"]);
        Assert.Equal("agencies/nanning-test-court", (string?)json["sender"]);
        Assert.Equal("aid-centre", (string?)json["recipientRole"]);
        Assert.Equal("是否受理？", (string?)json["payload"]?["text"]);
        Assert.Equal("2026-03-02T01:00:00Z", (string?)json["occurTime"]);
        Assert.Equal(3, ((string?)json["receiptJws"])?.Split('.').Length);
    }

    [Fact]
    public async Task Acknowledge_UnderTheLease_DeliversOnceAndMayBeRepeated()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var exchange = await world.AskAsync();
        var mailbox = world.Mailbox();
        var row = (await mailbox.PullAsync(SmallExchange.CentreId, 1, Lease, Cancellation))[0].Row;

        Assert.Equal(DeliveryAnswer.Done, await AcknowledgeAsync(mailbox, row));
        Assert.Equal(DeliveryAnswer.Done, await AcknowledgeAsync(mailbox, row));

        Assert.Equal(DeliveryStatus.Delivered, (await world.DeliveryAsync(exchange, SmallExchange.CentreId)).Status);
        Assert.Single(await world.Store.ListLeavesAsync(exchange, null, 100, Cancellation), leaf => leaf.Kind == "delivered");
        Assert.Empty(await mailbox.PullAsync(SmallExchange.CentreId, 1, Lease, Cancellation));
    }

    [Fact]
    public async Task Acknowledge_ByAnotherAgency_IsNotFoundAndChangesNothing()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.AskAsync();
        var mailbox = world.Mailbox();
        var row = (await mailbox.PullAsync(SmallExchange.CentreId, 1, Lease, Cancellation))[0].Row;

        Assert.Equal(DeliveryAnswer.NotFound, await mailbox.AcknowledgeAsync(SmallExchange.OtherCentreId, row.Id, row.LeaseToken!.Value, Cancellation)); // leased
        Assert.Equal(DeliveryAnswer.NotFound, await mailbox.RejectAsync(SmallExchange.CourtId, row.Id, row.LeaseToken.Value, "no", Cancellation));
        Assert.Equal(DeliveryAnswer.NotFound, await mailbox.AcknowledgeAsync(SmallExchange.CentreId, new DeliveryId(world.Ids.NewId()), row.LeaseToken.Value, Cancellation));
        Assert.Equal(DeliveryAnswer.Done, await AcknowledgeAsync(mailbox, row));
    }

    [Fact]
    public async Task Acknowledge_AfterTheDeliveryWasHandedOutAgain_IsLeaseLost()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.AskAsync();
        var mailbox = world.Mailbox();
        var first = (await mailbox.PullAsync(SmallExchange.CentreId, 1, Lease, Cancellation))[0].Row;
        world.Time.Advance(Lease - TimeSpan.FromTicks(1));
        Assert.Empty(await mailbox.PullAsync(SmallExchange.CentreId, 1, Lease, Cancellation));
        world.Time.Advance(TimeSpan.FromTicks(1));

        var second = (await mailbox.PullAsync(SmallExchange.CentreId, 1, Lease, Cancellation))[0].Row;

        Assert.Equal((first.Id, 2), (second.Id, second.Attempts));
        Assert.Equal(DeliveryAnswer.LeaseLost, await AcknowledgeAsync(mailbox, first));
        Assert.Equal(DeliveryAnswer.Done, await AcknowledgeAsync(mailbox, second));
    }

    [Fact]
    public async Task Reject_WithAReason_BlocksThePairAndKeepsTheReasonOutOfTheEvidence()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var exchange = await world.AskAsync();
        await world.NoteAsync(exchange);
        var mailbox = world.Mailbox();
        var row = (await mailbox.PullAsync(SmallExchange.CentreId, 10, Lease, Cancellation)).Single().Row;

        Assert.Equal(DeliveryAnswer.Done, await mailbox.RejectAsync(SmallExchange.CentreId, row.Id, row.LeaseToken!.Value, "非本机构\n管辖", Cancellation)); // leased
        Assert.Equal(DeliveryAnswer.Done, await mailbox.RejectAsync(SmallExchange.CentreId, row.Id, row.LeaseToken.Value, "again", Cancellation));

        var after = await world.DeliveryAsync(exchange, SmallExchange.CentreId);
        Assert.Equal((DeliveryStatus.Dead, "rejected"), (after.Status, after.LastOutcome));
        Assert.Equal("非本机构 管辖", await world.Reader.DetailAsync(after, Cancellation));
        var leaf = Assert.Single(await world.Store.ListLeavesAsync(exchange, null, 100, Cancellation), leaf => leaf.Kind == "not-delivered");
        Assert.Contains("\"outcome\":\"rejected\"", System.Text.Encoding.UTF8.GetString(leaf.Entry), StringComparison.Ordinal);
        Assert.Empty(await mailbox.PullAsync(SmallExchange.CentreId, 10, Lease, Cancellation));
        Assert.Equal(DeliveryAnswer.LeaseLost, await AcknowledgeAsync(mailbox, row));
    }

    [Fact]
    public async Task Pull_BlockedPair_LetsAWithdrawalOvertake()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var exchange = await world.AskAsync();
        var mailbox = world.Mailbox();
        var row = (await mailbox.PullAsync(SmallExchange.CentreId, 10, Lease, Cancellation)).Single().Row;
        await mailbox.RejectAsync(SmallExchange.CentreId, row.Id, row.LeaseToken!.Value, "no", Cancellation); // leased
        await world.WithdrawAsync(exchange);

        Assert.Equal("withdraw", (await mailbox.PullAsync(SmallExchange.CentreId, 10, Lease, Cancellation)).Single().Row.Event);
    }

    [Theory]
    [InlineData(-1, 60)]
    [InlineData(101, 60)]
    [InlineData(1, 4.999)]
    [InlineData(1, 600.001)]
    public async Task Pull_TermsOutOfBounds_Throws(int count, double seconds)
    {
        await using var world = await LedgerWorld.CreateAsync();
        var lease = TimeSpan.FromSeconds(seconds);

        Assert.Single(Mailbox.FaultsOf(count, lease, "maxDeliveries"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await world.Mailbox().PullAsync(SmallExchange.CentreId, count, lease, Cancellation));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 5)]
    [InlineData(100, 600)]
    public void FaultsOf_TermsWithinBounds_IsEmpty(int count, double seconds) =>
        Assert.Empty(Mailbox.FaultsOf(count, TimeSpan.FromSeconds(seconds), "maxDeliveries"));

    [Fact]
    public async Task Receive_CommitWhileWaiting_WakesTheStream()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await using var stream = new Stream(world, outstandingMax: 10);
        await world.AskAsync(); // the clock stands still: only the signal can wake

        var first = await stream.NextAsync();
        await world.AskAsync();
        var second = await stream.NextAsync();

        Assert.NotEqual(first.Row.Exchange, second.Row.Exchange);
    }

    [Fact]
    public async Task Receive_AcknowledgedInOrder_GivesTheNextOfTheExchange()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var exchange = await world.AskAsync();
        await world.NoteAsync(exchange, "一");
        await world.NoteAsync(exchange, "二");
        await using var stream = new Stream(world, outstandingMax: 10);
        var sequences = new List<long>();

        for (var i = 0; i < 3; i++)
        {
            var next = await stream.NextAsync();
            sequences.Add(next.Row.Sequence);
            Assert.False(stream.HasMore);
            Assert.Equal(DeliveryAnswer.Done, await AcknowledgeAsync(stream.Mailbox, next.Row));
        }

        Assert.Equal([1, 2, 3], sequences);
    }

    [Fact]
    public async Task Receive_LeaseRunsOut_ReturnsTheDelivery()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.AskAsync();
        await using var stream = new Stream(world, outstandingMax: 1);
        var first = await stream.NextAsync();

        await world.UntilAsync(() => stream.HasMore, TimeSpan.FromSeconds(5));

        var second = await stream.NextAsync();
        Assert.Equal((first.Row.Id, 2), (second.Row.Id, second.Row.Attempts));
    }

    [Fact]
    public async Task Receive_OutstandingAtItsBound_WaitsForAnAnswer()
    {
        await using var world = await LedgerWorld.CreateAsync();
        for (var i = 0; i < 4; i++)
        {
            await world.AskAsync();
        }

        await using var stream = new Stream(world, outstandingMax: 2);
        var (first, second) = (await stream.NextAsync(), await stream.NextAsync());
        await world.AskAsync(); // wakes the stream, which must not take it

        Assert.Equal(2, (await LeasedAsync(world)).Count);
        await AcknowledgeAsync(stream.Mailbox, first.Row);
        var third = await stream.NextAsync();
        await stream.Mailbox.RejectAsync(SmallExchange.CentreId, second.Row.Id, second.Row.LeaseToken!.Value, "no", Cancellation); // leased
        var fourth = await stream.NextAsync();

        Assert.Equal(4, new[] { first, second, third, fourth }.Select(leased => leased.Row.Id).Distinct().Count());
        Assert.Equal(2, (await LeasedAsync(world)).Count);
    }

    [Fact]
    public async Task Receive_AnsweredThroughAnotherNode_MakesRoom()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.AskAsync();
        await world.AskAsync();
        await using var stream = new Stream(world, outstandingMax: 1);
        var first = await stream.NextAsync();

        await AcknowledgeAsync(world.Mailbox(), first.Row); // another node's mailbox: it shares nothing but the store

        Assert.NotEqual(first.Row.Id, (await stream.NextAsync()).Row.Id);
    }

    private static ValueTask<DeliveryAnswer> AcknowledgeAsync(Mailbox mailbox, DeliveryRow row) =>
        mailbox.AcknowledgeAsync(row.Recipient, row.Id, row.LeaseToken!.Value, Cancellation); // a leased row has its token

    private static async Task<List<DeliveryRow>> LeasedAsync(LedgerWorld world)
    {
        var query = new ExchangeQuery(SmallExchange.CourtId, CountMax: 100);
        var rows = new List<DeliveryRow>();
        foreach (var exchange in await world.Store.ListExchangesAsync(query, Cancellation))
        {
            rows.AddRange((await world.Store.ListDeliveriesAsync(exchange.Id, Cancellation)).Where(row => row.Status == DeliveryStatus.Leased));
        }

        return rows;
    }

    /// <summary>A client of the stream, reading as fast as it can.</summary>
    private sealed class Stream : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        private readonly Channel<LeasedDelivery> _received = Channel.CreateUnbounded<LeasedDelivery>();
        private readonly Task _reading;

        public Stream(LedgerWorld world, int outstandingMax)
        {
            Mailbox = world.Mailbox();
            _reading = ReadAsync(outstandingMax);
        }

        public Mailbox Mailbox { get; }

        public bool HasMore => _received.Reader.Count > 0;

        public async Task<LeasedDelivery> NextAsync()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
            return await _received.Reader.ReadAsync(patience.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _reading;
            _stop.Dispose();
        }

        private async Task ReadAsync(int outstandingMax)
        {
            try
            {
                await foreach (var delivery in Mailbox.ReceiveAsync(SmallExchange.CentreId, outstandingMax, Lease, _stop.Token))
                {
                    await _received.Writer.WriteAsync(delivery, Cancellation);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // The client hung up.
            }
        }
    }
}
