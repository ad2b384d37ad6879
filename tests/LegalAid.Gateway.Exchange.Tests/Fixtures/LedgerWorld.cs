using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Erasure;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using LegalAid.Gateway.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using ExchangeReader = LegalAid.Gateway.Exchange.Ledger.ExchangeReader;

namespace LegalAid.Gateway.Exchange.Tests.Fixtures;

/// <summary>
/// The engine over a real SQLite store in a directory of its own, with a clock that the test moves. Disposing it fails the test where an
/// Error was logged that it did not expect.
/// </summary>
internal sealed class LedgerWorld : IAsyncDisposable
{
    /// <summary>A Monday, 09:00 civil time.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8));

    public static readonly Uri Issuer = new("https://gateway.test");

    private readonly LedgerHome? _home;
    private readonly DirectoryInfo _directory;
    private readonly KeyRing _keys;
    private readonly SigningKey _signing = new("test", ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private readonly Func<ILedgerStore, ILedgerStore> _decorate;
    private int _requests;

    private LedgerWorld(ConfigurationSnapshot snapshot, Func<ILedgerStore, ILedgerStore>? decorate, LedgerHome? home)
    {
        _home = home;
        _directory = home?.Folder ?? System.IO.Directory.CreateTempSubdirectory("world-");
        _keys = home?.Keys ?? LedgerHome.NewKeys(RandomNumberGenerator.GetBytes);
        Configuration = new SwitchedConfiguration(snapshot);
        Time = new FakeTimeProvider(Start) { AutoAdvanceAmount = TimeSpan.Zero };
        Civil = new CivilClock(Time);
        Ids = new SystemIds(Time);
        _decorate = decorate ?? (static store => store);
        // Set by OpenAsync before anybody sees the world.
        (Store, Hub, Ledger, Reader) = (null!, null!, null!, null!);
    }

    public FakeTimeProvider Time { get; }

    public CivilClock Civil { get; }

    public SystemIds Ids { get; }

    public SwitchedConfiguration Configuration { get; }

    public RecordedLogs Logs { get; } = new();

    /// <summary>Whether the test plants what is logged as an Error.</summary>
    public bool ErrorsExpected { get; set; }

    /// <summary>The store's folder: the database and what stands beside it.</summary>
    public DirectoryInfo Folder => _directory;

    public KeyRing Keys => _keys;

    /// <summary>What receipts name as the newest checkpoint.</summary>
    public NewestCheckpoint Checkpoints { get; } = new();

    public SigningKey Signing => _signing;

    public ILedgerStore Store { get; private set; }

    public DeliveryHub Hub { get; private set; }

    public ExchangeLedger Ledger { get; private set; }

    public ExchangeReader Reader { get; private set; }

    /// <summary>The defaults, but for the recording of an outcome: the store takes real time while a test moves its clock.</summary>
    public DeliveryOptions Delivery { get; set; } =
        new() { Issuer = Issuer, OutcomeTimeout = TimeSpan.FromMinutes(1), LeaseDuration = TimeSpan.FromMinutes(2) };

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="home">Where it lives; null: in a folder of its own, which goes with it.</param>
    public static async Task<LedgerWorld> CreateAsync(
        ConfigurationSnapshot? snapshot = null, Func<ILedgerStore, ILedgerStore>? decorate = null, LedgerHome? home = null)
    {
        var world = new LedgerWorld(snapshot ?? SmallExchange.Snapshot(), decorate, home);
        await world.OpenAsync();
        return world;
    }

    /// <summary>Closes the store and opens it again: what a restart of the gateway finds.</summary>
    public async Task RestartAsync()
    {
        await Store.DisposeAsync();
        await OpenAsync();
    }

    /// <summary>Closes the store, changes its file behind its back, and opens it again.</summary>
    public async Task TamperAsync(string sql)
    {
        await Store.DisposeAsync();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(_directory.FullName, "ledger.db")};Pooling=False"))
        {
            await connection.OpenAsync(Cancellation);
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the tests' own text
            command.CommandText = sql;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        await OpenAsync();
    }

    public Mailbox Mailbox() => new(Store, Ledger, Reader, Hub, Ids, Time, Delivery, Logs.For<Mailbox>());

    public Uploads Uploads(AttachmentOptions? options = null) => new(Store, Ledger, _keys, Time, Ids, options ?? new AttachmentOptions());

    public ErasureWorker ErasureWorker() => new(Store, Ledger, Civil, Time, new ErasureOptions(), Logs.For<ErasureWorker>());

    public ClockWorker ClockWorker() => new(Store, Ledger, Civil, Hub, Time, new ClockOptions(), Logs.For<ClockWorker>());

    public PushWorker PushWorker(IPushSecrets secrets, IPushHandlers? handlers = null, IPeerTransport? peers = null) => new(
        Store, Ledger, Reader, Configuration, Hub, secrets, handlers ?? new GuardedPushHandlers(Delivery), Keys, Civil, peers ?? NoPeers.Instance, Ids, Time, Delivery,
        Logs.For<PushWorker>());

    /// <summary>The court asks.</summary>
    public async Task<ExchangeId> AskAsync(AgencyId? centre = null, string traceParent = "", string text = "是否受理？")
    {
        var opening = new Opening(SmallExchange.Question(centre, text), []);
        var command = new OpenCommand(SmallExchange.CourtId, SmallExchange.Id, [opening], NextRequestId(), traceParent);
        return Assert.IsType<CommandOutcome.Accepted>(await Ledger.OpenAsync(command, Cancellation)).Answers[0].Exchange.Id;
    }

    public Task NoteAsync(ExchangeId exchange, string text = "补充") => TakeAsync(SmallExchange.CourtId, exchange, SmallExchange.Note, SmallExchange.Text(text));

    public Task WithdrawAsync(ExchangeId exchange) => TakeAsync(SmallExchange.CourtId, exchange, SmallExchange.Withdraw, SmallExchange.Text("撤回"));

    public Task AnswerAsync(ExchangeId exchange) => TakeAsync(SmallExchange.CentreId, exchange, SmallExchange.Answer, SmallExchange.Text("受理"));

    public async Task<DeliveryRow> DeliveryAsync(ExchangeId exchange, AgencyId recipient, int sequence = 1) =>
        (await Store.ListDeliveriesAsync(exchange, Cancellation)).Single(row => row.Recipient == recipient && row.Sequence == sequence);

    /// <summary>Messages of the exchange with this event, oldest first.</summary>
    public async Task<ImmutableArray<MessageRow>> MessagesAsync(ExchangeId exchange, string messageEvent) =>
        [.. (await Store.ListMessagesAsync(exchange, 0, 1000, Cancellation)).Where(message => message.Event == messageEvent)];

    /// <summary>Waits in real time until it holds, moving the clock by <paramref name="step"/> at each look. Fails when patience ends.</summary>
    public Task UntilAsync(Func<Task<bool>> holds, TimeSpan step = default, [CallerArgumentExpression(nameof(holds))] string what = "") =>
        Eventually.HoldsAsync(holds, what, () => Time.Advance(step));

    public Task UntilAsync(Func<bool> holds, TimeSpan step = default, [CallerArgumentExpression(nameof(holds))] string what = "") =>
        UntilAsync(() => Task.FromResult(holds()), step, what);

    /// <summary>Waits for the delivery's status. The clock stands still while one of the pair is under way, so that none times out on a busy machine.</summary>
    public Task UntilStatusAsync(ExchangeId exchange, AgencyId recipient, DeliveryStatus status, TimeSpan step = default, int sequence = 1) =>
        UntilAsync(async () =>
        {
            var rows = (await Store.ListDeliveriesAsync(exchange, Cancellation)).Where(row => row.Recipient == recipient).ToArray();
            if (rows.All(row => row.Status != DeliveryStatus.Leased))
            {
                Time.Advance(step);
            }

            return rows.Any(row => row.Sequence == sequence && row.Status == status);
        });

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _signing.Dispose();
        if (_home is null)
        {
            _directory.Delete(recursive: true);
        }

        Assert.True(ErrorsExpected || Logs.Errors.IsEmpty, string.Join('\n', Logs.Errors));
    }

    private async Task TakeAsync(AgencyId caller, ExchangeId exchange, StepName step, JsonObject payload)
    {
        var command = new StepCommand(caller, exchange, step, payload, [], NextRequestId());
        Assert.IsType<CommandOutcome.Accepted>(await Ledger.TakeAsync(command, Cancellation));
    }

    private string NextRequestId() => $"request-{Interlocked.Increment(ref _requests)}";

    private async Task OpenAsync()
    {
        Store = _decorate(_home is not null
            ? await _home.OpenStore(Time, Logs.For<LedgerWorld>(), Cancellation)
            : await SqliteLedgerStore.OpenAsync(
                new SqliteStoreOptions { Path = Path.Combine(_directory.FullName, "ledger.db") }, Time, Logs.For<LedgerWorld>(), Cancellation));
        Hub = new DeliveryHub(Store);
        var checks = new CheckCatalogue(FrozenDictionary<string, Check>.Empty, FrozenDictionary<string, PartyFinder>.Empty, []);
        Ledger = new ExchangeLedger(Store, Configuration, checks, _keys, new ReceiptSigner(_signing, Issuer, Checkpoints), Civil, Time, Ids);
        Reader = new ExchangeReader(Store, Configuration, _keys, Civil);
    }
}

/// <summary>A configuration that the test switches.</summary>
internal sealed class SwitchedConfiguration(ConfigurationSnapshot snapshot) : ISnapshotSource
{
    public ConfigurationSnapshot Current { get; set; } = snapshot;

    /// <summary>Where it is there, the archive cannot be read.</summary>
    public Exception? Failure { get; set; }

    public ValueTask<ExchangeType> PinnedTypeAsync(ExchangeTypeId id, string digest, CancellationToken cancellationToken) => Failure is { } failure
        ? throw failure
        : ValueTask.FromResult(Current.Types.Values.Single(type => type.Id == id && type.Digest == digest));
}

/// <summary>There is no other gateway.</summary>
internal sealed class NoPeers : IPeerTransport
{
    public static readonly NoPeers Instance = new();

    public Task<PeerReply> SendAsync(AgencyId gateway, Channel.Peer channel, PeerParcel parcel, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"nothing goes to {gateway}");
}
