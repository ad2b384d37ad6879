using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Casework.Transitions;

/// <summary>Rules on single values, as exchange types state them.</summary>
internal static class Values
{
    /// <summary>Whether the value at the rule's path is one of its values; an absent one is none of them.</summary>
    public static bool Hold(ValueRule rule, JsonObject root)
    {
        var found = rule.Path.FindText(root) is { } text && rule.Values.Contains(text, StringComparer.Ordinal);
        return found != rule.Negated;
    }
}
