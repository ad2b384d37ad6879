using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Exchange.Tests.Evidence;

public sealed class RefusalEvidenceTests
{
    [Fact]
    public async Task Record_OverTheBound_IsCountedAndToldByTheNextLeaf()
    {
        var leaves = new List<JsonObject>();
        await using var world = await LedgerWorld.CreateAsync(decorate: inner => InterceptedStore.Around(inner, (member, args) =>
        {
            if (member == nameof(ILedgerStore.AppendLeafAsync))
            {
                leaves.Add(JsonNode.Parse(((LeafRow)args[0]!).Entry)!.AsObject()); // AppendLeafAsync's first argument; a leaf is an object
            }

            return null;
        }));
        var evidence = new RefusalEvidence(world.Store, world.Time, world.Ids);
        Task<bool> RefuseAsync(Casework.Directory.AgencyId agency) => evidence
            .RecordAsync(agency, "client", "/legalaid.exchange.v1.ExchangeService/TakeStep", Enumerable.Repeat(GeneralFaults.NotFound, 30), onBehalfOf: null, LedgerWorld.Cancellation).AsTask();

        for (var call = 0; call < RefusalEvidence.BurstMax; call++)
        {
            Assert.True(await RefuseAsync(SmallExchange.CourtId));
        }

        Assert.False(await RefuseAsync(SmallExchange.CourtId));
        Assert.False(await RefuseAsync(SmallExchange.CourtId));
        Assert.True(await RefuseAsync(SmallExchange.CentreId));
        world.Time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.False(await RefuseAsync(SmallExchange.CourtId));
        world.Time.Advance(TimeSpan.FromTicks(1));
        Assert.True(await RefuseAsync(SmallExchange.CourtId));
        Assert.False(await RefuseAsync(SmallExchange.CourtId));

        Assert.Equal(RefusalEvidence.BurstMax + 2, leaves.Count);
        Assert.Equal(3, (int?)leaves[^1]["suppressedBefore"]);
        Assert.Equal("""["NOT_FOUND"]""", leaves[^1]["codes"]?.ToJsonString());

        world.Time.Advance(TimeSpan.FromDays(1));
        var taken = 0;
        while (await RefuseAsync(SmallExchange.CourtId))
        {
            taken++;
        }

        Assert.Equal(RefusalEvidence.BurstMax, taken);
    }
}

public sealed class CivilClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Now_WithoutAnAnchor_IsSystemTimeToTheTick(int ticks)
    {
        var clock = new CivilClock(new FakeTimeProvider(Start + TimeSpan.FromTicks(ticks)));

        Assert.Equal(Start + TimeSpan.FromTicks(ticks), clock.Now);
        Assert.Equal(TimeSpan.FromHours(8), clock.Now.Offset);
        Assert.Equal(TimeSpan.FromTicks(7), clock.Until(Start + TimeSpan.FromTicks(ticks + 7)));
    }

    [Fact]
    public void Now_WithARate_RunsAsManyTimesAsFast()
    {
        var time = new FakeTimeProvider(Start);
        var clock = new CivilClock(time, new CivilAnchor(Start, Start.AddYears(1), Rate: 3600));

        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(Start.AddYears(1).AddHours(2), clock.Now);
        Assert.Equal(TimeSpan.FromSeconds(1), clock.Until(clock.Now.AddHours(1)));
        Assert.Equal(TimeSpan.Zero, clock.Until(clock.Now));
        Assert.Equal(TimeSpan.Zero, clock.Until(clock.Now.AddHours(-1)));
    }

    [Fact]
    public void Advance_MovesCivilTimeAloneAndSaysSo()
    {
        var time = new FakeTimeProvider(Start);
        var clock = new CivilClock(time);
        var moved = 0;
        clock.Moved += (_, _) => moved++;

        clock.Advance(TimeSpan.FromDays(3));
        time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(Start.AddDays(3).AddHours(1), clock.Now);
        Assert.Equal(Start.AddHours(1), time.GetUtcNow());
        Assert.Equal(1, moved);
        Assert.Throws<ArgumentOutOfRangeException>(() => clock.Advance(TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public void Anchor_GivenToANewClock_GoesOnFromWhereTheOldOneIs()
    {
        var time = new FakeTimeProvider(Start);
        var clock = new CivilClock(time, new CivilAnchor(Start, Start, Rate: 60));
        time.Advance(TimeSpan.FromMinutes(1));
        clock.Advance(TimeSpan.FromDays(1));
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(clock.Now, new CivilClock(time, clock.Anchor).Now);
    }
}

public sealed class KeyRingTests
{
    private static readonly Guid Exchange = Guid.Parse("01890000-0000-7000-8000-000000000001");
    private static readonly RingKey Old = new([1, 1, 1, 1, 1, 1, 1, 1], Key(1));
    private static readonly RingKey New = new([2, 2, 2, 2, 2, 2, 2, 2], Key(2));

    private static byte[] Key(byte fill) => [.. Enumerable.Repeat(fill, KeyRing.KeyBytes)];

    [Fact]
    public void Unwrap_AfterRotation_OpensOldAndNew()
    {
        var before = new KeyRing([Old], Key(9));
        var after = new KeyRing([Old, New], Key(9));
        var (oldKey, oldWrapped) = before.NewDataKey(Exchange);
        var (newKey, newWrapped) = after.NewDataKey(Exchange);

        Assert.Equal(oldKey, after.Unwrap(Exchange, oldWrapped));
        Assert.Equal(newKey, after.Unwrap(Exchange, newWrapped));
        Assert.Throws<CryptographicException>(() => before.Unwrap(Exchange, newWrapped));
        Assert.Equal(before.Id, after.Id);
    }

    [Fact]
    public void Unwrap_ByAKeyThatCameSince_LooksAgain()
    {
        var folder = ImmutableArray.Create(Old);
        var ring = new KeyRing(folder, Key(9), () => folder);
        var (key, wrapped) = new KeyRing([Old, New], Key(9)).NewDataKey(Exchange);

        var lacking = Assert.Throws<CryptographicException>(() => ring.Unwrap(Exchange, wrapped));
        Assert.Contains(New.Name, lacking.Message, StringComparison.Ordinal);
        folder = [Old, New];
        Assert.Equal(key, ring.Unwrap(Exchange, wrapped));
        Assert.Equal(Old.Name, KeyRing.WrappedBy(ring.NewDataKey(Exchange).Wrapped)); // a start decides by which key it wraps
    }

    [Fact]
    public void Unwrap_WithAnotherKeyExchangeOrByte_Throws()
    {
        var (_, wrapped) = new KeyRing([Old], Key(9)).NewDataKey(Exchange);
        var impostor = new KeyRing([Old with { Key = Key(3) }], Key(9));

        Assert.ThrowsAny<CryptographicException>(() => impostor.Unwrap(Exchange, wrapped));
        Assert.ThrowsAny<CryptographicException>(() => new KeyRing([Old], Key(9)).Unwrap(Guid.Empty, wrapped));
        Assert.ThrowsAny<CryptographicException>(() => new KeyRing([Old], Key(9)).Unwrap(Exchange, []));
        Assert.ThrowsAny<CryptographicException>(() => new KeyRing([Old], Key(9)).Unwrap(Exchange, wrapped.AsSpan(..^1)));
        wrapped[^1] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => new KeyRing([Old], Key(9)).Unwrap(Exchange, wrapped));
    }

    [Fact]
    public void Blind_SeparatesPurposesValuesAndRings()
    {
        var ring = new KeyRing([Old], Key(9));

        Assert.Equal(ring.Blind("search:a", "x"), ring.Blind("search:a", "x"));
        Assert.NotEqual(ring.Blind("search:a", "x"), ring.Blind("search:b", "x"));
        Assert.NotEqual(ring.Blind("search:a", "x"), ring.Blind("search:a", "y"));
        Assert.NotEqual(ring.Blind("ab", "c"), ring.Blind("a", "bc"));
        Assert.NotEqual(ring.Blind("search:a", "x"), new KeyRing([Old], Key(8)).Blind("search:a", "x"));
        Assert.NotEqual(ring.Id, new KeyRing([Old], Key(8)).Id);
    }

    [Fact]
    public void Ring_WithoutKeysOrWithShortOnes_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new KeyRing([], Key(9)));
        Assert.Throws<ArgumentException>(() => new KeyRing([Old with { Key = [1] }], Key(9)));
        Assert.Throws<ArgumentException>(() => new KeyRing([Old with { Id = [1] }], Key(9)));
        Assert.Throws<ArgumentException>(() => new KeyRing([Old], [1]));
    }
}

public sealed class SystemIdsTests
{
    [Fact]
    public void NewId_AtAStandstillOrBackward_StillGrows()
    {
        var now = new DateTimeOffset(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
        var time = new SteppedTime(now);
        var ids = new SystemIds(time);
        var made = new List<Guid>();
        for (var round = 0; round < 10_000; round++)
        {
            time.Now = now.AddMilliseconds(round % 3 * -500);
            made.Add(ids.NewId());
        }

        Assert.Equal(made.Order(), made);
        Assert.Equal(made.Count, made.Distinct().Count());
        Assert.All(made, id => Assert.Equal((7, true), (id.Version, id.Variant is >= 8 and <= 11)));
        Assert.Equal(now.ToUnixTimeMilliseconds(), Convert.ToInt64(made[0].ToString("N")[..12], 16));
    }

    [Fact]
    public async Task NewId_OnManyThreads_GivesEachOnce()
    {
        var ids = new SystemIds(TimeProvider.System);

        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 5000).Select(_ => ids.NewId()).ToArray())));

        Assert.Equal(40_000, made.SelectMany(batch => batch).Distinct().Count());
        Assert.All(made, batch => Assert.Equal(batch.Order(), batch));
    }

    private sealed class SteppedTime(DateTimeOffset start) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
