using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Tests.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Verification;

/// <summary>Receipts, proofs and checkpoints, by public keys alone.</summary>
public sealed class ReceiptVerifierTests : IDisposable
{
    private const string Origin = "gateway.test/log";
    private const string Payload = """{"text":"是否受理？","caseNumber":"（2026）桂0103刑初12号"}""";

    private static readonly DateTimeOffset Committed = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly Guid Exchange = Guid.Parse("01960000-0000-7000-8000-000000000001");
    private static readonly Guid Message = Guid.Parse("01960000-0000-7000-8000-000000000002");

    private readonly SigningKey _key = new("receipt-1", ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private readonly SigningKey _older = new("receipt-0", ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private readonly NoteSigner _log = NoteSigner.Generate(Origin, NoteAlgorithm.Ed25519);
    private readonly NoteSigner _witness = NoteSigner.Generate("witness.test", NoteAlgorithm.Cosignature);

    public void Dispose()
    {
        _key.Dispose();
        _older.Dispose();
    }

    [Fact]
    public async Task Check_ReceiptWithEverythingBesideIt_FindsNothing()
    {
        var (jws, proof) = await MakeAsync();
        Assert.Empty(Check(jws, proof));
    }

    [Fact]
    public async Task Check_ReceiptOfARotatedKey_FindsNothing()
    {
        var (jws, proof) = await MakeAsync(key: _older);
        Assert.Empty(Check(jws, proof));
    }

    [Fact]
    public async Task Check_PayloadInAnotherForm_IsTheSame()
    {
        var (jws, proof) = await MakeAsync();
        Assert.Empty(Check(jws, proof, payload: """{ "caseNumber" : "（2026）桂0103刑初12号", "text" : "是否受理？" }"""));
        Assert.Equal(["RECEIPT_PAYLOAD"], Check(jws, proof, payload: Payload.Replace("是否", "可否", StringComparison.Ordinal)));
        Assert.Equal(["RECEIPT_PAYLOAD"], Check(jws, proof, payload: "no JSON"));
    }

    [Fact]
    public async Task Check_ReceiptThatWasChanged_IsNotSigned()
    {
        var (jws, proof) = await MakeAsync();
        var parts = jws.Split('.');
        var claims = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1])).Replace("2026-03-02", "2026-02-27", StringComparison.Ordinal);
        var edited = $"{parts[0]}.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.{parts[2]}";
        Assert.Equal(["RECEIPT_SIGNATURE"], Check(edited, proof));
    }

    [Fact]
    public async Task Check_ReceiptOfAnotherKey_IsNotSigned()
    {
        using var stranger = new SigningKey("receipt-9", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        Assert.Equal(["RECEIPT_KEY_UNKNOWN"], Check((await MakeAsync(key: stranger)).Jws, null));

        using var impostor = new SigningKey("receipt-1", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        Assert.Equal(["RECEIPT_SIGNATURE"], Check((await MakeAsync(key: impostor)).Jws, null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("..")]
    [InlineData("!!.!!.!!")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")] // alg none
    [InlineData("eyJhbGciOiJIUzI1NiIsInR5cCI6ImxlZ2FsYWlkLXJlY2VpcHQrandzIn0.e30.AA")] // HS256: a public key is no secret
    public void Check_WhatIsNoReceipt_SaysSo(string jws) => Assert.Equal(["RECEIPT_MALFORMED"], Check(jws, null));

    [Fact]
    public async Task Check_ProofOfAnotherLeaf_DoesNotLead()
    {
        var (jws, proof) = await MakeAsync();
        Assert.Contains("PROOF_INCLUSION", Check(jws, proof with { Index = proof.Index - 1 }));
        Assert.Contains("PROOF_INCLUSION", Check(jws, proof with { Path = proof.Path.SetItem(0, MemoryTiles.LeafAt(99)) }));
        var other = await MakeAsync(message: Guid.Parse("01960000-0000-7000-8000-000000000003"));
        Assert.Contains("RECEIPT_LEAF", Check(jws, other.Proof));
    }

    /// <summary>Made later with an old time: its leaf stands inside the checkpoint it carries.</summary>
    [Fact]
    public async Task Check_BackDatedReceiptWithItsNewestCheckpoint_IsFoundByItsPlace()
    {
        var (jws, proof) = await MakeAsync(before: 5, carriedSize: 9);
        Assert.Equal(["RECEIPT_BACK_DATED"], Check(jws, proof));
    }

    /// <summary>Made later with an old time and an old checkpoint: a witness saw the log without it in between.</summary>
    [Fact]
    public async Task Check_BackDatedReceiptWithAnOldCheckpoint_IsFoundByAWitness()
    {
        var bounds = new TimeBounds();
        var (jws, proof) = await MakeAsync(before: 5);
        Assert.Empty(Check(jws, proof, known: Note(5, Committed + bounds.MergeDelay + bounds.ClockSkew)));
        Assert.Equal(["RECEIPT_BACK_DATED"], Check(jws, proof, known: Note(5, Committed + bounds.MergeDelay + bounds.ClockSkew + TimeSpan.FromSeconds(1))));
    }

    /// <summary>The log was rewritten since the receipt was given: its head is not the beginning of the checkpoint's.</summary>
    [Fact]
    public async Task Check_ReceiptOfALogThatWasRewritten_IsFoundByConsistency()
    {
        var (jws, proof) = await MakeAsync(before: 5);
        var (other, _) = await MakeAsync(before: 5, carriedRoot: MemoryTiles.LeafAt(7));
        var consistency = await ConsistencyAsync(proof, 5);
        Assert.Empty(Check(jws, proof, consistency: consistency));
        Assert.Equal(["LOG_INCONSISTENT"], Check(other, proof, consistency: consistency));
    }

    [Fact]
    public async Task Check_ReceiptOfAForkedLog_IsFoundByAKnownCheckpoint()
    {
        var (jws, proof) = await MakeAsync(before: 5);
        var fork = new Checkpoint(Origin, 5, MemoryTiles.LeafAt(1)).ToString();
        var known = new SignedNote(fork, [_log.Sign(fork, Committed)]).ToString();
        Assert.Equal(["LOG_FORKED"], Check(jws, proof, known: known));
    }

    [Fact]
    public async Task Check_CheckpointOfAnotherKey_IsNotSigned()
    {
        var (jws, proof) = await MakeAsync();
        var other = NoteSigner.Generate(Origin, NoteAlgorithm.Ed25519);
        var text = SignedNote.Parse(proof.Note)!.Text; // made here
        Assert.Equal(["CHECKPOINT_SIGNATURE"], Check(jws, proof with { Note = new SignedNote(text, [other.Sign(text, Committed)]).ToString() }));
        Assert.Equal(["WITNESS_SIGNATURE"], Check(jws, proof with { Note = proof.Note.Replace(WitnessLine(proof.Note), WitnessLine(Note(3, Committed)), StringComparison.Ordinal) }));
        Assert.Equal(["CHECKPOINT_MALFORMED"], Check(jws, proof with { Note = "nothing\n" }));
    }

    [Fact]
    public void Compare_TwoRootsOfOneSize_IsAFork()
    {
        var findings = new FindingList();
        var (one, other) = (Head(8, MemoryTiles.Of(8).NaiveRoot(8)), Head(8, MemoryTiles.LeafAt(0)));
        CheckedCheckpoint.Compare(one, one, null, "same", findings);
        Assert.Empty(findings.Sorted());
        CheckedCheckpoint.Compare(one, other, null, "forked", findings);
        Assert.Equal([FindingCodes.LogForked], findings.Sorted().Select(finding => finding.Code));
    }

    [Fact]
    public async Task Compare_TwoSizes_TakesAProof()
    {
        var tree = MemoryTiles.Of(13);
        var proof = await new TiledTree(tree, 13).ConsistencyAsync(8, TestContext.Current.CancellationToken);
        var (former, later) = (Head(8, tree.NaiveRoot(8)), Head(13, tree.NaiveRoot(13)));
        var findings = new FindingList();
        CheckedCheckpoint.Compare(later, former, proof, "good", findings);
        Assert.Empty(findings.Sorted());
        CheckedCheckpoint.Compare(Head(8, tree.NaiveRoot(7)), later, proof, "rewritten", findings);
        CheckedCheckpoint.Compare(former, later with { Head = later.Head with { Origin = "other" } }, proof, "other", findings);
        Assert.Equal([FindingCodes.CheckpointOrigin, FindingCodes.LogInconsistent], findings.Sorted().Select(finding => finding.Code));
    }

    [Fact]
    public async Task Proof_WrittenAndRead_IsTheSame()
    {
        var (_, proof) = await MakeAsync();
        var read = Assert.IsType<LogProof>(LogProof.Parse(proof.ToString()));
        Assert.Equal(proof.ToString(), read.ToString());
        Assert.Equal(proof.Entry, read.Entry);
        Assert.Equal((proof.Index, proof.Note), (read.Index, read.Note));
        var bare = proof with { Entry = null };
        Assert.Null(Assert.IsType<LogProof>(LogProof.Parse(bare.ToString())).Entry);
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2sp.org/tlog-proof@v1\n\nx\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 01\n\nx\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra !!\nindex 1\n\nx\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra YQ==\n\nx\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 1\nYQ==\n\nx\n")]
    [InlineData("c2sp.org/tlog-proof@v2\nindex 1\n\nx\n")]
    public void Proof_ThatIsNone_IsRefused(string text) => Assert.Null(LogProof.Parse(text));

    [Fact]
    public void Codes_AreStableAndSpeakBothLanguages()
    {
        Assert.Equal(FindingCodes.All.Length, FindingCodes.All.Select(code => code.Code).Distinct(StringComparer.Ordinal).Count());
        Assert.All(FindingCodes.All, code => Assert.Matches("^[A-Z]+(_[A-Z]+)+$", code.Code));
        Assert.All(FindingCodes.All, code => Assert.Contains(code.Zh, letter => letter >= '一'));
        Assert.All(FindingCodes.All, code => Assert.NotEmpty(code.En));
    }

    [Fact]
    public void Findings_BeyondTheBound_AreCounted()
    {
        var findings = new FindingList(kept: 3);
        for (var entry = 0; entry < 5; entry++)
        {
            findings.Add(FindingCodes.IndexGap, $"log/{entry}");
        }

        Assert.Equal((5, 3), (findings.Count, findings.Sorted().Count));
    }

    [Fact]
    public void Jwks_WithKeysOfOtherKinds_GivesTheEcOnes()
    {
        var jwk = $$"""{"kty":"EC","crv":"P-256","kid":"a","x":"{{Coordinate(_key.PublicPoint.X)}}","y":"{{Coordinate(_key.PublicPoint.Y)}}"}""";
        var read = PublicKeys.ReadJwks(Encoding.UTF8.GetBytes(
            $$"""{"keys":[{{jwk}},{"kty":"RSA","kid":"b"},{"kty":"EC","crv":"P-256","kid":"c","x":"AA","y":"AA"},{"kty":"EC"},7]}"""));
        Assert.Equal(["a"], Assert.IsAssignableFrom<ImmutableDictionary<string, VerifyingKey>>(read).Keys);
        Assert.Null(PublicKeys.ReadJwks("[]"u8.ToArray()));
        Assert.Null(PublicKeys.ReadJwks("?"u8.ToArray()));

        static string Coordinate(byte[]? bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }

    private static Task<ImmutableArray<TreeHash>> ConsistencyAsync(LogProof proof, long from)
    {
        var hashes = Hashes((int)proof.Index, TreeHash.OfLeaf(proof.Entry));
        var (edge, tiles) = TreeEdge.Empty.Append(hashes);
        return new TiledTree(new GivenTiles(tiles), edge.Size).ConsistencyAsync(from, TestContext.Current.CancellationToken).AsTask();
    }

    private static List<TreeHash> Hashes(int before, TreeHash leaf) =>
        [.. Enumerable.Range(0, before).Select(index => MemoryTiles.LeafAt(index)), leaf, .. Enumerable.Range(100, 6).Select(index => MemoryTiles.LeafAt(index))];

    private IEnumerable<string> Check(string jws, LogProof? proof, string payload = Payload, string? known = null, ImmutableArray<TreeHash>? consistency = null)
    {
        var findings = new FindingList();
        var keys = new PublicKeys(
            new[] { _key, _older }.ToImmutableDictionary(key => key.Kid, key => new VerifyingKey(key.Kid, key.PublicPoint)), [_log.Key], [_witness.Key]);
        var checkpoint = known is null ? null : CheckedCheckpoint.Read(known, keys, "known", findings);
        new ReceiptVerifier(keys, new TimeBounds(), findings).Check(
            new ReceiptQuestion(jws, Encoding.UTF8.GetBytes(payload), proof, checkpoint is null ? [] : [checkpoint], consistency), "receipt");
        return findings.Sorted().Select(finding => finding.Code.Code).Distinct();
    }

    /// <summary>A receipt whose leaf stands after some others, and its proof in a tree that goes on after it.</summary>
    private async Task<(string Jws, LogProof Proof)> MakeAsync(
        SigningKey? key = null, int before = 5, int? carriedSize = null, TreeHash? carriedRoot = null, Guid? message = null)
    {
        var id = message ?? Message;
        var leaf = Leaf.Of(
            new LeafId(Guid.Parse("01960000-0000-7000-8000-000000000009")), LeafKinds.Message, new ExchangeId(Exchange), id,
            Casework.Directory.AgencyId.Parse("nanning-test-court"), Committed, new JsonObject { ["event"] = "ask", ["occurred"] = Timestamps.Format(Committed) });
        var hashes = Hashes(before, new TreeHash(leaf.Hash));
        var (edge, tiles) = TreeEdge.Empty.Append(hashes);
        var path = await new TiledTree(new GivenTiles(tiles), edge.Size).InclusionAsync(before, TestContext.Current.CancellationToken);
        var carried = carriedSize ?? before;
        var jws = new ReceiptSigner(key ?? _key, new Uri("https://gateway.test"), new NewestCheckpoint()).Sign(new JsonObject
        {
            ["sub"] = $"exchanges/{Exchange}/messages/{id}",
            ["event"] = "ask",
            ["agency"] = "nanning-test-court",
            ["digest"] = CanonicalJson.Digest(CanonicalJson.Canonicalise(Encoding.UTF8.GetBytes(Payload))),
            ["documents"] = new JsonArray(),
            ["occurred"] = Timestamps.Format(Committed),
            ["committed"] = Timestamps.Format(Committed),
            ["leaf"] = Convert.ToHexStringLower(leaf.Hash),
            ["checkpoint"] = new JsonObject
            {
                ["origin"] = Origin, ["size"] = carried, ["root"] = (carriedRoot ?? TreeEdge.Empty.Append(hashes[..carried]).Edge.Root).ToString(),
            },
        });
        return (jws, new LogProof(leaf.Entry, before, path, Signed(edge.Size, edge.Root, Committed.AddMinutes(1))));
    }

    private string Note(int size, DateTimeOffset at) => Signed(size, TreeEdge.Empty.Append([.. Enumerable.Range(0, size).Select(index => MemoryTiles.LeafAt(index))]).Edge.Root, at);

    private string Signed(long size, TreeHash root, DateTimeOffset at)
    {
        var text = new Checkpoint(Origin, size, root).ToString();
        return new SignedNote(text, [_log.Sign(text, at), _witness.Sign(text, at)]).ToString();
    }

    private static string WitnessLine(string note) => note.Split('\n').Single(line => line.StartsWith("— witness.test ", StringComparison.Ordinal));

    private static CheckedCheckpoint Head(long size, TreeHash root) => new(new Checkpoint(Origin, size, root), []);

    private sealed class GivenTiles(IEnumerable<Tile> tiles) : ITileReader
    {
        public ValueTask<Tile> ReadAsync(TilePath path, CancellationToken cancellationToken) =>
            ValueTask.FromResult(tiles.Single(tile => tile.Path.Level == path.Level && tile.Path.Position == path.Position).Narrowed(path.Width));
    }
}
