using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Tests.Ledger;

/// <summary>Keys that belong together lie together, and nothing but a time or a case's serial number stands in clear before the hash.</summary>
public sealed class KeyPlaceTests
{
    private const int HashBytes = 32;

    private static readonly KeyRing Keys = new([new RingKey([1, 2, 3, 4, 5, 6, 7, 8], new byte[KeyRing.KeyBytes])], new byte[KeyRing.KeyBytes]);

    [Theory]
    [InlineData("0199a1b2-c3d4-7000-8000-000000000001")]
    [InlineData("0199A1B2-C3D4-7FFF-BFFF-FFFFFFFFFFFF")]
    public void OfRequest_Version7_ItsMilliseconds(string requestId) =>
        Assert.Equal([0x01, 0x99, 0xA1, 0xB2, 0xC3, 0xD4], KeyPlace.OfRequest(requestId));

    [Theory]
    [InlineData("0199a1b2-c3d4-6000-8000-000000000001")] // another version
    [InlineData("0199a1b2-c3d4-8000-8000-000000000001")]
    [InlineData("0199a1b2-c3d4-7000-7000-000000000001")] // another variant
    [InlineData("0199a1b2-c3d4-7000-c000-000000000001")]
    [InlineData("0199a1b2c3d470008000000000000001")]
    [InlineData("45019919900307123X-assign")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    public void OfRequest_AnythingElse_NothingInClear(string requestId) => Assert.Empty(KeyPlace.OfRequest(requestId));

    [Fact]
    public void KeyOf_SameMillisecond_StillAKeyOfItsOwn()
    {
        var first = Key("0199a1b2-c3d4-7000-8000-000000000001");
        var second = Key("0199a1b2-c3d4-7000-8000-000000000002");
        Assert.Equal(first, Key("0199a1b2-c3d4-7000-8000-000000000001"));
        Assert.Equal(first[..^HashBytes], second[..^HashBytes]);
        Assert.NotEqual(first, second);
        Assert.NotEqual(first, Key("0199A1B2-C3D4-7000-8000-000000000001")); // a request id is its characters
    }

    [Theory]
    [InlineData("（2026）桂0103刑初9号", "（2026）桂0103刑初10号")]
    [InlineData("（2026）桂0103刑初99999号", "（2026）桂0103刑初100000号")]
    [InlineData("（2026）桂0103刑初999999998号", "（2026）桂0103刑初999999999号")]
    [InlineData("A4501035200002026000099", "A4501035200002026000100")]
    public void OfCase_NextSerial_NextInOrder(string earlier, string later)
    {
        var (a, b) = (KeyPlace.OfCase(Keys, earlier), KeyPlace.OfCase(Keys, later));
        Assert.Equal(8, a.Length);
        Assert.Equal(a[..4], b[..4]);
        Assert.True(a.AsSpan().SequenceCompareTo(b.AsSpan()) < 0);
    }

    [Theory]
    [InlineData("（2026）桂0103刑初9号", "（2027）桂0103刑初9号")]
    [InlineData("（2026）桂0103刑初9号", "（2026）桂0105刑初9号")]
    [InlineData("无号", "无")]
    public void OfCase_AnotherSeries_Elsewhere(string one, string other) =>
        Assert.NotEqual(KeyPlace.OfCase(Keys, one)[..4], KeyPlace.OfCase(Keys, other)[..4]);

    [Theory]
    [InlineData("")]
    [InlineData("无号")]
    public void OfCase_NoDigits_StandsAtZero(string number) => Assert.Equal([0, 0, 0, 0], KeyPlace.OfCase(Keys, number)[4..]);

    private static ImmutableArray<byte> Key(string requestId) => KeyedRequest.KeyOf(Keys, AgencyId.Parse("nanning-qingxiu-court"), "open:x", requestId);
}
