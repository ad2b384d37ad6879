using System.Security.Cryptography;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Storage;
using static LegalAid.Gateway.Exchange.Tests.Evidence.Log.LogWorld;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Log;

/// <summary>A log that does not agree with itself, or with its keys, is not signed any further.</summary>
public sealed class DamagedLogTests
{
    public static TheoryData<string, LogFault> Damages => new()
    {
        { "UPDATE log_tile SET hashes = zeroblob(length(hashes))", LogFault.RootDiffers },
        { "DELETE FROM log_tile", LogFault.RootDiffers },
        { "UPDATE log_tile SET hashes = substr(hashes, 1, 64)", LogFault.RootDiffers },
        { "UPDATE log_head SET root = zeroblob(32)", LogFault.RootDiffers },
        { "UPDATE log_head SET size = size - 1", LogFault.RootDiffers },
        { "DELETE FROM log_head", LogFault.CheckpointBeyondHead },
        { "UPDATE checkpoint SET note = replace(note, 'gateway', 'Gateway')", LogFault.CheckpointNotOurs },
        { "UPDATE checkpoint SET root = zeroblob(32)", LogFault.CheckpointNotOurs },
        { "UPDATE checkpoint SET note = ''", LogFault.CheckpointNotOurs },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Run_StoreThatDisagreesWithItself_IsRefused(string sql, LogFault fault)
    {
        await using var world = await CreateAsync();
        await world.SignAsync(10);
        await world.TamperAsync(sql);
        _ = await world.AppendAsync(2);

        await world.RunUntilRefusedAsync(fault);

        Assert.Equal(2, (await world.Store.ListUnindexedAsync(10, Cancellation)).Length);
        Assert.Single(world.Logs.Errors);
    }

    /// <summary>A log rewritten whole, tiles and head together, by somebody without the signing key.</summary>
    [Fact]
    public async Task Run_HistoryRewrittenUnderTheLastCheckpoint_IsRefused()
    {
        await using var world = await CreateAsync();
        await world.SignAsync(3);
        var (other, tiles) = TreeEdge.Empty.Append([.. Enumerable.Range(0, 3).Select(index => MemoryTiles.LeafAt(index))]);
        await world.TamperAsync(
            $"UPDATE log_tile SET hashes = x'{Convert.ToHexString(tiles[0].Content.Span)}'; UPDATE log_head SET root = x'{Convert.ToHexString(other.Root.ToArray())}'");

        await world.RunUntilRefusedAsync(LogFault.CheckpointDiffers);
    }

    [Fact]
    public async Task Run_WithTheKeysOfAnotherGateway_IsRefused()
    {
        await using var world = await CreateAsync();
        await world.SignAsync(3);
        world.Keys = new LogKeys([RandomNumberGenerator.GetBytes(32)]);

        await world.RunUntilRefusedAsync(LogFault.CheckpointNotOurs);
    }
}
