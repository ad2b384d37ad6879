using System.Globalization;
using System.Text.Json;
using CsCheck;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Tests.Identifiers;

public sealed class ResidentNumberTests
{
    private static readonly DateOnly Today = new(2026, 3, 2);

    internal static readonly Gen<ResidentNumber> Synthetic =
        Gen.Select(Gen.Int[0, 80_000], Gen.Int[0, 999], (day, sequence) =>
            ResidentNumber.Synthesise(RegionCode.Synthetic, new DateOnly(1800, 1, 1).AddDays(day), sequence));

    [Theory]
    [InlineData("11010519491231002X", "110105", "1949-12-31", 2, Sex.Female)]
    [InlineData("440524188001010014", "440524", "1880-01-01", 1, Sex.Male)]
    [InlineData("450103190001010015", "450103", "1900-01-01", 1, Sex.Male)]
    [InlineData("450103189903070027", "450103", "1899-03-07", 2, Sex.Female)]
    [InlineData("450181189912310036", "450181", "1899-12-31", 3, Sex.Male)]
    public void TryParse_PublishedVector_ExposesItsParts(string text, string region, string birth, int sequence, Sex sex)
    {
        Assert.True(ResidentNumber.TryParse(text, out var number, out var fault));
        Assert.Null(fault);
        Assert.Equal(text, number.ToString());
        Assert.Equal(region, number.Region.ToString());
        Assert.Equal(DateOnly.ParseExact(birth, "yyyy-MM-dd", CultureInfo.InvariantCulture), number.BirthDate);
        Assert.Equal((sequence, sex), (number.Sequence, number.Sex));
    }

    [Theory]
    [InlineData("11010519491231002x")]
    [InlineData("１１０１０５１９４９１２３１００２Ｘ")]
    [InlineData("　11010519491231002ｘ ")]
    public void TryParse_LowerCaseOrFullWidth_EqualsCanonical(string text)
    {
        Assert.True(ResidentNumber.TryParse(text, out var number, out _));
        Assert.True(ResidentNumber.TryParse("11010519491231002X", out var canonical, out _));
        Assert.Equal(canonical, number);
        Assert.Equal("11010519491231002X", number.ToString());
    }

    [Theory]
    [InlineData(null, "FIELD_REQUIRED")]
    [InlineData("   ", "FIELD_REQUIRED")]
    [InlineData("110105491231002", "RESIDENT_NUMBER_FIFTEEN_DIGITS")]
    [InlineData("11010519491231002", "RESIDENT_NUMBER_LENGTH")]
    [InlineData("11010519491231002XX", "RESIDENT_NUMBER_LENGTH")]
    [InlineData("1101051949123100X2", "RESIDENT_NUMBER_CHARACTER")]
    [InlineData("11010519491231002Y", "RESIDENT_NUMBER_CHARACTER")]
    [InlineData("11010519491231٠02X", "RESIDENT_NUMBER_CHARACTER")]
    [InlineData("99010519491231002X", "RESIDENT_NUMBER_REGION")]
    [InlineData("450199200001010017", "RESIDENT_NUMBER_REGION")]
    [InlineData("110105194913310029", "RESIDENT_NUMBER_BIRTH_DATE")]
    [InlineData("110105194902290021", "RESIDENT_NUMBER_BIRTH_DATE")]
    [InlineData("110105179912310021", "RESIDENT_NUMBER_BIRTH_DATE")]
    [InlineData("110105194912310020", "RESIDENT_NUMBER_CHECK")]
    public void TryParse_Wrong_NamesTheFault(string? text, string code)
    {
        Assert.False(ResidentNumber.TryParse(text, ResidentNumberRules.Standard, Today, out var number, out var fault));
        Assert.Null(number);
        Assert.Equal(code, fault.Code);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void TryParse_BirthAroundToday_FutureIsFault(int days, bool accepted)
    {
        var text = ResidentNumber.Synthesise(RegionCode.Synthetic, Today.AddDays(days), 1).ToString();

        Assert.Equal(accepted, ResidentNumber.TryParse(text, ResidentNumberRules.Demonstration, Today, out _, out var fault));
        Assert.Equal(accepted ? null : IdentifierFaults.ResidentNumberBirthFuture, fault);
    }

    [Fact]
    public void TryParse_SyntheticRegion_PassesOnlyByRule()
    {
        var text = ResidentNumber.Synthesise(RegionCode.Synthetic, new DateOnly(2010, 5, 6), 7).ToString();

        Assert.True(ResidentNumber.TryParse(text, ResidentNumberRules.Demonstration, Today, out _, out _));
        Assert.False(ResidentNumber.TryParse(text, ResidentNumberRules.Standard, Today, out _, out var fault));
        Assert.Equal(IdentifierFaults.ResidentNumberRegion, fault);
    }

    [Theory]
    [InlineData("450103")]
    [InlineData("450104")]
    [InlineData("110105")]
    public void RulesAndSynthesise_RegionOfRealPeople_Throw(string code)
    {
        var region = RegionCode.Parse(code);
        Assert.Throws<ArgumentException>(() => ResidentNumberRules.WithSyntheticRegions(region));
        Assert.Throws<ArgumentException>(() => ResidentNumber.Synthesise(region, Today, 1));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1000)]
    public void Synthesise_SequenceOutOfRange_Throws(int sequence) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ResidentNumber.Synthesise(RegionCode.Synthetic, Today, sequence));

    [Theory]
    [InlineData("2008-05-20", "2026-05-19", 17, true)]
    [InlineData("2008-05-20", "2026-05-20", 17, true)]
    [InlineData("2008-05-20", "2026-05-21", 18, false)]
    [InlineData("2008-02-29", "2026-02-28", 17, true)]
    [InlineData("2008-02-29", "2026-03-01", 18, false)]
    [InlineData("2008-02-29", "2028-02-29", 19, false)]
    [InlineData("2008-02-29", "2028-03-01", 20, false)]
    [InlineData("2008-12-31", "2026-12-31", 17, true)]
    [InlineData("2008-12-31", "2027-01-01", 18, false)]
    [InlineData("2026-01-01", "2026-01-01", 0, true)]
    [InlineData("2026-01-01", "2026-01-02", 0, true)]
    [InlineData("2026-01-01", "2025-12-31", -1, true)]
    public void AgeOn_AroundBirthday_AttainedTheDayAfter(string birth, string date, int age, bool minor)
    {
        var number = ResidentNumber.Synthesise(RegionCode.Synthetic, DateOnly.Parse(birth, CultureInfo.InvariantCulture), 1);
        var on = DateOnly.Parse(date, CultureInfo.InvariantCulture);

        Assert.Equal(age, number.AgeOn(on));
        Assert.Equal(minor, number.IsMinorOn(on));
    }

    [Fact]
    public void RoundTrip_AnySynthetic_KeepsEveryPart() => Synthetic.Sample(number =>
    {
        Assert.True(ResidentNumber.TryParse(number.ToString(), ResidentNumberRules.Demonstration, null, out var again, out _));
        Assert.Equal(number, again);
        Assert.Equal(number.GetHashCode(), again.GetHashCode());
        Assert.Equal((number.BirthDate, number.Sequence, number.Sex), (again.BirthDate, again.Sequence, again.Sex));
        Assert.Equal(number, JsonSerializer.Deserialize<ResidentNumber>(JsonSerializer.Serialize(number)));
    });

    [Fact]
    public void TryParse_AnySingleCharacterChanged_IsRejected() =>
        Gen.Select(Synthetic, Gen.Int[0, 17], Gen.Int[0, 10]).Sample((number, at, replacement) =>
        {
            var text = number.ToString().ToCharArray();
            var c = "0123456789X"[replacement];
            if (text[at] != c)
            {
                text[at] = c;
                Assert.False(ResidentNumber.TryReadStored(new string(text), out _, out var fault));
                Assert.NotNull(fault);
            }
        });

    [Fact]
    public void TryParse_AnyNeighboursSwapped_IsRejected() =>
        Gen.Select(Synthetic, Gen.Int[0, 16]).Sample((number, at) =>
        {
            var text = number.ToString().ToCharArray();
            if (text[at] != text[at + 1])
            {
                (text[at], text[at + 1]) = (text[at + 1], text[at]);
                Assert.False(ResidentNumber.TryReadStored(new string(text), out _, out _));
            }
        });

    [Fact]
    public void Masked_Any_HidesBirthDateAndNumber() => Synthetic.Sample(number =>
    {
        Assert.Matches(@"^450\*{13}[0-9]{1}[0-9X]$", number.Masked);
        Assert.DoesNotContain(number.BirthDate.ToString("yyyyMMdd", CultureInfo.InvariantCulture), number.Masked, StringComparison.Ordinal);
        Assert.DoesNotContain(number.ToString(), number.Masked, StringComparison.Ordinal);
    });

    [Fact]
    public void Deserialise_WrongCheck_ThrowsWithoutTheNumber()
    {
        var exception = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ResidentNumber>("\"110105194912310020\""));
        Assert.Contains("RESIDENT_NUMBER_CHECK", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("110105194912310020", exception.Message, StringComparison.Ordinal);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ResidentNumber>("7"));
    }
}
