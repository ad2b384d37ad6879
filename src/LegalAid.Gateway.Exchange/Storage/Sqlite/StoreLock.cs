namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>
/// The claim to be the database's only writer: an advisory lock of the operating system on a file beside it, which ends with the
/// process however that ends. SQLite alone would let two processes take turns, each blind to the other's queue and signal.
/// </summary>
internal static class StoreLock
{
    public static FileStream Take(string databasePath)
    {
        try
        {
            return new FileStream(databasePath + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new StoreRefusedException(
                StoreRefusal.Locked, "the ledger is open in another process; stop it, or give this one another database", e);
        }
    }
}
