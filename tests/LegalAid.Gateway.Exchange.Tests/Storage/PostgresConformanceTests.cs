using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Postgres;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>The conformance suite on PostgreSQL.</summary>
public sealed class PostgresConformanceTests(SharedPostgres server) : LedgerStoreConformance
{
    private readonly RecordingLogger _logger = new();
    private PostgresStoreOptions? _options;
    private bool _errorsExpected;

    protected override async Task<ILedgerStore> CreateAsync()
    {
        _options = await server.NewOptionsAsync();
        return await ReopenAsync();
    }

    protected override async Task<ILedgerStore> ReopenAsync() =>
        await PostgresLedgerStore.OpenAsync(_options!, TimeProvider.System, _logger, Cancellation); // CreateAsync comes first

    protected override async ValueTask RemoveAsync()
    {
        await SharedPostgres.DropAsync(_options!); // CreateAsync came first
        Assert.True(_errorsExpected || _logger.Errors.IsEmpty, string.Join('\n', _logger.Errors));
    }

    private protected override void ExpectErrors() => _errorsExpected = true;
}
