using CsCheck;
using LegalAid.Gateway.Casework.Cooperation;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Tests.Checks;

/// <summary>Of two claims of different centres exactly one holds, whoever looks.</summary>
public sealed class HolderRuleTests
{
    private static readonly DateTimeOffset Instant = new(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8));

    private static readonly Gen<HoldingClaim> Claims =
        Gen.Select(Gen.OneOf(Gen.Const("liuzhou-aid-centre"), Gen.Const("nanning-aid-centre"), Gen.Const("guangxi-aid-centre")), Gen.Int[-2, 2], (centre, ticks) => new HoldingClaim(AgencyId.Parse(centre), Instant.AddTicks(ticks)));

    [Fact]
    public void Holds_OfTwoCentres_ExactlyOneDoes() => Gen.Select(Claims, Claims).Where((one, other) => one.Centre != other.Centre).Sample((one, other) =>
        Assert.NotEqual(HolderRule.Holds(one, other), HolderRule.Holds(other, one)));

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void Holds_AroundTheOthersInstant_IsTheEarlierThenTheSmallerId(int ticks, bool holds) => Assert.Equal(
        holds, HolderRule.Holds(new HoldingClaim(AgencyId.Parse("nanning-aid-centre"), Instant.AddTicks(ticks)), new HoldingClaim(AgencyId.Parse("liuzhou-aid-centre"), Instant)));
}
