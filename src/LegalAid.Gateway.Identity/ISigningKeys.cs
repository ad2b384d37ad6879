namespace LegalAid.Gateway.Identity;

/// <summary>The keys of access tokens while the gateway runs. Safe from several threads.</summary>
public interface ISigningKeys
{
    /// <summary>
    /// Puts these in the place of those there are, for the next use of each: the first that <see cref="SigningKeyEntry.Signs"/> signs, all are published
    /// and make a token good. A token of a key that is not among them dies with the next call, also where it was validated before.
    /// </summary>
    void Replace(IReadOnlyList<SigningKeyEntry> keys);
}
