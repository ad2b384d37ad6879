using System.Text.RegularExpressions;

namespace LegalAid.Gateway.Casework.Configuration.Yaml;

/// <summary>What a plain scalar is by YAML 1.2's core schema (section 10.3.2): so <c>no</c> is a text, as it is in JSON Schema editors.</summary>
internal static partial class CoreSchema
{
    public static YamlScalarType TypeOf(string plain) => plain switch
    {
        "" or "~" or "null" or "Null" or "NULL" => YamlScalarType.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => YamlScalarType.Boolean,
        _ when Integer().IsMatch(plain) => YamlScalarType.Integer,
        _ when Float().IsMatch(plain) => YamlScalarType.Float,
        _ => YamlScalarType.Text,
    };

    [GeneratedRegex("^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Integer();

    [GeneratedRegex(@"^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Float();
}
