using System.Collections.Concurrent;
using LegalAid.Gateway.Exchange.Evidence.Verification;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>
/// A SQLite ledger for its auditor: opened for reading only, beside a running gateway or at rest. It takes no lock on the store and brings no
/// schema up to date. Each call borrows a connection; a snapshot lasts one call, so that a long verification never keeps the gateway's log
/// from beginning anew.
/// </summary>
public sealed class SqliteArchive : ILedgerArchive
{
    private readonly SqliteStoreOptions _options;
    private readonly ConcurrentBag<ArchiveSession> _idle = [];

    private SqliteArchive(string path) => _options = new SqliteStoreOptions { Path = path };

    /// <exception cref="StoreRefusedException">There is no file, or it is no ledger of this gateway.</exception>
    public static SqliteArchive Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new StoreRefusedException(StoreRefusal.ForeignDatabase, $"there is no ledger at {path}");
        }

        var archive = new SqliteArchive(path);
        archive._idle.Add(new ArchiveSession(archive._options));
        return archive;
    }

    public ArchivedHead? Head() => With(static session => session.Head());

    public IReadOnlyList<ArchivedLeaf> ListLog((long Index, Guid Id) after, int countMax) => With(session => session.ListLog(after, countMax));

    public IReadOnlyList<ArchivedLeaf> ListUnlogged(Guid after, int countMax) => With(session => session.ListUnlogged(after, countMax));

    public IReadOnlyList<ArchivedLeaf> ListAccesses(Guid? exchange, Guid after, Guid until, int countMax) =>
        With(session => session.ListAccesses(exchange, after, until, countMax));

    public byte[]? FindTile(int level, long position) => With(session => session.FindTile(level, position));

    public IReadOnlyList<(int Level, long Position, long Bytes)> ListTiles((int Level, long Position) after, int countMax) =>
        With(session => session.ListTiles(after, countMax));

    public IReadOnlyList<ArchivedCheckpoint> ListCheckpoints((long Size, string Origin) after, int countMax) =>
        With(session => session.ListCheckpoints(after, countMax));

    public IReadOnlyList<string> Origins() => With(static session => session.Origins());

    public IReadOnlyList<Guid> ListExchanges(Guid after, int countMax) => With(session => session.ListExchanges(after, countMax));

    public ExchangeDossier Read(Guid exchange) => With(session => session.Read(exchange));

    public byte[]? FindContent(ArchivedAttachment attachment, int ordinal) => With(session => session.FindContent(attachment, ordinal));

    public string? FindSetting(string name) => With(session => session.FindSetting(name));

    public void Dispose()
    {
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }

    private T With<T>(Func<ArchiveSession, T> read)
    {
        if (!_idle.TryTake(out var session))
        {
            session = new ArchiveSession(_options);
        }

        try
        {
            return read(session);
        }
        finally
        {
            _idle.Add(session);
        }
    }
}
