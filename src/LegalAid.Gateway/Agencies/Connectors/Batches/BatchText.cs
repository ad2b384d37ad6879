using System.Collections.Immutable;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Agencies.Connectors.Batches;

/// <summary>Writes and reads batches: CSV (RFC 4180, a header line, every field in quotes) and XML (an element for each row, an element for each column).</summary>
internal static class BatchText
{
    private const int RowsMax = 100_000, ColumnsMax = 200;

    private const string RowElement = "row";

    public static string Write(BatchForm form, ImmutableArray<string> columns, IEnumerable<ImmutableArray<string>> rows) => form switch
    {
        BatchForm.Csv => string.Concat(rows.Prepend(columns).Select(row => string.Join(',', row.Select(Quoted)) + "\r\n")),
        BatchForm.Xml => new XElement("rows", rows.Select(row => new XElement(RowElement, columns.Zip(row, (name, value) => new XElement(name, value))))).ToString(),
        _ => throw new InvalidOperationException($"form {form}"),
    };

    /// <summary>The rows by column; null where the file is not whole or not of the form.</summary>
    /// <param name="fault">Which, for the agency: names places, never values.</param>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>>? Read(BatchForm form, string text, out string fault) => form == BatchForm.Csv ? ReadCsv(text, out fault) : ReadXml(text, out fault);

    private static string Quoted(string value) => $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static List<IReadOnlyDictionary<string, string>>? ReadCsv(string text, out string fault)
    {
        fault = "不以换行结束，文件不完整 · It does not end with a line end: not whole";
        if (text.Length == 0 || text[^1] != '\n')
        {
            return null;
        }

        var rows = new List<IReadOnlyDictionary<string, string>>();
        List<string>? header = null;
        var at = 0;
        for (var line = 1; at < text.Length; line++)
        {
            fault = $"第 {line} 行：引号或列数不对 · row {line}: quotes, or the number of columns";
            if (ReadLine(text, ref at) is not { } fields || fields.Count > ColumnsMax || (header is not null && fields.Count != header.Count) || rows.Count >= RowsMax)
            {
                return null;
            }

            if (header is null)
            {
                fault = "列名重复或为空 · A column's name stands twice or is empty";
                header = [.. fields.Select(name => name.Trim())];
                if (header.Distinct(StringComparer.Ordinal).Count() != header.Count || header.Contains(""))
                {
                    return null;
                }

                continue;
            }

            rows.Add(header.Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));
        }

        fault = "";
        return rows;
    }

    /// <summary>The fields of one record; null where a quote is not closed or stands where none may.</summary>
    private static List<string>? ReadLine(string text, ref int at)
    {
        var fields = new List<string>();
        while (true)
        {
            var field = new StringBuilder();
            if (at < text.Length && text[at] == '"')
            {
                at++;
                while (true)
                {
                    var quote = text.IndexOf('"', at);
                    if (quote < 0)
                    {
                        return null;
                    }

                    field.Append(text, at, quote - at);
                    at = quote + 1;
                    if (at >= text.Length || text[at] != '"')
                    {
                        break;
                    }

                    field.Append('"');
                    at++;
                }
            }
            else
            {
                var end = text.AsSpan(at).IndexOfAny(',', '\r', '\n') is >= 0 and var found ? at + found : text.Length;
                field.Append(text, at, end - at);
                at = end;
                if (field.ToString().Contains('"', StringComparison.Ordinal))
                {
                    return null;
                }
            }

            fields.Add(field.ToString());
            if (at < text.Length && text[at] == ',')
            {
                at++;
                continue;
            }

            if (at < text.Length && text[at] == '\r')
            {
                at++;
            }

            return at < text.Length && text[at++] == '\n' ? fields : null;
        }
    }

    private static List<IReadOnlyDictionary<string, string>>? ReadXml(string text, out string fault)
    {
        fault = "不是完整的 XML（不接受 DTD）· Not whole XML, or with a DTD, which is refused";
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            var rows = XDocument.Load(reader).Root?.Elements().ToList() ?? [];
            if (rows.Count > RowsMax || rows.Any(row => row.Elements().Any(column => column.HasElements) || row.Elements().Select(column => column.Name.LocalName).Distinct(StringComparer.Ordinal).Count() != row.Elements().Count()))
            {
                fault = "每行一个元素，每列一个只含文字的元素 · One element a row, one element of text a column";
                return null;
            }

            fault = "";
            return [.. rows.Select(row => row.Elements().ToDictionary(column => column.Name.LocalName, column => column.Value, StringComparer.Ordinal))];
        }
        catch (XmlException)
        {
            return null;
        }
    }
}

/// <summary>One row, in which expressions are names of columns, or <c>column=value</c>.</summary>
internal sealed class RowAnswer(IReadOnlyDictionary<string, string> row) : IReadAnswer
{
    public string Shown => string.Join('\n', row.Select(column => $"{column.Key}: {column.Value}"));

    public AnswerText Find(string expression)
    {
        var at = expression.IndexOf('=', StringComparison.Ordinal);
        if (at >= 0)
        {
            return AnswerText.Of(row.GetValueOrDefault(expression[..at].Trim(), "").Trim() == expression[(at + 1)..].Trim() ? "true" : "false");
        }

        return row.GetValueOrDefault(expression, "").Trim() is { Length: > 0 } text ? AnswerText.Of(text) : AnswerText.Nothing;
    }
}
