using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Evidence.Verification;

namespace LegalAid.Gateway.Operations;

/// <summary>What a verification has to say: findings, what was looked at, and what could not be for want of keys.</summary>
/// <param name="Looked">Name and number, in order.</param>
/// <param name="Unchecked">Chinese and English.</param>
internal sealed record FindingReport(IReadOnlyList<Finding> Findings, long Count, IReadOnlyList<(string Name, long Number)> Looked, IReadOnlyList<string> Unchecked)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>0: nothing was found; 1: something was.</summary>
    public int ExitCode => Count == 0 ? 0 : 1;

    public void Write(TextWriter output, bool json)
    {
        if (json)
        {
            WriteJson(output);
        }
        else
        {
            WriteText(output);
        }
    }

    private void WriteText(TextWriter output)
    {
        foreach (var finding in Findings)
        {
            output.WriteLine($"{finding.Code.Code,-22} {finding.Entry}");
            output.WriteLine($"{"",-22} {finding.Code.Zh} · {finding.Code.En}.{(finding.Detail.Length == 0 ? "" : $" [{finding.Detail}]")}");
        }

        if (Count > Findings.Count)
        {
            output.WriteLine($"…… 另有 {Count - Findings.Count} 项 · {Count - Findings.Count} more.");
        }

        foreach (var missing in Unchecked)
        {
            output.WriteLine($"未核验 NOT CHECKED  {missing}");
        }

        if (Looked.Count > 0)
        {
            output.WriteLine(string.Join("  ", Looked.Select(looked => $"{looked.Name} {looked.Number}")));
        }

        output.WriteLine(Count == 0 ? "未发现问题 · Nothing was found." : $"发现 {Count} 项问题 · {Count} findings.");
    }

    private void WriteJson(TextWriter output) => output.WriteLine(new JsonObject
    {
        ["count"] = Count,
        ["findings"] = new JsonArray(
        [
            .. Findings.Select(finding => (JsonNode)new JsonObject
            {
                ["code"] = finding.Code.Code,
                ["entry"] = finding.Entry,
                ["zh"] = finding.Code.Zh,
                ["en"] = finding.Code.En,
                ["detail"] = finding.Detail,
            }),
        ]),
        ["looked"] = new JsonObject(Looked.Select(looked => KeyValuePair.Create(looked.Name, (JsonNode?)looked.Number))),
        ["unchecked"] = new JsonArray([.. Unchecked.Select(missing => (JsonNode)missing)]),
    }.ToJsonString(Readable));
}
