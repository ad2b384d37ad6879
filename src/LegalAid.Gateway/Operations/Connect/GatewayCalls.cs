using System.Text.Json;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Operations.Connect;

/// <summary>The gateway refused a call, or answered what is no answer of it: code and texts of its problem document, or what stands in their place.</summary>
internal sealed class ConnectRefusedException(string zh, string en, string code = "") : Exception($"{code} {en}")
{
    public string Zh { get; } = zh;

    public string En { get; } = en;

    public string Code { get; } = code;
}

/// <summary>The gateway's answers as JSON objects.</summary>
internal static class GatewayCalls
{
    /// <summary>Posts JSON, or gets where there is none. Throws <see cref="ConnectRefusedException"/> or <see cref="HttpRequestException"/>.</summary>
    public static async Task<JsonObject> AskAsync(this HttpClient http, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await http.SendAsync(request, cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    public static async Task<JsonObject> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var answer = await TryReadAsync(response, cancellationToken);
        if (answer is not null && response.IsSuccessStatusCode)
        {
            return answer;
        }

        throw answer?["code"]?.GetValue<string>() is { } code
            ? new ConnectRefusedException(
                $"{answer["title"]}；{answer["remedy"]?["zh"]}", $"{answer["titleEn"]}. {answer["remedy"]?["en"]}", code)
            : new ConnectRefusedException(
                $"网关答复 {(int)response.StatusCode}，不是本网关的格式：请核对地址", $"The gateway answered {(int)response.StatusCode} in a form that is not its own: compare the address");
    }

    private static async Task<JsonObject?> TryReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
