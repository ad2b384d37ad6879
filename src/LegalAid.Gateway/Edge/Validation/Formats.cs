using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Options.V1;

namespace LegalAid.Gateway.Edge.Validation;

/// <summary>
/// The formats of <c>legalaid.options.v1.Format</c>. Each check takes a string that is not empty and gives null where it holds. The
/// identifiers of the law are not here but in <see cref="IdentifierFormats"/>.
/// </summary>
internal static class Formats
{
    private static readonly SearchValues<char> RequestIdChars =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:");

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> TelephoneChars = SearchValues.Create("0123456789 +-()");
    private static readonly SearchValues<char> AgencyChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    // RFC 9110 token characters.
    private static readonly SearchValues<char> TokenChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly (Format Format, string Told, Func<string, bool> Holds)[] Plain =
    [
        (Format.Date, "YYYY-MM-DD", text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)),
        (Format.RequestId, "[A-Za-z0-9-_.:]{8,64}", text => text.Length is >= 8 and <= 64 && Only(text, RequestIdChars)),
        (Format.Sha256, "SHA-256, [0-9a-f]{64}", IsDigest),
        (Format.Sm3, "SM3, [0-9a-f]{64}", IsDigest),
        (Format.AgencyName, "agencies/{agency}", IsAgencyName),
        (Format.Telephone, "[0-9 +-()]{5,30}", text => text.Length is >= 5 and <= 30 && Only(text, TelephoneChars) && text.Any(char.IsAsciiDigit)),
        (Format.MediaType, "type/subtype", IsMediaType),
    ];

    /// <summary>All formats: the plain ones and <paramref name="others"/>.</summary>
    public static FrozenDictionary<Format, Func<string, Fault?>> With(IReadOnlyDictionary<Format, Func<string, FaultCode?>> others)
    {
        var checks = Plain.ToDictionary(
            row => row.Format,
            row => (Func<string, Fault?>)(text => row.Holds(text) ? null : Fault.With(EdgeFaults.BadFormat, "", row.Told)));
        foreach (var (format, check) in others)
        {
            checks[format] = text => check(text) is { } code ? new Fault(code) : null;
        }

        return checks.ToFrozenDictionary();
    }

    private static bool IsDigest(string text) => text.Length == 64 && Only(text, LowerHex);

    private static bool Only(string text, SearchValues<char> allowed) => !text.AsSpan().ContainsAnyExcept(allowed);

    private static bool IsAgencyName(string text)
    {
        const string Collection = "agencies/";
        return text.StartsWith(Collection, StringComparison.Ordinal)
            && text.Length is > 9 and <= 73
            && !text.AsSpan(Collection.Length).ContainsAnyExcept(AgencyChars);
    }

    private static bool IsMediaType(string text)
    {
        var slash = text.IndexOf('/');
        return slash > 0 && slash < text.Length - 1
            && !text.AsSpan(0, slash).ContainsAnyExcept(TokenChars)
            && !text.AsSpan(slash + 1).ContainsAnyExcept(TokenChars);
    }
}
