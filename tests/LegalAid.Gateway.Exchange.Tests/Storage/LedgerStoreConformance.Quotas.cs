using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

public abstract partial class LedgerStoreConformance
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public async Task TakeQuota_UntilNothingIsLeft_GivesTheCountInShrinkingSlices(int limit)
    {
        var (taken, last) = (0, int.MaxValue);
        while (await Store.TakeQuotaAsync(Window("a"), limit, Now, Cancellation) is { Taken: > 0 } slice)
        {
            taken += slice.Taken;
            Assert.Equal(taken, slice.Used);
            Assert.InRange(slice.Taken, 1, Math.Min(last, Math.Max(1, (limit - taken + slice.Taken) / 8)));
            last = slice.Taken;
        }

        Assert.Equal(limit, taken);
        await ReopenStoreAsync();
        Assert.Equal(new QuotaSlice(0, limit), await Store.TakeQuotaAsync(Window("a"), limit, Now, Cancellation));
        Assert.True((await Store.TakeQuotaAsync(Window("b"), limit, Now, Cancellation)).Taken > 0); // another user
        Assert.True((await Store.TakeQuotaAsync(Window("a", minute: 1), limit, Now, Cancellation)).Taken > 0); // the next window
    }

    [Fact]
    public async Task TakeQuota_ByManyAtOnce_GivesNoMoreThanTheCount()
    {
        var slices = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () => await Store.TakeQuotaAsync(Window("a"), 40, Now, Cancellation), Cancellation)));

        Assert.Equal(40, slices.Sum(slice => slice.Taken));
    }

    [Fact]
    public async Task TakeQuota_OtherCount_IsHeldAgainstWhatIsUsed()
    {
        Assert.Equal(new QuotaSlice(2, 2), await Store.TakeQuotaAsync(Window("a"), 16, Now, Cancellation));
        Assert.Equal(new QuotaSlice(0, 1), await Store.TakeQuotaAsync(Window("a"), 1, Now, Cancellation));
        Assert.Equal(new QuotaSlice(10, 12), await Store.TakeQuotaAsync(Window("a"), 82, Now, Cancellation));
    }

    /// <summary>A clock that steps back finds the window as it stood; an hour after its end it is forgotten.</summary>
    [Fact]
    public async Task TakeQuota_AfterTheWindow_IsKeptForAnHour()
    {
        await Store.TakeQuotaAsync(Window("a"), 1, Now, Cancellation);
        await Store.TakeQuotaAsync(Window("b"), 1, Now.AddMinutes(61).AddTicks(-1), Cancellation);
        Assert.Equal(0, (await Store.TakeQuotaAsync(Window("a"), 1, Now, Cancellation)).Taken);
        await Store.TakeQuotaAsync(Window("b"), 1, Now.AddMinutes(61), Cancellation);
        Assert.Equal(1, (await Store.TakeQuotaAsync(Window("a"), 1, Now, Cancellation)).Taken);
    }

    private static QuotaWindow Window(string key, int minute = 0) => new(key, Now.AddMinutes(minute), Now.AddMinutes(minute + 1));
}
