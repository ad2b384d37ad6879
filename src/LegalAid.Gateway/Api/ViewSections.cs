using System.Text.Json.Nodes;
using Google.Protobuf;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Api;

/// <summary>
/// Sections of a view as the messages that the steps put there. The view is cut to what the caller may read before it comes here: what may not be read is absent, and so is what
/// no step has said yet.
/// </summary>
internal static class ViewSections
{
    // A later build may have added fields to what an earlier one stored, and an operator may go back.
    private static readonly JsonParser Stored = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>The section of that name, or null.</summary>
    public static T? Section<T>(this JsonObject view, string name)
        where T : class, IMessage<T>, new() =>
        view[name] is { } section ? Read<T>(section) : null;

    /// <summary>What was said again and again in the section of that name, in order; none where it is absent.</summary>
    public static IEnumerable<T> Items<T>(this JsonObject view, string name)
        where T : class, IMessage<T>, new() =>
        (view[name]?[ViewChange.Append.Items] as JsonArray ?? []).OfType<JsonObject>().Select(Read<T>);

    /// <summary>A message as it is stored.</summary>
    public static T Read<T>(JsonNode stored)
        where T : class, IMessage<T>, new() =>
        Stored.Parse<T>(stored.ToJsonString());
}
