namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>Which headers of a request an operator may set.</summary>
internal static class HeaderForm
{
    private const int CharactersMax = 64;

    /// <summary>Headers that mean something to those who pass a message on, or that the gateway writes itself.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Content-Type", "Cookie", "Expect", "Host", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "Accept", "Accept-Encoding", "Traceparent", "Tracestate",
    };

    public static bool MayCarry(string header) => header.Length is > 0 and <= CharactersMax && !Own.Contains(header) && header.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
