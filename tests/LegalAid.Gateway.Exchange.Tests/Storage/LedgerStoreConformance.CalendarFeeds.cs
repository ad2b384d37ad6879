using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Feeds;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>Addresses of calendars.</summary>
public abstract partial class LedgerStoreConformance
{
    private const int OpenMax = 100;

    /// <summary>What is revoked, over or another's does not count.</summary>
    [Fact]
    public async Task AddCalendarFeed_BeyondWhatMayBeOpen_IsNotAddedUntilOneIsNot()
    {
        var (first, over) = (await AddedAsync(), Feed());
        over = over with { ExpiresAt = over.CreatedAt.AddHours(1) };
        Assert.True(await TryAsync(over));
        await AddedAsync(StoreRows.Court);
        var before = await LeafCountAsync();
        var next = Feed() with { CreatedAt = over.ExpiresAt };

        Assert.False(await TryAsync(next with { CreatedAt = over.ExpiresAt.AddTicks(-10) })); // both are open, to the microsecond
        Assert.Equal(before, await LeafCountAsync());
        Assert.True(await TryAsync(next));
        Assert.False(await TryAsync(Feed() with { CreatedAt = over.ExpiresAt }));
        Assert.True(await Store.RevokeCalendarFeedAsync(first.Id, Now, Rows.Leaf(null, LeafKinds.CalendarFeed), Cancellation));
        Assert.True(await TryAsync(Feed() with { CreatedAt = over.ExpiresAt }));

        ValueTask<bool> TryAsync(CalendarFeedRow row) => Store.AddCalendarFeedAsync(row, openMax: 2, Rows.Leaf(null, LeafKinds.CalendarFeed), Cancellation);
    }

    [Fact]
    public async Task CalendarFeed_OfALawyerAndOfAStation_AreKeptAsAddedAndFoundEachWay()
    {
        CalendarFeedRow[] rows = [Feed(), Feed() with { Station = StoreRows.Court, LawyerTerm = null, LawyerCipher = null }];
        foreach (var row in rows)
        {
            Assert.True(await Store.AddCalendarFeedAsync(row, OpenMax, Rows.Leaf(null, LeafKinds.CalendarFeed), Cancellation));
        }

        await ReopenStoreAsync();
        foreach (var row in rows)
        {
            AssertSame(row, await Store.FindCalendarFeedAsync(row.Id, Cancellation));
            AssertSame(row, await Store.FindCalendarFeedByTokenAsync(row.TokenHash, Cancellation));
            AssertSame(row, await Store.FindCalendarFeedByRequestAsync(row.RequestKey, Cancellation));
        }

        var other = Feed();
        Assert.Null(await Store.FindCalendarFeedAsync(other.Id, Cancellation));
        Assert.Null(await Store.FindCalendarFeedByTokenAsync(other.TokenHash, Cancellation));
        Assert.Null(await Store.FindCalendarFeedByRequestAsync(other.RequestKey, Cancellation));
    }

    [Fact]
    public async Task CalendarFeed_OfOneRequestAtOnce_OneIsAddedWithItsLeaf()
    {
        var first = Feed();
        var before = await LeafCountAsync();
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            await Store.AddCalendarFeedAsync(Feed() with { RequestKey = first.RequestKey }, OpenMax, Rows.Leaf(null, LeafKinds.CalendarFeed), Cancellation))));

        Assert.Single(added, one => one);
        Assert.Equal(before + 1, await LeafCountAsync());
        Assert.Single(await Store.ListCalendarFeedsAsync(first.Agency, null, 10, Cancellation));
    }

    [Fact]
    public async Task RevokeCalendarFeed_Once_WithItsLeaf()
    {
        var row = await AddedAsync();
        var before = await LeafCountAsync();

        Assert.True(await Store.RevokeCalendarFeedAsync(row.Id, Now.AddDays(1), Rows.Leaf(null, LeafKinds.CalendarFeed), Cancellation));
        Assert.False(await Store.RevokeCalendarFeedAsync(row.Id, Now.AddDays(2), Rows.Leaf(null, LeafKinds.CalendarFeed), Cancellation));
        Assert.False(await Store.RevokeCalendarFeedAsync(Feed().Id, Now.AddDays(2), Rows.Leaf(null, LeafKinds.CalendarFeed), Cancellation));

        Assert.Equal(before + 1, await LeafCountAsync());
        AssertSame(row with { RevokedAt = Now.AddDays(1) }, await Store.FindCalendarFeedByTokenAsync(row.TokenHash, Cancellation));
    }

    [Fact]
    public async Task ListCalendarFeeds_NewestFirst_OfTheAgencyAndByPage()
    {
        var (first, second) = (await AddedAsync(), await AddedAsync());
        var another = await AddedAsync(StoreRows.Court);

        Assert.Equal([second.Id, first.Id], (await Store.ListCalendarFeedsAsync(first.Agency, null, 10, Cancellation)).Select(row => row.Id));
        Assert.Equal([second.Id], (await Store.ListCalendarFeedsAsync(first.Agency, null, 1, Cancellation)).Select(row => row.Id));
        Assert.Equal([first.Id], (await Store.ListCalendarFeedsAsync(first.Agency, second.Id, 10, Cancellation)).Select(row => row.Id));
        Assert.Equal([another.Id], (await Store.ListCalendarFeedsAsync(StoreRows.Court, null, 10, Cancellation)).Select(row => row.Id));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public async Task AddCalendarFeed_AfterOthersExpired_ForgetsThemOnceTheirTimeIsOver(int ticks, bool isKept)
    {
        var old = await AddedAsync();
        var at = old.ExpiresAt + CalendarFeedRow.KeptAfter + TimeSpan.FromTicks(ticks);
        var next = Feed() with { CreatedAt = at, ExpiresAt = at.AddDays(1) };

        Assert.True(await Store.AddCalendarFeedAsync(next, OpenMax, Rows.Leaf(null, LeafKinds.CalendarFeed), Cancellation));

        Assert.Equal(isKept, await Store.FindCalendarFeedAsync(old.Id, Cancellation) is not null);
        Assert.NotNull(await Store.FindCalendarFeedAsync(next.Id, Cancellation));
    }

    [Fact]
    public async Task AddCalendarFeed_OfNobodyOrAlreadyOver_IsThrownAtItsAuthor()
    {
        CalendarFeedRow[] wrong = [Feed() with { LawyerTerm = null }, Feed() with { Station = StoreRows.Court }, Feed() with { ExpiresAt = Now }, Feed() with { TokenHash = [1] }];
        foreach (var row in wrong)
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await Store.AddCalendarFeedAsync(row, OpenMax, Rows.Leaf(null, LeafKinds.CalendarFeed), Cancellation));
        }
    }

    private CalendarFeedRow Feed(AgencyId? agency = null)
    {
        var id = new CalendarFeedId(Rows.NewId());
        return new CalendarFeedRow(
            id, [.. StoreRows.Bytes($"token {id}", 32)], agency ?? StoreRows.Centre, Station: null, StoreRows.Bytes("term", 32), StoreRows.Bytes("licence", 54),
            [.. StoreRows.Bytes($"request {id}", 38)], [.. StoreRows.Bytes("digest", 32)], Now, Now.AddDays(365));
    }

    private async Task<CalendarFeedRow> AddedAsync(AgencyId? agency = null)
    {
        var row = Feed(agency);
        Assert.True(await Store.AddCalendarFeedAsync(row, OpenMax, Rows.Leaf(null, LeafKinds.CalendarFeed), Cancellation));
        return row;
    }
}
