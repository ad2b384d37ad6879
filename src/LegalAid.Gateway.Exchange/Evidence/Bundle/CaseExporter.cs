using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Keys;

namespace LegalAid.Gateway.Exchange.Evidence.Bundle;

/// <summary>What a bundle holds.</summary>
/// <param name="Pending">Leaves that no checkpoint covers yet: the bundle cannot prove them.</param>
public sealed record CaseSummary(int Messages, int Attachments, int Leaves, int Pending);

/// <summary>
/// Writes a case bundle (案卷包): one zip that a judge could be handed. Read from a ledger at rest or beside a running gateway; documents
/// are streamed. The same state gives the same bytes: the proofs lead to the smallest checkpoint that covers the case (a cosigned one, where
/// there is one), not to the newest, and nothing in it tells when it was written.
/// </summary>
/// <param name="keys">The gateway's public keys, to go with it.</param>
public sealed class CaseExporter(ILedgerArchive archive, KeyRing ring, PublicKeys keys, ManifestSigner signer)
{
    /// <summary>Checkpoints looked at for one that is cosigned.</summary>
    private const int CheckpointsMax = 64;

    /// <summary>Null, with nothing written, where there is no such exchange for the reader.</summary>
    /// <param name="reader">The agency it is for: it gets what it sent or received. Null: everything, for a court or the bureau's auditor.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Something stored does not open: verify the store.</exception>
    public CaseSummary? Write(Guid exchange, string? reader, Stream output)
    {
        var dossier = archive.Read(exchange);
        var opener = dossier.Row is { DataKey: not null } row ? ContentOpener.Of(ring, row) : null;
        if (CaseSelection.Of(dossier, reader, message => opener?.Open(message).Documents().Select(document => document.Id) ?? []) is not { } selection)
        {
            return null;
        }

        using var zip = new CaseZip(output);
        var proofs = new CaseProofs(archive, selection, zip, CheckpointOf(selection));
        var attachments = selection.Attachments.Select((attachment, ordinal) => Attachment(zip, opener, attachment, ordinal + 1, proofs)).ToList();
        var messages = selection.Messages.Select(message => Message(zip, opener, message, proofs)).ToList();
        proofs.WriteRest();
        WriteKeys(zip, proofs.Checkpoint);
        zip.Write(BundleNames.Instructions, CaseInstructions.Text);
        zip.Write(BundleNames.Index, CasePage.Render(selection, messages, attachments, proofs.Checkpoint, proofs));
        var manifest = CanonicalJson.Canonicalise(new JsonObject
        {
            ["v"] = 1,
            ["exchange"] = EntryName.Exchange(exchange),
            ["type"] = selection.Exchange.Type,
            ["typeDigest"] = selection.Exchange.TypeDigest,
            ["state"] = selection.Exchange.State,
            ["caseNumber"] = selection.Exchange.CaseNumber ?? "",
            ["for"] = reader ?? "",
            ["erased"] = opener is null,
            ["messages"] = new JsonArray([.. messages.Select(message => (JsonNode)message.Manifest())]),
            ["attachments"] = new JsonArray([.. attachments.Select(attachment => (JsonNode)attachment.Manifest())]),
            ["leaves"] = proofs.Manifest(),
            ["files"] = zip.Digests.DeepClone(),
        });
        zip.Write(BundleNames.Manifest, manifest);
        zip.Write(BundleNames.ManifestSignature, signer.Sign(manifest));
        return new CaseSummary(messages.Count, attachments.Count, proofs.Count, proofs.Pending);
    }

    private ArchivedCheckpoint? CheckpointOf(CaseSelection selection)
    {
        var size = selection.Leaves.Max(leaf => leaf.Leaf.Index) + 1 ?? 0;
        var covering = archive.ListCheckpoints((size, ""), CheckpointsMax);
        return covering.FirstOrDefault(IsCosigned) ?? covering.FirstOrDefault();
    }

    private static bool IsCosigned(ArchivedCheckpoint checkpoint) =>
        SignedNote.Parse(checkpoint.Note)?.Signatures.Any(signature => signature.Name != checkpoint.Origin) ?? false;

    private BundledAttachment Attachment(
        CaseZip zip, ContentOpener? opener, (ArchivedAttachment Row, ArchivedLeaf Leaf, StatedLeaf Stated) attachment, int ordinal, CaseProofs proofs)
    {
        var evidence = proofs.Write(attachment.Leaf, attachment.Stated, leafFile: null);
        if (opener is null)
        {
            return new BundledAttachment(attachment.Row, null, "", evidence);
        }

        var names = opener.Open(attachment.Row);
        var file = BundleNames.Attachment(ordinal, names.FileName);
        zip.Write(file, opener.Content(archive, attachment.Row).Select(piece => (ReadOnlyMemory<byte>)piece));
        return new BundledAttachment(attachment.Row, names, file, evidence);
    }

    private static BundledMessage Message(
        CaseZip zip, ContentOpener? opener, (ArchivedMessage Row, ArchivedLeaf Leaf, StatedLeaf Stated) message, CaseProofs proofs)
    {
        var name = BundleNames.Message(message.Row.Sequence, message.Row.Event);
        var evidence = proofs.Write(message.Leaf, message.Stated, $"{name}.leaf.json");
        if (opener is null)
        {
            return new BundledMessage(message.Row, message.Stated, name, Opened: null, evidence, Carried: null);
        }

        var opened = opener.Open(message.Row);
        zip.Write($"{name}.json", opened.Payload);
        zip.Write($"{name}.content.json", opened.Content);
        zip.Write($"{name}.nonce", Convert.ToHexStringLower(opened.Nonce.Span));
        zip.Write($"{name}.receipt.jws", opened.Receipt);
        if (SenderSignaturePass.Read(opened.Content) is { } signature)
        {
            zip.Write($"{name}.signed.txt", signature.Base);
            zip.Write($"{name}.signed.body", signature.Body);
        }

        var carried = CompactJws.Parse(opened.Receipt) is { } jws ? ReceiptClaims.Read(jws.Payload)?.Carried : null;
        return new BundledMessage(message.Row, message.Stated, name, opened, evidence, proofs.WriteConsistency(carried));
    }

    /// <summary>Of the log's keys only those of the origin that the proofs lead to: a new origin changes no byte of an old case.</summary>
    private void WriteKeys(CaseZip zip, ArchivedCheckpoint? checkpoint)
    {
        zip.Write(BundleNames.ReceiptKeys, CanonicalJson.Canonicalise(PublicKeys.Jwks(keys.Receipts ?? ImmutableDictionary<string, VerifyingKey>.Empty)));
        zip.Write(BundleNames.LogKeys, string.Concat(keys.Logs.Where(key => key.Name == checkpoint?.Origin).Select(key => $"{key}\n")));
        zip.Write(BundleNames.WitnessKeys, string.Concat(keys.Witnesses.Select(key => $"{key}\n")));
    }
}

/// <param name="Name">Its files' names without their ends.</param>
/// <param name="Opened">Null where it was erased.</param>
/// <param name="Carried">File of the proof that the log goes on from the head that its receipt carries; null: none is carried.</param>
internal sealed record BundledMessage(ArchivedMessage Row, StatedLeaf Stated, string Name, OpenedMessage? Opened, BundledLeaf Evidence, string? Carried)
{
    public JsonObject Manifest()
    {
        var manifest = new JsonObject
        {
            ["name"] = EntryName.Message(Stated.Exchange ?? default, Row.Id),
            ["sequence"] = Row.Sequence,
            ["event"] = Row.Event,
            ["leaf"] = Evidence.LeafFile,
            ["proof"] = Evidence.ProofFile,
        };
        if (Opened is not null)
        {
            manifest["payload"] = $"{Name}.json";
            manifest["content"] = $"{Name}.content.json";
            manifest["nonce"] = $"{Name}.nonce";
            manifest["receipt"] = $"{Name}.receipt.jws";
            manifest["consistency"] = Carried ?? "";
        }

        return manifest;
    }
}

/// <param name="Names">Null where it was erased.</param>
internal sealed record BundledAttachment(ArchivedAttachment Row, OpenedDocument? Names, string File, BundledLeaf Evidence)
{
    public JsonObject Manifest()
    {
        var manifest = new JsonObject
        {
            ["id"] = Row.Id.ToString(),
            ["kind"] = Row.Kind,
            ["bytes"] = Row.SizeBytes,
            ["leaf"] = Evidence.LeafFile,
            ["proof"] = Evidence.ProofFile,
        };
        if (Names is not null)
        {
            manifest["file"] = File;
            manifest["fileName"] = Names.FileName;
            manifest["mediaType"] = Names.MediaType;
            manifest["sha256"] = Names.Sha256;
            manifest["nonce"] = Convert.ToHexStringLower(Names.Nonce);
        }

        return manifest;
    }
}

/// <param name="ProofFile">Empty while no checkpoint covers it.</param>
internal sealed record BundledLeaf(ArchivedLeaf Leaf, StatedLeaf Stated, string LeafFile, string ProofFile);

/// <summary>Writes leaves, their proofs, and what connects receipts' heads with the bundle's checkpoint.</summary>
internal sealed class CaseProofs
{
    private readonly ILedgerArchive _archive;
    private readonly CaseSelection _selection;
    private readonly CaseZip _zip;
    private readonly Dictionary<Guid, int> _ordinals;
    private readonly SortedDictionary<int, BundledLeaf> _written = [];
    private readonly Dictionary<long, string> _consistencies = [];

    public CaseProofs(ILedgerArchive archive, CaseSelection selection, CaseZip zip, ArchivedCheckpoint? checkpoint)
    {
        (_archive, _selection, _zip, Checkpoint) = (archive, selection, zip, checkpoint);
        _ordinals = selection.Leaves.Select((leaf, ordinal) => (leaf.Leaf.Id, Ordinal: ordinal + 1)).ToDictionary(leaf => leaf.Id, leaf => leaf.Ordinal);
        if (checkpoint is not null)
        {
            zip.Write(BundleNames.Checkpoint, checkpoint.Note);
        }
    }

    /// <summary>What all proofs lead to; null before the log's first.</summary>
    public ArchivedCheckpoint? Checkpoint { get; }

    public int Count => _written.Count;

    public int Pending => _written.Values.Count(leaf => leaf.ProofFile.Length == 0);

    public BundledLeaf Write(ArchivedLeaf leaf, StatedLeaf stated, string? leafFile)
    {
        var ordinal = _ordinals[leaf.Id];
        var file = leafFile ?? BundleNames.Leaf(ordinal, stated.Kind);
        _zip.Write(file, leaf.Entry);
        var proof = "";
        if (Checkpoint is { } checkpoint && leaf.Index is { } index && index < checkpoint.Size)
        {
            proof = BundleNames.Proof(ordinal, stated.Kind);
            _zip.Write(proof, new LogProof(leaf.Entry, index, Ask(checkpoint.Size, tree => tree.InclusionAsync(index, default)), checkpoint.Note).ToString());
        }

        var written = new BundledLeaf(leaf, stated, file, proof);
        _written.Add(ordinal, written);
        return written;
    }

    /// <summary>Leaves of deliveries, clocks and erasure.</summary>
    public void WriteRest()
    {
        foreach (var (leaf, stated) in _selection.Others)
        {
            Write(leaf, stated, leafFile: null);
        }
    }

    /// <summary>Where the bundled leaf of that id is; null for one that is not in the bundle.</summary>
    public BundledLeaf? Find(Guid leaf) => _ordinals.TryGetValue(leaf, out var ordinal) ? _written.GetValueOrDefault(ordinal) : null;

    /// <summary>The file that shows that the log went on from a head; null where there is no head, or nothing to go on to.</summary>
    public string? WriteConsistency(Checkpoint? from)
    {
        if (from is null || Checkpoint is not { } to || from.Size > to.Size)
        {
            return null;
        }

        if (!_consistencies.TryGetValue(from.Size, out var file))
        {
            file = BundleNames.Consistency(from.Size);
            _zip.Write(file, string.Concat(Ask(to.Size, tree => tree.ConsistencyAsync(from.Size, default)).Select(hash => $"{hash}\n")));
            _consistencies.Add(from.Size, file);
        }

        return file;
    }

    public JsonArray Manifest() => new([.. _written.Values.Select(leaf => (JsonNode)new JsonObject
    {
        ["name"] = EntryName.Leaf(leaf.Leaf.Id),
        ["leaf"] = leaf.LeafFile,
        ["proof"] = leaf.ProofFile,
    })]);

    private ImmutableArray<TreeHash> Ask(long size, Func<TiledTree, ValueTask<ImmutableArray<TreeHash>>> question)
    {
        var asked = question(new TiledTree(new ArchivedTiles(_archive), size));
        return asked.IsCompletedSuccessfully ? asked.Result : throw new InvalidOperationException("an archive answers at once");
    }

    private sealed class ArchivedTiles(ILedgerArchive archive) : ITileReader
    {
        public ValueTask<Tile> ReadAsync(TilePath path, CancellationToken cancellationToken) =>
            archive.FindTile(path.Level, path.Position) is { } hashes && hashes.Length >= path.Width * TreeHash.Bytes
                ? ValueTask.FromResult(new Tile(path, hashes.AsMemory(0, path.Width * TreeHash.Bytes)))
                : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{path} is not there, though the log reaches it: verify the store"));
    }
}
