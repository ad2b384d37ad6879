using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>A part of the matrix: doors that one table speaks of, and how each agency is held against it.</summary>
internal abstract class MatrixArea
{
    /// <summary>An id in the form of those there are, of nothing.</summary>
    internal const string Nowhere = "0197a3b1-0000-7000-8000-000000000000";

    /// <summary>Calls of different agencies that change nothing go side by side.</summary>
    private const int AtOnceMax = 6;

    public abstract string Name { get; }

    /// <summary>The doors that are held against the table, as <see cref="Matrix.Doors"/> names them.</summary>
    public abstract IReadOnlyList<string> Doors { get; }

    /// <summary>Every agency of the configuration.</summary>
    public static ImmutableArray<string> Agencies { get; } =
    [
        .. Directory.GetFiles(Path.Combine(GatewayFixture.ConfigurationFolder, "agencies"), "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal),
    ];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected static IReadOnlyList<Face> BothFaces { get; } = Enum.GetValues<Face>();

    /// <summary>Makes every call of the area and keeps what differs from the table.</summary>
    public abstract Task CompareAsync(GatewayFixture gateway, Tally tally);

    /// <summary>The contract's name of a method, as a door.</summary>
    protected static string DoorOf(string method) => $"{Faces.Method(method).Service.FullName}/{method}";

    /// <summary>The faces that a method has.</summary>
    protected static IReadOnlyList<Face> FacesOf(string method) => Faces.IsRest(Faces.Method(method)) ? BothFaces : [Face.Grpc];

    protected static Task EachAsync<T>(IEnumerable<T> all, Func<T, Task> call) => Parallel.ForEachAsync(
        all, new ParallelOptions { MaxDegreeOfParallelism = AtOnceMax, CancellationToken = Cancellation }, async (one, _) => await call(one));

    /// <summary>Calls a method of the contracts; one that streams is called as a stream, and its first message is the answer.</summary>
    internal static async Task<Told> CallAsync(AgencySystem agency, Face face, string method, JsonObject request)
    {
        var descriptor = Faces.Method(method);
        if (face == Face.Grpc)
        {
            try
            {
                var answer = await Faces.InvokeAsync(agency.Invoker, descriptor, [descriptor.InputType.Parser.ParseJson(request.ToJsonString()).ToByteArray()], Cancellation);
                var message = answer is null ? [] : Faces.Json(descriptor.OutputType.Parser.ParseFrom(answer));
                return new Told("", message.ToJsonString(), message);
            }
            catch (RpcException refused)
            {
                return Told.Of(refused);
            }
        }

        var (verb, path, body) = Faces.RestForm(descriptor, request);
        return await SendAsync(agency.Rest, verb, path, body is null ? null : Faces.Body(body.ToJsonString()), descriptor.IsServerStreaming);
    }

    /// <summary>Sends a request over HTTP.</summary>
    internal static async Task<Told> SendAsync(
        HttpClient http, HttpMethod verb, string path, HttpContent? content = null, bool stream = false, params (string Name, string Value)[] headers)
    {
        using var message = new HttpRequestMessage(verb, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(message, stream ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead, Cancellation);
        return await Told.OfAsync(response, stream, Cancellation);
    }

    protected static HttpContent Piece(byte[] bytes) => new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } };
}
