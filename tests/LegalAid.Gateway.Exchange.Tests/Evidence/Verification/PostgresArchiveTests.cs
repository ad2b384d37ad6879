using System.Security.Cryptography;
using LegalAid.Gateway.Exchange.Evidence.Bundle;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Postgres;
using LegalAid.Gateway.Exchange.Tests.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Verification;

/// <summary>A PostgreSQL ledger before its auditor: clean, beside writes, and changed by SQL behind the store's back.</summary>
public sealed class PostgresArchiveTests(SharedPostgres server)
{
    public static TheoryData<string, string, string> Tampered => new()
    {
        { "DELETE FROM leaf WHERE log_index = 1", "INDEX_GAP", "log/1" },
        { "UPDATE leaf SET log_index = 77 WHERE log_index = 1", "LEAF_BEYOND_HEAD", "leaves/" },
        { "UPDATE leaf SET log_index = -5 WHERE log_index = 1", "LEAF_BEYOND_HEAD", "leaves/" },
        { "DROP INDEX leaf_log_index; UPDATE leaf SET log_index = 0 WHERE log_index = 1", "INDEX_TWIN", "leaves/" },
        { "DROP INDEX leaf_log_index; UPDATE leaf SET log_index = 1 - log_index WHERE log_index IN (0, 1)", "LEAF_MOVED", "leaves/" },
        { "UPDATE leaf SET entry = entry || ' '::bytea WHERE log_index = 1", "LEAF_HASH", "leaves/" },
        { "UPDATE leaf SET kind = 'other' WHERE log_index = 1", "LEAF_ROW", "leaves/" },
        { "UPDATE leaf SET committed_at = -1 WHERE log_index = 1", "STORE_DAMAGED", "log/1" },
        { "UPDATE leaf SET hash = ''::bytea WHERE log_index = 1", "LEAF_HASH", "leaves/" },
        { "UPDATE log_head SET root = ''::bytea", "STORE_DAMAGED", "log_head" },
        { "UPDATE log_tile SET hashes = set_byte(hashes, 5, (get_byte(hashes, 5) + 1) % 256)", "TILE_EDITED", "tile/0/000" },
        { "UPDATE log_tile SET hashes = hashes || decode(repeat('00', 32), 'hex')", "TILE_BEYOND_HEAD", "tile/0/000" },
        { "INSERT INTO log_tile (level, position, hashes) VALUES (0, 7, decode(repeat('00', 32), 'hex'))", "TILE_BEYOND_HEAD", "tile/0/7" },
        { "DELETE FROM log_tile", "TILE_MISSING", "tile/0/000" },
        { "UPDATE checkpoint SET note = (SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1) WHERE size = (SELECT min(size) FROM checkpoint)", "CHECKPOINT_ROW", "checkpoints/" },
        { "DELETE FROM message WHERE sequence = 1", "MESSAGE_MISSING", "exchanges/" },
        { "UPDATE message SET sequence = 9 WHERE sequence = 1", "MESSAGE_ROW", "exchanges/" },
        { "UPDATE message SET event = 'other' WHERE sequence = 1", "MESSAGE_ROW", "exchanges/" },
        { "UPDATE message SET content_cipher = set_byte(content_cipher, 30, (get_byte(content_cipher, 30) + 1) % 256)", "MESSAGE_UNREADABLE", "exchanges/" },
        { "UPDATE attachment SET content_cipher = (SELECT content_cipher FROM attachment ORDER BY id LIMIT 1) WHERE id <> (SELECT min(id::text)::uuid FROM attachment)", "ATTACHMENT_UNREADABLE", "exchanges/" },
        { "DELETE FROM attachment", "ATTACHMENT_MISSING", "exchanges/" },
        { "DELETE FROM delivery WHERE status = 2", "DELIVERY_MISSING", "exchanges/" },
        { "UPDATE delivery SET recipient = 'nobody' WHERE id = (SELECT id FROM delivery ORDER BY id LIMIT 1)", "DELIVERY_UNSTATED", "exchanges/" },
        { "DELETE FROM exchange", "EXCHANGE_MISSING", "exchanges/" },
    };

    [Theory]
    [MemberData(nameof(Tampered))]
    public async Task Verify_RowsChanged_NamesTheEntry(string sql, string code, string entry)
    {
        var options = await server.NewOptionsAsync();
        var (audited, _, _) = await AuditedWorld.CreateAsync(options);
        await using var owner = audited;
        _ = await SharedPostgres.ExecuteAsync(options, sql);

        var (findings, _) = await audited.VerifyAsync();

        Assert.True(
            findings.Any(finding => finding.Code.Code == code && finding.Entry.StartsWith(entry, StringComparison.Ordinal)),
            $"no {code} on {entry} in:\n{string.Join('\n', findings.Select(finding => $"{finding.Code.Code} {finding.Entry} {finding.Detail}"))}");
    }

    [Fact]
    public async Task Verify_CleanStoreBesideWrites_FindsNothingAndCountsAll()
    {
        var (audited, _, second) = await AuditedWorld.CreateAsync(await server.NewOptionsAsync());
        await using var owner = audited;
        var (findings, tally) = await audited.VerifyAsync();
        Assert.Empty(findings);
        Assert.Equal((2, 4, 4, 2, 3, 0), (tally.Exchanges, tally.Messages, tally.Deliveries, tally.Attachments, tally.Checkpoints, tally.Unlogged));
        Assert.Equal((await audited.Keeper.HeadAsync())?.Size, tally.Leaves);

        var writing = Task.Run(async () =>
        {
            for (var note = 0; note < 30; note++)
            {
                await audited.World.NoteAsync(second, $"补充 {note}");
                await audited.GrowAsync();
            }
        }, AuditedWorld.Cancellation);
        do
        {
            Assert.Empty((await audited.VerifyAsync()).Findings);
        }
        while (!writing.IsCompleted);
        await writing;
    }

    [Fact]
    public async Task Export_OfACase_Verifies()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync(await server.NewOptionsAsync());
        await using var owner = audited;
        using var archive = audited.OpenArchive();
        using var bundle = new MemoryStream();
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var manifest = new VerifyingKey("manifest", signing.ExportParameters(includePrivateParameters: false).Q);
        var keys = audited.Keys with { Receipts = audited.Keys.Receipts?.Add(manifest.Kid, manifest) };

        var summary = new CaseExporter(archive, audited.World.Keys, keys, new ManifestSigner(manifest.Kid, signing)).Write(first.Value, reader: null, bundle);

        Assert.Equal((2, 2, 0), (summary?.Messages, summary?.Attachments, summary?.Pending));
        var findings = new FindingList();
        bundle.Position = 0;
        _ = new BundleVerifier(keys, new TimeBounds(), findings).Verify(bundle);
        Assert.Empty(findings.Sorted());
    }

    [Fact]
    public async Task Open_WithoutALedger_IsRefused()
    {
        var options = await server.NewOptionsAsync();
        Assert.Equal(StoreRefusal.ForeignDatabase, Assert.Throws<StoreRefusedException>(() => PostgresArchive.Open(options)).Refusal);
        var nowhere = options with { ConnectionString = "Host=127.0.0.1;Port=1;Database=none;Timeout=2" };
        Assert.Equal(StoreRefusal.Unreachable, Assert.Throws<StoreRefusedException>(() => PostgresArchive.Open(nowhere)).Refusal);
    }
}
