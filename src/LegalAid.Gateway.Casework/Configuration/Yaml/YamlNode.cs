using System.Collections.Immutable;

namespace LegalAid.Gateway.Casework.Configuration.Yaml;

/// <summary>Where something stands.</summary>
/// <param name="Path">Inside the file: <c>steps[2].from[0]</c>; empty for the root.</param>
internal sealed record YamlPlace(string File, int Line, int Column, string Path)
{
    public YamlPlace Entry(string key, int line, int column) => this with { Line = line, Column = column, Path = Path.Length == 0 ? key : $"{Path}.{key}" };
}

/// <summary>A value in a YAML file, with its place.</summary>
internal abstract record YamlNode(YamlPlace Place);

/// <summary>A scalar, typed by the core schema of YAML 1.2.</summary>
internal sealed record YamlScalar(YamlPlace Place, string Text, YamlScalarType Type) : YamlNode(Place);

internal sealed record YamlList(YamlPlace Place, ImmutableArray<YamlNode> Items) : YamlNode(Place);

/// <summary>A mapping in the order of the file, each key once.</summary>
internal sealed record YamlMapping(YamlPlace Place, ImmutableArray<YamlEntry> Entries) : YamlNode(Place)
{
    public YamlNode? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key)?.Value;
}

/// <param name="Place">Of the key.</param>
internal sealed record YamlEntry(string Key, YamlPlace Place, YamlNode Value);

internal enum YamlScalarType
{
    Text,
    Integer,
    Float,
    Boolean,
    Null,
}

/// <summary>A text and the node it stands in, so that a later check can point to it.</summary>
internal sealed record Word(string Text, YamlNode At)
{
    public override string ToString() => Text;
}
