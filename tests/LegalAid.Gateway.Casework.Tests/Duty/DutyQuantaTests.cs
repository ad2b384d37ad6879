using CsCheck;
using LegalAid.Gateway.Casework.Duty;

namespace LegalAid.Gateway.Casework.Tests.Duty;

/// <summary>Bookings collide in their quarters exactly where their rounded spans overlap.</summary>
public sealed class DutyQuantaTests
{
    private static readonly DateTime Day = new(2026, 3, 14, 0, 0, 0, DateTimeKind.Unspecified);

    private static readonly Gen<DutyBooking> Any =
        from lawyer in Gen.Int[1, 2]
        from start in Gen.Int[0, 60 * 60 * 6]
        from length in Gen.Int[1, 60 * 60 * 4]
        from before in Gen.Int[0, 60 * 90]
        from after in Gen.Int[0, 60 * 90]
        select new DutyBooking(new($"l{lawyer}"), Day.AddSeconds(start), Day.AddSeconds(start + length), TimeSpan.FromSeconds(before), TimeSpan.FromSeconds(after));

    [Fact]
    public void Of_TwoBookings_ShareAQuarterExactlyWhereTheRoundedSpansOverlap() => Gen.Select(Any, Any).Sample(
        (one, other) =>
        {
            var shared = DutyQuanta.Of(one).Select(quantum => quantum.Key).Intersect(DutyQuanta.Of(other).Select(quantum => quantum.Key)).Any();
            var ((from, to), (otherFrom, otherTo)) = (Rounded(one), Rounded(other));
            return shared == (one.Lawyer == other.Lawyer && from < otherTo && otherFrom < to);
        },
        iter: 50_000);

    /// <summary>Never a false "free": whatever truly overlaps collides. And whatever lies a quarter apart does not.</summary>
    [Fact]
    public void Of_TwoBookings_CollideWhereTheyOverlapAndNotAQuarterApart() => Gen.Select(Any, Any).Sample(
        (one, other) =>
        {
            var shared = DutyQuanta.Of(one).Intersect(DutyQuanta.Of(other)).Any();
            var gap = Later(one.StartsAt - one.TravelBefore - other.EndsAt - other.TravelAfter, other.StartsAt - other.TravelBefore - one.EndsAt - one.TravelAfter);
            return one.Lawyer != other.Lawyer ? !shared : gap < TimeSpan.Zero ? shared : gap < DutyQuanta.Length || !shared;

            static TimeSpan Later(TimeSpan left, TimeSpan right) => left > right ? left : right;
        },
        iter: 50_000);

    [Theory]
    [InlineData(0, 900, 1)]
    [InlineData(0, 901, 2)]
    [InlineData(-1, 900, 2)]
    [InlineData(1, 899, 1)]
    [InlineData(0, 3 * 24 * 3600, 288)]
    public void Of_Edges_RoundOutwards(int from, int to, int quarters) =>
        Assert.Equal(quarters, DutyQuanta.Of(new DutyBooking(new("a"), Day.AddSeconds(from), Day.AddSeconds(to))).Count);

    [Fact]
    public void Of_Quarters_AreInOrderWithKeysThatSayWhen() =>
        Assert.Equal(
            ["duty/a/202603132345", "duty/a/202603140000", "duty/a/202603140015"],
            DutyQuanta.Of(new DutyBooking(new("a"), Day.AddMinutes(5), Day.AddMinutes(20), TimeSpan.FromMinutes(10))).Select(quantum => quantum.Key));

    [Fact]
    public void Of_NoSpanOrTooLong_Throws()
    {
        Assert.Throws<ArgumentException>(() => DutyQuanta.Of(new DutyBooking(new("a"), Day, Day)));
        Assert.Throws<ArgumentException>(() => DutyQuanta.Of(new DutyBooking(new("a"), Day, Day.AddHours(1), TimeSpan.FromTicks(-1))));
        Assert.Throws<ArgumentException>(() => DutyQuanta.Of(new DutyBooking(new("a"), Day, Day.AddDays(3), TimeSpan.FromTicks(1))));
    }

    /// <summary>By minutes and calendar, not by the ticks that the code counts in.</summary>
    private static (DateTime From, DateTime To) Rounded(DutyBooking booking)
    {
        var (from, to) = (booking.StartsAt - booking.TravelBefore, booking.EndsAt + booking.TravelAfter);
        var down = from.Date.AddHours(from.Hour).AddMinutes(from.Minute / 15 * 15);
        var end = to.Date.AddHours(to.Hour).AddMinutes(to.Minute / 15 * 15);
        return (down, end == to ? to : end.AddMinutes(15));
    }
}
