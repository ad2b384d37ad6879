using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>What was looked at in a bundle.</summary>
public sealed record BundleTally(long Files, long Messages, long Attachments, long Leaves);

/// <summary>
/// Verifies a case bundle offline: every file is that of the signed manifest, every payload and document that of its leaf, every leaf in the
/// log under the bundle's checkpoint, and every receipt's head on the way to it. Keys that were not given are taken from the bundle itself,
/// which shows no more than that it agrees with itself.
/// </summary>
public sealed class BundleVerifier(PublicKeys given, TimeBounds bounds, FindingList findings)
{
    private const string ManifestFile = "manifest.json";
    private const string SignatureFile = "manifest.jws";
    private const string ManifestType = "legalaid-case-bundle+jws";

    /// <summary>Files but documents are read whole: bound on each.</summary>
    private const int FileBytesMax = 64 << 20;

    public BundleTally Verify(Stream zip)
    {
        try
        {
            using var archive = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true);
            return Verify(new BundleFiles(archive));
        }
        catch (Exception malformed) when (malformed is InvalidDataException or JsonException or FormatException or NotSupportedException
            or InvalidOperationException or ArgumentException)
        {
            // The last two are System.Text.Json's and a dictionary's words for a value of another kind and for a name that stands twice.
            findings.Add(FindingCodes.BundleMalformed, "bundle", malformed.Message);
            return new BundleTally(0, 0, 0, 0);
        }
    }

    private BundleTally Verify(BundleFiles files)
    {
        if (files.Bytes(ManifestFile) is not { } manifest)
        {
            findings.Add(FindingCodes.FileMissing, ManifestFile);
            return new BundleTally(files.Count, 0, 0, 0);
        }

        var keys = Trusted(files);
        CheckManifest(files.Text(SignatureFile), manifest, keys);
        using var document = JsonDocument.Parse(manifest);
        CheckFiles(files, document.RootElement);
        var receipts = new ReceiptVerifier(keys, bounds, findings);
        var leaves = Items(document.RootElement, "leaves").ToList();
        foreach (var leaf in leaves)
        {
            CheckLeaf(files, leaf, receipts);
        }

        var digests = Items(document.RootElement, "attachments").Select(attachment => CheckAttachment(files, attachment)).ToDictionary(StringComparer.Ordinal);
        var messages = Items(document.RootElement, "messages").ToList();
        foreach (var message in messages)
        {
            CheckMessage(files, message, receipts, digests);
        }

        return new BundleTally(files.Count, messages.Count, digests.Count, leaves.Count);
    }

    private PublicKeys Trusted(BundleFiles files) => new(
        given.Receipts ?? (files.Bytes("keys/receipts.jwks.json") is { } jwks ? PublicKeys.ReadJwks(jwks) : null),
        given.Logs.IsEmpty ? NoteKeys(files.Text("keys/log.vkeys")) : given.Logs,
        given.Witnesses.IsEmpty ? NoteKeys(files.Text("keys/witnesses.vkeys")) : given.Witnesses);

    private static ImmutableArray<NoteKey> NoteKeys(string? lines) =>
        [.. (lines ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(NoteKey.Parse).OfType<NoteKey>()];

    private void CheckManifest(string? signature, byte[] manifest, PublicKeys keys) => findings.Require(
        signature is not null && CompactJws.Parse(signature, manifest) is { } jws && jws.Type == ManifestType && signature.Contains("..", StringComparison.Ordinal)
            && keys.Receipts is { } known && known.TryGetValue(jws.Kid, out var key) && key.Verifies(jws),
        FindingCodes.ManifestSignature, SignatureFile);

    private void CheckFiles(BundleFiles files, JsonElement manifest)
    {
        var listed = manifest.TryGetProperty("files", out var digests) && digests.ValueKind == JsonValueKind.Object
            ? digests.EnumerateObject().ToDictionary(file => file.Name, file => file.Value.GetString() ?? "", StringComparer.Ordinal)
            : [];
        foreach (var (name, digest) in listed)
        {
            if (findings.Require(files.Contains(name), FindingCodes.FileMissing, name))
            {
                findings.Require(files.Digest(name) == digest, FindingCodes.FileDigest, name);
            }
        }

        foreach (var name in files.Names.Where(name => !listed.ContainsKey(name) && name is not (ManifestFile or SignatureFile)))
        {
            findings.Add(FindingCodes.FileExtra, name);
        }

        foreach (var twice in files.Twice)
        {
            findings.Add(FindingCodes.FileExtra, twice, "twice");
        }
    }

    private void CheckLeaf(BundleFiles files, JsonElement item, ReceiptVerifier receipts)
    {
        var (name, file) = (StatedLeaf.Text(item, "name"), StatedLeaf.Text(item, "proof"));
        if (files.Text(file) is not { } text)
        {
            findings.Add(FindingCodes.ProofMissing, name);
            return;
        }

        if (LogProof.Parse(text) is not { } proof)
        {
            findings.Add(FindingCodes.ProofMalformed, file);
            return;
        }

        var (checkpoint, leaf) = receipts.CheckProof(proof, files.Bytes(StatedLeaf.Text(item, "leaf")) is { } entry ? StatedLeaf.HashOf(entry) : null, name);
        if (checkpoint is not null && leaf is not null)
        {
            findings.Require(proof.Note == files.Text("evidence/checkpoint.txt"), FindingCodes.CheckpointRow, file);
            bounds.Check(leaf.At, proof.Index, checkpoint, FindingCodes.LeafBackDated, name, findings);
        }
    }

    private void CheckMessage(BundleFiles files, JsonElement item, ReceiptVerifier receipts, Dictionary<string, string> digests)
    {
        var name = StatedLeaf.Text(item, "name");
        if (StatedLeaf.Text(item, "receipt").Length == 0)
        {
            return; // erased: its leaf is all that is left, and was looked at
        }

        var leaf = files.Bytes(StatedLeaf.Text(item, "leaf")) is { } entry ? StatedLeaf.Read(entry) : null;
        if (files.Bytes(StatedLeaf.Text(item, "content")) is not { } content || files.Bytes(StatedLeaf.Text(item, "payload")) is not { } payload
            || files.Text(StatedLeaf.Text(item, "receipt")) is not { } jws || leaf is null)
        {
            findings.Add(FindingCodes.MessageMissing, name);
            return;
        }

        var commitment = StatedLeaf.CommitmentOf(Hexadecimal(files.Text(StatedLeaf.Text(item, "nonce"))), content);
        findings.Require(commitment == leaf.Commitment && IsIn(content, payload), FindingCodes.MessageContent, name);
        SenderSignaturePass.Check(content, leaf, name, findings);
        if (receipts.Read(jws, name) is not { } claims)
        {
            return;
        }

        var proof = files.Text(StatedLeaf.Text(item, "proof")) is { } text ? LogProof.Parse(text) : null;
        var checkpoint = proof is null ? null : receipts.ReadCheckpoint(proof.Note, name);
        var consistency = files.Text(StatedLeaf.Text(item, "consistency")) is { } lines ? LogProof.ReadHashes(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)) : null;
        receipts.CheckPayload(claims, payload, name);
        receipts.CheckStated(claims, leaf, name);
        findings.Require(claims.Documents.All(digests.ContainsValue), FindingCodes.ReceiptDocuments, name);
        if (checkpoint is not null && proof is not null)
        {
            findings.Require(
                claims.Carried is null || consistency is not null, FindingCodes.ProofMissing, name, "consistency");
            receipts.CheckCarried(claims, [checkpoint], consistency, name);
            receipts.CheckPlace(claims, proof.Index, [checkpoint], name);
        }
    }

    private KeyValuePair<string, string> CheckAttachment(BundleFiles files, JsonElement item)
    {
        var (id, file, sha256) = (StatedLeaf.Text(item, "id"), StatedLeaf.Text(item, "file"), StatedLeaf.Text(item, "sha256"));
        if (file.Length > 0 && files.Contains(file))
        {
            var leaf = files.Bytes(StatedLeaf.Text(item, "leaf")) is { } entry ? StatedLeaf.Read(entry) : null;
            findings.Require(files.Digest(file) == sha256, FindingCodes.AttachmentContent, file);
            findings.Require(
                leaf is not null && StatedLeaf.CommitmentOf(Hexadecimal(StatedLeaf.Text(item, "nonce")), Encoding.ASCII.GetBytes(sha256)) == leaf.Commitment,
                FindingCodes.AttachmentCommitment, file);
        }

        return KeyValuePair.Create(id, sha256);
    }

    /// <summary>The readable payload is the very text that stands in the content.</summary>
    private static bool IsIn(byte[] content, byte[] payload)
    {
        using var document = StatedLeaf.ParseObject(content);
        return document is not null && document.RootElement.TryGetProperty("payload", out var text) && Encoding.UTF8.GetBytes(text.GetRawText()).AsSpan().SequenceEqual(payload);
    }

    private static byte[] Hexadecimal(string? text) => Convert.FromHexString((text ?? "").Trim());

    private static IEnumerable<JsonElement> Items(JsonElement manifest, string name) =>
        manifest.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)
            : [];

    /// <summary>The files of a zip; of two with one name the first counts.</summary>
    private sealed class BundleFiles(ZipArchive zip)
    {
        private readonly ILookup<string, ZipArchiveEntry> _entries = zip.Entries.ToLookup(entry => entry.FullName, StringComparer.Ordinal);
        private readonly Dictionary<string, string> _digests = new(StringComparer.Ordinal);

        public int Count => _entries.Count;

        public IEnumerable<string> Names => _entries.Select(entry => entry.Key);

        public IEnumerable<string> Twice => _entries.Where(entry => entry.Count() > 1).Select(entry => entry.Key);

        public bool Contains(string name) => _entries.Contains(name);

        public byte[]? Bytes(string name)
        {
            if (_entries[name].FirstOrDefault() is not { Length: <= FileBytesMax } entry)
            {
                return null;
            }

            using var copy = new MemoryStream();
            using var file = entry.Open();
            file.CopyTo(copy);
            return copy.ToArray();
        }

        public string? Text(string name) => Bytes(name) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

        /// <summary>Streams: a document may be large.</summary>
        public string Digest(string name)
        {
            if (!_digests.TryGetValue(name, out var digest))
            {
                using var file = _entries[name].First().Open();
                digest = Convert.ToHexStringLower(SHA256.HashData(file));
                _digests.Add(name, digest);
            }

            return digest;
        }
    }
}
