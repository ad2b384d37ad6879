using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using LegalAid.Gateway.Casework.Sharing;

namespace LegalAid.Gateway.Casework.Tests.Sharing;

public sealed class FieldListTests
{
    private static readonly string[] Names = ["a", "b", "案件", "c_d", "$e"];

    [Theory]
    [InlineData("a", """{"a":1,"b":2}""", """{"a":1}""")]
    [InlineData("a", """{"a":{"b":1}}""", "{}")]
    [InlineData("a", """{"a":[1,{"b":2},[3]]}""", """{"a":[1,[3]]}""")]
    [InlineData("a", """{"a":null}""", """{"a":null}""")]
    [InlineData("a.b", """{"a":null}""", "{}")]
    [InlineData("a.b", """{"a":{"b":1,"c":2},"b":3}""", """{"a":{"b":1}}""")]
    [InlineData("a.b", """{"a":[{"b":1,"c":2},7,{"c":3}]}""", """{"a":[{"b":1},{}]}""")]
    [InlineData("a.*", """{"a":{"b":{"c":[1]}},"d":1}""", """{"a":{"b":{"c":[1]}}}""")]
    [InlineData("A", """{"a":1}""", "{}")]
    [InlineData("案件.状态", """{"案件":{"状态":"结","当事人":"某"}}""", """{"案件":{"状态":"结"}}""")]
    [InlineData("*", """{"a":1,"b":[{}]}""", """{"a":1,"b":[{}]}""")]
    public void Cut_Document_KeepsWhatIsListed(string path, string source, string expected)
    {
        var list = FieldList.Of([path]);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), list.Cut(JsonNode.Parse(source)!.AsObject()))); // the source is an object
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(Text(list, source))));
    }

    [Theory]
    [InlineData("""{"\u0061":1,"\u0062":2}""", """{"a":1}""")]
    [InlineData("""[{"a":1,"b":2}]""", """[{"a":1}]""")]
    [InlineData("5", "null")]
    [InlineData("""{"a":1.10e+2}""", """{"a":1.10e+2}""")]
    [InlineData("""{"b":"\ud800","a":2}""", """{"a":2}""")]
    public void TryCut_Bytes_WritesWhatIsListed(string source, string expected) => Assert.Equal(expected, Text(FieldList.Of(["a"]), source));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"a":1}{"a":2}""")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""{"\ud800":1}""")]
    public void TryCut_NoDocument_IsRefused(string source) =>
        Assert.False(FieldList.Of(["a"]).TryCut(Encoding.UTF8.GetBytes(source), new ArrayBufferWriter<byte>()));

    [Fact]
    public void TryCut_NoUtf8_IsRefused() =>
        Assert.False(FieldList.Of(["a"]).TryCut([.. "{\"a\":\""u8, 0xC3, .. "\"}"u8], new ArrayBufferWriter<byte>()));

    [Theory]
    [InlineData("a.b", true)]
    [InlineData("a.*", true)]
    [InlineData("*", true)]
    [InlineData("", false)]
    [InlineData("a.", false)]
    [InlineData("*.a", false)]
    [InlineData("a[0]", false)]
    [InlineData("a.**", false)]
    public void IsPath_Text_IsAPathOrNot(string text, bool good) => Assert.Equal(good, FieldList.IsPath(text));

    [Fact]
    public void ContainsWhole_Path_OnlyUnderAStar()
    {
        var list = FieldList.Of(["notice.*", "visit.time"]);

        Assert.True(list.ContainsWhole("notice"));
        Assert.True(list.ContainsWhole("notice.person.name"));
        Assert.False(list.ContainsWhole("visit"));
        Assert.False(list.ContainsWhole("visit.time"));
        Assert.False(list.ContainsWhole("other"));
    }

    /// <summary>Nothing outside of the list comes through, nothing on it is lost, and both forms agree.</summary>
    [Fact]
    public void Cut_AnyDocument_KeepsExactlyTheListedValues()
    {
        Gen.Select(Documents(4), Paths).Sample(
            (source, paths) =>
            {
                var list = FieldList.Of(paths);
                var cut = list.Cut(source);
                var expected = Leaves(source, []).Where(leaf => IsListed(leaf.Path, paths)).Select(Shown).ToList();
                Assert.Equal(expected, Leaves(cut, []).Select(Shown));
                Assert.True(JsonNode.DeepEquals(cut, JsonNode.Parse(Text(list, source.ToJsonString()))));
                return true;
            },
            iter: 5_000);
    }

    [Fact]
    public void Covers_AnyTwoLists_NothingMoreComesThroughTheNarrower()
    {
        Gen.Select(Documents(4), Paths, Paths).Sample(
            (source, one, other) =>
            {
                var (wide, narrow) = (FieldList.Of(one), FieldList.Of(other));
                var union = wide.Union(narrow);
                Assert.True(union.Covers(wide) && union.Covers(narrow));
                var through = Leaves(wide.Cut(source), []).Select(Shown).ToHashSet();
                return !wide.Covers(narrow) || Leaves(narrow.Cut(source), []).Select(Shown).All(through.Contains);
            },
            iter: 5_000);
    }

    private static readonly Gen<string> Name = Gen.Int[0, Names.Length - 1].Select(index => Names[index]);

    private static Gen<string[]> Paths =>
        Gen.Select(Name.Array[1, 3], Gen.Bool, (names, star) => string.Join('.', names) + (star ? ".*" : "")).Array[1, 4];

    private static Gen<JsonObject> Documents(int depth) =>
        Gen.Dictionary(Name, Values(depth))[0, 4].Select(fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))));

    private static Gen<JsonNode?> Values(int depth)
    {
        var scalar = Gen.Int[0, 99].Select(number => number == 0 ? null : (JsonNode?)JsonValue.Create(number));
        return depth == 0
            ? scalar
            : Gen.OneOf(scalar, Documents(depth - 1).Select(inner => (JsonNode?)inner), Values(depth - 1).Array[0, 3].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])));
    }

    /// <summary>The rule a second time, said of a single value: its own path is listed, or a star stands above it.</summary>
    private static bool IsListed(string[] path, string[] paths)
    {
        var text = string.Join('.', path);
        return paths.Contains(text, StringComparer.Ordinal)
            || paths.Any(listed => listed.EndsWith(".*", StringComparison.Ordinal) && (text + ".").StartsWith(listed[..^1], StringComparison.Ordinal));
    }

    private static IEnumerable<(string[] Path, string Value)> Leaves(JsonNode? node, string[] path) => node switch
    {
        JsonObject inner => inner.SelectMany(field => Leaves(field.Value, [.. path, field.Key])),
        JsonArray list => list.SelectMany(item => Leaves(item, path)),
        _ => [(path, node?.ToJsonString() ?? "null")],
    };

    private static string Shown((string[] Path, string Value) leaf) => $"{string.Join('.', leaf.Path)}={leaf.Value}";

    private static string Text(FieldList list, string source)
    {
        var into = new ArrayBufferWriter<byte>();
        Assert.True(list.TryCut(Encoding.UTF8.GetBytes(source), into));
        return Encoding.UTF8.GetString(into.WrittenSpan);
    }
}
