using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>Reads the bodies of one connector's answers, and the document inside of one where the answer is there.</summary>
internal sealed class AnswerReader
{
    private readonly AnswerReading _reading;
    private readonly AnswerLanguage _outer;
    private readonly JsonExpressions? _json;
    private readonly XmlExpressions? _xml;

    /// <param name="outer">Of the body as it comes.</param>
    public AnswerReader(AnswerReading reading, AnswerLanguage outer)
    {
        (_reading, _outer) = (reading, outer);
        string[] own = [.. ExpressionsOf(reading)];
        string[] leading = reading.Inside is { } inside ? [inside.From] : [];
        var (json, xml) = (Of(AnswerLanguage.Json), Of(AnswerLanguage.Xml));
        _json = json.Length > 0 ? new JsonExpressions(json) : null;
        _xml = xml.Length > 0 || outer == AnswerLanguage.Xml ? new XmlExpressions([.. xml, SoapFault.CodeExpression], reading.Namespaces) : null;

        string[] Of(AnswerLanguage language) => [.. reading.Language == language ? own : [], .. outer == language ? leading : []];
    }

    /// <summary>The answer as it came; null where it is not well-formed.</summary>
    public IReadAnswer? ReadOuter(ReadOnlyMemory<byte> body, string? charset) => _outer == AnswerLanguage.Xml
        ? XmlAnswer.Read(body, charset, _xml ?? throw new InvalidOperationException("no expressions"))
        : JsonAnswer.Read(body, _json ?? new JsonExpressions([]));

    /// <summary>The document of which the mapping speaks; null where it is not there or not well-formed.</summary>
    public IReadAnswer? ReadInner(IReadAnswer outer)
    {
        if (_reading.Inside is not { } inside)
        {
            return outer;
        }

        return outer.Find(inside.From) is not { Finding: AnswerFinding.Text, Text: var text } ? null
            : _reading.Language == AnswerLanguage.Json ? JsonAnswer.Read(System.Text.Encoding.UTF8.GetBytes(text), _json ?? new JsonExpressions([]))
            : XmlAnswer.Read(text, _xml ?? throw new InvalidOperationException("no expressions"));
    }

    private static IEnumerable<string> ExpressionsOf(AnswerReading reading) =>
        new[] { reading.NoMatch?.When, reading.Success, reading.AnsweredOn?.From, reading.ValidUntil?.From }.OfType<string>().Concat(reading.Facts.Select(fact => fact.From));
}

/// <summary>The fault of a SOAP envelope, 1.1 (section 4.4) or 1.2 (part 1, section 5.4).</summary>
internal static class SoapFault
{
    private const string Fault = "/*[local-name()='Envelope']/*[local-name()='Body']/*[local-name()='Fault']";

    public const string CodeExpression = $"string({Fault}/*[local-name()='faultcode'] | {Fault}/*[local-name()='Code']/*[local-name()='Value'])";

    /// <summary>Null where the answer is no fault.</summary>
    public static ConnectorFault? Of(IReadAnswer answer) => answer.Find(CodeExpression) is not { Finding: AnswerFinding.Text, Text: var code } ? null
        : code[(code.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim().Split('.')[0] is "Client" or "Sender" or "VersionMismatch" or "MustUnderstand" or "DataEncodingUnknown"
            ? ConnectorFault.Refused
            : ConnectorFault.SourceFailed;
}
