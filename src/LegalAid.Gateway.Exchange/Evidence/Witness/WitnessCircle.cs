using System.Collections.Concurrent;
using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Evidence.Witness;

/// <summary>
/// The witnesses of one lead: what each was last heard to know, and who is left alone for a while. Asking is harmless: a witness is only
/// ever shown checkpoints that are stored (or the empty tree, which every tree begins with), so a process that dies between a
/// cosignature and its storing asks again and is given another.
/// </summary>
internal sealed class WitnessCircle(ILogStore store, WitnessClient client, LogOptions options, TimeProvider time, ILogger logger)
{
    private readonly StoredTiles _tiles = new(store);
    private readonly ConcurrentDictionary<NoteKey, long> _known = new();
    private readonly ConcurrentDictionary<NoteKey, DateTimeOffset> _silentUntil = new();

    /// <summary>How many witnesses have told what they know, and agreed.</summary>
    public int Answered => _known.Count;

    /// <summary>
    /// Shows all witnesses a checkpoint, at the same time, and stores the cosignatures. Trouble where one knows what this log has never
    /// been.
    /// </summary>
    public async ValueTask<LogTrouble?> ShowAsync(SignedNote note, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var asked = options.Witnesses
            .Where(witness => !_silentUntil.TryGetValue(witness.Key, out var until) || until <= now)
            .Where(witness => !_known.TryGetValue(witness.Key, out var size) || size < checkpoint.Size);
        var troubles = await Task.WhenAll(asked.Select(witness => ShowAsync(witness, note, checkpoint, cancellationToken).AsTask())); // LogOptions bounds them
        return troubles.FirstOrDefault(trouble => trouble is not null);
    }

    private async ValueTask<LogTrouble?> ShowAsync(WitnessEntry witness, SignedNote note, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        var old = _known.GetValueOrDefault(witness.Key); // 0 asks what it knows
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var proof = await new TiledTree(_tiles, checkpoint.Size).ConsistencyAsync(old, cancellationToken);
            var answer = await client.AddCheckpointAsync(witness, new AddCheckpointRequest(old, proof, note), cancellationToken);
            switch (answer)
            {
                case WitnessAnswer.Cosigned cosigned:
                    _known[witness.Key] = checkpoint.Size;
                    _silentUntil.TryRemove(witness.Key, out _);
                    await KeepAsync(checkpoint, cosigned.Signature.Signature, cancellationToken);
                    return null;

                case WitnessAnswer.Knows knows when knows.Size != old:
                    if (await TroubleAsync(witness, knows.Size, cancellationToken) is { } trouble)
                    {
                        return trouble;
                    }

                    if (knows.Size > checkpoint.Size)
                    {
                        _known[witness.Key] = knows.Size; // a later one, stored here, was shown to it meanwhile
                        return null;
                    }

                    old = knows.Size;
                    continue;

                case WitnessAnswer.Knows or WitnessAnswer.Disagrees:
                    return new LogTrouble(LogFault.WitnessKnowsOther, $"{witness.Key.Name} cosigned another tree of size {old}");

                case WitnessAnswer.None none:
                    EvidenceEvents.WitnessSilent(logger, witness.Key.Name, none.Reason);
                    _silentUntil[witness.Key] = time.GetUtcNow() + options.WitnessPause;
                    return null;
            }
        }

        return null;
    }

    /// <summary>A checkpoint is stored before it is shown, so what a witness knows beyond the last stored one was lost here.</summary>
    private async ValueTask<LogTrouble?> TroubleAsync(WitnessEntry witness, long knows, CancellationToken cancellationToken)
    {
        var last = (await store.LatestCheckpointAsync(cancellationToken))?.Size ?? 0;
        return knows <= last
            ? null
            : new LogTrouble(LogFault.WitnessKnowsMore, $"{witness.Key.Name} cosigned size {knows}, the last checkpoint here is of size {last}");
    }

    private async ValueTask KeepAsync(Checkpoint checkpoint, NoteSignature signature, CancellationToken cancellationToken)
    {
        // Each witness writes once, so one that is overtaken by all the others has its turn after as many rounds.
        for (var round = 0; round <= options.Witnesses.Length; round++)
        {
            var row = await store.FindCheckpointAsync(checkpoint.Size, cancellationToken);
            if (row is null || row.Size != checkpoint.Size || row.Origin != checkpoint.Origin || SignedNote.Parse(row.Note) is not { } note)
            {
                return; // the empty tree's checkpoint, which is not stored
            }

            if (await store.ReplaceNoteAsync(row.Origin, row.Size, row.Note, note.With(signature).ToString(), cancellationToken))
            {
                return;
            }
        }
    }
}
