using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LegalAid.Gateway.Identity.Binding;

/// <summary>
/// Whether a proof's <c>htu</c> names the address that was called (RFC 9449 section 4.3, item 9): without query and fragment, after the
/// normalisation of RFC 3986 sections 6.2.2 and 6.2.3. What this gateway is called from outside is configured: neither a Host header nor a
/// forwarded one changes it, or a proof made for another's address could be shown here by that other.
/// </summary>
/// <param name="addresses">Public addresses; one with a path stands before a terminator that takes the path away.</param>
/// <param name="loopback">
/// The server whose loopback listeners may also be named by their own addresses, since nobody but this machine answers there; null: none.
/// </param>
internal sealed class ProofTargets(IEnumerable<Uri> addresses, IServer? loopback)
{
    private readonly string[] _roots = [.. addresses.Select(address => address.AbsoluteUri.TrimEnd('/')).Distinct(StringComparer.Ordinal)];
    private readonly Lazy<string[]> _listening = new(() => Loopback(loopback));

    public bool Match(string named, HttpRequest request)
    {
        var path = PathOf(request);
        return Matches(named, _roots, path) || (loopback is not null && Matches(named, _listening.Value, path));
    }

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

    private static string[] Loopback(IServer? server) =>
    [
        .. from address in server?.Features.Get<IServerAddressesFeature>()?.Addresses ?? []
           where Uri.TryCreate(address, UriKind.Absolute, out var uri)
               && (uri.IsLoopback || (IPAddress.TryParse(uri.Host, out var ip) && IPAddress.IsLoopback(ip)))
           select address.TrimEnd('/'),
    ];
}
