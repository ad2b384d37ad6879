using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Faults;

namespace LegalAid.Gateway.Api.Documents;

/// <summary>The digest fields of RFC 9530: <c>sha-256=:Base64:</c>. Other algorithms beside it are passed over, as the RFC allows.</summary>
internal static class DigestFields
{
    public const string Content = "Content-Digest";
    public const string Repr = "Repr-Digest";

    private const string Algorithm = "sha-256=";
    private const int Sha256Bytes = 32;

    /// <summary>The SHA-256 that a header names, 32 bytes; null where there is none. A malformed one throws a refusal.</summary>
    public static byte[]? Sha256(IHeaderDictionary headers, string name)
    {
        foreach (var member in headers[name].SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries)))
        {
            if (member.StartsWith(Algorithm, StringComparison.OrdinalIgnoreCase))
            {
                return Decode(member[Algorithm.Length..]) ?? throw Refusals.Of(new Fault(ApiFaults.Header, name));
            }
        }

        return null;
    }

    public static string Of(string sha256) => $"{Algorithm}:{Convert.ToBase64String(Convert.FromHexString(sha256))}:";

    private static byte[]? Decode(string item)
    {
        var digest = new byte[Sha256Bytes];
        return item is [':', .., ':'] && item.Length > 1 && Convert.TryFromBase64String(item[1..^1], digest, out var length) && length == digest.Length
            ? digest
            : null;
    }
}
