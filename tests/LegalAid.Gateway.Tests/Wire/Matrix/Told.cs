using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Rpc;
using Grpc.Core;
using LegalAid.Gateway.Testing;
using RpcStatus = Google.Rpc.Status;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>What a caller was told.</summary>
/// <param name="Code">The headline fault; empty where the call was accepted.</param>
/// <param name="Whole">Status, headers or trailers, and body, without what differs between any two calls: date and trace id.</param>
/// <param name="Message">An accepted answer as JSON, where it is JSON.</param>
internal sealed partial record Told(string Code, string Whole, JsonObject? Message = null)
{
    private const string NoBody = "NOT_FOUND"; // the answer to HEAD has none

    private const string Details = "grpc-status-details-bin";

    /// <summary>Codes of all faults of a refusal over gRPC; over REST they stand in the body.</summary>
    public IReadOnlyList<string> Faults { get; private init; } = [];

    /// <summary>What this is in the terms of the tables; null where it is a refusal that no table has.</summary>
    public Expected? As => Code switch
    {
        "" => Expected.Granted,
        "NOT_FOUND" or "PATH_NOT_FOUND" => Expected.Absent,
        "STEP_NOT_YOURS" or "EXCHANGE_NOT_YOURS_TO_OPEN" => Expected.NotYours,
        "PERMISSION_DENIED" => Expected.Denied,
        "UNAUTHENTICATED" or "INTERNAL" => null,
        _ => Expected.Stopped,
    };

    /// <summary>Of an answer over HTTP, read to its end; of a stream, its first message.</summary>
    public static async Task<Told> OfAsync(HttpResponseMessage response, bool stream, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(response, stream && response.IsSuccessStatusCode, cancellationToken);
        var headers = response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
        var whole = $"{(int)response.StatusCode}\n{string.Join('\n', headers.Order(StringComparer.Ordinal))}\n{body}";
        var json = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true && body.Length > 0 ? JsonNode.Parse(body) as JsonObject : null;
        var code = (int)response.StatusCode < 400 ? ""
            : json?["code"]?.GetValue<string>() ?? (response.StatusCode == HttpStatusCode.NotFound ? NoBody : $"{(int)response.StatusCode}");
        return new Told(code, Strip(whole), code.Length == 0 ? json ?? [] : null);
    }

    public static Told Of(RpcException refused)
    {
        var bytes = refused.Trailers.GetValueBytes(Details);
        var details = bytes is null ? new RpcStatus() : RpcStatus.Parser.ParseFrom(bytes);
        var reason = details.Details.FirstOrDefault(detail => detail.Is(ErrorInfo.Descriptor))?.Unpack<ErrorInfo>().Reason;
        var said = details.Details.Where(detail => !detail.Is(RequestInfo.Descriptor)).Select(detail => $"{detail.TypeUrl} {detail.Value.ToBase64()}");
        var trailers = refused.Trailers.Where(entry => entry.Key is not (Details or "date")).Select(entry => $"{entry.Key}: {entry.Value}");
        var fields = details.Details.FirstOrDefault(detail => detail.Is(BadRequest.Descriptor))?.Unpack<BadRequest>() ?? new BadRequest();
        return new Told(reason ?? $"{refused.StatusCode}", Strip($"{refused.StatusCode} {refused.Status.Detail}\n{string.Join('\n', trailers.Concat(said))}"))
        {
            Faults = [.. fields.FieldViolations.Select(field => field.Reason)],
        };
    }

    private static async Task<string> BodyAsync(HttpResponseMessage response, bool firstOnly, CancellationToken cancellationToken)
    {
        if (!firstOnly)
        {
            return await response.Content.ReadAsStringAsync(cancellationToken);
        }

        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        return await reader.ReadLineAsync(cancellationToken) ?? "";
    }

    private static string Strip(string whole) => Trace().Replace(whole, "");

    [GeneratedRegex("\"traceId\":\"[^\"]*\"|[0-9a-f]{32}", RegexOptions.None, 1000)]
    private static partial Regex Trace();
}
