using System.Text;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>Requests and answers for a person to read; secrets are masked.</summary>
internal static class ShownExchange
{
    private const string Mask = "***";
    private const int CharactersMax = 20_000;

    public static string Of(OutgoingRequest request, RequestAuthentication proof)
    {
        var text = new StringBuilder().Append(request.Message.Method).Append(' ').Append(request.Message.RequestUri).Append('\n');
        foreach (var header in request.Message.Headers)
        {
            var masked = proof.SecretHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase);
            text.Append(header.Key).Append(": ").Append(masked ? Mask : string.Join(", ", header.Value)).Append('\n');
        }

        if (request.Type is { } type)
        {
            text.Append("Content-Type: ").Append(type).Append("\n\n").Append(Encoding.UTF8.GetString(request.Body)).Append('\n');
        }

        return proof.TemplateSecret is { } secret ? text.Replace(secret, Mask).ToString() : text.ToString();
    }

    public static string Of(HttpResponseMessage response, ReadOnlyMemory<byte> body, IReadAnswer? read)
    {
        var shown = read?.Shown ?? Encoding.UTF8.GetString(body.Span);
        return $"{(int)response.StatusCode} {response.Content.Headers.ContentType}\n\n{(shown.Length <= CharactersMax ? shown : shown[..CharactersMax] + "…")}\n";
    }
}
