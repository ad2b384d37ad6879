using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Verification;

/// <summary>A real store is changed behind its back, and the verifier has to say what was changed, and where.</summary>
public sealed partial class StoreVerifierTests
{
    [Fact]
    public async Task Verify_CleanStoreInUse_FindsNothingAndCountsAll()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;

        var (sealedFindings, _) = await audited.VerifyAsync(withRing: false);
        var (findings, tally) = await audited.VerifyAsync();

        Assert.Empty(sealedFindings);
        Assert.Empty(findings);
        Assert.Equal((2, 4, 4, 2), (tally.Exchanges, tally.Messages, tally.Deliveries, tally.Attachments));
        Assert.Equal((3, 0, 0), (tally.Checkpoints, tally.Unlogged, tally.Erased));
        Assert.Equal((await audited.Keeper.HeadAsync())?.Size, tally.Leaves);
    }

    [Fact]
    public async Task Verify_BesideWrites_FindsNothing()
    {
        var (audited, _, second) = await AuditedWorld.CreateAsync();
        await using var owner = audited;

        var writing = Task.Run(async () =>
        {
            for (var note = 0; note < 60; note++)
            {
                await audited.World.NoteAsync(second, $"补充 {note}");
                await audited.Keeper.GrowAsync();
            }
        }, AuditedWorld.Cancellation);
        do
        {
            Assert.Empty((await audited.VerifyAsync()).Findings);
        }
        while (!writing.IsCompleted);
        await writing;
        Assert.Empty((await audited.VerifyAsync()).Findings);
    }

    [Fact]
    public async Task Verify_LogOfSeveralTiles_ComparesEveryLevel()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        for (var refusal = 0; refusal < 700; refusal++)
        {
            await audited.World.Store.AppendLeafAsync(
                Leaf.Of(new LeafId(audited.World.Ids.NewId()), LeafKinds.Refusal, null, null, SmallExchange.CourtId, audited.World.Time.GetUtcNow(), []),
                AuditedWorld.Cancellation);
            if (refusal % 100 == 0)
            {
                await audited.Keeper.GrowAsync();
            }
        }

        await audited.Keeper.GrowAsync();
        var (findings, tally) = await audited.VerifyAsync();
        Assert.Empty(findings);
        Assert.Equal(4, tally.Tiles); // three of leaves, one above

        Assert.Equal(1, audited.Tamper("UPDATE log_tile SET hashes = randomblob(length(hashes)) WHERE level = 1 AND position = 0"));
        AssertFound(await audited.VerifyAsync(), FindingCodes.TileEdited, "tile/1/000.p/2");
    }

    [Fact]
    public async Task Verify_DroppedLeaf_NamesThePlaceAndTheMessage()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var (message, leaf) = await FirstLeafAsync(audited, first);
        Assert.Equal(1, audited.Tamper("DELETE FROM leaf WHERE id = $id", ("$id", AuditedWorld.Bytes(leaf.Leaf.Id.Value))));

        var found = await audited.VerifyAsync(withRing: false);

        AssertFound(found, FindingCodes.IndexGap, $"log/{leaf.Index}");
        AssertFound(found, FindingCodes.MessageUnstated, NameOf(first, message));
        Assert.DoesNotContain(found.Findings, finding => finding.Code == FindingCodes.CheckpointRoot); // the tiles still show the rest
    }

    [Fact]
    public async Task Verify_Reordered_NamesBothLeaves()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var leaves = await audited.World.Store.ListLogAsync(0, 2, AuditedWorld.Cancellation);
        audited.Tamper("UPDATE leaf SET log_index = 1000 WHERE log_index = 0; UPDATE leaf SET log_index = 0 WHERE log_index = 1; UPDATE leaf SET log_index = 1 WHERE log_index = 1000");

        var found = await audited.VerifyAsync(withRing: false);

        AssertFound(found, FindingCodes.LeafMoved, $"leaves/{leaves[0].Leaf.Id}");
        AssertFound(found, FindingCodes.LeafMoved, $"leaves/{leaves[1].Leaf.Id}");
        Assert.All(found.Findings, finding => Assert.Equal(FindingCodes.LeafMoved, finding.Code));
    }

    [Fact]
    public async Task Verify_Renumbered_NamesTheLeafAndTheGap()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var leaf = (await audited.World.Store.ListLogAsync(1, 1, AuditedWorld.Cancellation))[0].Leaf;
        audited.Tamper("UPDATE leaf SET log_index = 77 WHERE log_index = 1");

        var found = await audited.VerifyAsync(withRing: false);

        AssertFound(found, FindingCodes.LeafBeyondHead, $"leaves/{leaf.Id}");
        AssertFound(found, FindingCodes.IndexGap, "log/1");
    }

    [Fact]
    public async Task Verify_NegativeIndex_DoesNotHideALeaf()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var leaf = (await audited.World.Store.ListLogAsync(1, 1, AuditedWorld.Cancellation))[0].Leaf;
        audited.Tamper("UPDATE leaf SET log_index = -5 WHERE log_index = 1");

        AssertFound(await audited.VerifyAsync(withRing: false), FindingCodes.LeafBeyondHead, $"leaves/{leaf.Id}");
    }

    [Fact]
    public async Task Verify_TwoLeavesOfOnePlace_NamesTheSecond()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        audited.Tamper("DROP INDEX leaf_log_index; UPDATE leaf SET log_index = 0 WHERE log_index = 1");

        var found = await audited.VerifyAsync(withRing: false);

        Assert.Contains(found.Findings, finding => finding.Code == FindingCodes.IndexTwin);
        AssertFound(found, FindingCodes.IndexGap, "log/1");
    }

    [Fact]
    public async Task Verify_EditedEntry_NamesTheLeaf()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var (_, leaf) = await FirstLeafAsync(audited, first);
        var edited = Encoding.UTF8.GetString(leaf.Leaf.Entry).Replace("\"event\":\"ask\"", "\"event\":\"tell\"", StringComparison.Ordinal);
        audited.Tamper(
            "UPDATE leaf SET entry = $entry WHERE id = $id", ("$entry", Encoding.UTF8.GetBytes(edited)), ("$id", AuditedWorld.Bytes(leaf.Leaf.Id.Value)));

        var found = await audited.VerifyAsync(withRing: false);

        AssertFound(found, FindingCodes.LeafHash, $"leaves/{leaf.Leaf.Id}");
        AssertFound(found, FindingCodes.LeafReplaced, $"leaves/{leaf.Leaf.Id}");
    }

    /// <summary>The forger hashes anew and edits the tiles too: the signed roots remain.</summary>
    [Fact]
    public async Task Verify_EditedEntryWithItsHashAndTile_BreaksTheSignedRoot()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var (_, leaf) = await FirstLeafAsync(audited, first);
        Forge(audited, leaf.Leaf, leaf.Index, "\"event\":\"ask\"", "\"event\":\"tell\"");

        var found = await audited.VerifyAsync(withRing: false);

        Assert.Contains(found.Findings, finding => finding.Code == FindingCodes.CheckpointRoot && finding.Detail.StartsWith("log/0", StringComparison.Ordinal));
        Assert.Contains(found.Findings, finding => finding.Code == FindingCodes.LogHead);
    }

    [Fact]
    public async Task Verify_EditedTile_NamesTheTile()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        audited.Tamper("UPDATE log_tile SET hashes = CAST(zeroblob(32) || substr(hashes, 33) AS BLOB) WHERE level = 0 AND position = 0");

        var found = await audited.VerifyAsync(withRing: false);

        var size = (await audited.Keeper.HeadAsync())?.Size;
        var finding = Assert.Single(found.Findings);
        Assert.Equal((FindingCodes.TileEdited, $"tile/0/000.p/{size}"), (finding.Code, finding.Entry));
    }

    [Fact]
    public async Task Verify_LostTile_NamesTheTile()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        audited.Tamper("DELETE FROM log_tile");
        Assert.Contains((await audited.VerifyAsync(withRing: false)).Findings, finding => finding.Code == FindingCodes.TileMissing);
    }

    /// <summary>A message and its leaf are put in afterwards, dated back, and never logged.</summary>
    [Fact]
    public async Task Verify_InsertedWithALeafThatIsNotLogged_NamesTheLeaf()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var (message, stated) = await FirstLeafAsync(audited, first);
        var leaf = Leaf.Of(
            new LeafId(audited.World.Ids.NewId()), LeafKinds.Message, first, audited.World.Ids.NewId(), SmallExchange.CourtId, message.CommittedAt,
            new JsonObject { ["event"] = "note", ["sequence"] = 90, ["recipients"] = new JsonArray() });
        await audited.World.Store.AppendLeafAsync(leaf, AuditedWorld.Cancellation);

        var found = await audited.VerifyAsync(withRing: false);

        AssertFound(found, FindingCodes.LeafUnlogged, $"leaves/{leaf.Id}");
        AssertFound(found, FindingCodes.MessageMissing, $"{first.ResourceName}/messages/{leaf.Subject}");
        Assert.NotEqual(stated.Leaf.Id, leaf.Id);
    }

    /// <summary>The forger has every key of the gateway: the leaf is logged and signed. Its place in the log still tells its age.</summary>
    [Fact]
    public async Task Verify_InsertedAndLogged_IsFoundToBeDatedBack()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var (message, _) = await FirstLeafAsync(audited, first);
        var leaf = Leaf.Of(
            new LeafId(audited.World.Ids.NewId()), LeafKinds.Refusal, null, null, SmallExchange.CourtId, message.CommittedAt, []);
        await audited.World.Store.AppendLeafAsync(leaf, AuditedWorld.Cancellation);
        await audited.Keeper.GrowAsync();

        AssertFound(await audited.VerifyAsync(withRing: false), FindingCodes.LeafBackDated, $"leaves/{leaf.Id}");
    }

    [Fact]
    public async Task Verify_LeafWithinTheMergeDelay_IsNotDatedBack()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var bounds = new TimeBounds();
        await AppendAtAsync(audited, audited.World.Time.GetUtcNow() - bounds.MergeDelay - bounds.ClockSkew);
        await audited.Keeper.GrowAsync();
        Assert.Empty((await audited.VerifyAsync(withRing: false)).Findings);

        var late = await AppendAtAsync(audited, audited.World.Time.GetUtcNow() - bounds.MergeDelay - bounds.ClockSkew - TimeSpan.FromTicks(1));
        await audited.Keeper.GrowAsync();
        AssertFound(await audited.VerifyAsync(withRing: false), FindingCodes.LeafBackDated, $"leaves/{late.Id}");
    }

    [Fact]
    public async Task Verify_LeafOfTheFuture_IsFoundToBeDatedForward()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var leaf = await AppendAtAsync(audited, audited.World.Time.GetUtcNow() + TimeSpan.FromDays(1));
        await audited.Keeper.GrowAsync();

        AssertFound(await audited.VerifyAsync(withRing: false), FindingCodes.LeafPostDated, $"leaves/{leaf.Id}");
    }

    /// <summary>The forger has every key of the gateway and writes the whole log anew; only the witness remembers.</summary>
    [Fact]
    public async Task Verify_ForkedLog_IsFoundByAWitnesssCheckpoint()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var head = await audited.Keeper.HeadAsync() ?? throw new InvalidOperationException("no head");
        var witnessed = audited.Read(audited.Keeper.Sign(head.Size, new TreeHash(head.Root.AsSpan())));
        var (_, leaf) = await FirstLeafAsync(audited, first);
        Forge(audited, leaf.Leaf, leaf.Index, "\"event\":\"ask\"", "\"event\":\"tell\"");
        var forged = await GrowAllAsync(audited);
        audited.Tamper("DELETE FROM checkpoint; UPDATE log_head SET root = $root", ("$root", forged.ToArray()));
        audited.Tamper(
            "INSERT INTO checkpoint (origin, size, root, signed_at, note) VALUES ($origin, $size, $root, $at, $note)", ("$origin", LogKeeper.Origin),
            ("$size", head.Size), ("$root", forged.ToArray()), ("$at", audited.World.Time.GetUtcNow().UtcTicks),
            ("$note", audited.Keeper.Sign(head.Size, forged, cosigned: false)));

        var alone = await audited.VerifyAsync(withRing: false);
        Assert.DoesNotContain(alone.Findings, finding => finding.Code == FindingCodes.CheckpointRoot || finding.Code == FindingCodes.LogHead);

        AssertFound(await audited.VerifyAsync(withRing: false, ("witness.test", witnessed)), FindingCodes.LogForked, "witness.test");
    }

    [Fact]
    public async Task Verify_LogThatWasCut_IsFoundByALargerCheckpoint()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var witnessed = audited.Read(audited.Keeper.Sign(1000, new TreeHash(RandomNumberGenerator.GetBytes(TreeHash.Bytes))));

        AssertFound(await audited.VerifyAsync(withRing: false, ("witness.test", witnessed)), FindingCodes.LogInconsistent, "witness.test");
    }

    [Fact]
    public async Task Verify_CheckpointReplaced_NamesIt()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        audited.Tamper("UPDATE checkpoint SET note = (SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1) WHERE size = (SELECT min(size) FROM checkpoint)");
        var size = (await audited.World.Store.ListCheckpointsAsync(0, 1, AuditedWorld.Cancellation))[0].Size;

        AssertFound(await audited.VerifyAsync(withRing: false), FindingCodes.CheckpointRow, $"checkpoints/{size}");
    }

    [Fact]
    public async Task Verify_CheckpointSignedByAnotherKey_NamesIt()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var row = (await audited.World.Store.ListCheckpointsAsync(0, 1, AuditedWorld.Cancellation))[0];
        var other = NoteSigner.Generate(LogKeeper.Origin, NoteAlgorithm.Ed25519);
        audited.Tamper(
            "UPDATE checkpoint SET note = $note WHERE size = $size",
            ("$note", audited.Keeper.Sign(row.Size, new TreeHash(row.Root.AsSpan()), cosigned: false, by: other)), ("$size", row.Size));

        var finding = Assert.Single((await audited.VerifyAsync(withRing: false)).Findings);
        Assert.Equal((FindingCodes.CheckpointSignature, $"checkpoints/{row.Size}"), (finding.Code, finding.Entry));
    }

    private static void AssertFound((IReadOnlyList<Finding> Findings, StoreTally Tally) found, FindingCode code, string entry) =>
        Assert.True(
            found.Findings.Any(finding => finding.Code == code && finding.Entry == entry),
            $"no {code.Code} on {entry} in:\n{string.Join('\n', found.Findings.Select(finding => $"{finding.Code.Code} {finding.Entry} {finding.Detail}"))}");

    private static string NameOf(ExchangeId exchange, MessageRow message) => $"{exchange.ResourceName}/messages/{message.Id}";

    private static async Task<MessageRow> FirstAsync(AuditedWorld audited, ExchangeId exchange) =>
        (await audited.World.Store.ListMessagesAsync(exchange, 0, 1, AuditedWorld.Cancellation))[0];

    private static async Task<ExchangeRow> RowAsync(AuditedWorld audited, ExchangeId exchange) =>
        await audited.World.Store.FindExchangeAsync(exchange, AuditedWorld.Cancellation) ?? throw new InvalidOperationException("no exchange");

    private static async Task<(MessageRow Message, (LeafRow Leaf, long Index) Leaf)> FirstLeafAsync(AuditedWorld audited, ExchangeId exchange)
    {
        var message = await FirstAsync(audited, exchange);
        var found = await audited.World.Store.FindMessageLeafAsync(exchange, message.Id, AuditedWorld.Cancellation)
            ?? throw new InvalidOperationException("no leaf");
        return (message, (found.Leaf, found.Index ?? throw new InvalidOperationException("no place")));
    }

    private static (ExchangeCipher Cipher, byte[] Nonce, string Receipt, byte[] Content) Open(
        AuditedWorld audited, ExchangeRow row, string kind, Guid id, byte[] box)
    {
        var cipher = new ExchangeCipher(audited.World.Keys.Unwrap(row.Id.Value, row.DataKey));
        var (nonce, receipt, content) = MessageContent.Split(cipher.Open(kind, id, box));
        return (cipher, nonce, receipt, content);
    }

    private static async Task<LeafRow> AppendAtAsync(AuditedWorld audited, DateTimeOffset at)
    {
        var leaf = Leaf.Of(new LeafId(audited.World.Ids.NewId()), LeafKinds.Refusal, null, null, SmallExchange.CourtId, at, []);
        await audited.World.Store.AppendLeafAsync(leaf, AuditedWorld.Cancellation);
        return leaf;
    }

    /// <summary>Edits an entry, its hash, and the hash in its tile.</summary>
    private static void Forge(AuditedWorld audited, LeafRow leaf, long index, string from, string to)
    {
        var entry = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(leaf.Entry).Replace(from, to, StringComparison.Ordinal));
        Assert.NotEqual(leaf.Entry, entry);
        audited.Tamper("UPDATE leaf SET entry = $entry, hash = $hash WHERE id = $id", ("$entry", entry), ("$hash", Leaf.Hash(entry)), ("$id", AuditedWorld.Bytes(leaf.Id.Value)));
        audited.Tamper(
            "UPDATE log_tile SET hashes = CAST(substr(hashes, 1, $before) || $hash || substr(hashes, $after) AS BLOB) WHERE level = 0 AND position = 0",
            ("$before", index * TreeHash.Bytes), ("$hash", Leaf.Hash(entry)), ("$after", ((index + 1) * TreeHash.Bytes) + 1));
    }

    /// <summary>The root of the leaves as they now stand.</summary>
    private static async Task<TreeHash> GrowAllAsync(AuditedWorld audited)
    {
        var leaves = await audited.World.Store.ListLogAsync(0, 1000, AuditedWorld.Cancellation);
        return TreeEdge.Empty.Append([.. leaves.Select(leaf => new TreeHash(leaf.Leaf.Hash))]).Edge.Root;
    }
}
