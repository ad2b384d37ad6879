using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Exchange.Evidence.Bundle;

/// <summary>
/// Writes files into a zip one after the other and remembers the digest of each. Nothing is compressed and every file has one fixed date: the
/// bytes depend on the content alone, not on a library's version or the day.
/// </summary>
internal sealed class CaseZip(Stream output) : IDisposable
{
    private static readonly DateTimeOffset FixedDate = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive _zip = new(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);

    /// <summary>SHA-256 of each file by its name.</summary>
    public JsonObject Digests { get; } = [];

    /// <summary>Writes a file piece by piece. Returns its SHA-256.</summary>
    public string Write(string name, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var entry = _zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = FixedDate;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var file = entry.Open())
        {
            foreach (var piece in pieces)
            {
                hash.AppendData(piece.Span);
                file.Write(piece.Span);
            }
        }

        var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        Digests[name] = digest;
        return digest;
    }

    public string Write(string name, ReadOnlyMemory<byte> content) => Write(name, [content]);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public void Dispose() => _zip.Dispose();
}
