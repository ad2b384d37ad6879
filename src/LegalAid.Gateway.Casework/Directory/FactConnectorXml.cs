using System.Collections.Immutable;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>An XML element with placeholders in its texts and attributes. Values are written by an XML writer, so that no text can break out of its place.</summary>
/// <param name="Attributes">Declarations of namespaces among them.</param>
/// <param name="Content">Elements and texts, in their order.</param>
public sealed record XmlTemplate(XName Name, ImmutableArray<(XName Name, PlaceholderText Value)> Attributes, ImmutableArray<XmlTemplate.Part> Content)
{
    /// <summary>An element or a text.</summary>
    public abstract record Part
    {
        private Part()
        {
        }

        public sealed record Element(XmlTemplate Value) : Part;

        public sealed record Text(TextTemplate Value) : Part;
    }

    /// <summary>Every text in it.</summary>
    public IEnumerable<PlaceholderText> Texts() => Attributes.Select(attribute => attribute.Value).Concat(Content.SelectMany(part => part switch
    {
        Part.Element element => element.Value.Texts(),
        Part.Text text => text.Value.Texts(),
        _ => throw new InvalidOperationException($"part {part}"),
    }));

    /// <summary>Reads a document without DTD.</summary>
    /// <param name="fault">What is wrong, where the result is null; empty: a placeholder.</param>
    public static XmlTemplate? TryParse(string text, out string fault)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text.Trim()), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return Of(XDocument.Load(reader).Root, out fault);
        }
        catch (XmlException malformed)
        {
            fault = malformed.Message;
            return null;
        }
    }

    /// <summary>The XML without declaration; null where a placeholder has no value, or one that XML cannot hold.</summary>
    public string? Fill(Func<Placeholder, string?> value)
    {
        if (Filled(value) is not { } element)
        {
            return null;
        }

        var text = new StringBuilder();
        try
        {
            using var writer = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, CheckCharacters = true });
            element.Save(writer);
        }
        catch (ArgumentException)
        {
            return null; // a control character, which XML 1.0 has no way to write
        }

        return text.ToString();
    }

    private static XmlTemplate? Of(XElement? element, out string fault)
    {
        fault = "";
        if (element is null)
        {
            return null;
        }

        var attributes = ImmutableArray.CreateBuilder<(XName, PlaceholderText)>();
        foreach (var attribute in element.Attributes())
        {
            if (PlaceholderText.TryParse(attribute.Value, out _) is not { } value)
            {
                return null;
            }

            attributes.Add((attribute.Name, value));
        }

        var content = ImmutableArray.CreateBuilder<Part>();
        foreach (var node in element.Nodes().Where(node => node is XElement or XText)) // comments are the template's, not the request's
        {
            Part? part = node is XElement child
                ? Of(child, out fault) is { } inner ? new Part.Element(inner) : null
                : TextTemplate.TryParse(((XText)node).Value, out fault) is { } text ? new Part.Text(text) : null;
            if (part is null)
            {
                return null;
            }

            content.Add(part);
        }

        return new XmlTemplate(element.Name, attributes.ToImmutable(), content.ToImmutable());
    }

    private XElement? Filled(Func<Placeholder, string?> value)
    {
        var element = new XElement(Name);
        foreach (var (name, text) in Attributes)
        {
            if (text.Fill(value) is not { } filled)
            {
                return null;
            }

            element.Add(new XAttribute(name, filled));
        }

        foreach (var part in Content)
        {
            object? content = part switch
            {
                Part.Element child => child.Value.Filled(value),
                Part.Text text => text.Value.Fill(value) is { } filled ? new XText(filled) : null,
                _ => throw new InvalidOperationException($"part {part}"),
            };
            if (content is null)
            {
                return null;
            }

            element.Add(content);
        }

        return element;
    }
}
