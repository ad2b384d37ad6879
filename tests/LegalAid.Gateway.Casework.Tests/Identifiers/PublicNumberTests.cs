using System.Text.Json;
using CsCheck;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Tests.Identifiers;

public sealed class RegionCodeTests
{
    [Theory]
    [InlineData("450000", RegionLevel.Province, "广西壮族自治区", RegionAssignment.Assigned, "450000")]
    [InlineData("450100", RegionLevel.Prefecture, "南宁市", RegionAssignment.Assigned, "450100")]
    [InlineData("４５０１０３", RegionLevel.County, "青秀区", RegionAssignment.Assigned, "450103")]
    [InlineData("450122", RegionLevel.County, "武鸣县", RegionAssignment.Retired, "450110")]
    [InlineData("450127", RegionLevel.County, "横县", RegionAssignment.Retired, "450181")]
    [InlineData("450199", RegionLevel.County, null, RegionAssignment.Unassigned, "450199")]
    [InlineData("460001", RegionLevel.County, null, RegionAssignment.Unlisted, "460001")]
    public void TryParse_Known_TellsLevelNameAndSuccessor(string text, RegionLevel level, string? name, RegionAssignment assignment, string current)
    {
        Assert.True(RegionCode.TryParse(text, out var region, out _));
        Assert.Equal((level, name, assignment), (region.Level, region.Name, region.Assignment));
        Assert.Equal(current, region.Current.ToString());
        Assert.Equal(region, JsonSerializer.Deserialize<RegionCode>(JsonSerializer.Serialize(region)));
    }

    [Theory]
    [InlineData("102", "兴宁区")]
    [InlineData("103", "青秀区")]
    [InlineData("105", "江南区")]
    [InlineData("107", "西乡塘区")]
    [InlineData("108", "良庆区")]
    [InlineData("109", "邕宁区")]
    [InlineData("110", "武鸣区")]
    [InlineData("123", "隆安县")]
    [InlineData("124", "马山县")]
    [InlineData("125", "上林县")]
    [InlineData("126", "宾阳县")]
    [InlineData("181", "横州市")]
    public void Name_NanningCounty_IsTheStandards(string code, string name) => Assert.Equal(name, RegionCode.Parse("450" + code).Name);

    [Theory]
    [InlineData("", "FIELD_REQUIRED")]
    [InlineData("45010", "REGION_LENGTH")]
    [InlineData("4501033", "REGION_LENGTH")]
    [InlineData("45010A", "REGION_CHARACTER")]
    [InlineData("990000", "REGION_PROVINCE")]
    public void TryParse_Wrong_NamesTheFault(string text, string code)
    {
        Assert.False(RegionCode.TryParse(text, out _, out var fault));
        Assert.Equal(code, fault.Code);
    }

    [Theory]
    [InlineData("450000", "450103", true)]
    [InlineData("450100", "450103", true)]
    [InlineData("450103", "450103", true)]
    [InlineData("450110", "450122", true)]
    [InlineData("450122", "450110", true)]
    [InlineData("450100", "450200", false)]
    [InlineData("450103", "450100", false)]
    [InlineData("450103", "450105", false)]
    [InlineData("450000", "440100", false)]
    public void Contains_Pair_FollowsTheHierarchy(string outer, string inner, bool contains)
    {
        Assert.Equal(contains, RegionCode.Parse(outer).Contains(RegionCode.Parse(inner)));
        Assert.Equal(contains, RegionCode.Parse(inner).IsWithin(RegionCode.Parse(outer)));
    }

    [Fact]
    public void Prefecture_CountyUnderProvince_IsNull()
    {
        Assert.Null(RegionCode.Parse("460001").Prefecture);
        Assert.Equal(RegionCode.Nanning, RegionCode.Parse("450103").Prefecture);
        Assert.Equal(RegionCode.Guangxi, RegionCode.Parse("450103").Province);
        Assert.Throws<FormatException>(() => RegionCode.Parse("45"));
    }
}

public sealed class UnifiedSocialCreditCodeTests
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static readonly Gen<string> Valid =
        Gen.Select(Gen.Char[Alphabet].Array[2], Gen.Char['0', '9'].Array[6], Gen.Char[Alphabet].Array[9], (head, region, body) =>
        {
            var seventeen = new string([.. head, .. region, .. body]);
            return Alphabet.Select(c => seventeen + c).Single(code => UnifiedSocialCreditCode.TryParse(code, out _, out _));
        });

    [Theory]
    [InlineData("91350100M000100Y43")]
    [InlineData("91350100m000100y43")]
    [InlineData("９１３５０１００M000100Y43")]
    public void TryParse_PublishedVector_IsCanonical(string text)
    {
        Assert.True(UnifiedSocialCreditCode.TryParse(text, out var code, out _));
        Assert.Equal("91350100M000100Y43", code.ToString());
        Assert.Equal(('9', false, "350100"), (code.RegistrationAuthority, code.IsLawPractice, code.Region?.ToString()));
        Assert.Equal(code, JsonSerializer.Deserialize<UnifiedSocialCreditCode>(JsonSerializer.Serialize(code)));
    }

    [Theory]
    [InlineData(" ", "FIELD_REQUIRED")]
    [InlineData("91350100M000100Y4", "CREDIT_CODE_LENGTH")]
    [InlineData("91350100M000100Y433", "CREDIT_CODE_LENGTH")]
    [InlineData("91350100MO00100Y43", "CREDIT_CODE_CHARACTER")]
    [InlineData("91350A00M000100Y43", "CREDIT_CODE_REGION")]
    [InlineData("91350100M000100Y44", "CREDIT_CODE_CHECK")]
    public void TryParse_Wrong_NamesTheFault(string text, string fault)
    {
        Assert.False(UnifiedSocialCreditCode.TryParse(text, out _, out var found));
        Assert.Equal(fault, found.Code);
    }

    [Fact]
    public void TryParse_AnySingleChangeOrSwap_IsRejected() =>
        Gen.Select(Valid, Gen.Int[0, 17], Gen.Char[Alphabet]).Sample((code, at, c) =>
        {
            var changed = code.ToCharArray();
            changed[at] = c;
            Assert.Equal(code[at] == c, UnifiedSocialCreditCode.TryParse(new string(changed), out _, out _));

            // The check character has weight one like the first, and its neighbour 3^16 = 28: all neighbours differ.
            var swapped = code.ToCharArray();
            var left = Math.Min(at, 16);
            (swapped[left], swapped[left + 1]) = (swapped[left + 1], swapped[left]);
            Assert.Equal(code[left] == code[left + 1], UnifiedSocialCreditCode.TryParse(new string(swapped), out _, out _));
        });
}

public sealed class LawyerLicenceTests
{
    private static readonly DateOnly Today = new(2026, 3, 2);

    [Theory]
    [InlineData("14501198010000001", 1980)]
    [InlineData("14501202610000001", 2026)]
    [InlineData("１4501201510000001", 2015)]
    public void TryParse_Plausible_TellsIssueYear(string text, int year)
    {
        Assert.True(LawyerLicence.TryParse(text, Today, out var licence, out _));
        Assert.Equal(year, licence.IssueYear);
        Assert.Equal(licence, JsonSerializer.Deserialize<LawyerLicence>(JsonSerializer.Serialize(licence)));
    }

    [Theory]
    [InlineData(null, "FIELD_REQUIRED")]
    [InlineData("1450120151000000", "LAWYER_LICENCE_LENGTH")]
    [InlineData("145012015100000011", "LAWYER_LICENCE_LENGTH")]
    [InlineData("1450120151000000X", "LAWYER_LICENCE_CHARACTER")]
    [InlineData("14501197910000001", "LAWYER_LICENCE_YEAR")]
    [InlineData("14501202710000001", "LAWYER_LICENCE_YEAR")]
    public void TryParse_Wrong_NamesTheFault(string? text, string code)
    {
        Assert.False(LawyerLicence.TryParse(text, Today, out _, out var fault));
        Assert.Equal(code, fault.Code);
    }
}

public sealed class DisabilityCertificateTests
{
    private static readonly string Holder = ResidentNumber.Synthesise(RegionCode.Synthetic, new DateOnly(1990, 1, 1), 1).ToString();

    [Theory]
    [InlineData("11", DisabilityCategory.Sight, 1, null, "视力", DisabilityMeaning.Mandatory)]
    [InlineData("22", DisabilityCategory.Hearing, 2, null, "听力", DisabilityMeaning.Mandatory)]
    [InlineData("34", DisabilityCategory.Speech, 4, null, "言语", DisabilityMeaning.Mandatory)]
    [InlineData("43B1", DisabilityCategory.Limb, 3, "B1", "肢体", DisabilityMeaning.None)]
    [InlineData("51b12", DisabilityCategory.Intellectual, 1, "B12", "智力", DisabilityMeaning.CapacityReview)]
    [InlineData("61", DisabilityCategory.Mental, 1, null, "精神", DisabilityMeaning.CapacityReview)]
    [InlineData("71", DisabilityCategory.Multiple, 1, null, "多重", DisabilityMeaning.Ask)]
    public void TryParse_EachCategory_TellsNameAndMeaning(
        string tail, DisabilityCategory category, int grade, string? reissue, string name, DisabilityMeaning meaning)
    {
        Assert.True(DisabilityCertificate.TryParse(Holder + tail, ResidentNumberRules.Demonstration, null, out var certificate, out _));
        Assert.Equal((category, grade, reissue), (certificate.Category, certificate.Grade, certificate.Reissue));
        Assert.Equal((name, meaning), (category.NameZh(), category.Meaning()));
        Assert.Equal(Holder, certificate.Holder.ToString());
        Assert.Equal(certificate, JsonSerializer.Deserialize<DisabilityCertificate>(JsonSerializer.Serialize(certificate)));
        Assert.DoesNotContain("19900101", certificate.Masked, StringComparison.Ordinal);
        Assert.EndsWith("**", certificate.Masked, StringComparison.Ordinal);
        Assert.Equal(certificate.ToString().Length, certificate.Masked.Length);
    }

    [Theory]
    [InlineData("", "DISABILITY_CERTIFICATE_LENGTH")]
    [InlineData("1", "DISABILITY_CERTIFICATE_LENGTH")]
    [InlineData("11B123", "DISABILITY_CERTIFICATE_LENGTH")]
    [InlineData("01", "DISABILITY_CERTIFICATE_CATEGORY")]
    [InlineData("81", "DISABILITY_CERTIFICATE_CATEGORY")]
    [InlineData("10", "DISABILITY_CERTIFICATE_GRADE")]
    [InlineData("15", "DISABILITY_CERTIFICATE_GRADE")]
    [InlineData("11B", "DISABILITY_CERTIFICATE_SUFFIX")]
    [InlineData("11C1", "DISABILITY_CERTIFICATE_SUFFIX")]
    [InlineData("11BB", "DISABILITY_CERTIFICATE_SUFFIX")]
    public void TryParse_WrongTail_NamesTheFault(string tail, string code)
    {
        Assert.False(DisabilityCertificate.TryParse(Holder + tail, ResidentNumberRules.Demonstration, null, out _, out var fault));
        Assert.Equal(code, fault.Code);
    }

    [Fact]
    public void TryParse_WrongHolder_NamesTheResidentNumbersFault()
    {
        Assert.False(DisabilityCertificate.TryParse(Holder + "11", out _, out var fault));
        Assert.Equal(IdentifierFaults.ResidentNumberRegion, fault);
        Assert.False(DisabilityCertificate.TryParse(null, out _, out fault));
        Assert.Equal("FIELD_REQUIRED", fault.Code);
    }
}
