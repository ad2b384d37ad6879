using System.Collections.Frozen;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Contracts.Cooperation.V1;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Contracts.Directory.V1;
using LegalAid.Gateway.Contracts.Duty.V1;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using LegalAid.Gateway.Contracts.Evidence.V1;
using LegalAid.Gateway.Contracts.Exchanges.V1;
using LegalAid.Gateway.Contracts.Mailbox.V1;
using LegalAid.Gateway.Demo.Agencies;
using RpcStatus = Google.Rpc.Status;

namespace LegalAid.Gateway.Testing;

/// <summary>The two faces of one service.</summary>
public enum Face
{
    /// <summary>HTTP/1.1 and JSON.</summary>
    Rest,

    /// <summary>gRPC over HTTP/2.</summary>
    Grpc,
}

/// <summary>What a face answered.</summary>
/// <param name="Status">HTTP status, or gRPC status code.</param>
/// <param name="Code">The headline fault's code; empty where the call was accepted.</param>
/// <param name="Faults">"field CODE" of every fault, in order.</param>
/// <param name="Message">The answer in proto JSON form with default values left out; null where the call was refused.</param>
public sealed record FaceAnswer(int Status, string Code, IReadOnlyList<string> Faults, JsonObject? Message)
{
    public bool Accepted => Message is not null;

    /// <summary>The answer, or an exception that names the faults.</summary>
    public JsonObject Required => Message ?? throw new InvalidOperationException($"{Status} {Code}: {string.Join(", ", Faults)}");
}

/// <summary>Any method of the contracts by name, over either face, with the request in JSON. Paths come from the HTTP rules, as a client's would.</summary>
public static partial class Faces
{
    private static readonly FrozenDictionary<string, MethodDescriptor> ByName = new FileDescriptor[]
        {
            DefenceReflection.Descriptor, ExchangeReflection.Descriptor, MailboxReflection.Descriptor, AttachmentReflection.Descriptor,
            DirectoryReflection.Descriptor, EligibilityReflection.Descriptor, EvidenceReflection.Descriptor, CooperationReflection.Descriptor, RosterReflection.Descriptor,
            DutyCalendarServiceReflection.Descriptor, ShiftServiceReflection.Descriptor, HelpRequestServiceReflection.Descriptor,
        }
        .SelectMany(file => file.Services).SelectMany(service => service.Methods).ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);

    /// <summary>Every method of the contracts.</summary>
    public static IEnumerable<MethodDescriptor> Methods => ByName.Values.OrderBy(method => method.FullName, StringComparer.Ordinal);

    /// <summary>Whether the method has a REST form by its HTTP rule.</summary>
    public static bool IsRest(MethodDescriptor method) => method.GetOptions()?.HasExtension(AnnotationsExtensions.Http) == true;

    /// <summary>The method of that name.</summary>
    public static MethodDescriptor Method(string name) => ByName[name];

    /// <summary>Calls a unary method as the agency's system.</summary>
    public static Task<FaceAnswer> CallAsync(this AgencySystem agency, Face face, string method, JsonObject request) =>
        CallUntilAsync(agency, face, method, request, CancellationToken.None);

    /// <summary>The same, for a caller that may leave.</summary>
    public static Task<FaceAnswer> CallUntilAsync(this AgencySystem agency, Face face, string method, JsonObject request, CancellationToken cancellationToken) =>
        face == Face.Rest
            ? CallRestAsync(agency.Rest, ByName[method], request, cancellationToken)
            : CallGrpcAsync(agency.Invoker, ByName[method], request, cancellationToken);

    /// <summary>HTTP method, path with its fields filled in, and what is left for body or query.</summary>
    public static (HttpMethod Method, string Path, JsonObject? Body) RestForm(MethodDescriptor method, JsonObject request)
    {
        var rule = method.GetOptions().GetExtension(AnnotationsExtensions.Http);
        var rest = request.DeepClone().AsObject();
        var path = Variable().Replace(rule.PatternCase == HttpRule.PatternOneofCase.Get ? rule.Get : rule.Post, match =>
        {
            var field = method.InputType.FindFieldByName(match.Groups["field"].Value).JsonName;
            var value = rest[field]?.GetValue<string>() ?? match.Groups["pattern"].Value.Replace("*", "x", StringComparison.Ordinal);
            rest.Remove(field);
            return string.Join('/', value.Split('/').Select(Uri.EscapeDataString));
        });
        if (rule.PatternCase != HttpRule.PatternOneofCase.Get)
        {
            return (HttpMethod.Post, path, rest);
        }

        var query = string.Join('&', rest.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value?.ToString() ?? "")}"));
        return (HttpMethod.Get, query.Length > 0 ? $"{path}?{query}" : path, null);
    }

    public static async Task<FaceAnswer> CallRestAsync(HttpClient http, MethodDescriptor method, JsonObject request, CancellationToken cancellationToken)
    {
        var (verb, path, body) = RestForm(method, request);
        using var message = new HttpRequestMessage(verb, path);
        if (body is not null)
        {
            message.Content = JsonContent.Create(body);
        }

        return await SendAsync(http, message, method, cancellationToken);
    }

    /// <summary>Sends a request as it stands; the answer is read as the method's.</summary>
    public static async Task<FaceAnswer> SendAsync(HttpClient http, HttpRequestMessage message, MethodDescriptor? method, CancellationToken cancellationToken)
    {
        using var response = await http.SendAsync(message, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            var read = method is null ? JsonNode.Parse(text) : Json(method.OutputType.Parser.ParseJson(text));
            return new FaceAnswer((int)response.StatusCode, "", [], read!.AsObject()); // an answer is an object
        }

        var problem = response.Content.Headers.ContentType?.MediaType == "application/problem+json" ? JsonNode.Parse(text) : null;
        return new FaceAnswer(
            (int)response.StatusCode,
            problem?["code"]?.GetValue<string>() ?? $"(no problem document: {text})",
            [.. (problem?["faults"]?.AsArray() ?? []).Select(fault => $"{fault!["field"]} {fault["code"]}".Trim())], // a list of objects
            Message: null);
    }

    public static Task<FaceAnswer> CallGrpcAsync(CallInvoker invoker, MethodDescriptor method, JsonObject request, CancellationToken cancellationToken) =>
        CallGrpcAsync(invoker, method, method.InputType.Parser.ParseJson(request.ToJsonString()).ToByteArray(), cancellationToken);

    /// <summary>Sends bytes as the request, whether they are one or not.</summary>
    public static async Task<FaceAnswer> CallGrpcAsync(CallInvoker invoker, MethodDescriptor method, byte[] request, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await InvokeAsync(invoker, method, [request], cancellationToken);
            return new FaceAnswer(0, "", [], answer is null ? [] : Json(method.OutputType.Parser.ParseFrom(answer)));
        }
        catch (RpcException refused)
        {
            return Read(refused);
        }
    }

    /// <summary>
    /// Calls the method in its own form. A stream of requests is all of <paramref name="requests"/>, any other request the first of them; of a stream of answers
    /// the first is given, and the stream is left. Null: the stream ended without one.
    /// </summary>
    /// <exception cref="RpcException">The call was refused.</exception>
    public static async Task<byte[]?> InvokeAsync(
        CallInvoker invoker, MethodDescriptor method, IReadOnlyList<byte[]> requests, CancellationToken cancellationToken)
    {
        var options = new CallOptions(cancellationToken: cancellationToken);
        var form = (method.IsClientStreaming, method.IsServerStreaming) switch
        {
            (false, false) => MethodType.Unary,
            (true, false) => MethodType.ClientStreaming,
            (false, true) => MethodType.ServerStreaming,
            _ => throw new NotSupportedException($"{method.FullName} streams both ways: no contract did"),
        };
        var raw = new Method<byte[], byte[]>(form, method.Service.FullName, method.Name, Marshallers.Create(b => b, b => b), Marshallers.Create(b => b, b => b));
        if (form == MethodType.Unary)
        {
            return await invoker.AsyncUnaryCall(raw, null, options, requests[0]);
        }

        if (form == MethodType.ServerStreaming)
        {
            using var stream = invoker.AsyncServerStreamingCall(raw, null, options, requests[0]);
            return await stream.ResponseStream.MoveNext(cancellationToken) ? stream.ResponseStream.Current : null;
        }

        using var call = invoker.AsyncClientStreamingCall(raw, null, options);
        try
        {
            foreach (var request in requests)
            {
                await call.RequestStream.WriteAsync(request, cancellationToken);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception early) when (early is RpcException or InvalidOperationException)
        {
            // Answered before all was sent: the answer says why.
        }

        return await call;
    }

    /// <summary>The refusal that a gRPC status with details is.</summary>
    public static FaceAnswer Read(RpcException refused)
    {
        var bytes = refused.Trailers.GetValueBytes("grpc-status-details-bin");
        var details = bytes is null ? new RpcStatus() : RpcStatus.Parser.ParseFrom(bytes);
        var info = details.Details.FirstOrDefault(detail => detail.Is(ErrorInfo.Descriptor))?.Unpack<ErrorInfo>();
        var fields = details.Details.FirstOrDefault(detail => detail.Is(BadRequest.Descriptor))?.Unpack<BadRequest>() ?? new BadRequest();
        return new FaceAnswer(
            (int)refused.StatusCode,
            info?.Reason ?? $"(no details: {refused.Status.Detail})",
            [.. fields.FieldViolations.Select(violation => $"{violation.Field} {violation.Reason}".Trim())],
            Message: null);
    }

    /// <summary>A message in proto JSON form, default values left out.</summary>
    public static JsonObject Json(IMessage message) => JsonNode.Parse(JsonFormatter.Default.Format(message))!.AsObject(); // a message is an object

    /// <summary>Content of a body that is sent as it stands.</summary>
    public static HttpContent Body(byte[] bytes, string mediaType = "application/json")
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return content;
    }

    public static HttpContent Body(string text, string mediaType = "application/json") => Body(Encoding.UTF8.GetBytes(text), mediaType);

    [GeneratedRegex(@"\{(?<field>[a-z_]+)=(?<pattern>[^}]*)\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
