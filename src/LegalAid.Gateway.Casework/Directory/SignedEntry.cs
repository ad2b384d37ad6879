namespace LegalAid.Gateway.Casework.Directory;

/// <summary>Who vouches for what the directory says of an agency, and for how long: the entry came signed and dated (see <c>directory.yaml</c>).</summary>
/// <param name="Signer">Name of the signer.</param>
/// <param name="Kid">Id of the key that signed.</param>
/// <param name="Until">From when on nobody vouches for it: its systems are let in no more, its provider is believed no more.</param>
public sealed record SignedEntry(string Signer, string Kid, DateTimeOffset Issued, DateTimeOffset Until)
{
    /// <summary>How far the signer's clock may be ahead.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    public bool IsInForceAt(DateTimeOffset now) => Issued <= now + Skew && now < Until;
}
