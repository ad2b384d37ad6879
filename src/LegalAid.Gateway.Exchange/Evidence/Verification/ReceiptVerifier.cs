using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>
/// Checks receipts and proofs with nothing but public keys. Pure: bytes in, findings out.
/// </summary>
public sealed class ReceiptVerifier(PublicKeys keys, TimeBounds bounds, FindingList findings)
{
    /// <summary>Sound checkpoints kept: receipts of one time carry one checkpoint, and its signatures are dear to check.</summary>
    private const int KnownMax = 1024;

    private readonly ConcurrentDictionary<string, CheckedCheckpoint> _known = new(StringComparer.Ordinal);

    /// <summary>Type that the header of a receipt names.</summary>
    private const string ReceiptType = "legalaid-receipt+jws";

    /// <summary>The claims of a receipt whose signature holds, or null with a finding.</summary>
    public ReceiptClaims? Read(string jws, string entry) =>
        Open(jws, ReceiptType, detached: [], entry) is { } payload && Claims(payload, entry) is { } claims ? claims : null;

    private ReceiptClaims? Claims(byte[] payload, string entry)
    {
        var claims = ReceiptClaims.Read(payload);
        findings.Require(claims is not null, FindingCodes.ReceiptMalformed, entry);
        return claims;
    }

    /// <summary>The payload of a JWS of that type whose signature holds, or null with a finding.</summary>
    /// <param name="detached">What was signed, where the JWS does not carry it.</param>
    public byte[]? Open(string jws, string type, ReadOnlySpan<byte> detached, string entry)
    {
        if (CompactJws.Parse(jws, detached) is not { } parsed || parsed.Algorithm != CompactJws.Es256 || parsed.Type != type)
        {
            findings.Add(FindingCodes.ReceiptMalformed, entry);
            return null;
        }

        if (keys.Receipts is not { } known)
        {
            return parsed.Payload; // no keys given: the caller says that no signature was checked
        }

        if (!known.TryGetValue(parsed.Kid, out var key))
        {
            findings.Add(FindingCodes.ReceiptKeyUnknown, entry, parsed.Kid);
            return null;
        }

        return findings.Require(key.Verifies(parsed), FindingCodes.ReceiptSignature, entry, parsed.Kid) ? parsed.Payload : null;
    }

    /// <summary>The payload is the one that the receipt speaks of: the SHA-256 of its canonical JSON.</summary>
    public void CheckPayload(ReceiptClaims claims, ReadOnlyMemory<byte> payload, string entry)
    {
        string digest;
        try
        {
            digest = CanonicalJson.Digest(CanonicalJson.Canonicalise(payload.Span));
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException)
        {
            digest = "no JSON";
        }

        findings.Require(digest == claims.Digest, FindingCodes.ReceiptPayload, entry, $"{digest} / {claims.Digest}");
    }

    /// <summary>The checkpoint of a note, or null where it is none; what is wrong with it is found.</summary>
    public CheckedCheckpoint? ReadCheckpoint(string note, string entry)
    {
        if (_known.TryGetValue(note, out var known))
        {
            return known;
        }

        var before = findings.Count;
        var read = CheckedCheckpoint.Read(note, keys, entry, findings);
        if (read is not null && findings.Count == before)
        {
            if (_known.Count >= KnownMax)
            {
                _known.Clear();
            }

            _known[note] = read;
        }

        return read;
    }

    /// <summary>Checks the path from a leaf to a signed root. The checkpoint is given where it can be read.</summary>
    public (CheckedCheckpoint? Checkpoint, StatedLeaf? Leaf) CheckProof(LogProof proof, TreeHash? expected, string entry)
    {
        var leaf = proof.Entry is { } bytes ? StatedLeaf.Read(bytes) : null;
        findings.Require(proof.Entry is null || leaf is not null, FindingCodes.ProofMalformed, entry, "the extra data is no leaf");
        var hash = expected ?? leaf?.Hash;
        if (ReadCheckpoint(proof.Note, entry) is not { } checkpoint)
        {
            return (null, leaf);
        }

        if (leaf is not null && expected is { } wanted)
        {
            findings.Require(leaf.Hash == wanted, FindingCodes.ReceiptLeaf, entry, $"{leaf.Hash} / {wanted}");
        }

        if (hash is { } checkedHash)
        {
            var found = MerkleProof.CheckInclusion(proof.Index, checkpoint.Head.Size, checkedHash, proof.Path.AsSpan(), checkpoint.Head.Root);
            findings.Require(found == ProofFinding.Valid, FindingCodes.ProofInclusion, entry, found.ToString());
        }
        else
        {
            findings.Add(FindingCodes.ProofMalformed, entry, "carries no leaf");
        }

        return (checkpoint, leaf);
    }

    /// <summary>A receipt, with whatever there is beside it. The findings say all that does not fit.</summary>
    public ReceiptClaims? Check(ReceiptQuestion question, string entry)
    {
        if (Read(question.Jws, entry) is not { } claims)
        {
            return null;
        }

        if (question.Payload is { } payload)
        {
            CheckPayload(claims, payload, entry);
        }

        CheckCarried(claims, question.Checkpoints, consistency: null, entry);
        if (question.Proof is { } proof)
        {
            var (checkpoint, leaf) = CheckProof(proof, claims.Leaf, entry);
            CheckedCheckpoint[] known = [.. question.Checkpoints, .. checkpoint is null ? [] : (CheckedCheckpoint[])[checkpoint]];
            CheckStated(claims, leaf, entry);
            CheckCarried(claims, checkpoint is null ? [] : [checkpoint], question.Consistency, entry);
            CheckPlace(claims, proof.Index, known, entry);
        }

        return claims;
    }

    /// <summary>Receipt and leaf were made in one commit and say the same.</summary>
    public void CheckStated(ReceiptClaims claims, StatedLeaf? leaf, string entry)
    {
        if (leaf is not null)
        {
            findings.Require(leaf.Hash == claims.Leaf, FindingCodes.ReceiptLeaf, entry);
            findings.Require(
                claims.Subject == EntryName.Message(leaf.Exchange ?? default, leaf.Subject ?? default) && claims.Event == leaf.Event
                    && claims.Agency == (leaf.Agency ?? "") && claims.Committed == leaf.At && claims.Occurred == leaf.Occurred,
                FindingCodes.ReceiptClaims, entry, $"{claims.Subject} {claims.Event} {Timestamps.Format(claims.Committed)}");
        }
    }

    /// <summary>
    /// The head that a receipt carries against checkpoints of the log: one size has one root, and with a proof the smaller is the beginning
    /// of the larger.
    /// </summary>
    /// <param name="consistency">From the head that it carries to the later of the two; null where there is none.</param>
    public void CheckCarried(ReceiptClaims claims, IEnumerable<CheckedCheckpoint> known, ImmutableArray<TreeHash>? consistency, string entry)
    {
        if (claims.Carried is { } head)
        {
            foreach (var checkpoint in known)
            {
                CheckedCheckpoint.Compare(new CheckedCheckpoint(head, []), checkpoint, consistency, entry, findings);
            }
        }
    }

    /// <summary>
    /// The receipt's time against its leaf's place (<see cref="TimeBounds"/>): the leaf is not in the head that the receipt carries, and no
    /// witness saw the log without it after the time that the receipt claims.
    /// </summary>
    public void CheckPlace(ReceiptClaims claims, long index, IEnumerable<CheckedCheckpoint> known, string entry)
    {
        findings.Require(
            claims.Carried is null || index >= claims.Carried.Size, FindingCodes.ReceiptBackDated, entry, string.Create(
                CultureInfo.InvariantCulture, $"its leaf stands at {index}, inside the head of {claims.Carried?.Size} leaves that it carries"));
        foreach (var checkpoint in known)
        {
            bounds.Check(claims.Committed, index, checkpoint, FindingCodes.ReceiptBackDated, entry, findings);
        }
    }
}

/// <summary>A receipt and what lies beside it.</summary>
/// <param name="Payload">What was sent, as JSON in any form.</param>
/// <param name="Checkpoints">Others that the verifier got from somewhere: from witnesses, peers, its own records.</param>
/// <param name="Consistency">From the head that the receipt carries to the proof's checkpoint.</param>
public sealed record ReceiptQuestion(
    string Jws, ReadOnlyMemory<byte>? Payload, LogProof? Proof, IReadOnlyList<CheckedCheckpoint> Checkpoints, ImmutableArray<TreeHash>? Consistency = null);
