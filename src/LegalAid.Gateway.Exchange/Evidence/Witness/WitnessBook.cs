using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Evidence.Witness;

/// <summary>What a witness says to a request; each has its status in c2sp.org/tlog-witness.</summary>
public abstract record WitnessVerdict
{
    private WitnessVerdict()
    {
    }

    /// <summary>200: consistent with all that was cosigned before, kept, and signed.</summary>
    public sealed record Cosigned(NoteSignature Signature) : WitnessVerdict;

    /// <summary>400: the request is malformed, or the old size is over the checkpoint's.</summary>
    public sealed record Malformed : WitnessVerdict;

    /// <summary>403: no key of the log signed, or one that is named did not.</summary>
    public sealed record Unsigned : WitnessVerdict;

    /// <summary>404: the origin is not one that this witness watches.</summary>
    public sealed record UnknownOrigin : WitnessVerdict;

    /// <summary>409: the old size is not the last one cosigned.</summary>
    public sealed record OtherSize(long Size) : WitnessVerdict;

    /// <summary>409: the last one cosigned has this size and another root.</summary>
    public sealed record OtherRoot(long Size) : WitnessVerdict;

    /// <summary>422: the proof does not show that the log only grew.</summary>
    public sealed record NotConsistent(ProofFinding Finding) : WitnessVerdict;
}

/// <summary>
/// A witness's memory: for each log the last checkpoint that it cosigned, one file each. A checkpoint is on the disk before its
/// cosignature leaves; sizes never go back. One process at a time has a folder. Safe on any thread.
/// </summary>
public sealed class WitnessBook : IDisposable
{
    private readonly string _folder;
    private readonly NoteSigner _signer;
    private readonly ImmutableDictionary<string, ImmutableArray<NoteKey>> _logs;
    private readonly TimeProvider _time;
    private readonly FileStream _claim;
    private readonly SemaphoreSlim _gate = new(1, 1); // one request at a time: compare, keep, sign

    /// <param name="folder">Exists.</param>
    /// <param name="logs">Keys of the logs that are watched; a key's name is its log's origin.</param>
    /// <exception cref="IOException">Another process has the folder.</exception>
    public WitnessBook(string folder, NoteSigner signer, IEnumerable<NoteKey> logs, TimeProvider time)
    {
        (_folder, _signer, _time) = (folder, signer, time);
        _logs = logs.GroupBy(key => key.Name, StringComparer.Ordinal).ToImmutableDictionary(group => group.Key, group => group.ToImmutableArray(), StringComparer.Ordinal);
        _claim = new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>
    /// Judges a request in the order of the specification. A process that dies after keeping and before answering has kept a checkpoint
    /// without a cosignature that anybody holds; the log asks again, is told that size, and gets one.
    /// </summary>
    /// <exception cref="InvalidDataException">The folder's file of this log is damaged: nothing is cosigned.</exception>
    public async ValueTask<WitnessVerdict> AddAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (AddCheckpointRequest.Parse(body.Span) is not { } request || Checkpoint.Parse(request.Checkpoint.Text) is not { } checkpoint)
        {
            return new WitnessVerdict.Malformed();
        }

        if (!_logs.TryGetValue(checkpoint.Origin, out var keys))
        {
            return new WitnessVerdict.UnknownOrigin();
        }

        if (request.Checkpoint.Check(keys, out _) != NoteFinding.Valid)
        {
            return new WitnessVerdict.Unsigned();
        }

        if (request.OldSize > checkpoint.Size)
        {
            return new WitnessVerdict.Malformed();
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            return Judge(request, checkpoint);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The last checkpoint cosigned for a log, or null.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public Checkpoint? Last(string origin)
    {
        var file = FileOf(origin);
        if (!File.Exists(file))
        {
            return null;
        }

        return Checkpoint.Parse(File.ReadAllText(file)) is { } last && last.Origin == origin
            ? last
            : throw new InvalidDataException($"{file} is damaged: this witness has forgotten what it cosigned for {origin}");
    }

    public void Dispose()
    {
        _claim.Dispose();
        _gate.Dispose();
    }

    private WitnessVerdict Judge(AddCheckpointRequest request, Checkpoint checkpoint)
    {
        var last = Last(checkpoint.Origin);
        var (size, root) = (last?.Size ?? 0, last?.Root ?? TreeHash.OfNothing);
        if (request.OldSize != size)
        {
            return new WitnessVerdict.OtherSize(size);
        }

        if (checkpoint.Size == size && checkpoint.Root != root)
        {
            return new WitnessVerdict.OtherRoot(size);
        }

        var finding = MerkleProof.CheckConsistency(size, checkpoint.Size, root, checkpoint.Root, request.Proof.AsSpan());
        if (finding != ProofFinding.Valid)
        {
            return new WitnessVerdict.NotConsistent(finding);
        }

        Keep(checkpoint);
        return new WitnessVerdict.Cosigned(_signer.Sign(request.Checkpoint.Text, _time.GetUtcNow()));
    }

    /// <summary>Written beside its place, synced, renamed, and the folder synced: after a crash the file is the former or this one, whole.</summary>
    private void Keep(Checkpoint checkpoint)
    {
        var file = FileOf(checkpoint.Origin);
        var beside = file + ".new";
        using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes((checkpoint with { Extensions = [] }).ToString()));
            stream.Flush(flushToDisk: true);
        }

        Durably.Rename(beside, file, overwrite: true);
    }

    /// <summary>An origin is any line; its hash is a name that every file system takes.</summary>
    private string FileOf(string origin) =>
        Path.Combine(_folder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)))}.checkpoint");
}
