using System.Net;
using System.Text.RegularExpressions;

namespace LegalAid.Gateway.Testing;

/// <summary>A page as a browser has it, after the redirects.</summary>
/// <param name="Address">As the address bar shows it: the gateway's public address, wherever it listens.</param>
/// <param name="Visited">Every address on the way, this one last.</param>
public sealed record VisitedPage(Uri Address, int Status, string Text, IReadOnlyDictionary<string, string> Headers, IReadOnlyList<Uri> Visited)
{
    /// <summary>What a person reads, without the marks.</summary>
    public string Words => WebUtility.HtmlDecode(Regex.Replace(Text, "<[^>]+>", " ", RegexOptions.None, TimeSpan.FromSeconds(5)));

    /// <summary>The value of a field of the page's forms; null where there is none.</summary>
    public string? Field(string name) =>
        Regex.Match(Text, $"""<input[^>]*name="{Regex.Escape(name)}"[^>]*value="(?<value>[^"]*)""", RegexOptions.None, TimeSpan.FromSeconds(5)) is { Success: true } found
            ? WebUtility.HtmlDecode(found.Groups["value"].Value) : null;

    /// <summary>Where the page's last form goes.</summary>
    public string? FormAction =>
        Regex.Matches(Text, """<form[^>]*action="(?<value>[^"]*)""", RegexOptions.None, TimeSpan.FromSeconds(5)) is { Count: > 0 } found
            ? WebUtility.HtmlDecode(found[^1].Groups["value"].Value) : null;
}

/// <summary>
/// What a person's browser does, without scripts: keeps cookies of each site, follows redirects, posts forms. The gateway's public address leads to where
/// it listens. Not for several threads.
/// </summary>
public sealed class Browser(Uri publicAddress, Uri listener) : IDisposable
{
    private const int RedirectsMax = 20;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly Dictionary<string, Dictionary<string, string>> _cookies = new(StringComparer.Ordinal);

    /// <summary>Lines of Set-Cookie as they came from the gateway.</summary>
    public List<string> CookiesSet { get; } = [];

    /// <summary>Where the gateway listens now.</summary>
    public Uri Listener { get; set; } = listener;

    /// <summary>An address that is not gone to: the page is the redirect to it.</summary>
    public Predicate<Uri> StopBefore { get; set; } = _ => false;

    public Task<VisitedPage> GetAsync(string address) => GoAsync(new Uri(publicAddress, address), form: null);

    public Task<VisitedPage> PostAsync(string address, params (string Name, string? Value)[] fields) => GoAsync(
        new Uri(publicAddress, address), fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value ?? "")).ToList());

    /// <summary>Begins at the gateway, gives the provider's form the login, and comes back.</summary>
    public async Task<VisitedPage> SignInAsync(string login, string start)
    {
        var page = await GetAsync(start);
        for (var forms = 0; forms < 3 && page.Address.Authority != publicAddress.Authority && page.FormAction is { } action; forms++)
        {
            page = await GoAsync(new Uri(page.Address, action), [new("prompt", page.Field("prompt") ?? "login"), new("login", login), new("password", "any")]);
        }

        return page;
    }

    public void Dispose() => _http.Dispose();

    private async Task<VisitedPage> GoAsync(Uri address, List<KeyValuePair<string, string>>? form)
    {
        var visited = new List<Uri>();
        for (var step = 0; step < RedirectsMax; step++)
        {
            visited.Add(address);
            var ours = address.Authority == publicAddress.Authority;
            using var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Post, ours ? new Uri(Listener, address.PathAndQuery) : address);
            request.Content = form is null ? null : new FormUrlEncodedContent(form);
            var jar = _cookies.TryGetValue(address.Authority, out var known) ? known : _cookies[address.Authority] = new(StringComparer.Ordinal);
            if (jar.Count > 0)
            {
                request.Headers.Add("Cookie", string.Join("; ", jar.Select(cookie => $"{cookie.Key}={cookie.Value}")));
            }

            using var response = await _http.SendAsync(request);
            Keep(response, jar, ours);
            if ((int)response.StatusCode is >= 301 and <= 303 && response.Headers.Location is { } next)
            {
                address = new Uri(address, next);
                form = null;
                if (!StopBefore(address))
                {
                    continue;
                }
            }

            var headers = response.Headers.Concat(response.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
            return new VisitedPage(address, (int)response.StatusCode, await response.Content.ReadAsStringAsync(), headers, visited);
        }

        throw new InvalidOperationException($"more than {RedirectsMax} redirects: {string.Join(" → ", visited)}");
    }

    private void Keep(HttpResponseMessage response, Dictionary<string, string> jar, bool ours)
    {
        foreach (var line in response.Headers.TryGetValues("Set-Cookie", out var lines) ? lines : [])
        {
            if (ours)
            {
                CookiesSet.Add(line);
            }

            var pair = line.Split(';')[0].Split('=', 2);
            if (pair[1].Length == 0 || line.Contains("max-age=0", StringComparison.OrdinalIgnoreCase) || line.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase))
            {
                jar.Remove(pair[0]);
            }
            else
            {
                jar[pair[0]] = pair[1];
            }
        }
    }
}
