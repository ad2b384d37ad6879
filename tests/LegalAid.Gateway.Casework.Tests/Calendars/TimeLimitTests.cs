using CsCheck;
using LegalAid.Gateway.Casework.Calendars;

namespace LegalAid.Gateway.Casework.Tests.Calendars;

public sealed class TimeLimitTests
{
    [Theory]
    [InlineData("3d", 3, TimeLimitUnit.Days)]
    [InlineData("48h", 48, TimeLimitUnit.Hours)]
    [InlineData("-15d", -15, TimeLimitUnit.Days)]
    [InlineData("2wd", 2, TimeLimitUnit.WorkingDays)]
    [InlineData("1m", 1, TimeLimitUnit.Months)]
    [InlineData("half-month", 1, TimeLimitUnit.HalfMonths)]
    [InlineData("-half-month", -1, TimeLimitUnit.HalfMonths)]
    [InlineData("3hm", 3, TimeLimitUnit.HalfMonths)]
    [InlineData("10000d", 10_000, TimeLimitUnit.Days)]
    public void TryParse_Canonical_ReadsAndWritesBack(string text, int amount, TimeLimitUnit unit)
    {
        Assert.True(TimeLimit.TryParse(text, out var limit));
        Assert.Equal(new TimeLimit(amount, unit), limit);
        Assert.Equal(text, limit.ToString());
        Assert.Equal(amount < 0, limit.IsBackward);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("d")]
    [InlineData("3")]
    [InlineData("0d")]
    [InlineData("-0d")]
    [InlineData("03d")]
    [InlineData("+3d")]
    [InlineData("--3d")]
    [InlineData("3D")]
    [InlineData("3 d")]
    [InlineData(" 3d")]
    [InlineData("3d ")]
    [InlineData("3.5d")]
    [InlineData("3y")]
    [InlineData("1hm")]
    [InlineData("-1hm")]
    [InlineData("half-months")]
    [InlineData("10001d")]
    [InlineData("99999999999d")]
    [InlineData("３d")]
    public void TryParse_Other_IsRefused(string? text)
    {
        Assert.False(TimeLimit.TryParse(text, out var limit));
        Assert.False(limit.IsValid);
    }

    [Fact]
    public void ToString_EveryValidLimit_ParsesBack() => Gen.Select(
        Gen.Int[-TimeLimit.AmountMax, TimeLimit.AmountMax].Where(amount => amount != 0), Gen.Enum<TimeLimitUnit>()).Sample((amount, unit) =>
        TimeLimit.TryParse(new TimeLimit(amount, unit).ToString(), out var read) && read == new TimeLimit(amount, unit));
}
