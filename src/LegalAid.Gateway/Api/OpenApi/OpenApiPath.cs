using System.Text.RegularExpressions;
using LegalAid.Gateway.Edge.Rest;

namespace LegalAid.Gateway.Api.OpenApi;

/// <summary>
/// A path of an HTTP rule as OpenAPI writes it: <c>/v1/{name=exchanges/*}:takeStep</c> is <c>/v1/exchanges/{exchange}:takeStep</c>.
/// </summary>
/// <param name="Text">The path with its parameters.</param>
/// <param name="Parameters">The parameters, one for each wildcard, named after the collection before it.</param>
/// <param name="Fields">Fields of the request that the path gives, by proto name.</param>
internal sealed record OpenApiPath(string Text, IReadOnlyList<string> Parameters, IReadOnlyList<string> Fields)
{
    public static OpenApiPath Parse(string template)
    {
        var parameters = new List<string>();
        var fields = new List<string>();
        var text = RestRoute.Variables().Replace(template, match =>
        {
            var field = match.Groups["field"].Value;
            fields.Add(field);
            var pattern = match.Value.IndexOf('=') is > 0 and var equals ? match.Value[(equals + 1)..^1] : "*";
            return Spell(pattern, field, parameters);
        });
        return new OpenApiPath(text, parameters, fields);
    }

    private static string Spell(string pattern, string field, List<string> parameters)
    {
        var segments = pattern.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            if (segments[i].StartsWith('*'))
            {
                var name = i == 0 ? field : Singular(segments[i - 1]);
                parameters.Add(name);
                segments[i] = "{" + name + "}";
            }
        }

        return string.Join('/', segments);
    }

    private static string Singular(string collection) =>
        collection.EndsWith("ies", StringComparison.Ordinal) ? collection[..^3] + "y" : Regex.Replace(collection, "s$", "", RegexOptions.NonBacktracking);
}
