using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Exchange.Tests.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Ledger;

/// <summary>Steps on two exchanges that are one act: both or neither, whatever stands in the way, on both stores and over two nodes.</summary>
public sealed class JointStepTests(SharedPostgres server)
{
    private const int Shifts = 8, Swaps = 160;

    private static readonly AgencyId OtherCourt = AgencyId.Parse("nanning-other-court");

    /// <summary>Neither could take the other's over alone: each is on duty at that time.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Swap_OfTwoAtTheSameTime_ChangesBothAndWhatTheyHold(int postgresNodes)
    {
        await using var scene = await SceneAsync(postgresNodes);
        var world = scene.Nodes[0];
        var (here, there) = (await BookAsync(world, new Booking(1, 60, 240, 0)), await BookAsync(world, new Booking(2, 90, 270, 0)));

        Assert.IsType<CommandOutcome.Accepted>(await SwapAsync(world, here, lawyer: 2, there, inReturn: 1));

        Assert.Equal((2, 1), (await LawyerAsync(world, here), await LawyerAsync(world, there)));
        Assert.Equal(["[0]: ALREADY_OPEN"], LedgerScene.Codes(await TryBookAsync(world, new Booking(1, 255, 300, 0))));
        Assert.IsType<CommandOutcome.Accepted>(await TryBookAsync(world, new Booking(1, 60, 90, 0))); // the quarters before the other begins are free now
        Assert.Equal(["[0]: ALREADY_OPEN"], LedgerScene.Codes(await TryBookAsync(world, new Booking(2, 60, 75, 0))));
        foreach (var (one, other) in new[] { (here, there), (there, here) })
        {
            var leaves = await world.Store.ListLeavesAsync(one, null, 10, LedgerWorld.Cancellation);
            Assert.Contains(other.ResourceName, Encoding.UTF8.GetString(leaves[^1].Entry), StringComparison.Ordinal); // either's evidence names the other
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Swap_WhereOneIsBookedElsewhere_ChangesNeither(int postgresNodes)
    {
        await using var scene = await SceneAsync(postgresNodes);
        var world = scene.Nodes[0];
        var (here, there) = (await BookAsync(world, new Booking(1, 60, 240, 0)), await BookAsync(world, new Booking(2, 300, 360, 0)));
        await BookAsync(world, new Booking(1, 345, 400, 0)); // in the way of what lawyer 1 would get in return

        Assert.Equal(["payload.given.exchange: ALREADY_OPEN"], LedgerScene.Codes(await SwapAsync(world, here, lawyer: 2, there, inReturn: 1)));

        Assert.Equal((1, 2), (await LawyerAsync(world, here), await LawyerAsync(world, there)));
        Assert.Equal((1L, 1L), (await VersionAsync(world, here), await VersionAsync(world, there)));
        Assert.IsType<CommandOutcome.Accepted>(await TryBookAsync(world, new Booking(2, 60, 240, 0))); // nothing was claimed
    }

    [Fact]
    public async Task Swap_WithWhatTheCallerHasNoPartInOrIsNoOther_IsOneFault()
    {
        await using var scene = await SceneAsync(0);
        var world = scene.Nodes[0];
        var here = await BookAsync(world, new Booking(1, 60, 240, 0));
        var outcome = await world.Ledger.OpenAsync(
            new OpenCommand(OtherCourt, SmallExchange.Id, [new Opening(BookingType.Payload(new Booking(2, 60, 240, 0)), [])], "another-court"), LedgerWorld.Cancellation);
        var hidden = Assert.IsType<CommandOutcome.Accepted>(outcome).Answers[0].Exchange.Id;

        foreach (var name in new[] { hidden.ResourceName, new ExchangeId(world.Ids.NewId()).ResourceName, here.ResourceName, "exchanges/nothing", "agencies/test-court" })
        {
            Assert.Equal(["payload.given.exchange: REFERENCE_UNKNOWN"], LedgerScene.Codes(await SwapAsync(world, here, lawyer: 2, name, inReturn: 1)));
        }

        Assert.Equal((1L, 1L), (await VersionAsync(world, here), await VersionAsync(world, hidden)));
    }

    [Fact]
    public async Task Swap_WhereBothAreWrong_TellsTheFaultsOfBoth()
    {
        await using var scene = await SceneAsync(0);
        var world = scene.Nodes[0];
        var (here, there) = (await BookAsync(world, new Booking(1, 60, 240, 0)), await BookAsync(world, new Booking(2, 300, 360, 0)));
        foreach (var exchange in new[] { here, there })
        {
            Assert.IsType<CommandOutcome.Accepted>(await world.TakeAsync(SmallExchange.CourtId, exchange, SmallExchange.Withdraw, SmallExchange.Text("撤回")));
        }

        Assert.Equal([": STATE_WRONG", "payload.given.exchange: STATE_WRONG"], LedgerScene.Codes(await SwapAsync(world, here, lawyer: 2, there, inReturn: 1)));
    }

    /// <summary>The other was opened before its type had such a step, and keeps to it.</summary>
    [Fact]
    public async Task Swap_WithOneOfAnEarlierForm_IsToldApartFromOneThatIsNotThere()
    {
        await using var scene = await SceneAsync(0);
        var world = scene.Nodes[0];
        var now = world.Configuration.Current;
        var earlier = new ExchangeTypeId("earlier");
        world.Configuration.Current = now with { Types = new Dictionary<ExchangeTypeId, ExchangeType> { [SmallExchange.Id] = BookingType.Type }.ToFrozenDictionary() };
        var there = await BookAsync(world, new Booking(2, 300, 360, 0));
        world.Configuration.Current = now with
        {
            Types = new Dictionary<ExchangeTypeId, ExchangeType> { [SmallExchange.Id] = BookingType.Swappable, [earlier] = BookingType.Type }.ToFrozenDictionary(),
        };
        var here = await BookAsync(world, new Booking(1, 60, 240, 0));

        Assert.Equal(["payload.given.exchange: STEP_UNKNOWN"], LedgerScene.Codes(await SwapAsync(world, here, lawyer: 2, there, inReturn: 1)));
        Assert.Equal((1L, 1L), (await VersionAsync(world, here), await VersionAsync(world, there)));
    }

    [Fact]
    public async Task Swap_WithOneThatIsErased_IsRefused()
    {
        await using var scene = await SceneAsync(0);
        var world = scene.Nodes[0];
        var (here, there) = (await BookAsync(world, new Booking(1, 60, 240, 0)), await BookAsync(world, new Booking(2, 300, 360, 0)));
        Assert.IsType<CommandOutcome.Accepted>(await world.TakeAsync(SmallExchange.CourtId, there, SmallExchange.Withdraw, SmallExchange.Text("撤回")));
        world.Time.Advance(TimeSpan.FromDays(366));
        Assert.Equal(1, await world.ErasureWorker().EraseDueAsync(LedgerWorld.Cancellation));

        Assert.Equal(["payload.given.exchange: ERASED"], LedgerScene.Codes(await SwapAsync(world, here, lawyer: 2, there, inReturn: 1)));
        Assert.Equal(1, await LawyerAsync(world, here));
    }

    [Fact]
    public async Task Give_ByItself_IsRefused_AndASwapWithNothingInReturnIsTakenAlone()
    {
        await using var scene = await SceneAsync(0);
        var world = scene.Nodes[0];
        var here = await BookAsync(world, new Booking(1, 60, 240, 0));

        Assert.Equal([": STEP_ONLY_TOGETHER"], LedgerScene.Codes(await world.TakeAsync(SmallExchange.CourtId, here, BookingType.Give, Changes(2))));
        Assert.IsType<CommandOutcome.Accepted>(await world.TakeAsync(SmallExchange.CourtId, here, BookingType.Swap, Changes(2)));
        Assert.Equal(2, await LawyerAsync(world, here));
    }

    [Fact]
    public async Task Swap_Repeated_IsAnsweredAsAtFirstAndTakenOnce()
    {
        await using var scene = await SceneAsync(0);
        var world = scene.Nodes[0];
        var (here, there) = (await BookAsync(world, new Booking(1, 60, 240, 0)), await BookAsync(world, new Booking(2, 60, 240, 0)));
        var payload = Payload(2, there.ResourceName, 1);
        var first = Assert.IsType<CommandOutcome.Accepted>(await world.TakeAsync(SmallExchange.CourtId, here, BookingType.Swap, payload, "once"));
        var again = Assert.IsType<CommandOutcome.Accepted>(await world.TakeAsync(SmallExchange.CourtId, here, BookingType.Swap, payload, "once"));

        Assert.Equal((false, true, first.Answers[0].Receipt.Jws), (first.Repeated, again.Repeated, again.Answers[0].Receipt.Jws));
        Assert.Equal((2L, 2L), (await VersionAsync(world, here), await VersionAsync(world, there)));
    }

    /// <summary>Many swaps at once among few shifts, all at one time: each lawyer has one of them at every moment, whatever order they were taken in.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    public async Task Swaps_AtOnce_LeaveEveryLawyerWithOneShift(int postgresNodes, int seed)
    {
        await using var scene = await SceneAsync(postgresNodes);
        var (nodes, random) = (scene.Nodes, new Random(seed));
        var shifts = new List<ExchangeId>();
        foreach (var lawyer in Enumerable.Range(0, Shifts))
        {
            shifts.Add(await BookAsync(nodes[0], new Booking(lawyer, 60, 240, 0)));
        }

        var pairs = Enumerable.Range(0, Swaps).Select(_ =>
        {
            var one = random.Next(Shifts);
            return (One: one, Other: (one + 1 + random.Next(Shifts - 1)) % Shifts);
        }).ToList();
        var taken = await Task.WhenAll(pairs.Select(async (pair, index) =>
        {
            // Each asks for what it saw: by the time it is decided, the lawyers may be others.
            var node = nodes[index % nodes.Count];
            var (lawyer, other) = (await LawyerAsync(node, shifts[pair.One]), await LawyerAsync(node, shifts[pair.Other]));
            return await SwapAsync(node, shifts[pair.One], other, shifts[pair.Other], lawyer) is CommandOutcome.Accepted;
        }));

        var lawyers = await Task.WhenAll(shifts.Select(shift => LawyerAsync(nodes[0], shift)));
        Assert.Equal(Enumerable.Range(0, Shifts), lawyers.Order());
        Assert.Contains(true, taken);
        var versions = 0L;
        foreach (var shift in shifts)
        {
            versions += await VersionAsync(nodes[0], shift);
        }

        Assert.Equal(Shifts + (2L * taken.Count(one => one)), versions); // each that was taken is a message on two, and none is more
    }

    private async Task<Scene> SceneAsync(int postgresNodes)
    {
        var snapshot = BookingType.Snapshot(BookingType.Swappable);
        snapshot = (snapshot with
        {
            Agencies = new AgencyDirectory([.. snapshot.Agencies.All, snapshot.Agencies.Get(SmallExchange.CourtId) with { Id = OtherCourt }]),
        }).WithTypeRows();
        if (postgresNodes == 0)
        {
            var world = await LedgerWorld.CreateAsync(snapshot);
            return new Scene([world], world);
        }

        var worlds = await PostgresWorlds.CreateAsync(server, snapshot, postgresNodes);
        return new Scene(worlds.Nodes, worlds);
    }

    private static async Task<ExchangeId> BookAsync(LedgerWorld world, Booking booking) =>
        Assert.IsType<CommandOutcome.Accepted>(await TryBookAsync(world, booking)).Answers[0].Exchange.Id;

    private static Task<CommandOutcome> TryBookAsync(LedgerWorld world, Booking booking) =>
        world.OpenAsync($"book-{world.Ids.NewId()}", new Opening(BookingType.Payload(booking), []));

    private static Task<CommandOutcome> SwapAsync(LedgerWorld world, ExchangeId exchange, int lawyer, ExchangeId other, int inReturn) =>
        SwapAsync(world, exchange, lawyer, other.ResourceName, inReturn);

    private static Task<CommandOutcome> SwapAsync(LedgerWorld world, ExchangeId exchange, int lawyer, string other, int inReturn) =>
        world.TakeAsync(SmallExchange.CourtId, exchange, BookingType.Swap, Payload(lawyer, other, inReturn));

    private static JsonObject Payload(int lawyer, string other, int inReturn)
    {
        var (payload, given) = (Changes(lawyer), Changes(inReturn));
        given["exchange"] = other;
        payload["given"] = given;
        return payload;
    }

    private static JsonObject Changes(int lawyer) => new() { ["changes"] = new JsonObject { ["lawyer"] = string.Create(CultureInfo.InvariantCulture, $"lawyer-{lawyer}") } };

    private static async Task<int> LawyerAsync(LedgerWorld world, ExchangeId exchange)
    {
        var reading = await world.Reader.FindAsync(new Asker(SmallExchange.CourtId, null), exchange, LedgerWorld.Cancellation);
        var text = reading?.State.View["question"]?["lawyer"]?.GetValue<string>() ?? throw new InvalidOperationException("a booking has a lawyer");
        return int.Parse(text.AsSpan("lawyer-".Length), CultureInfo.InvariantCulture);
    }

    private static async Task<long> VersionAsync(LedgerWorld world, ExchangeId exchange) =>
        (await world.Store.FindExchangeAsync(exchange, LedgerWorld.Cancellation))?.Version ?? throw new InvalidOperationException("it is there");

    private sealed class Scene(IReadOnlyList<LedgerWorld> nodes, IAsyncDisposable owner) : IAsyncDisposable
    {
        public IReadOnlyList<LedgerWorld> Nodes => nodes;

        public ValueTask DisposeAsync() => owner.DisposeAsync();
    }
}
