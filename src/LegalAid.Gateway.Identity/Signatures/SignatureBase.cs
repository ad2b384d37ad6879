using System.Text;

namespace LegalAid.Gateway.Identity.Signatures;

/// <summary>
/// A request as its signature sees it. The target is that of the public address, never of the Host header: a request signed for another
/// host does not verify here.
/// </summary>
/// <param name="Method">As on the request line.</param>
/// <param name="Origin">Scheme and authority of the public address, no slash behind.</param>
/// <param name="Target">Path and query as they came, not decoded.</param>
/// <param name="Fields">The values of a field by its lower-case name, in order; empty: absent.</param>
public sealed record SignedRequest(string Method, Uri Origin, string Target, Func<string, IReadOnlyList<string?>> Fields)
{
    /// <summary>The value of a component (RFC 9421 sections 2.1 and 2.2); null where there is none, or its parameters are not known here.</summary>
    public string? ValueOf(FieldItem component)
    {
        if (component is not { Value: BareItem.Text { Value: var name }, Parameters.All.Length: 0 })
        {
            return null;
        }

        var query = Target.IndexOf('?', StringComparison.Ordinal);
        return name switch
        {
            "@method" => Method,
            "@scheme" => Origin.Scheme,
            "@authority" => Origin.IsDefaultPort ? Origin.IdnHost.ToLowerInvariant() : Origin.Authority.ToLowerInvariant(),
            "@target-uri" => Origin.GetLeftPart(UriPartial.Authority) + Target,
            "@request-target" => Target,
            "@path" => query < 0 ? Target : Target[..query],
            "@query" => query < 0 ? "?" : Target[query..],
            _ => name.StartsWith('@') || name.Any(char.IsAsciiLetterUpper) ? null : SignatureBase.FieldValue(Fields(name)),
        };
    }
}

/// <summary>The text that is signed (RFC 9421 section 2.5).</summary>
public static class SignatureBase
{
    /// <summary>A field's values trimmed and joined; null where there is none. A line break inside, or what is not ASCII, has no place in a base.</summary>
    public static string? FieldValue(IReadOnlyList<string?> values)
    {
        var joined = string.Join(", ", values.Select(static value => value?.Trim(' ', '\t')));
        return values.Count > 0 && joined.All(static letter => letter is (>= ' ' and <= '~') or '\t') ? joined : null;
    }

    /// <summary>
    /// A line for each component and one for the parameters, no line break at the end. Null where a component stands twice, is not a text,
    /// or has no value: such a signature covers nothing that can be checked.
    /// </summary>
    public static byte[]? TryBuild(FieldMember.InnerList input, Func<FieldItem, string?> valueOf)
    {
        var text = new StringBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var component in input.Items)
        {
            var identifier = component.ToString();
            if (component.Value is not BareItem.Text || !seen.Add(identifier) || valueOf(component) is not { } value)
            {
                return null;
            }

            text.Append(identifier).Append(": ").Append(value).Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.Append("\"@signature-params\": ").Append(input).ToString());
    }
}
