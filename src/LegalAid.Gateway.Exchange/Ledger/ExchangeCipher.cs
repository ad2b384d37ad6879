using System.Text;
using LegalAid.Gateway.Exchange.Keys;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>Seals and opens what an exchange keeps, under its data key. Each value is bound to its kind and row.</summary>
internal sealed class ExchangeCipher(byte[] dataKey)
{
    public const string View = "view";
    public const string Message = "message";
    public const string DocumentNames = "document-names";
    public const string Document = "document";
    public const string UploadNames = "upload-names";
    public const string Answer = "answer";
    public const string Detail = "detail";

    public byte[] Seal(string kind, Guid row, ReadOnlySpan<byte> content) => SealedBox.Seal(dataKey, content, Bound(kind, row));

    public byte[] Open(string kind, Guid row, ReadOnlySpan<byte> box) => SealedBox.Open(dataKey, box, Bound(kind, row));

    /// <summary>Seals into a place of the caller's, for what is too large to make anew each time.</summary>
    public void Seal(string kind, Guid row, ReadOnlySpan<byte> content, Span<byte> box) => SealedBox.Seal(dataKey, content, Bound(kind, row), box);

    public void Open(string kind, Guid row, ReadOnlySpan<byte> box, Span<byte> content) => SealedBox.Open(dataKey, box, Bound(kind, row), content);

    private static byte[] Bound(string kind, Guid row) => [.. Encoding.ASCII.GetBytes(kind), 0, .. row.ToByteArray(bigEndian: true)];
}
