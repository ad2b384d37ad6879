using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Postgres;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Exchange.Tests.Storage;
using Microsoft.Data.Sqlite;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Verification;

/// <summary>A real store with a real log, and an auditor who looks at it from outside.</summary>
internal sealed class AuditedWorld : IAsyncDisposable
{
    private readonly PostgresStoreOptions? _postgres;

    private AuditedWorld(LedgerWorld world, PostgresStoreOptions? postgres)
    {
        (World, _postgres) = (world, postgres);
        Keeper = new LogKeeper(() => World.Store, world.Time);
    }

    public LedgerWorld World { get; }

    public LogKeeper Keeper { get; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public string Database => Path.Combine(World.Folder.FullName, "ledger.db");

    public PublicKeys Keys => new(
        ImmutableDictionary<string, VerifyingKey>.Empty.Add(World.Signing.Kid, new VerifyingKey(World.Signing.Kid, World.Signing.PublicPoint)),
        [Keeper.Log.Key], [Keeper.Witness.Key]);

    /// <summary>Two exchanges of which one is answered, with documents and deliveries, over three checkpoints.</summary>
    /// <param name="postgres">Where it is kept; null: in a SQLite file.</param>
    public static async Task<(AuditedWorld World, ExchangeId First, ExchangeId Second)> CreateAsync(PostgresStoreOptions? postgres = null)
    {
        var home = postgres is null
            ? null
            : new LedgerHome(
                Directory.CreateTempSubdirectory("audited-"), LedgerHome.NewKeys(RandomNumberGenerator.GetBytes),
                async (time, logger, cancellationToken) => await PostgresLedgerStore.OpenAsync(postgres, time, logger, cancellationToken));
        var audited = new AuditedWorld(await LedgerWorld.CreateAsync(home: home), postgres);
        var world = audited.World;
        var first = await audited.AskWithAsync("起诉书副本");
        await audited.AttachAsync(first, "通知书");
        await audited.GrowAsync();
        world.Time.Advance(TimeSpan.FromMinutes(10));
        await audited.ReceiveAsync(SmallExchange.CentreId);
        var second = await world.AskAsync(text: "第二问");
        await audited.GrowAsync();
        world.Time.Advance(TimeSpan.FromHours(4));
        await world.AnswerAsync(first);
        await world.NoteAsync(second);
        await audited.GrowAsync();
        return (audited, first, second);
    }

    /// <summary>The log grows, and receipts name its new head.</summary>
    public async Task GrowAsync()
    {
        var note = await Keeper.GrowAsync();
        World.Checkpoints.Offer(Read(note).Head);
    }

    /// <summary>The agency takes what is in its mailbox.</summary>
    public async Task ReceiveAsync(AgencyId agency)
    {
        var now = World.Time.GetUtcNow();
        foreach (var delivery in await World.Store.LeaseDeliveriesAsync(
            new LeaseRequest([agency], now, now + TimeSpan.FromMinutes(1), World.Ids.NewId(), 100), Cancellation))
        {
            var lease = delivery.LeaseToken ?? throw new InvalidOperationException("leased without a token");
            Assert.True(await World.Ledger.SettleAsync(delivery, new DeliverySettlement(delivery.Id, lease, DeliveryStatus.Delivered, now, null, "acknowledged", null), Cancellation));
        }
    }

    public async Task AttachAsync(ExchangeId exchange, string content) =>
        Assert.IsType<CommandOutcome.Accepted>(await World.Ledger.UploadAsync(
            new UploadCommand(SmallExchange.CourtId, exchange, Document(content), $"upload-{content}"), Cancellation));

    private async Task<ExchangeId> AskWithAsync(string content)
    {
        var command = new OpenCommand(SmallExchange.CourtId, SmallExchange.Id, [new Opening(SmallExchange.Question(), [Document(content)])], $"ask-{content}");
        return Assert.IsType<CommandOutcome.Accepted>(await World.Ledger.OpenAsync(command, Cancellation)).Answers[0].Exchange.Id;
    }

    private static IncomingDocument Document(string content) => new("letter", $"{content}.txt", "text/plain", Encoding.UTF8.GetBytes(content));

    /// <summary>Everything that is found; with the key ring or by public keys alone.</summary>
    public async Task<(IReadOnlyList<Finding> Findings, StoreTally Tally)> VerifyAsync(bool withRing = true, params (string, CheckedCheckpoint)[] outside)
    {
        using var archive = OpenArchive();
        var findings = new FindingList();
        var question = new StoreQuestion { Keys = Keys, Ring = withRing ? World.Keys : null, Outside = outside, Parallel = 2 };
        var tally = await new StoreVerifier(archive, question, findings).RunAsync(progress: null, Cancellation);
        return (findings.Sorted(), tally);
    }

    public ILedgerArchive OpenArchive() => _postgres is null ? SqliteArchive.Open(Database) : PostgresArchive.Open(_postgres);

    /// <summary>Changes the file beside the running store, as somebody with access to it would.</summary>
    public int Tamper(string sql, params (string Name, object Value)[] values)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the tests' own text
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command.ExecuteNonQuery();
    }

    public static byte[] Bytes(Guid id) => id.ToByteArray(bigEndian: true);

    public CheckedCheckpoint Read(string note)
    {
        var findings = new FindingList();
        var read = CheckedCheckpoint.Read(note, Keys, "note", findings);
        Assert.Empty(findings.Sorted());
        return Assert.IsType<CheckedCheckpoint>(read);
    }

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        if (_postgres is not null)
        {
            World.Folder.Delete(recursive: true);
            await SharedPostgres.DropAsync(_postgres);
        }
    }
}
