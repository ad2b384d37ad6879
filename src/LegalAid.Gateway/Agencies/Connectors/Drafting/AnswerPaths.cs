using System.Collections.Immutable;

namespace LegalAid.Gateway.Agencies.Connectors.Drafting;

/// <summary>A field of an answer and the expression that finds it.</summary>
/// <param name="Value">Null where its form is not told.</param>
internal sealed record AnswerPath(string Name, string Expression, int Depth, ForeignShape.Value? Value, string Description);

/// <summary>The fields of an answer: by JMESPath, or by XPath with the prefixes that the draft declares.</summary>
internal static class AnswerPaths
{
    public static IEnumerable<AnswerPath> Of(ForeignCall call)
    {
        if (call.Envelope is not { } envelope)
        {
            return call.Answer is { } answer ? Json(answer, "", "", 0) : [];
        }

        var prefixes = XmlPrefixes.Of(envelope);
        return envelope.AnswerRoot is { } root ? Xml(root, $"//{prefixes.Name(root)}", 0, prefixes) : [];
    }

    private static IEnumerable<AnswerPath> Json(ForeignShape shape, string name, string path, int depth) => shape switch
    {
        ForeignShape.Map map => map.Members.SelectMany(member => Json(member.Shape, member.Name, path.Length == 0 || path.EndsWith('.') ? path + Step(member.Name) : $"{path}.{Step(member.Name)}", depth + 1)),
        ForeignShape.List list => Json(list.Item, name, path.Length == 0 ? "[0]" : $"{path}[0]", depth),
        ForeignShape.Value value => [new AnswerPath(name, path.Length == 0 ? "@" : path, depth - 1, value, value.Description)],
        _ => [new AnswerPath(name, path.Length == 0 ? "@" : path, depth - 1, Value: null, shape.Description)],
    };

    /// <summary>An identifier of JMESPath, in quotes where it is more than ASCII letters and digits.</summary>
    private static string Step(string name) => name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        ? name
        : $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static IEnumerable<AnswerPath> Xml(ForeignMember member, string path, int depth, XmlPrefixes prefixes) => member.Shape switch
    {
        ForeignShape.Map map => map.Members.SelectMany(child => Xml(child, child.IsAttribute ? $"{path}/@{child.Name}" : $"{path}/{prefixes.Name(child)}", depth + 1, prefixes)),
        ForeignShape.List list => Xml(member with { Shape = list.Item }, $"{path}[1]", depth, prefixes),
        ForeignShape.Value value => [new AnswerPath(member.Name, $"string({path})", depth - 1, value, value.Description)],
        _ => [new AnswerPath(member.Name, $"string({path})", depth - 1, Value: null, member.Shape.Description)],
    };
}

/// <summary>Prefixes of the namespaces of one call.</summary>
internal sealed class XmlPrefixes
{
    private readonly Dictionary<string, string> _byNamespace = new(StringComparer.Ordinal);

    public IEnumerable<(string Prefix, string Namespace)> All => _byNamespace.Select(entry => (entry.Value, entry.Key));

    public static XmlPrefixes Of(ForeignEnvelope envelope)
    {
        var prefixes = new XmlPrefixes();
        prefixes.Gather(envelope.Root);
        if (envelope.AnswerRoot is { } answer)
        {
            prefixes.Gather(answer);
        }

        return prefixes;
    }

    public string Name(ForeignMember member) => member.Namespace.Length == 0 || member.IsAttribute ? member.Name : $"{_byNamespace[member.Namespace]}:{member.Name}";

    private void Gather(ForeignMember member)
    {
        if (member.Namespace.Length > 0 && !member.IsAttribute)
        {
            _byNamespace.TryAdd(member.Namespace, $"n{_byNamespace.Count + 1}");
        }

        foreach (var child in ChildrenOf(member.Shape))
        {
            Gather(child);
        }
    }

    private static ImmutableArray<ForeignMember> ChildrenOf(ForeignShape shape) => shape switch
    {
        ForeignShape.Map map => map.Members,
        ForeignShape.List list => ChildrenOf(list.Item),
        _ => [],
    };
}
