using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Exchange.Tests.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Ledger;

/// <summary>Nobody is in two places: holds by quarters of an hour, whatever the lengths, on both stores and over two nodes.</summary>
public sealed class BookingTests(SharedPostgres server)
{
    private const int Attempts = 500;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Race_OnSqlite_NoOverlapStandsAndNoFreeTimeIsRefused(int seed)
    {
        await using var world = await LedgerWorld.CreateAsync(BookingType.Snapshot());

        AssertKept(await new BookingRun([world], seed).RunAsync(Attempts));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(2, 4)]
    public async Task Race_OnPostgres_NoOverlapStandsAndNoFreeTimeIsRefused(int nodes, int seed)
    {
        await using var worlds = await PostgresWorlds.CreateAsync(server, BookingType.Snapshot(), nodes);

        AssertKept(await new BookingRun(worlds.Nodes, seed).RunAsync(Attempts));
    }

    [Fact]
    public async Task Open_SpansThatTouchAtAQuarter_BothStand()
    {
        await using var world = await LedgerWorld.CreateAsync(BookingType.Snapshot());

        Assert.IsType<CommandOutcome.Accepted>(await BookAsync(world, new Booking(1, 60, 240, 30)));
        Assert.Equal(["[0]: ALREADY_OPEN"], LedgerScene.Codes(await BookAsync(world, new Booking(1, 269, 300, 0))));
        Assert.IsType<CommandOutcome.Accepted>(await BookAsync(world, new Booking(1, 270, 300, 0)));
        Assert.IsType<CommandOutcome.Accepted>(await BookAsync(world, new Booking(2, 60, 240, 30)));
    }

    [Fact]
    public async Task Open_SpanThatIsNone_IsRefusedAndHoldsNothing()
    {
        await using var world = await LedgerWorld.CreateAsync(BookingType.Snapshot());
        var payload = BookingType.Payload(new Booking(1, 60, 120, 0));
        payload["endTime"] = payload["startTime"]!.DeepClone(); // Payload puts it there

        Assert.Equal(["[0].payload.endTime: TIME_SPAN_INVALID"], LedgerScene.Codes(await world.OpenAsync("r", new Opening(payload, []))));
        Assert.IsType<CommandOutcome.Accepted>(await BookAsync(world, new Booking(1, 60, 120, 0)));
    }

    [Fact]
    public void Judge_PlantedOverlapAndRefusalOfFreeTime_FindsBoth()
    {
        var (here, there) = (new Booking(1, 60, 240, 0), new Booking(1, 180, 360, 0));
        var stands = new BookingAttempt(here, 1, 2, Accepted: true);

        Assert.Empty(BookingJudge.Judge(new BookingOutcome([stands, new BookingAttempt(there, 3, 4, Accepted: false) { Code = "ALREADY_OPEN" }], [])));
        Assert.StartsWith("overlap", Assert.Single(BookingJudge.Judge(new BookingOutcome([stands, new BookingAttempt(there, 3, 4, Accepted: true)], []))), StringComparison.Ordinal);
        Assert.StartsWith(
            "free time refused",
            Assert.Single(BookingJudge.Judge(new BookingOutcome([stands with { ReleaseBegan = 3, ReleaseEnded = 4 }, new BookingAttempt(there, 5, 6, Accepted: false) { Code = "ALREADY_OPEN" }], []))),
            StringComparison.Ordinal);
        Assert.StartsWith("free time refused", Assert.Single(BookingJudge.Judge(new BookingOutcome([stands, new BookingAttempt(there with { Lawyer = 2 }, 3, 4, Accepted: false) { Code = "ALREADY_OPEN" }], []))), StringComparison.Ordinal);
    }

    private static void AssertKept(BookingOutcome outcome)
    {
        Assert.Empty(BookingJudge.Judge(outcome));
        Assert.InRange(outcome.Tried.Count(attempt => attempt.Accepted), 1, Attempts - 1); // both happened, or nothing was tried
        Assert.Contains(outcome.Quarters, attempt => attempt.Accepted);
    }

    private static Task<CommandOutcome> BookAsync(LedgerWorld world, Booking booking) =>
        world.OpenAsync($"book-{world.Ids.NewId()}", new Opening(BookingType.Payload(booking), []));
}
