using System.Collections.Immutable;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>
/// The keys that sign checkpoints. All of them sign: who knows only an older one goes on while a newer one is made known, and the older
/// is taken out afterwards. A key bears the log's origin as its name, so a log that begins a new origin has new names for them.
/// </summary>
/// <param name="seeds">Ed25519 seeds, 32 bytes each; at least one.</param>
public sealed class LogKeys(ImmutableArray<byte[]> seeds)
{
    /// <summary>Length of a seed.</summary>
    public const int SeedBytes = 32;

    /// <summary>The public keys of the log of that origin, in the order of the seeds.</summary>
    public ImmutableArray<NoteKey> Of(string origin) => [.. Signers(origin).Select(signer => signer.Key)];

    /// <summary>The signed checkpoint.</summary>
    public SignedNote Sign(Checkpoint checkpoint, DateTimeOffset at)
    {
        var text = checkpoint.ToString();
        return new SignedNote(text, [.. Signers(checkpoint.Origin).Select(signer => signer.Sign(text, at))]);
    }

    private IEnumerable<NoteSigner> Signers(string origin) => seeds.Select(seed => new NoteSigner(origin, NoteAlgorithm.Ed25519, seed));
}
