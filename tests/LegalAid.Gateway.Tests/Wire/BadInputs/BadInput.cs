using System.Text.Json.Nodes;
using Google.Protobuf;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.BadInputs;

/// <summary>How a refusal is told: HTTP status and gRPC status code. Written out here, apart from the gateway's own mapping.</summary>
internal sealed record Told(int Http, int Grpc)
{
    public static readonly Told Invalid = new(400, 3);
    public static readonly Told NoCaller = new(401, 16);
    public static readonly Told Denied = new(403, 7);
    public static readonly Told Absent = new(404, 5);
    public static readonly Told NoPath = new(404, 12);
    public static readonly Told NoMethod = new(405, 12);
    public static readonly Told Exists = new(409, 6);
    public static readonly Told Moved = new(409, 10);
    public static readonly Told WrongState = new(409, 9);
    public static readonly Told BodyTooLarge = new(413, 8);
    public static readonly Told NoMedia = new(415, 12);
    public static readonly Told TooMuch = new(429, 8);
}

/// <summary>A call that must be refused.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Agency">Whose system calls; empty where nobody known does.</param>
/// <param name="Told">The status.</param>
/// <param name="Faults">"field CODE" of every fault; the first's code heads the answer.</param>
/// <param name="Rest">The call over REST, null where REST cannot say it.</param>
/// <param name="Grpc">The call over gRPC, null where gRPC cannot say it.</param>
internal sealed record BadInput(
    string Name, string Agency, Told Told, string[] Faults, Func<BadScene, Task<FaceAnswer>>? Rest, Func<BadScene, Task<FaceAnswer>>? Grpc)
{
    public string Code => Faults[0].Split(' ')[^1];

    public override string ToString() => Name;

    /// <summary>The same request over both faces; over gRPC alone where the method has no REST form.</summary>
    public static BadInput Call(string name, string agency, string method, Func<BadScene, JsonObject> request, Told told, params string[] faults) => new(
        name, agency, told, faults,
        Faces.IsRest(Faces.Method(method)) ? scene => scene.CallAsync(agency, Face.Rest, method, request(scene)) : null,
        scene => scene.CallAsync(agency, Face.Grpc, method, request(scene)));

    /// <summary>What only JSON can say.</summary>
    public static BadInput Json(string name, string agency, string method, Func<BadScene, JsonObject> request, Told told, params string[] faults) =>
        Call(name, agency, method, request, told, faults) with { Grpc = null };

    /// <summary>A request of HTTP as it stands.</summary>
    public static BadInput Http(string name, string agency, Func<BadScene, HttpRequestMessage> request, Told told, params string[] faults) => new(
        name, agency, told, faults,
        async scene =>
        {
            using var message = request(scene);
            return await Faces.SendAsync(scene.Http(agency), message, method: null, CancellationToken.None);
        },
        Grpc: null);

    /// <summary>Bytes that gRPC carries as a request.</summary>
    public static BadInput Bytes(string name, string agency, string method, Func<BadScene, byte[]> request, Told told, params string[] faults) => new(
        name, agency, told, faults,
        Rest: null,
        scene => Faces.CallGrpcAsync(scene.Gateway[agency].Invoker, Faces.Methods.Single(one => one.Name == method), request(scene), CancellationToken.None));

    /// <summary>A message that protobuf can hold and its JSON form cannot.</summary>
    public static BadInput Message(string name, string agency, string method, Func<BadScene, IMessage> request, Told told, params string[] faults) =>
        Bytes(name, agency, method, scene => request(scene).ToByteArray(), told, faults);

    /// <summary>A court's notice with one thing changed.</summary>
    public static BadInput Notice(string name, Action<NoticeSample> spoil, params string[] faults) =>
        Notice(name, "COURT", spoil, Told.Invalid, faults);

    public static BadInput Notice(string name, string kind, Action<NoticeSample> spoil, Told told, params string[] faults) =>
        Call(name, Notices.Of(kind, serial: 0).Organ, "SubmitDefenceNotice", _ => Spoilt(kind, spoil).Request, told, faults);

    /// <summary>A court's notice whose person is changed, faults under the person.</summary>
    public static BadInput Person(string name, Action<JsonObject> spoil, params string[] faults) =>
        Notice(name, sample => spoil(sample.Person), [.. faults.Select(fault => Under("people[0].notice.person", fault))]);

    public static NoticeSample Spoilt(string kind, Action<NoticeSample> spoil)
    {
        var sample = Notices.Of(kind);
        spoil(sample);
        return sample;
    }

    private static string Under(string path, string fault) =>
        fault.Split(' ') is [var field, var code] ? $"{path}.{field} {code}" : $"{path} {fault}";
}
