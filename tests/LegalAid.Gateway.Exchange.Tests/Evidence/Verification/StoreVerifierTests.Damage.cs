using LegalAid.Gateway.Exchange.Evidence.Verification;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Verification;

/// <summary>Rows that no writer makes: what cannot be read is named, and does not hide the rest.</summary>
public sealed partial class StoreVerifierTests
{
    [Theory]
    [InlineData("UPDATE leaf SET id = x'0102' WHERE log_index = 1")]
    [InlineData("UPDATE leaf SET id = CAST(id || x'ff' AS BLOB) WHERE log_index = 1")]
    [InlineData("UPDATE leaf SET subject = x'0102' WHERE log_index = 1")]
    [InlineData("UPDATE leaf SET committed_at = -1 WHERE log_index = 1")]
    public async Task Verify_LeafThatCannotBeRead_NamesItsPlaceAndGoesOn(string sql)
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        Assert.Equal(1, audited.Tamper(sql));
        Assert.Equal(1, audited.Tamper("UPDATE leaf SET kind = 'other' WHERE log_index = 2"));

        var found = await audited.VerifyAsync(withRing: false);

        AssertFound(found, FindingCodes.StoreDamaged, "log/1");
        Assert.Contains(found.Findings, finding => finding.Code == FindingCodes.LeafRow && finding.Detail == "log/2");
        Assert.Equal((await audited.Keeper.HeadAsync())?.Size, found.Tally.Leaves);
    }

    [Fact]
    public async Task Verify_UnloggedLeafThatCannotBeRead_IsNamedOnce()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var leaf = await AppendAtAsync(audited, audited.World.Time.GetUtcNow());
        audited.Tamper("UPDATE leaf SET id = CAST(id || x'01' AS BLOB) WHERE log_index IS NULL");

        var finding = Assert.Single((await audited.VerifyAsync(withRing: false)).Findings);
        Assert.Equal((FindingCodes.StoreDamaged, $"leaves/{leaf.Id}"), (finding.Code, finding.Entry));
    }

    [Theory]
    [InlineData("UPDATE log_head SET root = x'01'", "log_head")]
    [InlineData("UPDATE checkpoint SET signed_at = -1 WHERE size = (SELECT min(size) FROM checkpoint)", "checkpoints/0")]
    public async Task Verify_HeadOrCheckpointThatCannotBeRead_IsNamed(string sql, string entry)
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        Assert.Equal(1, audited.Tamper(sql));
        AssertFound(await audited.VerifyAsync(withRing: false), FindingCodes.StoreDamaged, entry);
    }

    [Fact]
    public async Task Verify_TileBeyondTheLog_IsNamed()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        audited.Tamper("INSERT INTO log_tile (level, position, hashes) VALUES (0, 7, zeroblob(32)), (1, 0, zeroblob(32)), (-1, 0, zeroblob(32)), (0, -1, zeroblob(32)), (70, 1, zeroblob(32))");

        var found = await audited.VerifyAsync(withRing: false);

        Assert.Equal(
            ["tile/-1/0", "tile/0/-1", "tile/0/7", "tile/1/0", "tile/70/1"],
            found.Findings.Select(finding => finding.Entry).Order(StringComparer.Ordinal));
        Assert.All(found.Findings, finding => Assert.Equal(FindingCodes.TileBeyondHead, finding.Code));
    }

    [Fact]
    public async Task Verify_TileWiderThanTheLog_IsNamed()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        Assert.Equal(1, audited.Tamper("UPDATE log_tile SET hashes = CAST(hashes || zeroblob(32) AS BLOB) WHERE level = 0"));

        var finding = Assert.Single((await audited.VerifyAsync(withRing: false)).Findings);
        Assert.Equal((FindingCodes.TileBeyondHead, $"tile/0/000.p/{(await audited.Keeper.HeadAsync())?.Size}"), (finding.Code, finding.Entry));
    }
}
