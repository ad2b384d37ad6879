using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Faults;

namespace LegalAid.Gateway.Api;

/// <summary>
/// Pages (AIP-158). A token says after which id the next page begins, and for which question: a token of another question is refused
/// rather than answered wrongly. It is no secret and gives no access.
/// </summary>
internal static class PageTokens
{
    public const int SizeMax = 200;
    private const int TagBytes = 8;
    private const int TokenBytes = 16 + TagBytes;

    /// <param name="question">The other fields of the request, in one text.</param>
    public static string Next(Guid after, string question)
    {
        Span<byte> token = stackalloc byte[TokenBytes];
        after.TryWriteBytes(token, bigEndian: true, out _);
        Tag(question).AsSpan(0, TagBytes).CopyTo(token[16..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>The id to go on after, null for the first page. A token that is none throws a refusal.</summary>
    public static Guid? Read(string token, string question)
    {
        if (token.Length == 0)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[TokenBytes];
        if (token.Length != Base64Url.GetEncodedLength(TokenBytes) || !Base64Url.IsValid(token) // else decoding throws
            || !Base64Url.TryDecodeFromChars(token, bytes, out var written)
            || written != TokenBytes || !bytes[16..].SequenceEqual(Tag(question).AsSpan(0, TagBytes)))
        {
            throw Refusals.Of(new Fault(ApiFaults.PageToken, "pageToken"));
        }

        return new Guid(bytes[..16], bigEndian: true);
    }

    /// <summary>The size asked for; 0 means <paramref name="usual"/>. Out of bounds throws a refusal.</summary>
    public static int Size(int asked, int usual) =>
        asked is >= 0 and <= SizeMax
            ? (asked == 0 ? usual : asked)
            : throw Refusals.Of(Fault.With(ApiFaults.PageSize, "pageSize", $"{SizeMax}"));

    private static byte[] Tag(string question) => SHA256.HashData(Encoding.UTF8.GetBytes(question));
}
