using System.Text.Json.Nodes;
using CsCheck;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Tests.Checks;

namespace LegalAid.Gateway.Casework.Tests.Catalogue;

/// <summary>One person in one case is one key, however they are written; two people are two.</summary>
public sealed class ComparedFormsTests
{
    private static readonly string WithX = CheckWorld.NumberInX(1990, 5, 4);

    private static string? Person(string json) => ComparedForms.Of(new FormedPath(PayloadPath.Parse("person"), ComparedAs.Person), CheckScene.Parse($$"""{"person":{{json}}}"""));

    private static string? Value(ComparedAs form, JsonNode? value) => ComparedForms.Of(new FormedPath(PayloadPath.Parse("value"), form), new JsonObject { ["value"] = value });

    private static string Wide(string text) => string.Concat(text.Select(letter => letter is > ' ' and <= '~' ? (char)(letter + 0xFEE0) : letter));

    [Fact]
    public void Person_ResidentNumberInAnyWriting_IsOneKey()
    {
        string?[] keys =
        [
            Person($$"""{"name":"甲","residentNumber":"{{WithX}}"}"""),
            Person($$"""{"name":"乙","residentNumber":"{{WithX.ToLowerInvariant()}}"}"""),
            Person($$"""{"residentNumber":"{{Wide(WithX)}}"}"""),
            Person($$"""{"residentNumber":" {{WithX}} "}"""),
        ];

        Assert.Single(keys.Distinct());
        Assert.Equal("id:" + WithX, keys[0]);
    }

    [Theory]
    [InlineData("DOCUMENT_KIND_PASSPORT", "e１2345678", "usa", "passport:USA:E12345678")]
    [InlineData("DOCUMENT_KIND_HONGKONG_MACAO_PERMIT", "h1234567802", null, "hkmo:H12345678")]
    [InlineData("DOCUMENT_KIND_HONGKONG_MACAO_PERMIT", "H12345678", null, "hkmo:H12345678")]
    [InlineData("DOCUMENT_KIND_TAIWAN_PERMIT", "12345678", null, "tw:12345678")]
    [InlineData("DOCUMENT_KIND_TAIWAN_PERMIT", "12345", null, "document:DOCUMENT_KIND_TAIWAN_PERMIT:12345")]
    [InlineData("DOCUMENT_KIND_FOREIGN_PERMANENT_RESIDENCE", "usa123456789012", null, "fpr:USA123456789012")]
    [InlineData("DOCUMENT_KIND_OTHER", "ab 1", "军官证", "other:3:军官证:AB1")]
    [InlineData("DOCUMENT_KIND_LATER", "ab1", null, "document:DOCUMENT_KIND_LATER:AB1")]
    public void Person_Document_IsItsKey(string kind, string number, string? issuer, string key)
    {
        var document = new JsonObject { ["kind"] = kind, ["number"] = number };
        if (issuer is not null)
        {
            document["issuer"] = issuer;
        }

        Assert.Equal(key, Person(new JsonObject { ["name"] = "甲", ["document"] = document }.ToJsonString()));
    }

    [Theory]
    [InlineData("DOCUMENT_KIND_HONGKONG_MACAO_RESIDENCE_PERMIT", "810000")]
    [InlineData("DOCUMENT_KIND_TAIWAN_RESIDENCE_PERMIT", "830000")]
    public void Person_ResidencePermit_IsTheSameAsItsResidentNumber(string kind, string region)
    {
        var number = WithCheck(region + "19900504001");

        var byPermit = Person($$$"""{"document":{"kind":"{{{kind}}}","number":"{{{number.ToLowerInvariant()}}}"}}""");
        var byNumber = Person($$"""{"residentNumber":"{{number}}"}""");

        Assert.Equal(byNumber, byPermit);
        Assert.Equal("id:" + number, byPermit);
    }

    [Fact]
    public void Person_OfUnknownIdentity_IsNameAndLabelTogether()
    {
        var one = Person("""{"name":"自称甲","unknownIdentity":{"label":"甲"}}""");

        Assert.NotNull(one);
        Assert.Equal(one, Person("""{"name":"自称甲","unknownIdentity":{"label":"甲","estimatedAge":30}}"""));
        Assert.NotEqual(one, Person("""{"name":"自称甲","unknownIdentity":{"label":"乙"}}"""));
        Assert.NotEqual(one, Person("""{"name":"自称乙","unknownIdentity":{"label":"甲"}}"""));
    }

    [Theory]
    [InlineData("""{"name":"甲"}""")]
    [InlineData("""{"name":"甲","document":{"kind":"DOCUMENT_KIND_OTHER"}}""")]
    [InlineData("""{"name":"甲","document":"护照"}""")]
    [InlineData("""{"name":"甲","residentNumber":7}""")]
    [InlineData("""{"unknownIdentity":{"label":"甲"}}""")]
    [InlineData("\"甲\"")]
    [InlineData("null")]
    public void Person_WithNothingToTellThemBy_HasNoKey(string json) => Assert.Null(Person(json));

    [Theory]
    [InlineData("（2026）桂0103刑初123号", "(2026)桂0103刑初123号")]
    [InlineData("（2026）桂0103刑初123号", "〔2026〕桂0103刑初１２３号")]
    [InlineData(" A450103001 ", "A450103001")]
    public void CaseNumber_InAnyBrackets_IsOneKey(string one, string other) =>
        Assert.Equal(Value(ComparedAs.CaseNumber, one), Value(ComparedAs.CaseNumber, other));

    [Theory]
    [InlineData("  STAGE ", "STAGE")]
    [InlineData("Zoe\u0308", "Zo\u00eb")]
    public void Text_IsTrimmedAndNormalised(string text, string form) => Assert.Equal(form, Value(ComparedAs.Text, text));

    [Theory]
    [InlineData(ComparedAs.Text)]
    [InlineData(ComparedAs.CaseNumber)]
    [InlineData(ComparedAs.ResidentNumber)]
    [InlineData(ComparedAs.Person)]
    public void Value_AbsentOrOfAnotherKind_IsNone(ComparedAs form)
    {
        Assert.Null(ComparedForms.Of(new FormedPath(PayloadPath.Parse("value"), form), []));
        Assert.Null(Value(form, null));
        Assert.Null(Value(form, 7));
        Assert.Null(Value(form, new JsonArray("x")));
    }

    [Fact]
    public void ResidentNumber_ThatIsNone_StandsAsItIs() => Assert.Equal("123", Value(ComparedAs.ResidentNumber, " 123 "));

    [Fact]
    public void ResidentNumber_AnyText_IsAFixedPoint() => Gen.String.Sample(text =>
        Assert.Equal(ComparedForms.ResidentNumberKey(text), ComparedForms.ResidentNumberKey(ComparedForms.ResidentNumberKey(text))));

    private static string WithCheck(string body)
    {
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return body + "10X98765432"[body.Zip(weights, (digit, weight) => (digit - '0') * weight).Sum() % 11];
    }
}

public sealed class PayloadPathTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("notice.person.residentNumber", true)]
    [InlineData("a1.b2", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData(".", false)]
    [InlineData("a.", false)]
    [InlineData("a..b", false)]
    [InlineData("1a", false)]
    [InlineData("a-b", false)]
    [InlineData("a[0]", false)]
    [InlineData("人", false)]
    [InlineData("a b", false)]
    public void TryParse_Text_TakesNamesJoinedByDots(string? text, bool good)
    {
        Assert.Equal(good, PayloadPath.TryParse(text, out var path));
        Assert.Equal(good ? text : "", path.ToString());
    }

    [Fact]
    public void Parse_NoPath_Throws() => Assert.Throws<FormatException>(() => PayloadPath.Parse("a..b"));

    [Theory]
    [InlineData("a.b", "x")]
    [InlineData("a", null)]
    [InlineData("a.b.c", null)]
    [InlineData("a.c", null)]
    [InlineData("z", null)]
    [InlineData("n", null)]
    [InlineData("n.b", null)]
    [InlineData("list.b", null)]
    [InlineData("number", null)]
    public void FindText_Path_IsTheStringThereOrNothing(string path, string? text) => Assert.Equal(
        text, PayloadPath.Parse(path).FindText(CheckScene.Parse("""{"a":{"b":"x"},"n":null,"list":[{"b":"x"}],"number":7}""")));

    [Fact]
    public void Equals_SamePath_ByContent() => Assert.Equal(PayloadPath.Parse("a.b"), PayloadPath.Parse("z.a.b").Tail);
}
