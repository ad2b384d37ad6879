using System.Text.Json.Nodes;
using Google.Protobuf;
using LegalAid.Gateway.Casework.Sharing;

namespace LegalAid.Gateway.Edge.Sharing;

/// <summary>An answer cut to the fields that come through. Fields have the names of the JSON form, over both faces.</summary>
internal static class AnswerCut
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);

    /// <summary>The answer itself where all of it comes through; else a new message. By way of JSON, as the matrix speaks of JSON: rows that cut are rare.</summary>
    public static T Of<T>(T answer, FieldList fields)
        where T : class
    {
        if (fields.IsEverything || answer is not IMessage message)
        {
            return answer;
        }

        var whole = JsonNode.Parse(JsonFormatter.Default.Format(message))?.AsObject() ?? throw new InvalidOperationException("a message is an object");
        return (T)Parser.Parse(fields.Cut(whole).ToJsonString(), message.Descriptor);
    }
}
