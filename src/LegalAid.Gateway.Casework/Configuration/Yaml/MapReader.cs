using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Casework.Configuration.Yaml;

/// <summary>
/// Reads the entries of one mapping. Each read says once what is wrong and gives null (or nothing) then; <see cref="Close"/> reports
/// the keys that nobody read. A reader that goes on after a fault finds the next one, so all are reported together.
/// </summary>
internal sealed class MapReader
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    private MapReader(YamlMapping node, FaultSink faults)
    {
        Node = node;
        Faults = faults;
    }

    public YamlMapping Node { get; }

    public FaultSink Faults { get; }

    /// <summary>The reader of a mapping, or null with a fault where the node is something else.</summary>
    public static MapReader? Open(YamlNode? node, FaultSink faults)
    {
        if (node is YamlMapping mapping)
        {
            return new MapReader(mapping, faults);
        }

        if (node is not null)
        {
            faults.Add(node, ConfigurationFaults.TypeWrong, "键值表 mapping");
        }

        return null;
    }

    /// <summary>The value, or null where the key is absent.</summary>
    public YamlNode? Find(string key)
    {
        _known.Add(key);
        return Node.Find(key);
    }

    /// <summary>The value; a fault where the key is absent.</summary>
    public YamlNode? Require(string key)
    {
        var value = Find(key);
        if (value is null)
        {
            Faults.Add(Node, ConfigurationFaults.KeyMissing, key);
        }

        return value;
    }

    public Word? Text(string key, int max = 200) => ScalarForms.Text(Require(key), Faults, max);

    public Word? OptionalText(string key, int max = 200) => ScalarForms.Text(Find(key), Faults, max);

    public Word? Name(string key) => ScalarForms.Name(Require(key), Faults);

    public Word? OptionalName(string key) => ScalarForms.Name(Find(key), Faults);

    /// <summary>One of the values by its name in configuration.</summary>
    public T? Choice<T>(string key, IReadOnlyDictionary<string, T> choices)
        where T : struct =>
        ScalarForms.Choice(Require(key), choices, Faults);

    public bool Flag(string key, bool otherwise) => ScalarForms.Flag(Find(key), Faults) ?? otherwise;

    public int? Number(string key, int min, int max) => ScalarForms.Number(Require(key), Faults, min, max);

    public DateOnly? Date(string key) => ScalarForms.Date(Require(key), Faults);

    public DateOnly? OptionalDate(string key) => ScalarForms.Date(Find(key), Faults);

    /// <summary>A name for people, both languages.</summary>
    public LocalizedText? Title(string key)
    {
        var map = Open(Require(key), Faults);
        var (zh, en) = (map?.Text("zh"), map?.Text("en"));
        map?.Close();
        return zh is null || en is null ? null : new LocalizedText(zh.Text, en.Text);
    }

    /// <summary>Instrument, article (may be empty), mark.</summary>
    public LegalBasis? Basis(string key) => BasisOf(Require(key), Faults);

    public static LegalBasis? BasisOf(YamlNode? node, FaultSink faults)
    {
        var map = Open(node, faults);
        var instrument = map?.Text("instrument");
        var article = ScalarForms.Text(map?.Require("article"), faults, 40, min: 0);
        var mark = map?.Choice("mark", Marks);
        map?.Close();
        return instrument is null || article is null || mark is null ? null : new LegalBasis(instrument.Text, article.Text, mark.Value);
    }

    /// <summary>The items of a list; an item that cannot be read is left out, with its fault. An absent list has none.</summary>
    /// <param name="min">From 1 on the key is required.</param>
    public ImmutableArray<T> List<T>(string key, int min, int max, Func<YamlNode, T?> read)
        where T : class =>
        ItemsOf(min > 0 ? Require(key) : Find(key), Faults, min, max, read);

    /// <summary>A list of names, each once.</summary>
    public ImmutableArray<Word> Names(string key, int min, int max) => Once(List(key, min, max, node => ScalarForms.Name(node, Faults)), Faults);

    /// <summary>A name, or a list of names, each once. The key is required.</summary>
    public ImmutableArray<Word> NameOrNames(string key, int max) =>
        Require(key) is YamlScalar single ? ScalarForms.Name(single, Faults) is { } name ? [name] : [] : Names(key, 1, max);

    public ImmutableArray<Word> Texts(string key, int min, int max) => Once(List(key, min, max, node => ScalarForms.Text(node, Faults, 200)), Faults);

    public static ImmutableArray<T> ItemsOf<T>(YamlNode? node, FaultSink faults, int min, int max, Func<YamlNode, T?> read)
        where T : class
    {
        if (node is not YamlList list)
        {
            if (node is not null)
            {
                faults.Add(node, ConfigurationFaults.TypeWrong, "列表 list");
            }

            return [];
        }

        if (list.Items.Length < min || list.Items.Length > max)
        {
            faults.Add(list, ConfigurationFaults.ListLength, $"{min}", $"{max}");
        }

        return [.. list.Items.Take(max).Select(read).OfType<T>()];
    }

    public static ImmutableArray<Word> Once(ImmutableArray<Word> words, FaultSink faults)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var word in words.Where(word => !seen.Add(word.Text)))
        {
            faults.Add(word.At, ConfigurationFaults.Twice, word.Text);
        }

        return words;
    }

    /// <summary>Reports every key that was not asked for. To be called last.</summary>
    public void Close()
    {
        foreach (var entry in Node.Entries.Where(entry => !_known.Contains(entry.Key)))
        {
            var key = entry.Key.Length <= 64 ? entry.Key : entry.Key[..64];
            Faults.Add(entry.Place, ConfigurationFaults.KeyUnknown, key, string.Join(", ", _known.Order(StringComparer.Ordinal)));
        }
    }

    internal static readonly Dictionary<string, Certainty> Marks = new(StringComparer.Ordinal)
    {
        ["S"] = Certainty.Statute, ["K"] = Certainty.KnownPractice, ["?"] = Certainty.Unconfirmed,
    };
}
