using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Backup;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>
/// Where a SQLite ledger is put back. It is written to <c>PATH.restoring</c>, checked, marked, synced, and renamed last: a process that dies before
/// leaves a file that nothing opens and the next restore writes over.
/// </summary>
public sealed class SqlitePlace(string path) : IStorePlace
{
    private readonly string _restoring = path + ".restoring";

    public string Kind => SqliteCopy.StoreKind;

    public int SchemaVersionMax => Schema.Latest;

    public ValueTask<PlaceFinding> LookAsync(RestoredMark mark, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            // A log without its database would be read into the one that is put there.
            return ValueTask.FromResult(File.Exists(path + "-wal") || File.Exists(path + "-journal") ? PlaceFinding.Taken : PlaceFinding.Empty);
        }

        using var archive = SqliteArchive.Open(path);
        return ValueTask.FromResult(archive.FindSetting(RestoredMark.Setting) == mark.ToString() ? PlaceFinding.SameBackup : PlaceFinding.Taken);
    }

    public async Task PutAsync(
        int schemaVersion, ImmutableArray<StorePart> parts, Func<StorePart, Stream> open, RestoredMark mark, CancellationToken cancellationToken)
    {
        Durably.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!); // a full path has a folder
        var claim = StoreLock.Take(path);
        await using (claim.ConfigureAwait(false))
        {
            if (await LookAsync(mark, cancellationToken).ConfigureAwait(false) != PlaceFinding.Empty)
            {
                throw new StoreRefusedException(StoreRefusal.ForeignDatabase, $"there is a ledger at {path} by now");
            }

            await WriteAsync(parts.Single(), open, cancellationToken).ConfigureAwait(false);
            MarkAndCheck(mark);
            Durably.Rename(_restoring, path, overwrite: false);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task WriteAsync(StorePart part, Func<StorePart, Stream> open, CancellationToken cancellationToken)
    {
        File.Delete(_restoring + "-wal"); // of an interrupted restore
        File.Delete(_restoring + "-shm");
        var to = new FileStream(_restoring, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous });
        await using (to.ConfigureAwait(false))
        {
            var from = open(part);
            await using (from.ConfigureAwait(false))
            {
                await from.CopyToAsync(to, cancellationToken).ConfigureAwait(false);
            }

            to.Flush(flushToDisk: true);
        }
    }

    private void MarkAndCheck(RestoredMark mark)
    {
        using var connection = Connection.OpenWriter(new SqliteStoreOptions { Path = _restoring });
        using (var rows = connection.Prepare("PRAGMA quick_check(1)").With().Query())
        {
            if (!rows.Next() || rows.Text(0) != "ok")
            {
                throw new InvalidDataException("the ledger in the backup is damaged");
            }
        }

        connection.Prepare(RegisterWriter.PutSettingSql).With().Bind(RestoredMark.Setting).Bind(mark.ToString()).Execute();
        if (!connection.Truncate()) // all of it stands in the one file that is renamed, synced
        {
            throw new IOException($"{_restoring} is open elsewhere");
        }
    }
}
