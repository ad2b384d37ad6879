namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Gives leaves their places, moves the head, keeps tiles and checkpoints.</summary>
internal sealed class LogWriter(Connection connection)
{
    private readonly Statement _beginHead = connection.Prepare("""
        INSERT INTO log_head (one, origin, epoch, size, root) VALUES (1, ?1, ?2, ?3, ?4)
        ON CONFLICT (one) DO NOTHING
        """);

    private readonly Statement _moveHead = connection.Prepare("""
        UPDATE log_head SET origin = ?1, epoch = ?2, size = ?3, root = ?4
        WHERE one = 1 AND origin = ?5 AND epoch = ?6 AND size = ?7 AND root = ?8
        """);

    private readonly Statement _place = connection.Prepare("UPDATE leaf SET log_index = ?1 WHERE id = ?2 AND log_index IS NULL");

    private readonly Statement _putTile = connection.Prepare("""
        INSERT INTO log_tile (level, position, hashes) VALUES (?1, ?2, ?3)
        ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes
        """);

    private readonly Statement _addCheckpoint = connection.Prepare("""
        INSERT INTO checkpoint (origin, size, root, signed_at, note) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (size, origin) DO NOTHING
        """);

    private readonly Statement _replaceNote = connection.Prepare(
        "UPDATE checkpoint SET note = ?1 WHERE size = ?2 AND origin = ?3 AND note = ?4");

    /// <summary>Inside a savepoint that the caller rolls back where the answer is false.</summary>
    public bool Extend(LogExtension extension)
    {
        if (!MoveHead(extension.Before, extension.After))
        {
            return false;
        }

        var index = extension.Before?.Size ?? 0;
        foreach (var leaf in extension.Leaves)
        {
            if (_place.With().Bind(index++).Bind(leaf.Value).Execute() == 0)
            {
                return false;
            }
        }

        foreach (var tile in extension.Tiles)
        {
            _putTile.With().Bind(tile.Id.Level).Bind(tile.Id.Position).Bind(tile.Hashes).Execute();
        }

        return true;
    }

    public bool AddCheckpoint(CheckpointRow row) =>
        _addCheckpoint.With()
            .Bind(row.Origin).Bind(row.Size).Bind(row.Root.AsSpan()).Bind(row.SignedAt).Bind(row.Note)
            .Execute() == 1;

    public bool ReplaceNote(string origin, long size, string before, string after) =>
        _replaceNote.With().Bind(after).Bind(size).Bind(origin).Bind(before).Execute() == 1;

    private bool MoveHead(LogHead? before, LogHead after)
    {
        var moved = (before is null ? _beginHead : _moveHead).With().Bind(after.Origin).Bind(after.Epoch).Bind(after.Size).Bind(after.Root.AsSpan());
        return (before is null ? moved : moved.Bind(before.Origin).Bind(before.Epoch).Bind(before.Size).Bind(before.Root.AsSpan())).Execute() == 1;
    }
}
