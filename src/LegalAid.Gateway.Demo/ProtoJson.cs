using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace LegalAid.Gateway.Demo;

/// <summary>Messages of the contracts in their JSON form, as REST and the seeds have them, and back.</summary>
internal static class ProtoJson
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);

    /// <exception cref="InvalidOperationException">There is none, such as the body of an answer without one.</exception>
    public static T As<T>(this JsonNode? json)
        where T : IMessage<T>, new() =>
        Parser.Parse<T>((json ?? throw new InvalidOperationException($"no {typeof(T).Name} was there to read")).ToJsonString());

    /// <summary>The payload of a generic step.</summary>
    public static Struct AsPayload(this IMessage message) => Struct.Parser.ParseJson(JsonFormatter.Default.Format(message));
}
