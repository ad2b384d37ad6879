using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Agencies.Connectors.Batches;

/// <summary>A question that is in no batch yet, as its file holds it: the row, and for which columns it was rendered.</summary>
/// <param name="Id">The question's.</param>
/// <param name="Template">Of <see cref="TemplateOf"/>; empty: not known.</param>
/// <param name="Row">The columns' values, in their order.</param>
internal sealed record WaitingQuestion(string Id, string Template, string[] Row)
{
    private const int NameDigits = 32;

    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>The name of the file in which it waits.</summary>
    public static string FileOf(string id) => HexOf(id)[..NameDigits];

    /// <summary>Tells columns apart by which one question would be rendered otherwise.</summary>
    public static string TemplateOf(FactConnector connector, ConnectorCall.File call) => HexOf(string.Join(
        '\n',
        [.. call.Columns.Select(column => $"{column.Name}={column.Value}"), .. connector.DocumentCodes.Select(code => $"{code.Key}={code.Value}")]));

    /// <summary>Null where it is none, or does not say whose it is.</summary>
    /// <param name="file">The name under which it was found.</param>
    public static WaitingQuestion? Read(string text, string file)
    {
        try
        {
            // Earlier builds kept the row alone; the id in it is known by the file's name.
            var read = text.StartsWith('[')
                ? JsonSerializer.Deserialize<string[]>(text) is { } row && Array.Find(row, value => FileOf(value) == file) is { } id ? new WaitingQuestion(id, "", row) : null
                : JsonSerializer.Deserialize<WaitingQuestion>(text);
            return read is { Id: not null, Template: not null, Row: not null } && FileOf(read.Id) == file ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string HexOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
