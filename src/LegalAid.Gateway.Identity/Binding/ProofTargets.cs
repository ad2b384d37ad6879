using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LegalAid.Gateway.Identity.Binding;

/// <summary>
/// Whether a proof's <c>htu</c> names the address that was called (RFC 9449 section 4.3, item 9): without query and fragment, after the
/// normalisation of RFC 3986 sections 6.2.2 and 6.2.3.
/// </summary>
internal sealed class ProofTargets(OwnAddresses own)
{
    private readonly Lazy<string[]> _roots = new(() => [.. own.All.Select(address => address.AbsoluteUri.TrimEnd('/'))]);

    public bool Match(string named, HttpRequest request) => Matches(named, _roots.Value, PathOf(request));

    private static bool Matches(string named, string[] roots, string path)
    {
        foreach (var root in roots)
        {
            if (named.Length == root.Length + path.Length && named.StartsWith(root, StringComparison.Ordinal) && named.EndsWith(path, StringComparison.Ordinal))
            {
                return true; // as most clients write it
            }
        }

        if (Normal(named) is not { } normal)
        {
            return false;
        }

        foreach (var root in roots)
        {
            if (Normal(root + path) == normal)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The path as it was sent, not as it was decoded: decoding is what the two sides may do differently.</summary>
    private static string PathOf(HttpRequest request)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.StartsWith('/'))
        {
            return request.PathBase.Add(request.Path).ToUriComponent(); // absolute form: its authority is the sender's word
        }

        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target[..query];
    }

    private static string? Normal(string text) =>
        text.All(static c => c is > ' ' and <= '~' and not '\\')
            && Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri is { Scheme: "http" or "https", UserInfo.Length: 0 }
                ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
                : null;
}
