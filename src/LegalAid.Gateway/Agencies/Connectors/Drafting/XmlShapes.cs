using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;

namespace LegalAid.Gateway.Agencies.Connectors.Drafting;

/// <summary>Shapes of the XML Schemas inside of a WSDL document. Circles and depth are bounded.</summary>
internal sealed class XmlShapes
{
    private const int DepthMax = 12, MembersMax = 300;

    /// <summary>Types that hold each other multiply with each level of depth; this many of one request or answer are told.</summary>
    private const int ShapesMax = 1_500;

    private static readonly XNamespace Xs = "http://www.w3.org/2001/XMLSchema";

    private readonly Dictionary<(string Kind, XName Name), XElement> _declared = [];
    private int _left;

    public XmlShapes(XElement? types)
    {
        foreach (var schema in types?.Elements(Xs + "schema") ?? [])
        {
            var target = schema.Attribute("targetNamespace")?.Value ?? "";
            foreach (var declared in schema.Elements().Where(element => element.Attribute("name") is not null))
            {
                _declared.TryAdd((KindOf(declared), XName.Get(declared.Attribute("name")?.Value ?? "", target)), declared);
            }
        }
    }

    /// <summary>A global element.</summary>
    public ForeignMember Element(XElement at, string name)
    {
        _left = ShapesMax;
        return Element(at, name, [], 0);
    }

    /// <summary>A global type, or one of XML Schema's own.</summary>
    public ForeignShape Type(XElement at, string name)
    {
        _left = ShapesMax;
        return Type(NameOf(at, name), "", [], 0);
    }

    /// <summary>Likewise where one element refers to another: an element may come round to itself as a type may.</summary>
    private ForeignMember Element(XElement at, string name, ImmutableHashSet<(string Kind, XName Name)> under, int depth)
    {
        var full = NameOf(at, name);
        var key = ("element", full);
        var shape = under.Contains(key) || depth > DepthMax ? new ForeignShape.Unknown($"{full.LocalName} 循环 · goes in a circle")
            : _declared.TryGetValue(key, out var element) ? Of(element, under.Add(key), depth)
            : Elsewhere(full);
        return new ForeignMember(full.LocalName, shape, Required: true, full.NamespaceName);
    }

    /// <summary>Of an element that says its type by name, in itself, or not at all.</summary>
    private ForeignShape Of(XElement element, ImmutableHashSet<(string Kind, XName Name)> under, int depth)
    {
        if (--_left < 0)
        {
            return new ForeignShape.Unknown("字段过多，未全部列出 · too many fields, not all are told");
        }

        var description = Documentation(element);
        if (element.Attribute("type") is { } type)
        {
            return WithExample(Type(NameOf(element, type.Value), description, under, depth), element);
        }

        return element.Elements().FirstOrDefault(child => child.Name == Xs + "complexType" || child.Name == Xs + "simpleType") is { } inline
            ? WithExample(Inline(inline, description, under, depth), element)
            : new ForeignShape.Value("anyType", "", "", [], null, description);
    }

    private ForeignShape Type(XName name, string description, ImmutableHashSet<(string Kind, XName Name)> under, int depth)
    {
        if (name.Namespace == Xs)
        {
            return new ForeignShape.Value(name.LocalName, "", "", [], null, description);
        }

        return under.Contains(("type", name)) || depth > DepthMax ? new ForeignShape.Unknown($"{name.LocalName} 循环 · goes in a circle")
            : _declared.TryGetValue(("type", name), out var type) ? Inline(type, description.Length > 0 ? description : Documentation(type), under.Add(("type", name)), depth + 1)
            : Elsewhere(name);
    }

    private ForeignShape Inline(XElement type, string description, ImmutableHashSet<(string Kind, XName Name)> under, int depth)
    {
        if (type.Name == Xs + "simpleType")
        {
            var restriction = type.Element(Xs + "restriction");
            var codes = (restriction?.Elements(Xs + "enumeration") ?? []).ToList();
            var said = string.Join(' ', new[] { description }.Concat(codes.Select(code => (Code: code.Attribute("value")?.Value, Said: Documentation(code))).Where(code => code.Said.Length > 0).Select(code => $"{code.Code}-{code.Said}")).Where(text => text.Length > 0));
            var length = restriction?.Element(Xs + "maxLength")?.Attribute("value")?.Value ?? restriction?.Element(Xs + "length")?.Attribute("value")?.Value;
            return new ForeignShape.Value(
                restriction?.Attribute("base")?.Value.Split(':')[^1] ?? "string", "", "", [.. codes.Select(code => code.Attribute("value")?.Value).OfType<string>()],
                int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : null, said);
        }

        if (type.Element(Xs + "simpleContent")?.Elements().FirstOrDefault() is { } content && content.Attribute("base") is { } basis)
        {
            return Type(NameOf(content, basis.Value), description, under, depth + 1);
        }

        ImmutableArray<ForeignMember> members = [.. Members(type, under, depth).Take(MembersMax)];
        return members.IsEmpty && type.Descendants(Xs + "any").Any()
            ? new ForeignShape.Unknown("任意内容（xs:any），文件没有说明：以实际报文为准 · anything (xs:any), which the document does not describe: see a real message")
            : new ForeignShape.Map(members, description);
    }

    private IEnumerable<ForeignMember> Members(XElement type, ImmutableHashSet<(string Kind, XName Name)> under, int depth)
    {
        if (type.Element(Xs + "complexContent")?.Elements().FirstOrDefault() is { } derived)
        {
            var inherited = derived.Name == Xs + "extension" && derived.Attribute("base") is { } basis && Type(NameOf(derived, basis.Value), "", under, depth + 1) is ForeignShape.Map map ? map.Members : [];
            return inherited.Concat(Members(derived, under, depth));
        }

        return type.Elements().SelectMany(child => Particle(child, under, depth));
    }

    private IEnumerable<ForeignMember> Particle(XElement particle, ImmutableHashSet<(string Kind, XName Name)> under, int depth)
    {
        if (particle.Name == Xs + "element")
        {
            return [ElementMember(particle, under, depth)];
        }

        if (particle.Name == Xs + "attribute" && particle.Attribute("name")?.Value is { } name)
        {
            return [new ForeignMember(name, Of(particle, under, depth + 1), particle.Attribute("use")?.Value == "required", IsAttribute: true)];
        }

        if (particle.Name == Xs + "group" && particle.Attribute("ref") is { } group && _declared.TryGetValue(("group", NameOf(particle, group.Value)), out var declared) && depth < DepthMax)
        {
            return declared.Elements().SelectMany(child => Particle(child, under, depth + 1));
        }

        return particle.Name == Xs + "choice" ? particle.Elements().Take(1).SelectMany(child => Particle(child, under, depth)) // one of them; the first stands for all
            : particle.Name == Xs + "sequence" || particle.Name == Xs + "all" ? particle.Elements().SelectMany(child => Particle(child, under, depth))
            : [];
    }

    private ForeignMember ElementMember(XElement element, ImmutableHashSet<(string Kind, XName Name)> under, int depth)
    {
        var required = element.Attribute("minOccurs")?.Value != "0";
        var several = element.Attribute("maxOccurs")?.Value is { } most && most != "1" && most != "0";
        var (name, space, shape) = element.Attribute("ref") is { } reference
            ? Element(element, reference.Value, under, depth + 1) is var global ? (global.Name, global.Namespace, global.Shape) : default
            : (element.Attribute("name")?.Value ?? "", IsQualified(element) ? Target(element) : "", Of(element, under, depth + 1));
        return new ForeignMember(name, several ? new ForeignShape.List(shape, shape.Description) : shape, required, space);
    }

    private static ForeignShape WithExample(ForeignShape shape, XElement element) =>
        shape is ForeignShape.Value value && (element.Attribute("fixed") ?? element.Attribute("default"))?.Value is { } example ? value with { Example = example, IsGiven = true } : shape;

    private static bool IsQualified(XElement element) => (element.Attribute("form") ?? Schema(element)?.Attribute("elementFormDefault"))?.Value == "qualified";

    private static string Target(XElement element) => Schema(element)?.Attribute("targetNamespace")?.Value ?? "";

    private static XElement? Schema(XElement element) => element.Ancestors(Xs + "schema").FirstOrDefault();

    private static string KindOf(XElement declared) => declared.Name.LocalName is "complexType" or "simpleType" ? "type" : declared.Name.LocalName;

    private static XName NameOf(XElement at, string text)
    {
        var parts = text.Split(':');
        var space = parts.Length > 1 ? at.GetNamespaceOfPrefix(parts[0]) : at.GetDefaultNamespace();
        return XName.Get(parts[^1], space?.NamespaceName ?? "");
    }

    private static string Documentation(XElement element) =>
        string.Join(' ', (element.Element(Xs + "annotation")?.Elements(Xs + "documentation") ?? []).Select(text => text.Value.Trim()));

    private static ForeignShape.Unknown Elsewhere(XName name) => new($"{name.LocalName} 不在本文件内 · is not in this document");
}
