using System.Globalization;
using System.Text;

namespace LegalAid.Gateway.Exchange.Evidence.Bundle;

/// <summary>Names of the files in a case bundle.</summary>
internal static class BundleNames
{
    public const string Manifest = "manifest.json";
    public const string ManifestSignature = "manifest.jws";
    public const string Index = "index.html";
    public const string Instructions = "VERIFY.md";
    public const string Checkpoint = "evidence/checkpoint.txt";
    public const string ReceiptKeys = "keys/receipts.jwks.json";
    public const string LogKeys = "keys/log.vkeys";
    public const string WitnessKeys = "keys/witnesses.vkeys";

    /// <summary>Type in the header of the manifest's signature.</summary>
    public const string ManifestType = "legalaid-case-bundle+jws";

    private const int SafeMax = 80;

    /// <summary>For example <c>messages/0003-assign-counsel</c>; each kind of file adds its own end.</summary>
    public static string Message(long sequence, string name) => string.Create(CultureInfo.InvariantCulture, $"messages/{sequence:D4}-{Safe(name)}");

    public static string Attachment(int ordinal, string fileName) => string.Create(CultureInfo.InvariantCulture, $"attachments/{ordinal:D4}-{Safe(fileName)}");

    public static string Leaf(int ordinal, string kind) => string.Create(CultureInfo.InvariantCulture, $"evidence/leaves/{ordinal:D4}-{Safe(kind)}.json");

    public static string Proof(int ordinal, string kind) => string.Create(CultureInfo.InvariantCulture, $"evidence/proofs/{ordinal:D4}-{Safe(kind)}.tlog-proof");

    public static string Consistency(long size) => string.Create(CultureInfo.InvariantCulture, $"evidence/consistency/{size}.txt");

    /// <summary>A name that every file system takes: letters of any script, digits, dots, hyphens; the rest becomes a hyphen.</summary>
    private static string Safe(string name)
    {
        var safe = new StringBuilder();
        foreach (var letter in name.Normalize(NormalizationForm.FormC).Take(SafeMax))
        {
            safe.Append(char.IsLetterOrDigit(letter) || letter is '.' or '-' or '_' ? letter : '-');
        }

        return safe.ToString().Trim('.', '-') is { Length: > 0 } kept ? kept : "file";
    }
}
