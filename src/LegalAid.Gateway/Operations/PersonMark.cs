using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Keys;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// A person in a public leaf: a keyed hash, so that the gateway can show that it was this person and nobody can find out by trying who it was.
/// </summary>
internal static class PersonMark
{
    private const int Bytes = 16;

    /// <summary>Lower-case hexadecimal; null for nobody.</summary>
    public static string? Of(KeyRing ring, DelegatedPerson? person) => person is null ? null : Of(ring, person.Issuer, person.Subject);

    public static string Of(KeyRing ring, string issuer, string subject) =>
        Convert.ToHexStringLower(ring.Blind("person", $"{issuer}\0{subject}").AsSpan()[..Bytes]);
}
