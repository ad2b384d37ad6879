using System.Globalization;

namespace LegalAid.Gateway.Casework.Faults;

/// <summary>
/// One thing that is wrong with a request or a configuration. All faults of a request are reported together.
/// Equality is by code, field and arguments.
/// </summary>
/// <param name="Code">The row of the error table.</param>
/// <param name="Field">
/// Where: the path of the field in the request's JSON form (<c>people[1].residentNumber</c>), empty for the request as a whole.
/// </param>
/// <param name="Arguments">Values for the text's placeholders: limits and names of the gateway's own, never personal data.</param>
public sealed record Fault(FaultCode Code, string Field = "", EquatableList<string> Arguments = default)
{
    /// <summary>A fault whose texts have placeholders.</summary>
    public static Fault With(FaultCode code, string field, params string[] arguments) =>
        new(code, field, new EquatableList<string>(arguments));

    /// <summary>The same fault seen from an enclosing message: <paramref name="prefix"/> is put before the field.</summary>
    public Fault Under(string prefix) =>
        prefix.Length == 0 ? this :
        this with { Field = Field.Length == 0 ? prefix : Field.StartsWith('[') ? prefix + Field : prefix + "." + Field };

    public string TextZh => Fill(Code.Zh);

    public string TextEn => Fill(Code.En);

    private string Fill(string template) =>
        Arguments.Count == 0 ? template : string.Format(CultureInfo.InvariantCulture, template, [.. Arguments]);

    public override string ToString() => Field.Length == 0 ? Code.Code : $"{Field}: {Code.Code}";
}
