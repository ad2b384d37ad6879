using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Tests.House;

namespace LegalAid.Gateway.Casework.Tests.Eligibility;

public sealed class TraceTests
{
    /// <summary>Traces that were written once and read by a person; since then they are the same, byte for byte.</summary>
    [Theory]
    [InlineData("wage-last-day-below", "text")]
    [InlineData("wage-last-day-below", "json")]
    [InlineData("class-3-2017-simple", "text")]
    public void Write_HistoricalPack_IsTheTextThatWasRead(string example, string form)
    {
        var path = Path.Combine(SourceTree.Root, "tests", "LegalAid.Gateway.Casework.Tests", "Eligibility", "traces", $"{example}.{form}");
        var found = ShippedPacks.Decide(ShippedPacks.Draft, ShippedPacks.Case(ShippedPacks.Draft, example));
        var written = form == "json" ? Encoding.UTF8.GetString(TraceJson.Write(found)) + "\n" : TraceText.Write(found);

        Assert.Equal(File.ReadAllText(path), written);
    }

    [Fact]
    public void Write_Json_HasTheTreeWithAnswersFiguresAndClauses()
    {
        var found = ShippedPacks.Decide(ShippedPacks.InForce, ShippedPacks.Case(ShippedPacks.InForce, "undertaken-beside-answer"));
        var json = JsonNode.Parse(TraceJson.Write(found))!; // what is parsed is no null
        var rules = json["rules"]!.AsArray().ToDictionary(rule => (string)rule!["id"]!);

        Assert.Equal(("undertaking-accepted", false), ((string?)json["outcome"], (bool)json["settled"]!));
        Assert.Equal(found.By.Digest, (string?)json["pack"]!["digest"]);
        Assert.Equal(["scope-labour", "income"], json["grounds"]!.AsArray().Select(ground => (string?)ground));
        var income = rules["income"]!["when"]!["all"]!.AsArray();
        Assert.Equal("3(1)", (string?)rules["income"]!["basis"]!["article"]);
        Assert.Equal(("1000.00", true), ((string?)income[1]!["answer"]!["value"], (bool)income[1]!["answer"]!["undertaken"]!));
        Assert.Equal(("1990.00", "2023-11-01"), ((string?)income[1]!["below"], (string?)income[1]!["parameter"]!["from"]));
        Assert.Equal(("natural-resources", "yes"), ((string?)income[2]!["any"]![0]!["answer"]!["source"], (string?)income[2]!["any"]![0]!["holds"]));
        Assert.Null(income[2]!["any"]![1]!["below"]);
        Assert.Equal("unknown", (string?)income[2]!["any"]![1]!["holds"]);
        Assert.Null(rules["relief"]!["when"]!["answer"]);
    }

    [Theory]
    [InlineData("income-class-1-below", "结论：符合法律援助条件\n", "家庭人均月收入低于最低工资标准——广西法律援助经济困难标准及认定办法 3(1)")]
    [InlineData("undertaken-beside-answer", "结论：依个人诚信承诺给予法律援助", "，个人诚信承诺）")]
    [InlineData("limitation-today", "结论：先行提供法律援助", "距时效或者期限届满不足七日——法律援助法 44(1)")]
    [InlineData("assets-poor", "结论：标准尚未载明，由审查人员决定", "标准未载明")]
    [InlineData("means-pension", "结论：未见符合条件的情形，是否不予法律援助由审查人员决定", "不成立的情形：")]
    [InlineData("open-only-assets", "结论：需要进一步核查或者补充材料", "尚待查明的事实：\n　家庭有自住房屋以外的登记资产（可向自然资源部门、市场监管部门查询）")]
    [InlineData("livelihood-limb", "依据：", "　　　　· 下列情形不成立：是\n　　　　　　· 残疾类别为“无”：否（肢体；残联，2026-03-02）")]
    public void Write_Text_SaysOutcomeAndGround(string example, string conclusion, string ground)
    {
        var text = TraceText.Write(ShippedPacks.Decide(ShippedPacks.InForce, ShippedPacks.Case(ShippedPacks.InForce, example)));

        Assert.Contains(conclusion, text, StringComparison.Ordinal);
        Assert.Contains(ground, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_HistoricalPack_SaysThatItIsNotInForce() => Assert.Contains(
        "不是现行依据", TraceText.Write(ShippedPacks.Decide(ShippedPacks.Draft, ShippedPacks.Case(ShippedPacks.Draft, "maintenance"))), StringComparison.Ordinal);
}
