using System.Globalization;
using System.Text.Json;
using CsCheck;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Tests.Identifiers;

public sealed class CaseNumberTests
{
    private static readonly DateOnly Today = new(2026, 3, 2);

    [Theory]
    [InlineData("（2024）桂0103刑初123号")]
    [InlineData("(2024)桂0103刑初123号")]
    [InlineData("〔2024〕桂0103刑初123号")]
    [InlineData("[2024]桂0103刑初123号")]
    [InlineData("［2024］桂0103刑初123号")]
    [InlineData("【2024】桂0103刑初123号")]
    [InlineData("（２０２４）桂０１０３刑初１２３号")]
    [InlineData("　(2024) 桂 0103 刑初 00123 号 ")]
    public void TryParse_AnySpelling_IsCanonical(string text)
    {
        Assert.True(CaseNumber.TryParse(text, Today, out var number, out _));
        Assert.Equal("（2024）桂0103刑初123号", number.ToString());
        Assert.Equal((2024, "桂0103", "刑初", "123"), (number.Year, number.CourtCode, number.CaseType, number.Serial));
        Assert.True(CaseNumber.TryParse(number.ToString(), out var again, out _));
        Assert.Equal(number, again);
        Assert.Equal(number, JsonSerializer.Deserialize<CaseNumber>(JsonSerializer.Serialize(number)));
    }

    [Theory]
    [InlineData(null, "FIELD_REQUIRED")]
    [InlineData("2024桂0103刑初123号", "CASE_NUMBER_YEAR")]
    [InlineData("（24）桂0103刑初123号", "CASE_NUMBER_YEAR")]
    [InlineData("（2024桂0103刑初123号", "CASE_NUMBER_YEAR")]
    [InlineData("（2024", "CASE_NUMBER_YEAR")]
    [InlineData("（2015）桂0103刑初123号", "CASE_NUMBER_OLD_STYLE")]
    [InlineData("（2014）青刑初字第123号", "CASE_NUMBER_OLD_STYLE")]
    [InlineData("（2027）桂0103刑初123号", "CASE_NUMBER_FUTURE_YEAR")]
    [InlineData("（2024）", "CASE_NUMBER_COURT")]
    [InlineData("（2024）刑初123号", "CASE_NUMBER_COURT")]
    [InlineData("（2024）桂1刑初123号", "CASE_NUMBER_COURT")]
    [InlineData("（2024）桂010刑初123号", "CASE_NUMBER_COURT")]
    [InlineData("（2024）桂01033刑初123号", "CASE_NUMBER_COURT")]
    [InlineData("（2024）桂0103荆初123号", "CASE_NUMBER_TYPE")]
    [InlineData("（2024）桂0103号", "CASE_NUMBER_TYPE")]
    [InlineData("（2024）桂0103刑初刑初刑初123号", "CASE_NUMBER_TYPE")]
    [InlineData("（2024）桂0103刑初号", "CASE_NUMBER_SERIAL")]
    [InlineData("（2024）桂0103刑初0号", "CASE_NUMBER_SERIAL")]
    [InlineData("（2024）桂0103刑初123456789号", "CASE_NUMBER_SERIAL")]
    [InlineData("（2024）最高法刑核1234567号", "CASE_NUMBER_REVIEW_SERIAL")]
    [InlineData("（2024）桂0103刑初123", "CASE_NUMBER_ENDING")]
    [InlineData("（2024）桂0103刑初123-号", "CASE_NUMBER_ENDING")]
    [InlineData("（2024）桂0103刑初123号之一", "CASE_NUMBER_SUFFIX")]
    public void TryParse_Wrong_NamesTheFault(string? text, string code)
    {
        Assert.False(CaseNumber.TryParse(text, Today, out var number, out var fault));
        Assert.Null(number);
        Assert.Equal(code, fault.Code);
    }

    [Fact]
    public void TryParse_TooLong_NamesTheFault()
    {
        Assert.False(CaseNumber.TryParse("（2024）桂0103刑初" + new string('1', 60) + "号", out _, out var fault));
        Assert.Equal(IdentifierFaults.CaseNumberLength, fault);
    }

    [Theory]
    [InlineData("（2024）桂0103刑初1号", CaseClass.Criminal, "450000", "450103")]
    [InlineData("（2024）桂01刑终1号", CaseClass.Criminal, "450000", "450100")]
    [InlineData("（2024）桂刑再1号", CaseClass.Criminal, "450000", "450000")]
    [InlineData("（2024）最高法刑核01234567号", CaseClass.DeathPenaltyReview, null, null)]
    [InlineData("（2024）桂0181刑医1号", CaseClass.CompulsoryTreatment, "450000", "450181")]
    [InlineData("（2020）桂0122民初1号", CaseClass.Civil, "450000", "450122")]
    [InlineData("（2024）桂01民终1号", CaseClass.Civil, "450000", "450100")]
    [InlineData("（2024）桂7102行初1号", CaseClass.Administrative, "450000", null)]
    [InlineData("（2024）桂0199行终1号", CaseClass.Administrative, "450000", null)]
    [InlineData("（2024）桂0205执1号", CaseClass.Enforcement, "450000", "450205")]
    [InlineData("（2024）粤0104财保1号", CaseClass.Other, "440000", null)]
    [InlineData("（2024）粤刑终1号", CaseClass.Criminal, "440000", "440000")]
    [InlineData("（2024）兵0101刑初1号", CaseClass.Criminal, "650000", null)]
    [InlineData("（2024）军0101刑初1号", CaseClass.Criminal, null, null)]
    [InlineData("（2024）最高法知民终1号", CaseClass.Civil, null, null)]
    public void Class_AndCourtRegion_FollowTheSigns(string text, CaseClass expected, string? province, string? region)
    {
        Assert.True(CaseNumber.TryParse(text, Today, out var number, out _));
        Assert.Equal(expected, number.Class);
        Assert.Equal(province, number.CourtProvince?.ToString());
        Assert.Equal(region, number.CourtRegion?.ToString());
        Assert.Equal(text, number.ToString());
    }

    [Fact]
    public void TryParse_AnySpellingOfAny_RoundTripsAndIsIdempotent() =>
        Gen.Select(Gen.Int[2016, 2026], OneOf("桂", "桂01", "桂0103", "粤0305", "最高法"), OneOf("刑初", "刑终", "民初", "行终", "刑医"),
            Gen.Int[1, 99_999_999], OneOf("()", "（）", "〔〕", "[]", "［］")).Sample((year, court, type, serial, brackets) =>
        {
            var spelt = string.Create(CultureInfo.InvariantCulture, $"{brackets[0]}{year}{brackets[1]} {court}{type}{serial} 号");
            var wide = string.Concat(spelt.Select(c => char.IsAsciiDigit(c) ? (char)(c + 0xFEE0) : c));
            Assert.True(CaseNumber.TryParse(wide, Today, out var number, out _));
            Assert.True(CaseNumber.TryParse(number.ToString(), Today, out var again, out _));
            Assert.Equal(number, again);
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"（{year}）{court}{type}{serial}号"), again.ToString());
        });

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    [Fact]
    public void TryParse_AnyTextWhatever_NeverThrows() => Gen.String.Sample(text =>
    {
        Assert.Equal(CaseNumber.TryParse(text, out _, out var fault), fault is null);
        Assert.Equal(CaseNumber.TryParse("（2024）" + text, out _, out fault), fault is null);
        Assert.Equal(ResidentNumber.TryParse(text, out _, out fault), fault is null);
        Assert.Equal(PersonName.TryParse(text, out _, out fault), fault is null);
        Assert.Equal(CaseReference.TryParse(text, out _, out fault), fault is null);
    });
}

public sealed class CaseReferenceTests
{
    [Theory]
    [InlineData("(2024)桂0103刑初123号", CaseOrgan.Court, "（2024）桂0103刑初123号", 2024, null)]
    [InlineData("南青检刑诉［2024］12 号", CaseOrgan.Procuratorate, "南青检刑诉〔2024〕12号", 2024, null)]
    [InlineData("桂检一部刑诉(2021)Z1号", CaseOrgan.Procuratorate, "桂检一部刑诉〔2021〕Z1号", 2021, null)]
    [InlineData("a4501030000002024010001", CaseOrgan.Police, "A4501030000002024010001", null, null)]
    [InlineData("南公（刑）立字 7", CaseOrgan.Unrecognised, "南公〔刑〕立字7", null, "CASE_REFERENCE_UNUSUAL")]
    public void TryParse_AnyOrgans_TellsItAndKeepsRaw(string text, CaseOrgan organ, string key, int? year, string? warning)
    {
        Assert.True(CaseReference.TryParse(text, out var reference, out _));
        Assert.Equal((text, organ, key, year, warning), (reference.Raw, reference.Organ, reference.Key, reference.Year, reference.Warning?.Code));
        Assert.True(CaseReference.TryParse(key, out var again, out _));
        Assert.Equal(reference, again);
        Assert.Equal(key, again.Key);
        Assert.Equal(text, JsonSerializer.Deserialize<CaseReference>(JsonSerializer.Serialize(reference))?.Raw);
    }

    [Theory]
    [InlineData("A123", CaseOrgan.Police, "POLICE_NUMBER_UNUSUAL")]
    [InlineData("A45010300000020240100012", CaseOrgan.Police, "POLICE_NUMBER_UNUSUAL")]
    [InlineData("A4501030000002024010001", CaseOrgan.Police, null)]
    [InlineData("第7号", CaseOrgan.Procuratorate, "PROCURATORATE_NUMBER_UNUSUAL")]
    [InlineData("（2014）青刑初字第123号", CaseOrgan.Court, "CASE_NUMBER_OLD_STYLE")]
    [InlineData("任意", CaseOrgan.Unrecognised, "CASE_REFERENCE_UNUSUAL")]
    public void TryParse_KnownOrganUnusualForm_WarnsNeverRefuses(string text, CaseOrgan organ, string? warning)
    {
        Assert.True(CaseReference.TryParse(text, organ, null, out var reference, out var fault));
        Assert.Null(fault);
        Assert.Equal((organ, warning), (reference.Organ, reference.Warning?.Code));
    }

    [Fact]
    public void TryParse_CourtWithWrongNumber_IsRefused()
    {
        Assert.False(CaseReference.TryParse("（2024）桂0103荆初1号", CaseOrgan.Court, null, out _, out var fault));
        Assert.Equal(IdentifierFaults.CaseNumberType, fault);
    }

    [Theory]
    [InlineData("", "FIELD_REQUIRED")]
    [InlineData("A\n1", "CASE_REFERENCE_CHARACTER")]
    public void TryParse_Unusable_NamesTheFault(string text, string code)
    {
        Assert.False(CaseReference.TryParse(text, CaseOrgan.Police, null, out _, out var fault));
        Assert.Equal(code, fault.Code);
    }

    // Not a theory's datum: the compiler would write the lone surrogate into the attribute as U+FFFD.
    [Fact]
    public void TryParse_LoneSurrogate_IsRefused()
    {
        Assert.False(CaseReference.TryParse("A\uD800B", out _, out var fault));
        Assert.Equal(IdentifierFaults.CaseReferenceCharacter, fault);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void TryParse_AroundLengthMax_RefusesOneMore(int length, bool accepted) =>
        Assert.Equal(accepted, CaseReference.TryParse(new string('A', length), out _, out _));
}
