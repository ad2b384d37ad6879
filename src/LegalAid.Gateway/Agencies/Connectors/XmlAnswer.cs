using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.XPath;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>XPath 1.0 over an XML answer. A DTD is refused, so that there are no entities but XML's own; depth and size are bounded.</summary>
internal sealed class XmlAnswer : IReadAnswer
{
    private const int DepthMax = 64, AttributesMax = 100;

    private const string Instance = "http://www.w3.org/2001/XMLSchema-instance";

    private readonly XPathDocument _document;
    private readonly XmlExpressions _expressions;

    static XmlAnswer() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance); // GBK and GB18030, which older systems declare

    private XmlAnswer(XPathDocument document, XmlExpressions expressions) => (_document, _expressions) = (document, expressions);

    public string Shown
    {
        get
        {
            var text = new StringBuilder();
            using (var writer = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true }))
            {
                _document.CreateNavigator().WriteSubtree(writer);
            }

            return text.ToString();
        }
    }

    /// <summary>Null where it is no XML, or XML that is not taken.</summary>
    /// <param name="charset">Of the content type; null: the document says it.</param>
    public static XmlAnswer? Read(ReadOnlyMemory<byte> body, string? charset, XmlExpressions expressions)
    {
        try
        {
            return Read(() => Reader(body, charset), body.Length, expressions);
        }
        catch (Exception malformed) when (malformed is XmlException or DecoderFallbackException or ArgumentException)
        {
            return null; // ArgumentException: an encoding of which nobody has heard
        }
    }

    /// <summary>Of a document inside of another.</summary>
    public static XmlAnswer? Read(string text, XmlExpressions expressions)
    {
        try
        {
            return Read(() => new StringReader(text), text.Length, expressions);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    public AnswerText Find(string expression)
    {
        switch (_expressions.Evaluate(expression, _document.CreateNavigator()))
        {
            case string text:
                return Of(text);
            case bool truth:
                return AnswerText.Of(truth ? "true" : "false");
            case double number:
                return double.IsNaN(number) ? AnswerText.Nothing : Math.Abs(number) < 1e15 ? AnswerText.Of(((decimal)number).ToString(CultureInfo.InvariantCulture)) : AnswerText.Misfit;
            case XPathNodeIterator nodes:
                return !nodes.MoveNext() || IsNil(nodes.Current) ? AnswerText.Nothing
                    : nodes.Count > 1 || nodes.Current?.SelectSingleNode("*") is not null ? AnswerText.Misfit
                    : Of(nodes.Current?.Value ?? "");
            default:
                return AnswerText.Misfit;
        }
    }

    private static AnswerText Of(string text) => string.IsNullOrWhiteSpace(text) ? AnswerText.Nothing : AnswerText.Of(text);

    private static bool IsNil(XPathNavigator? node) => node?.GetAttribute("nil", Instance) is "true" or "1";

    private static XmlAnswer? Read(Func<TextReader> open, int length, XmlExpressions expressions)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = length + 1, CloseInput = true };

        // The tree's own builder has no bound on depth: it is walked once before.
        using (var walk = XmlReader.Create(open(), settings))
        {
            while (walk.Read())
            {
                if (walk.Depth > DepthMax || walk.AttributeCount > AttributesMax)
                {
                    return null;
                }
            }
        }

        using var reader = XmlReader.Create(open(), settings);
        return new XmlAnswer(new XPathDocument(reader), expressions);
    }

    private static StreamReader Reader(ReadOnlyMemory<byte> body, string? charset) =>
        new(new MemoryStream(body.ToArray(), writable: false), Strictly(charset ?? Declared(body.Span) ?? "utf-8"), detectEncodingFromByteOrderMarks: true);

    private static Encoding Strictly(string name) => Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    /// <summary>The encoding of the XML declaration, which is ASCII in every encoding that is taken.</summary>
    private static string? Declared(ReadOnlySpan<byte> body)
    {
        var head = Encoding.Latin1.GetString(body[..Math.Min(body.Length, 200)]);
        var end = head.StartsWith("<?xml", StringComparison.Ordinal) ? head.IndexOf("?>", StringComparison.Ordinal) : -1;
        var at = end < 0 ? -1 : head.IndexOf("encoding=", 0, end, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var quote = head[at + "encoding=".Length];
        var close = head.IndexOf(quote, at + "encoding=".Length + 1);
        return close < 0 ? null : head[(at + "encoding=".Length + 1)..close];
    }
}

/// <summary>The XPath expressions of one connector, each compiled once. Safe on any thread.</summary>
internal sealed class XmlExpressions
{
    private readonly Dictionary<string, XPathExpression> _compiled;

    public XmlExpressions(IEnumerable<string> expressions, IReadOnlyDictionary<string, string> namespaces)
    {
        var names = new XmlNamespaceManager(new NameTable());
        foreach (var (prefix, uri) in namespaces)
        {
            names.AddNamespace(prefix, uri);
        }

        _compiled = expressions.Distinct(StringComparer.Ordinal).ToDictionary(text => text, text => XPathExpression.Compile(text, names), StringComparer.Ordinal);
    }

    /// <summary>What it finds; null where it cannot be evaluated.</summary>
    public object? Evaluate(string expression, XPathNavigator root)
    {
        try
        {
            return root.Evaluate(_compiled[expression].Clone()); // an expression holds the state of its evaluation
        }
        catch (XPathException)
        {
            return null;
        }
    }
}
