using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsCheck;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Tests.Identifiers;

public sealed class PersonNameTests
{
    [Theory]
    [InlineData("张三")]
    [InlineData("𠮷野")]
    [InlineData("买买提·吐尔逊")]
    [InlineData("\u845B\uDB40\uDD00城")]
    [InlineData("\uE863某")]
    [InlineData(" 李 四 ")]
    public void TryParse_RareCharacters_KeptByteExact(string text)
    {
        Assert.True(PersonName.TryParse(text, out var name, out _));
        Assert.Equal(text, name.ToString());
        Assert.Equal(name, JsonSerializer.Deserialize<PersonName>(JsonSerializer.Serialize(name)));
    }

    [Theory]
    [InlineData(null, "FIELD_REQUIRED")]
    [InlineData("　", "FIELD_REQUIRED")]
    [InlineData("张\n三", "PERSON_NAME_CONTROL")]
    [InlineData("张\u202E三", "PERSON_NAME_CONTROL")]
    [InlineData("张\0三", "PERSON_NAME_CONTROL")]
    [InlineData("张\uFFFE三", "PERSON_NAME_CONTROL")]
    [InlineData("张\uFFFD", "PERSON_NAME_REPLACEMENT")]
    public void TryParse_Wrong_NamesTheFault(string? text, string code)
    {
        Assert.False(PersonName.TryParse(text, out _, out var fault));
        Assert.Equal(code, fault.Code);
    }

    // Lone surrogates cannot stand in a theory's data: the compiler would write them into the attribute as U+FFFD.
    [Fact]
    public void TryParse_LoneSurrogate_IsRefused()
    {
        foreach (var text in new[] { "张\uD842", "\uDFB7张", "\uDFB7\uD842", "\uD842\uD842\uDFB7" })
        {
            Assert.False(PersonName.TryParse(text, out _, out var fault));
            Assert.Equal(IdentifierFaults.NameSurrogate, fault);
        }
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void TryParse_AroundLengthMax_CountsCharactersNotUnits(int characters, bool accepted) =>
        Assert.Equal(accepted, PersonName.TryParse(string.Concat(Enumerable.Repeat("𠮷", characters)), out _, out _));

    [Theory]
    [InlineData("Zoe\u0308", "Zo\u00EB", true)]
    [InlineData("\uF900某", "\u8C48某", true)]
    [InlineData("\U0002F800某", "\u4E3D某", true)]
    [InlineData("张三", "张 三", false)]
    [InlineData("买买提·吐", "买买提吐", false)]
    [InlineData("Zoe", "zoe", false)]
    public void Equals_Pair_ComparesAfterNfcAndStripsNothing(string left, string right, bool equal)
    {
        Assert.True(PersonName.TryParse(left, out var a, out _));
        Assert.True(PersonName.TryParse(right, out var b, out _));
        Assert.Equal(equal, a == b);
        Assert.Equal(equal, a.GetHashCode() == b.GetHashCode());
        Assert.Equal(left, a.ToString());
    }

    [Theory]
    [InlineData("张三丰", "张**")]
    [InlineData("𠮷野", "𠮷**")]
    [InlineData("张", "***")]
    public void Masked_Any_ShowsTheFirstCharacterAtMost(string text, string masked)
    {
        Assert.True(PersonName.TryParse(text, out var name, out _));
        Assert.Equal(masked, name.Masked);
    }

    [Fact]
    public void Normalised_Any_IsIdempotent() => Gen.String.Sample(text =>
    {
        if (PersonName.TryParse(text, out var name, out _))
        {
            Assert.True(PersonName.TryParse(name.Normalised, out var again, out _));
            Assert.Equal(name.Normalised, again.Normalised);
        }
    });

    /// <summary>Against digests that an independent implementation (CPython's unicodedata, Unicode 14) gave for the same input.</summary>
    [Fact]
    public void Normalised_EveryCharacterAndManySequences_MatchTheReference()
    {
        using var single = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var point = 0; point < 0x110000; point++)
        {
            if (Rune.IsValid(point))
            {
                single.AppendData(Encoding.UTF8.GetBytes(Nfc(new Rune(point).ToString())));
            }
        }

        Assert.Equal("1ffc8e6ce9e83df8e49fd62d6abb68f981775aed0b5101b88c213d4653e9b540", Convert.ToHexStringLower(single.GetHashAndReset()));

        int[] pool =
        [
            0x41, 0x61, 0x65, 0x6F, 0x4F, 0x75, 0x300, 0x301, 0x302, 0x308, 0x30A, 0x323, 0x327, 0x328, 0x31B, 0x345, 0x1100, 0x1161, 0x11A8, 0xAC00,
            0x11A7, 0x1EA0, 0xF900, 0x2F800, 0x4E00, 0x3B1, 0x313, 0x3099, 0x304B, 0x212B, 0x9C7, 0x9BE, 0x110BA, 0x11099,
        ];
        var seed = 12345L;
        for (var n = 0; n < 20_000; n++)
        {
            var text = new StringBuilder();
            for (var m = 0; m < 6; m++)
            {
                seed = ((seed * 1103515245) + 12345) & 0x7fffffff;
                text.Append(new Rune(pool[(int)((seed >> 8) % pool.Length)]).ToString());
            }

            single.AppendData(Encoding.UTF8.GetBytes(Nfc(text.ToString())));
        }

        Assert.Equal("5e23541d5542ff0b09584935be8091eff79482d66c77bc73dbf5be1654981780", Convert.ToHexStringLower(single.GetHashAndReset()));
    }

    private static string Nfc(string text) => UnicodeNfc.Normalise(text);
}

public sealed class PersonDocumentTests
{
    private static readonly string Resident = ResidentNumber.Synthesise(RegionCode.Synthetic, new DateOnly(1990, 1, 1), 1).ToString();

    [Theory]
    [InlineData(PersonDocumentKind.Passport, " e１2345678", "usa", "passport:USA:E12345678")]
    [InlineData(PersonDocumentKind.HongKongMacaoTravelPermit, "h12345678", null, "hkmo:H12345678")]
    [InlineData(PersonDocumentKind.HongKongMacaoTravelPermit, "H1234567802", null, "hkmo:H12345678")]
    [InlineData(PersonDocumentKind.TaiwanTravelPermit, "12345678", null, "tw:12345678")]
    [InlineData(PersonDocumentKind.TaiwanTravelPermit, "1234567802B", null, "tw:12345678")]
    [InlineData(PersonDocumentKind.ForeignerPermanentResidence, "ABC110099010101", null, "fpr:ABC110099010101")]
    [InlineData(PersonDocumentKind.Other, " ab 12", "船员证", "other:3:船员证:AB12")]
    [InlineData(PersonDocumentKind.Other, "ab12", null, "other:0::AB12")]
    public void TryParse_Good_GivesHoldKeyAndRoundTrips(PersonDocumentKind kind, string number, string? issuer, string holdKey)
    {
        Assert.True(NumberedDocument.TryParse(kind, number, issuer, ResidentNumberRules.Standard, null, out var document, out _));
        Assert.Equal(holdKey, document.HoldKey);
        Assert.Equal(document, JsonSerializer.Deserialize<PersonDocument>(JsonSerializer.Serialize<PersonDocument>(document)));
        Assert.Equal(document, JsonSerializer.Deserialize<NumberedDocument>(JsonSerializer.Serialize(document)));
        Assert.DoesNotContain(document.Number, document.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PersonDocumentKind.Passport, "E1234567", null, "DOCUMENT_ISSUER")]
    [InlineData(PersonDocumentKind.Passport, "E1234567", "US", "DOCUMENT_ISSUER")]
    [InlineData(PersonDocumentKind.Passport, "E12", "USA", "DOCUMENT_NUMBER_FORM")]
    [InlineData(PersonDocumentKind.Passport, "E12:45678", "USA", "DOCUMENT_NUMBER_FORM")]
    [InlineData(PersonDocumentKind.HongKongMacaoTravelPermit, "K12345678", null, "DOCUMENT_NUMBER_FORM")]
    [InlineData(PersonDocumentKind.HongKongMacaoTravelPermit, "H1234567", null, "DOCUMENT_NUMBER_FORM")]
    [InlineData(PersonDocumentKind.HongKongMacaoTravelPermit, "M123456780", null, "DOCUMENT_NUMBER_FORM")]
    [InlineData(PersonDocumentKind.TaiwanTravelPermit, "1234567", null, "DOCUMENT_NUMBER_FORM")]
    [InlineData(PersonDocumentKind.TaiwanTravelPermit, "123456789", null, "DOCUMENT_NUMBER_FORM")]
    [InlineData(PersonDocumentKind.ForeignerPermanentResidence, "AB1100990101011", null, "DOCUMENT_NUMBER_FORM")]
    [InlineData(PersonDocumentKind.ForeignerPermanentResidence, "811124198108030024", null, "DOCUMENT_NUMBER_FORM")]
    [InlineData(PersonDocumentKind.ForeignerPermanentResidence, "911124198113030024", null, "DOCUMENT_NUMBER_FORM")]
    [InlineData(PersonDocumentKind.ForeignerPermanentResidence, "911124198108030025", null, "DOCUMENT_NUMBER_CHECK")]
    [InlineData(PersonDocumentKind.TaiwanResidencePermit, "11010519491231002X", null, "DOCUMENT_REGION")]
    [InlineData(PersonDocumentKind.HongKongMacaoResidencePermit, "110105194912310020", null, "RESIDENT_NUMBER_CHECK")]
    [InlineData(PersonDocumentKind.ResidentIdCard, "", null, "FIELD_REQUIRED")]
    [InlineData(PersonDocumentKind.Unknown, "1", null, "DOCUMENT_KIND")]
    [InlineData((PersonDocumentKind)99, "1", null, "DOCUMENT_KIND")]
    [InlineData(PersonDocumentKind.Other, "a\tb", null, "DOCUMENT_NUMBER_FORM")]
    public void TryParse_Wrong_NamesTheFault(PersonDocumentKind kind, string number, string? issuer, string code)
    {
        Assert.False(NumberedDocument.TryParse(kind, number, issuer, ResidentNumberRules.Standard, null, out _, out var fault));
        Assert.Equal(code, fault.Code);
    }

    // The sample printed in the public notice on the 2023 card.
    [Fact]
    public void TryParse_PermanentResidenceSample_TellsBirthDate()
    {
        Assert.True(NumberedDocument.TryParse(
            PersonDocumentKind.ForeignerPermanentResidence, "911124198108030024", null, ResidentNumberRules.Standard, null, out var document, out _));
        Assert.Equal(new DateOnly(1981, 8, 3), document.BirthDate);
    }

    [Theory]
    [InlineData(PersonDocumentKind.HongKongMacaoResidencePermit, "810000")]
    [InlineData(PersonDocumentKind.HongKongMacaoResidencePermit, "820000")]
    [InlineData(PersonDocumentKind.TaiwanResidencePermit, "830000")]
    public void TryParse_ResidencePermit_SharesTheHoldKeyOfItsNumber(PersonDocumentKind kind, string region)
    {
        var text = "0123456789X".Select(check => $"{region}18000101001{check}").Single(candidate => ResidentNumber.TryParse(candidate, out _, out _));
        Assert.True(NumberedDocument.TryParse(kind, text, null, ResidentNumberRules.Standard, null, out var permit, out _));
        Assert.True(NumberedDocument.TryParse(PersonDocumentKind.ResidentIdCard, text, null, ResidentNumberRules.Standard, null, out var card, out _));

        Assert.Equal(card.HoldKey, permit.HoldKey);
        Assert.Equal(new DateOnly(1800, 1, 1), permit.BirthDate);
    }

    [Fact]
    public void Of_ResidentNumber_IsItsCard()
    {
        Assert.True(ResidentNumber.TryParse(Resident, ResidentNumberRules.Demonstration, null, out var number, out _));
        var card = NumberedDocument.Of(number);

        Assert.Equal(("id:" + Resident, number.Masked, number.BirthDate), (card.HoldKey, card.Masked, card.BirthDate));
        Assert.Equal(card, JsonSerializer.Deserialize<PersonDocument>(JsonSerializer.Serialize<PersonDocument>(card)));
    }

    [Theory]
    [InlineData("张三", null, "UNKNOWN_IDENTITY_LABEL")]
    [InlineData("张三", " ", "UNKNOWN_IDENTITY_LABEL")]
    [InlineData("张三", "12345678901234567890123456789012345678901", "UNKNOWN_IDENTITY_LABEL")]
    [InlineData("张三", "a\nb", "UNKNOWN_IDENTITY_LABEL")]
    [InlineData("", "甲", "FIELD_REQUIRED")]
    public void UnknownIdentity_Wrong_NamesTheFault(string name, string? label, string code)
    {
        Assert.False(IdentityUnknown.TryParse(name, label, out _, out var fault));
        Assert.Equal(code, fault.Code);
    }

    [Fact]
    public void UnknownIdentity_HoldKey_IsNameInNfcAndLabel()
    {
        Assert.True(IdentityUnknown.TryParse("\uF900某", " 甲 ", out var one, out _));
        Assert.True(IdentityUnknown.TryParse("\u8C48某", "甲", out var same, out _));
        Assert.True(IdentityUnknown.TryParse("\u8C48某", "乙", out var other, out _));
        Assert.True(IdentityUnknown.TryParse("a:b", "c", out var left, out _));
        Assert.True(IdentityUnknown.TryParse("a", "b:c", out var right, out _));

        Assert.Equal(one, same);
        Assert.Equal(one.HoldKey, same.HoldKey);
        Assert.NotEqual(one.HoldKey, other.HoldKey);
        Assert.NotEqual(left.HoldKey, right.HoldKey);
        Assert.Equal(one, JsonSerializer.Deserialize<PersonDocument>(JsonSerializer.Serialize<PersonDocument>(one)));
        Assert.DoesNotContain("某", one.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"kind":"Nothing"}""")]
    [InlineData("""{"kind":"99","number":"1"}""")]
    [InlineData("""{"kind":"Passport"}""")]
    [InlineData("""{"kind":"Unknown","name":"张三"}""")]
    public void Deserialise_Malformed_Throws(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<PersonDocument>(json));
}
