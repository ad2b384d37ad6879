using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Sqlite;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>The conformance suite on SQLite.</summary>
public sealed class SqliteConformanceTests : LedgerStoreConformance
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("ledger-");
    private readonly RecordingLogger _logger = new();
    private bool _errorsExpected;

    protected override Task<ILedgerStore> CreateAsync() => ReopenAsync();

    protected override async Task<ILedgerStore> ReopenAsync() => await SqliteLedgerStore.OpenAsync(
        new SqliteStoreOptions { Path = Path.Combine(_directory.FullName, "ledger.db") }, TimeProvider.System, _logger, Cancellation);

    protected override ValueTask RemoveAsync()
    {
        _directory.Delete(recursive: true);
        Assert.True(_errorsExpected || _logger.Errors.IsEmpty, string.Join('\n', _logger.Errors));
        return ValueTask.CompletedTask;
    }

    private protected override void ExpectErrors() => _errorsExpected = true;
}
