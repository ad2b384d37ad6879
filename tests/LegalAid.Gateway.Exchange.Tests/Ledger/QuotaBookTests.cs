using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Exchange.Quotas;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Exchange.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Exchange.Tests.Ledger;

/// <summary>Quotas over nodes, window edges, crashes and clocks that jump.</summary>
public sealed class QuotaBookTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 59, 58, TimeSpan.FromHours(8));

    private static readonly QuotaUser Court = new(SmallExchange.CourtId, "court-system", Purpose.LegalAidCase);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(QuotaPeriod.Minute, 2)]
    [InlineData(QuotaPeriod.Hour, 2)]
    [InlineData(QuotaPeriod.Day, 14 * 3600 + 2)]
    public async Task Spend_AtTheEdgeOfAWindow_BeginsAnewToTheTick(QuotaPeriod period, int seconds)
    {
        await using var world = await LedgerWorld.CreateAsync();
        var time = new FakeTimeProvider(Start);
        var book = new QuotaBook(world.Store, time);
        var quota = new Quota(3, period);

        Assert.Equal([true, true, true, false], await ManyAsync(book, quota, 4));
        Assert.Equal(TimeSpan.FromSeconds(seconds), (await SpendAsync(book, quota)).Refused?.Reset);
        time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        Assert.Equal([false], await ManyAsync(book, quota, 1));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([true, true, true, false], await ManyAsync(book, quota, 4));
    }

    /// <summary>Many callers on three nodes of one database: never one more than the count, and all of it but what the nodes still hold.</summary>
    [Fact]
    public async Task Spend_ByThreeNodesAtOnce_IsStrict()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var time = new FakeTimeProvider(Start);
        QuotaBook[] nodes = [new(world.Store, time), new(world.Store, time), new(world.Store, time)];
        var quota = new Quota(100, QuotaPeriod.Hour);

        var passed = await Task.WhenAll(Enumerable.Range(0, 150).Select(call => Task.Run(async () => await PassesAsync(nodes[call % 3], quota), Cancellation)));

        Assert.Equal(100, passed.Count(static pass => pass));
    }

    /// <summary>What a node held when it died is lost until the window ends: at most an eighth of what was left, and never is one call too many let through.</summary>
    [Fact]
    public async Task Spend_AfterACrash_LetsThroughAtMostASliceLess()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var time = new FakeTimeProvider(Start);
        var quota = new Quota(80, QuotaPeriod.Day);
        Assert.True(await PassesAsync(new QuotaBook(world.Store, time), quota)); // it took ten, used one and died

        var after = await ManyAsync(new QuotaBook(world.Store, time), quota, 80);

        Assert.Equal(70, after.Count(static pass => pass));
    }

    [Fact]
    public async Task Spend_ClockStepsBack_FindsTheWindowAsItStood()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var time = new FakeTimeProvider(Start);
        var quota = new Quota(2, QuotaPeriod.Minute);
        Assert.Equal([true, true, false], await ManyAsync(new QuotaBook(world.Store, time), quota, 3));
        time.Advance(TimeSpan.FromMinutes(5));
        var book = new QuotaBook(world.Store, time);
        Assert.True(await PassesAsync(book, quota));

        var back = new QuotaBook(world.Store, new FakeTimeProvider(Start));
        Assert.False(await PassesAsync(back, quota));
    }

    /// <summary>After the court's one call: whether another of its systems, itself for another purpose, and another agency still have theirs.</summary>
    [Theory]
    [InlineData(QuotaSubjects.AgencyAndPurpose, false, true, true)]
    [InlineData(QuotaSubjects.Agency, false, false, true)]
    [InlineData(QuotaSubjects.Client, true, false, true)]
    [InlineData(QuotaSubjects.Client | QuotaSubjects.Purpose, true, true, true)]
    [InlineData(QuotaSubjects.Purpose, false, true, false)]
    public async Task Spend_BySubjects_CountsTogetherWhatIsAlikeInThem(QuotaSubjects by, bool otherSystem, bool otherPurpose, bool otherAgency)
    {
        await using var world = await LedgerWorld.CreateAsync();
        var (quota, time) = (new Quota(1, QuotaPeriod.Day, by), new FakeTimeProvider(Start));
        QuotaBook[] nodes = [new(world.Store, time), new(world.Store, time)];

        Assert.True(await PassesAsync(nodes[0], quota));
        foreach (var node in nodes)
        {
            Assert.False(await PassesAsync(node, quota));
        }

        Assert.Equal(otherSystem, await PassesAsync(nodes[1], quota, Court with { Client = "other-system" }));
        Assert.Equal(otherPurpose, await PassesAsync(nodes[1], quota, Court with { Purpose = Purpose.Supervision }));
        Assert.Equal(otherAgency, await PassesAsync(nodes[1], quota, Court with { Agency = SmallExchange.CentreId, Client = "centre-system" }));
    }

    [Fact]
    public async Task Spend_OneOfTwoIsUsedUp_LeavesTheOtherAsItWas()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var book = new QuotaBook(world.Store, new FakeTimeProvider(Start));
        (string, Quota)[] both = [("wide", new Quota(3, QuotaPeriod.Day)), ("narrow", new Quota(1, QuotaPeriod.Minute))];
        Assert.Null((await book.SpendAsync(Court, both, Cancellation)).Refused);
        for (var call = 0; call < 5; call++)
        {
            Assert.Equal(QuotaPeriod.Minute, (await book.SpendAsync(Court, both, Cancellation)).Refused?.Quota.Period);
        }

        Assert.Equal(1, (await book.SpendAsync(Court, both[..1], Cancellation)).Standings[0].Left);
        Assert.Equal(0, (await book.SpendAsync(Court, both[..1], Cancellation)).Standings[0].Left);
        Assert.NotNull((await book.SpendAsync(Court, both[..1], Cancellation)).Refused);
    }

    /// <summary>A raised count acts at once, in the window that is under way; one that is lowered below what is used refuses at once.</summary>
    [Fact]
    public async Task Spend_CountChanges_ActsWithTheNextCall()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var book = new QuotaBook(world.Store, new FakeTimeProvider(Start));
        Assert.Equal([true, true, false], await ManyAsync(book, new Quota(2, QuotaPeriod.Day), 3));
        Assert.Equal([true, false], await ManyAsync(book, new Quota(3, QuotaPeriod.Day), 2));
        Assert.Equal([false], await ManyAsync(book, new Quota(1, QuotaPeriod.Day), 1));
    }

    [Fact]
    public async Task Spend_StoreIsAway_ThrowsAndGoesOnAfterwards()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var away = true;
        var store = InterceptedStore.Around(
            world.Store, (member, _) => away && member == nameof(ILedgerStore.TakeQuotaAsync) ? throw new StoreUnavailableException("away", new IOException()) : null);
        var book = new QuotaBook(store, new FakeTimeProvider(Start));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await SpendAsync(book, new Quota(2, QuotaPeriod.Day)));
        away = false;
        Assert.Equal([true, true, false], await ManyAsync(book, new Quota(2, QuotaPeriod.Day), 3));
    }

    private static async Task<List<bool>> ManyAsync(QuotaBook book, Quota quota, int calls)
    {
        var passed = new List<bool>();
        for (var call = 0; call < calls; call++)
        {
            passed.Add(await PassesAsync(book, quota));
        }

        return passed;
    }

    private static async Task<bool> PassesAsync(QuotaBook book, Quota quota, QuotaUser? user = null) => (await SpendAsync(book, quota, user)).Refused is null;

    private static async Task<QuotaAnswer> SpendAsync(QuotaBook book, Quota quota, QuotaUser? user = null) =>
        await book.SpendAsync(user ?? Court, [($"row-{quota.By}", quota)], Cancellation);
}
