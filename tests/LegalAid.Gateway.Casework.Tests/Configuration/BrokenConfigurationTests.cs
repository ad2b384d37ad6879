using CsCheck;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using NJsonSchema;

namespace LegalAid.Gateway.Casework.Tests.Configuration;

public sealed class BrokenConfigurationTests
{
    private const string Marker = "#! ";

    public static TheoryData<string> Names => [.. BrokenFiles.All.Keys];

    public static TheoryData<string> NamesWithSchema => [.. BrokenFiles.All.Where(pair => pair.Value.SchemaRefuses is not null).Select(pair => pair.Key)];

    [Fact]
    public void Load_SoundFiles_HasNoFault()
    {
        var outcome = SoundFiles.Load(SoundFiles.All());

        Assert.True(outcome is LoadOutcome.Loaded, outcome is LoadOutcome.Faulty faulty ? string.Join('\n', faulty.Faults) : "");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Load_BrokenFile_ReportsTheCodeAndTheLine(string name)
    {
        var broken = BrokenFiles.All[name];
        var text = TextOf(broken);

        var outcome = Assert.IsType<LoadOutcome.Faulty>(SoundFiles.Load(SoundFiles.With(broken.Path, text)));

        Assert.Equal(Expected(broken.Path, text), outcome.Faults.Select(fault => $"{fault.File}:{fault.Line} {fault.Fault.Code.Code}"));
        Assert.All(outcome.Faults, fault => Assert.DoesNotContain("{0}", fault.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(NamesWithSchema))]
    public async Task Schema_BrokenFile_RefusesWhatASchemaCanSay(string name)
    {
        var broken = BrokenFiles.All[name];
        var schema = await JsonSchema.FromJsonAsync(ShippedFiles.SchemaText(ShippedFiles.SchemaOf(broken.Path) ?? ""), TestContext.Current.CancellationToken);
        var (json, faults) = YamlJson.Convert(new ConfigurationFile(broken.Path, TextOf(broken)));

        Assert.Empty(faults);
        Assert.Equal(broken.SchemaRefuses, schema.Validate(json?.ToJsonString() ?? "").Count > 0);
    }

    [Fact]
    public async Task Schema_SoundFiles_Accepts()
    {
        foreach (var file in SoundFiles.All().Where(file => ShippedFiles.SchemaOf(file.Path) is not null))
        {
            var schema = await JsonSchema.FromJsonAsync(ShippedFiles.SchemaText(ShippedFiles.SchemaOf(file.Path) ?? ""), TestContext.Current.CancellationToken);
            Assert.Empty(schema.Validate(YamlJson.Convert(file).Json?.ToJsonString() ?? ""));
        }
    }

    [Fact]
    public void Load_SeveralBrokenFiles_ReportsAllTogether()
    {
        var broken = BrokenFiles.All.Values.Where(file => file.SchemaRefuses == true).DistinctBy(file => file.Path).ToList();
        var files = SoundFiles.All().Select(file => broken.Find(other => other.Path == file.Path) is { } other ? file with { Text = TextOf(other) } : file);

        var outcome = Assert.IsType<LoadOutcome.Faulty>(SoundFiles.Load([.. files]));

        var found = outcome.Faults.Select(fault => $"{fault.File}:{fault.Line} {fault.Fault.Code.Code}").ToHashSet(StringComparer.Ordinal);
        Assert.True(broken.Count >= 6);
        Assert.All(broken.SelectMany(file => Expected(file.Path, TextOf(file))), expected => Assert.Contains(expected, found));
    }

    [Theory]
    [InlineData("agencies/court-a.yml")]
    [InlineData("agencies/nanning/court.yaml")]
    [InlineData("agencies/.yaml")]
    [InlineData("../gateway.yaml")]
    [InlineData("clients/court.json")]
    public void Load_UnexpectedPath_IsAFault(string path)
    {
        var outcome = Assert.IsType<LoadOutcome.Faulty>(SoundFiles.Load([.. SoundFiles.All(), new ConfigurationFile(path, "id: x")]));

        Assert.Same(ConfigurationFaults.FileUnexpected, Assert.Single(outcome.Faults).Fault.Code);
    }

    [Fact]
    public void Load_PathTwice_IsAFault()
    {
        var outcome = Assert.IsType<LoadOutcome.Faulty>(SoundFiles.Load([.. SoundFiles.All(), new ConfigurationFile("regions.yaml", "names: []")]));

        Assert.Same(ConfigurationFaults.FileTwice, Assert.Single(outcome.Faults).Fault.Code);
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(7, false)]
    public void Load_DepthAtTheBound_IsCounted(int bound, bool loads) =>
        Assert.Equal(loads, SoundFiles.Load(SoundFiles.All(), new ConfigurationOptions { DepthMax = bound }) is LoadOutcome.Loaded);

    [Fact]
    public void Load_BeyondABound_SaysWhich()
    {
        Assert.Equal(["CONFIG_FILE_TOO_LARGE"], CodesWith(new ConfigurationOptions { FileCharactersMax = 20 }));
        Assert.Equal(["CONFIG_YAML_DEPTH"], CodesWith(new ConfigurationOptions { DepthMax = 1 }));
        Assert.Equal(["CONFIG_YAML_NODES"], CodesWith(new ConfigurationOptions { NodesMax = 4 }));
        Assert.Equal(["CONFIG_TOO_MANY_FILES"], CodesWith(new ConfigurationOptions { FilesMax = SoundFiles.Texts.Count - 1 }));
        Assert.Contains("CONFIG_TOO_MANY_FAULTS", CodesWith(new ConfigurationOptions { DepthMax = 1, FaultsMax = 2 }));
    }

    [Fact]
    public void Load_DeepNesting_EndsAtTheBound()
    {
        var deep = "names: " + new string('[', 100_000);
        var outcome = Assert.IsType<LoadOutcome.Faulty>(SoundFiles.Load(SoundFiles.With("regions.yaml", deep)));

        Assert.Same(ConfigurationFaults.YamlDepth, Assert.Single(outcome.Faults).Fault.Code);
    }

    [Fact]
    public void Load_Variants_TakeTheirClocksAndNothingThatWaitsForOthers()
    {
        var text = SoundFiles.Texts["exchange-types/notice.yaml"].Replace(", open-to: [court] }", " }", StringComparison.Ordinal);
        var good = text + "\nvariants:\n  - { name: first, title: { zh: 一, en: First }, open-to: [court], clocks: [answer] }\n  - { name: second, title: { zh: 二, en: Second }, open-to: [police], clocks: [answer, later] }";
        var bad = good.Replace("clocks: [answer, later]", "clocks: [later]", StringComparison.Ordinal);

        var unshared = SoundFiles.With("exchange-types/notice.yaml", good).Where(file => !file.Path.StartsWith("sharing/", StringComparison.Ordinal));
        var loaded = Assert.IsType<LoadOutcome.Loaded>(SoundFiles.Load([.. unshared]));
        var faulty = Assert.IsType<LoadOutcome.Faulty>(SoundFiles.Load(SoundFiles.With("exchange-types/notice.yaml", bad)));

        Assert.Equal([("notice.first", 1), ("notice.second", 2)], loaded.Snapshot.Types.Values.Select(type => (type.Id.Value, type.Clocks.Length)).Order());
        Assert.Same(ConfigurationFaults.ReferenceUnknown, Assert.Single(faulty.Faults).Fault.Code);
    }

    [Fact]
    public void Load_KindsOfAParty_OneIsAListOfOneAndSeveralAreSeveral()
    {
        var (one, listed, several) = (Of("kind: aid-centre"), Of("kind: [aid-centre]"), Of("kind: [aid-centre, law-firm]"));

        Assert.Equal(["aid-centre"], one.Opening.Parties.Single().Kinds);
        Assert.Equal(["aid-centre", "law-firm"], several.Opening.Parties.Single().Kinds);
        Assert.Equal(one.Digest, listed.Digest);
        Assert.NotEqual(one.Digest, several.Digest);

        static ExchangeType Of(string kinds) =>
            Assert.IsType<LoadOutcome.Loaded>(SoundFiles.Load(SoundFiles.With(
                "exchange-types/notice.yaml", SoundFiles.Texts["exchange-types/notice.yaml"].Replace("kind: aid-centre", kinds, StringComparison.Ordinal)))).Snapshot.Types.Values.Single();
    }

    [Fact]
    public void Load_KeysInAnotherOrder_SameTypeDigest()
    {
        var text = SoundFiles.Texts["exchange-types/notice.yaml"];
        const string Retention = "retention: { payload-days: 1095, audit-days: 1825, basis: { instrument: 法, article: \"\", mark: K } }";
        var moved = "retention:\n  basis: { mark: \"K\", article: '', instrument: \"法\" }\n\n  audit-days: 1825\n  payload-days: 1095\n"
            + text.Replace(Retention, "", StringComparison.Ordinal);

        var before = Assert.IsType<LoadOutcome.Loaded>(SoundFiles.Load(SoundFiles.All()));
        var after = Assert.IsType<LoadOutcome.Loaded>(SoundFiles.Load(SoundFiles.With("exchange-types/notice.yaml", moved)));

        Assert.NotEqual(before.Snapshot.Digest, after.Snapshot.Digest);
        Assert.Equal(before.Snapshot.Types.Values.Single().Digest, after.Snapshot.Types.Values.Single().Digest);
    }

    /// <summary>Whatever becomes of a file, the loader answers with faults or a snapshot; it never throws.</summary>
    [Fact]
    public void Load_MangledFile_NeverThrows()
    {
        var paths = SoundFiles.Texts.Keys.ToArray();
        string[] pieces = ["", "\n", ": ", "- ", "{", "}", "[", "]", "\"", "'", "&a ", "*a", "!t ", "~", "|\n", "\t", "\uD800", "#", "---\n", "0", "true", "?"];
        Gen.Select(Gen.Int[0, paths.Length - 1], Gen.Int[0, 4_000], Gen.Int[0, 30], Gen.Int[0, pieces.Length - 1]).Sample(
            (path, at, length, piece) =>
            {
                var text = SoundFiles.Texts[paths[path]];
                var start = at % text.Length;
                var mangled = text.Remove(start, Math.Min(length, text.Length - start)).Insert(start, pieces[piece]);
                return SoundFiles.Load(SoundFiles.With(paths[path], mangled)) is LoadOutcome.Loaded or LoadOutcome.Faulty { Faults.Count: > 0 };
            },
            iter: 2_000);
    }

    private static HashSet<string> CodesWith(ConfigurationOptions options) =>
        Assert.IsType<LoadOutcome.Faulty>(SoundFiles.Load(SoundFiles.All(), options)).Faults.Select(fault => fault.Fault.Code.Code).ToHashSet(StringComparer.Ordinal);

    private static string TextOf(BrokenFile broken)
    {
        var sound = SoundFiles.Texts[broken.Path];
        if (broken.Find.Length == 0)
        {
            return broken.Put;
        }

        var first = sound.IndexOf(broken.Find, StringComparison.Ordinal);
        Assert.True(first >= 0 && sound.IndexOf(broken.Find, first + 1, StringComparison.Ordinal) < 0, $"'{broken.Find}' must stand once");
        return sound.Replace(broken.Find, broken.Put, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Expected(string path, string text) =>
        from line in text.Split('\n').Select((content, index) => (Content: content, Number: index + 1))
        let marker = line.Content.IndexOf(Marker, StringComparison.Ordinal)
        where marker >= 0
        select $"{path}:{line.Number} {line.Content[(marker + Marker.Length)..].Trim()}";
}
