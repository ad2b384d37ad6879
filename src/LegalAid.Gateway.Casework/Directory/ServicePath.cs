using System.Collections.Immutable;
using System.Text;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>
/// A path that a published service takes, <c>/cases/{caseNumber}/hearings</c>: literal segments, and placeholders that stand for one segment each. It is
/// compared with what came over the wire, before anything decoded or shortened it: what two readers could take for different paths is none.
/// </summary>
public sealed class ServicePath
{
    private const int SegmentsMax = 12, SegmentCharsMax = 300;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null: a placeholder.</summary>
    private readonly ImmutableArray<string?> _segments;

    private ServicePath(string template, ImmutableArray<string?> segments) => (Template, _segments) = (template, segments);

    /// <summary>As configured.</summary>
    public string Template { get; }

    /// <summary>The path, or null: each segment literal (letters, digits, <c>- . _ ~</c>) or <c>{name}</c>, none empty, <c>.</c> or <c>..</c>.</summary>
    public static ServicePath? TryParse(string template)
    {
        if (!template.StartsWith('/') || template.Length < 2)
        {
            return null;
        }

        var segments = template[1..].Split('/');
        return segments.Length <= SegmentsMax && segments.All(segment => IsPlaceholder(segment) || IsLiteral(segment))
            ? new ServicePath(template, [.. segments.Select(segment => IsPlaceholder(segment) ? null : segment)])
            : null;
    }

    /// <summary>
    /// Whether a path is this one, from its leading slash to before the query, as it came. A placeholder takes unreserved characters and percent-encoded
    /// UTF-8 (RFC 3986 2.3) that decodes to no slash of either kind, percent sign, semicolon or control character, and to neither <c>.</c> nor <c>..</c>.
    /// </summary>
    public bool Matches(string raw)
    {
        if (!raw.StartsWith('/'))
        {
            return false;
        }

        var came = raw[1..].Split('/');
        return came.Length == _segments.Length && _segments.Zip(came).All(static pair => pair.First is { } literal ? literal == pair.Second : IsValue(pair.Second));
    }

    public override string ToString() => Template;

    private static bool IsPlaceholder(string segment) => segment is ['{', _, .., '}'] && segment.AsSpan(1, segment.Length - 2).IndexOfAnyExcept(Letters) < 0;

    private static bool IsLiteral(string segment) => segment.Length > 0 && segment is not ("." or "..") && segment.All(IsUnreserved);

    private static bool IsUnreserved(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~';

    private static bool IsValue(string raw)
    {
        if (raw.Length is 0 or > SegmentCharsMax)
        {
            return false;
        }

        var bytes = new List<byte>(raw.Length);
        for (var at = 0; at < raw.Length; at++)
        {
            if (IsUnreserved(raw[at]))
            {
                bytes.Add((byte)raw[at]);
            }
            else if (raw[at] == '%' && at + 2 < raw.Length && char.IsAsciiHexDigit(raw[at + 1]) && char.IsAsciiHexDigit(raw[at + 2]))
            {
                bytes.Add(Convert.FromHexString(raw.AsSpan(at + 1, 2))[0]);
                at += 2;
            }
            else
            {
                return false;
            }
        }

        try
        {
            var decoded = Strict.GetString([.. bytes]);
            return decoded is not ("." or "..") && !decoded.Any(static c => c is '/' or '\\' or '%' or ';' || char.IsControl(c));
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static readonly System.Buffers.SearchValues<char> Letters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}
