using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>
/// An identifier parsed once at the edge. <c>ToString()</c> is the canonical form, equality is by canonical form, and the JSON
/// form is the canonical string. The canonical form may be personal data: display and logs use <see cref="Masked"/> or nothing.
/// </summary>
public interface IIdentifier<TSelf>
    where TSelf : class, IIdentifier<TSelf>
{
    /// <summary>The form for display: a personal number keeps its first three and last two characters, a public one is whole.</summary>
    string Masked { get; }

    /// <summary>Parses what a caller sent. Either a value or the one fault that says exactly what is wrong first; never throws.</summary>
    static abstract bool TryParse(
        string? text, [NotNullWhen(true)] out TSelf? value, [NotNullWhen(false)] out FaultCode? fault);

    /// <summary>
    /// Parses what this gateway itself wrote, after an edge had accepted it. Form and check digits are still verified; rules
    /// that depend on an installation's settings (synthetic regions) are not, as those settings may have changed since.
    /// </summary>
    static virtual bool TryReadStored(
        string? text, [NotNullWhen(true)] out TSelf? value, [NotNullWhen(false)] out FaultCode? fault) =>
        TSelf.TryParse(text, out value, out fault);
}

/// <summary>Writes an identifier as its canonical string; reading anything invalid is a <see cref="JsonException"/> that names the code, not the value.</summary>
public sealed class IdentifierJsonConverter<T> : JsonConverter<T>
    where T : class, IIdentifier<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? Parse(reader.GetString()) : throw new JsonException($"{typeof(T).Name} must be a string.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    public override void WriteAsPropertyName(Utf8JsonWriter writer, [DisallowNull] T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString() ?? "");

    private static T Parse(string? text) =>
        T.TryReadStored(text, out var value, out var fault) ? value : throw new JsonException($"{typeof(T).Name}: {fault.Code}");
}
