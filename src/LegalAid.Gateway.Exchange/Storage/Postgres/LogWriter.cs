namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Extends the evidence log and keeps its checkpoints.</summary>
internal sealed class LogWriter(SoloWrites writes)
{
    public const string BeginSql =
        "INSERT INTO log_head (one, origin, epoch, size, root) VALUES (true, $1, $2, $3, $4) ON CONFLICT (one) DO NOTHING";

    /// <summary>Compares and sets; the row stays locked until the COMMIT, so that one extension at a time is under way.</summary>
    public const string MoveSql = """
        UPDATE log_head SET origin = $1, epoch = $2, size = $3, root = $4
        WHERE one AND origin = $5 AND epoch = $6 AND size = $7 AND root = $8
        """;

    public const string PlaceSql = """
        UPDATE leaf l SET log_index = $2 + n.ord - 1 FROM unnest($1::uuid[]) WITH ORDINALITY AS n (id,
            ord) WHERE l.id = n.id AND l.log_index IS NULL
        """;

    public const string PutTilesSql = """
        INSERT INTO log_tile (level, position, hashes) SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bytea[])
        ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes
        """;

    public const string AddCheckpointSql = """
        INSERT INTO checkpoint (origin, size, root, signed_at, note) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (size, origin) DO NOTHING
        """;

    public const string ReplaceNoteSql = "UPDATE checkpoint SET note = $4 WHERE origin = $1 AND size = $2 AND note = $3";

    public ValueTask<bool> ExtendAsync(LogExtension extension, CancellationToken cancellationToken) => writes.RunAsync(
        repeatable: false,
        async transaction =>
        {
            if (!await MoveAsync(transaction, extension).ConfigureAwait(false))
            {
                return (false, false);
            }

            var first = extension.Before?.Size ?? 0;
            Guid[] leaves = [.. extension.Leaves.Select(static leaf => leaf.Value)];
            if (await transaction.ExecuteAsync(PlaceSql, to => to.With(leaves).With(first)).ConfigureAwait(false) != leaves.Length)
            {
                return (false, false);
            }

            var tiles = extension.Tiles.ToList();
            await transaction.ExecuteAsync(
                PutTilesSql,
                to => to.With(tiles.Column(static tile => tile.Id.Level)).With(tiles.Column(static tile => tile.Id.Position))
                    .With(tiles.Column(static tile => tile.Hashes))).ConfigureAwait(false);
            return (true, true);
        },
        cancellationToken);

    public ValueTask<bool> AddCheckpointAsync(CheckpointRow row, CancellationToken cancellationToken) => writes.RunAsync(
        repeatable: false, AddCheckpointSql,
        to => to.With(row.Origin).With(row.Size).With(row.Root).With(row.SignedAt).With(row.Note), cancellationToken);

    public ValueTask<bool> ReplaceNoteAsync(string origin, long size, string before, string after, CancellationToken cancellationToken) =>
        writes.RunAsync(repeatable: false, ReplaceNoteSql, to => to.With(origin).With(size).With(before).With(after), cancellationToken);

    private static async Task<bool> MoveAsync(SoloTransaction transaction, LogExtension extension)
    {
        var after = extension.After;
        return await (extension.Before is not { } before
            ? transaction.ExecuteAsync(BeginSql, to => to.With(after.Origin).With(after.Epoch).With(after.Size).With(after.Root))
            : transaction.ExecuteAsync(
                MoveSql,
                to => to.With(after.Origin).With(after.Epoch).With(after.Size).With(after.Root)
                    .With(before.Origin).With(before.Epoch).With(before.Size).With(before.Root))).ConfigureAwait(false) > 0;
    }
}
