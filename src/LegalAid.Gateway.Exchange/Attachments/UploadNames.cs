using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Json;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>What an upload was announced with, sealed while it is under way.</summary>
/// <param name="Sha256">Digest that the sender gave in advance; empty where it gave none.</param>
internal sealed record UploadNames(string FileName, string MediaType, string Sha256)
{
    public byte[] Encode() => CanonicalJson.Canonicalise(Json());

    public static UploadNames Decode(byte[] json)
    {
        var names = JsonNode.Parse(json)?.AsObject() ?? throw new InvalidDataException("an upload's names are empty");
        return new UploadNames(Text("fileName"), Text("mediaType"), Text("sha256"));

        string Text(string field) => names[field]?.GetValue<string>() ?? throw new InvalidDataException($"an upload's names lack {field}");
    }

    /// <summary>What tells a repeated announcement from another one.</summary>
    public byte[] ItemOf(string kind, long totalBytes)
    {
        var item = Json();
        (item["kind"], item["sizeBytes"]) = (kind, totalBytes);
        return SHA256.HashData(CanonicalJson.Canonicalise(item));
    }

    private JsonObject Json() => new() { ["fileName"] = FileName, ["mediaType"] = MediaType, ["sha256"] = Sha256 };
}
