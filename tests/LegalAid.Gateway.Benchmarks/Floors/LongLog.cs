using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Data.Common;
using LegalAid.Gateway.Benchmarks.Gateway;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Benchmarks.Floors;

/// <summary>
/// A log of millions of leaves, made in bulk: the leaves that a store holds are given places spread evenly over it, all other leaves are hashes of
/// nothing, without a row. Every tile, the head and a signed checkpoint over them are what a log that had grown so long would have. The
/// same leaves stand in a tree in memory.
/// </summary>
internal sealed class LongLog
{
    /// <summary>Leaves appended at a time: full tiles, and a transaction's worth of them.</summary>
    private const int Chunk = 1 << 16;

    private LongLog(int size) => (Size, Tree) = (size, new BareTree(size));

    public int Size { get; }

    public BareTree Tree { get; }

    /// <summary>Places of messages that have a row.</summary>
    public Dictionary<MessageId, int> Places { get; } = [];

    public static async Task<LongLog> BuildAsync(KeptStore kept, int size, CancellationToken cancellationToken)
    {
        var log = new LongLog(size);
        await using (var connection = kept.Place.Connect())
        {
            var hashes = log.Spread(connection);
            log.Grow(connection, hashes);
        }

        await using var store = await kept.Place.OpenAsync(cancellationToken);
        var head = await store.FindLogHeadAsync(cancellationToken) ?? throw new InvalidOperationException("the log was not begun");
        var now = TimeProvider.System.GetUtcNow();
        var note = kept.LogKeys.Sign(new Checkpoint(head.Origin, size, new TreeHash(log.Tree.Root(size))), now);
        var checkpoint = new CheckpointRow(head.Origin, size, head.Root, now, note.ToString());
        await store.AddCheckpointAsync(checkpoint, cancellationToken);
        return await LogCheck.RunAsync(store, kept.LogKeys, head, checkpoint, cancellationToken) is (null, _)
            ? log
            : throw new InvalidOperationException("the log that was built is not sound");
    }

    /// <summary>Gives the leaves that are there places far from each other. Their hashes by place.</summary>
    private Dictionary<long, byte[]> Spread(DbConnection connection)
    {
        var rows = new List<(object Id, Guid? Message, byte[] Hash)>();
        using (var read = Command(connection, "SELECT id, CASE kind WHEN 'message' THEN subject END, hash FROM leaf ORDER BY id"))
        using (var row = read.ExecuteReader())
        {
            while (row.Read())
            {
                rows.Add((row.GetValue(0), UuidOf(row.GetValue(1)), (byte[])row.GetValue(2)));
            }
        }

        using var transaction = connection.BeginTransaction();
        Command(connection, "UPDATE leaf SET log_index = NULL", transaction).ExecuteNonQuery();
        using var place = Command(connection, "UPDATE leaf SET log_index = @place WHERE id = @id", transaction, "place", "id");
        var hashes = new Dictionary<long, byte[]>();
        foreach (var (number, (id, message, hash)) in rows.Index())
        {
            var index = number * (Size / rows.Count);
            Run(place, (long)index, id);
            hashes.Add(index, hash);
            if (message is { } subject)
            {
                Places.Add(new MessageId(subject), index);
            }
        }

        transaction.Commit();
        return hashes;
    }

    private void Grow(DbConnection connection, Dictionary<long, byte[]> hashes)
    {
        Command(connection, "DELETE FROM log_tile").ExecuteNonQuery();
        Command(connection, "DELETE FROM checkpoint").ExecuteNonQuery();
        var (edge, open) = (TreeEdge.Empty, new Dictionary<int, Tile>());
        while (edge.Size < Size)
        {
            var from = edge.Size;
            var leaves = new TreeHash[Math.Min(Chunk, Size - from)];
            for (var offset = 0; offset < leaves.Length; offset++)
            {
                var hash = hashes.GetValueOrDefault(from + offset) ?? HashOfNothing(from + offset);
                leaves[offset] = new TreeHash(hash);
                Tree.Append(hash);
            }

            (edge, var changed) = edge.Append(leaves);
            Put(connection, changed.Where(tile => tile.Path.IsFull));
            foreach (var tile in changed)
            {
                open[tile.Path.Level] = tile;
            }

            if (edge.Size % (Chunk << 4) == 0)
            {
                Report.Progress($"building the log: {edge.Size,9} leaves");
            }
        }

        Put(connection, TreeEdge.TilesOf(Size).Select(path => open[path.Level])); // the last that each level ended in
        using var head = Command(connection, "UPDATE log_head SET size = @size, root = @root", transaction: null, "size", "root");
        Run(head, (long)Size, edge.Root.ToArray());
    }

    private void Put(DbConnection connection, IEnumerable<Tile> tiles)
    {
        using var transaction = connection.BeginTransaction();
        using var put = Command(
            connection, "INSERT INTO log_tile (level, position, hashes) VALUES (@level, @position, @hashes)", transaction, "level", "position", "hashes");
        foreach (var tile in tiles)
        {
            Run(put, tile.Path.Level, tile.Path.Position, tile.Content.ToArray());
        }

        transaction.Commit();
    }

    private static byte[] HashOfNothing(long place)
    {
        var hash = new byte[TreeHash.Bytes];
        BinaryPrimitives.WriteInt64BigEndian(hash, place);
        return hash;
    }

    private static Guid? UuidOf(object value) => value switch
    {
        Guid uuid => uuid,
        byte[] bytes => new Guid(bytes, bigEndian: true),
        _ => null,
    };

    private static DbCommand Command(DbConnection connection, string sql, DbTransaction? transaction = null, params string[] parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        foreach (var name in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static void Run(DbCommand command, params object[] values)
    {
        for (var parameter = 0; parameter < values.Length; parameter++)
        {
            command.Parameters[parameter].Value = values[parameter];
        }

        command.ExecuteNonQuery();
    }
}
