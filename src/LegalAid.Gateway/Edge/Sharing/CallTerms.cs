using System.Text;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Edge.Faults;
using Microsoft.Extensions.Primitives;

namespace LegalAid.Gateway.Edge.Sharing;

/// <summary>What a call says of itself, in headers or gRPC metadata, as percent-encoded UTF-8: case numbers are not ASCII.</summary>
/// <param name="Purpose">Null where it states none.</param>
/// <param name="Exchange">What it belongs to, a resource name or a case number; null where it says nothing.</param>
internal readonly record struct CallTerms(Purpose? Purpose, string? Exchange)
{
    public const string PurposeHeader = "gateway-purpose";
    public const string ExchangeHeader = "gateway-exchange";

    private const int ExchangeCharsMax = 200;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="RefusalException">A header stands twice, is malformed, or names a purpose that the list has not.</exception>
    public static CallTerms Of(IHeaderDictionary headers)
    {
        var (purpose, exchange) = (headers[PurposeHeader], headers[ExchangeHeader]);
        return purpose.Count == 0 && exchange.Count == 0 ? default : Of(One(purpose, PurposeHeader), One(exchange, ExchangeHeader));
    }

    /// <inheritdoc cref="Of(IHeaderDictionary)"/>
    public static CallTerms Of(string? purpose, string? exchange) => new(
        purpose is null ? null : Purpose.Find(purpose) ?? throw Refusals.Of(new Fault(CallFaults.PurposeUnknown, PurposeHeader)),
        exchange is null ? null
            : exchange.Length <= ExchangeCharsMax && !exchange.Any(char.IsControl) ? exchange
            : throw Refusals.Of(new Fault(CallFaults.TermMalformed, ExchangeHeader)));

    private static string? One(StringValues values, string header) =>
        values.Count == 0 ? null
        : values is [{ Length: > 0 } text] && TryDecode(text, out var decoded) ? decoded
        : throw Refusals.Of(new Fault(CallFaults.TermMalformed, header));

    /// <summary>RFC 3986 2.1. What is not ASCII must be encoded; a percent sign without two digits is malformed, and so is what is no UTF-8.</summary>
    private static bool TryDecode(string text, out string decoded)
    {
        decoded = text;
        if (text.Any(c => c is < ' ' or > '~'))
        {
            return false;
        }

        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return true;
        }

        var bytes = new List<byte>(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '%')
            {
                bytes.Add((byte)text[at]);
            }
            else if (at + 2 < text.Length && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2]))
            {
                bytes.Add(Convert.FromHexString(text.AsSpan(at + 1, 2))[0]);
                at += 2;
            }
            else
            {
                return false;
            }
        }

        try
        {
            decoded = Strict.GetString([.. bytes]);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
