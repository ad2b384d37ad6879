using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using LegalAid.Gateway.Casework.Json;

namespace LegalAid.Gateway.Casework.Tests.Json;

public sealed class CanonicalJsonTests
{
    /// <summary>RFC 8785 section 3.2.2 (input) and 3.2.3 (output in hexadecimal).</summary>
    [Fact]
    public void Canonicalise_TheSampleOfTheRfc_GivesItsBytes()
    {
        const string Input = """
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """;
        const string Expected =
            "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d";

        Assert.Equal(Expected, Convert.ToHexStringLower(Canonicalise(Input)));
    }

    /// <summary>RFC 8785 section 3.2.3: names sort by UTF-16 code units.</summary>
    [Fact]
    public void Canonicalise_NamesOfManyScripts_SortsByCodeUnits()
    {
        const string Input = """
            {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}
            """;

        using var output = JsonDocument.Parse(Canonicalise(Input));

        Assert.Equal(
            ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"],
            output.RootElement.EnumerateObject().Select(property => property.Value.GetString()));
    }

    /// <summary>RFC 8785 appendix B: IEEE 754 bits and their text.</summary>
    [Theory]
    [InlineData(0x0000000000000000UL, "0")]
    [InlineData(0x8000000000000000UL, "0")]
    [InlineData(0x0000000000000001UL, "5e-324")]
    [InlineData(0x8000000000000001UL, "-5e-324")]
    [InlineData(0x7fefffffffffffffUL, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffffUL, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000UL, "9007199254740992")]
    [InlineData(0xc340000000000000UL, "-9007199254740992")]
    [InlineData(0x4430000000000000UL, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5UL, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6UL, "1e+23")]
    [InlineData(0x44b52d02c7e14af7UL, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4eUL, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4fUL, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50UL, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8cUL, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8dUL, "0.000001")]
    [InlineData(0x41b3de4355555553UL, "333333333.3333332")]
    [InlineData(0x41b3de4355555554UL, "333333333.33333325")]
    [InlineData(0x41b3de4355555555UL, "333333333.3333333")]
    [InlineData(0x41b3de4355555556UL, "333333333.3333334")]
    [InlineData(0x41b3de4355555557UL, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696UL, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959UL, "1424953923781206.2")]
    public void Canonicalise_NumbersOfTheRfc_GiveTheirText(ulong bits, string expected)
    {
        var node = JsonValue.Create(BitConverter.UInt64BitsToDouble(bits));

        Assert.Equal(expected, Encoding.UTF8.GetString(CanonicalJson.Canonicalise(node)));
    }

    [Fact]
    public void Canonicalise_AnyFiniteNumber_ReadsBackAsItself() =>
        Gen.Double.Where(double.IsFinite).Sample(number =>
            double.Parse(Encoding.UTF8.GetString(CanonicalJson.Canonicalise(JsonValue.Create(number)))) == number);

    [Theory]
    [InlineData("""{"b":1,"a":[ ],"A":{ }}""", """{"A":{},"a":[],"b":1}""")]
    [InlineData("\"\\u0000\\u001f\\u007f\\/\"", "\"\\u0000\\u001f\u007f/\"")]
    [InlineData("\"张三\\uD83D\\uDE00\"", "\"张三😀\"")]
    [InlineData("[1.0,10,-0,1e0,100e-2]", "[1,10,0,1,1]")]
    public void Canonicalise_EquivalentTexts_GiveOneForm(string input, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(Canonicalise(input)));

    [Fact]
    public void Canonicalise_OwnOutput_IsUnchanged()
    {
        var once = Canonicalise("""{"z":[1,{"y":"\n","x":null}],"a":0.1}""");

        Assert.Equal(once, CanonicalJson.Canonicalise(once.AsSpan()));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("1e400")]
    public void Canonicalise_NotIJson_IsRefused(string input) => Assert.Throws<FormatException>(() => Canonicalise(input));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("[1,]")]
    [InlineData("NaN")]
    public void Canonicalise_MalformedText_IsRefused(string input) => Assert.ThrowsAny<JsonException>(() => Canonicalise(input));

    [Fact]
    public void Canonicalise_NullNode_IsTheJsonNull() => Assert.Equal("null"u8.ToArray(), CanonicalJson.Canonicalise((JsonNode?)null));

    /// <summary>Nodes that were made and nodes that were parsed have one form, whatever .NET type stands behind a number or a text.</summary>
    [Fact]
    public void Canonicalise_NodesOfEveryOrigin_GiveOneForm()
    {
        var made = new JsonObject
        {
            ["text"] = "a\"\\\n张", ["int"] = 7, ["long"] = 9_007_199_254_740_993, ["decimal"] = 0.10m, ["float"] = 0.5f, ["minus"] = -0.0,
            ["id"] = JsonValue.Create(new Guid("01234567-89ab-cdef-0123-456789abcdef")), ["nothing"] = null, ["list"] = new JsonArray(true, false, "x"),
        };
        const string Expected =
            """{"decimal":0.1,"float":0.5,"id":"01234567-89ab-cdef-0123-456789abcdef","int":7,"list":[true,false,"x"],"long":9007199254740992,"minus":0,"nothing":null,"text":"a\"\\\n张"}""";

        Assert.Equal(Expected, Encoding.UTF8.GetString(CanonicalJson.Canonicalise(made)));
        Assert.Equal(Expected, Encoding.UTF8.GetString(Canonicalise(made.ToJsonString())));
    }

    [Fact]
    public void Canonicalise_MadeTextWithALoneSurrogate_IsRefused() =>
        Assert.Throws<FormatException>(() => CanonicalJson.Canonicalise(JsonValue.Create("\ud800")));

    [Fact]
    public void Canonicalise_InvalidUtf8InAText_IsRefused() =>
        Assert.ThrowsAny<Exception>(() => CanonicalJson.Canonicalise([(byte)'"', 0xC3, 0x28, (byte)'"']));

    /// <summary>The buffer is the thread's: what failed or was large must leave nothing to the next.</summary>
    [Fact]
    public void Canonicalise_AfterAFailureAndALargeValue_GivesTheSame()
    {
        Assert.Throws<FormatException>(() => Canonicalise("""{"a":"begun","b":{"c":1,"c":2}}"""));
        Assert.Equal((1 << 20) + 2, CanonicalJson.Canonicalise(JsonValue.Create(new string('x', 1 << 20))).Length);

        Assert.Equal("{}"u8.ToArray(), CanonicalJson.Canonicalise(new JsonObject()));
    }

    [Theory]
    [InlineData(CanonicalJson.DepthMax - 1, true)]
    [InlineData(CanonicalJson.DepthMax, true)]
    [InlineData(CanonicalJson.DepthMax + 1, false)]
    public void Canonicalise_DepthAroundTheBound_IsTakenUpToIt(int depth, bool taken)
    {
        JsonNode node = new JsonArray();
        for (var i = 0; i < depth; i++)
        {
            node = new JsonArray(node);
        }

        if (taken)
        {
            Assert.Equal(2 * (depth + 1), CanonicalJson.Canonicalise(node).Length);
        }
        else
        {
            Assert.Throws<FormatException>(() => CanonicalJson.Canonicalise(node));
        }
    }

    [Fact]
    public void Digest_OfNothing_IsTheKnownHash() =>
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", CanonicalJson.Digest([]));

    private static byte[] Canonicalise(string text) => CanonicalJson.Canonicalise(Encoding.UTF8.GetBytes(text).AsSpan());
}
