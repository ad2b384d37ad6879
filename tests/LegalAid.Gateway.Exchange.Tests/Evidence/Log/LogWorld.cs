using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Backup;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Evidence.Witness;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Testing;
using Microsoft.Data.Sqlite;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Log;

/// <summary>A store on disk, sequencers over it, and witnesses that can be away. Time is real and the intervals are short.</summary>
internal sealed class LogWorld : IAsyncDisposable
{
    public const string Origin = "gateway.example/log";

    // Names of witnesses.
    public const string One = "one.witness.example";
    public const string Two = "two.witness.example";
    public const string Three = "three.witness.example";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("log-");
    private readonly ConcurrentDictionary<string, WitnessBook> _witnesses = new(StringComparer.Ordinal);
    private readonly SystemIds _ids = new(TimeProvider.System);
    private readonly HttpClient _http;
    private ImmutableArray<WitnessEntry> _entries = [];

    private LogWorld()
    {
        _http = new HttpClient(new Wires(this));
        Options = new LogOptions
        {
            Origin = Origin, Interval = TimeSpan.FromMilliseconds(1), FollowInterval = TimeSpan.FromMilliseconds(10), WitnessPause = TimeSpan.FromMilliseconds(10),
        };
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public LogKeys Keys { get; set; } = new([RandomNumberGenerator.GetBytes(32)]);

    public LogOptions Options { get; set; }

    public NewestCheckpoint Newest { get; } = new();

    public RecordedLogs Logs { get; } = new();

    public ILedgerStore Store { get; private set; } = null!; // set by CreateAsync

    /// <summary>Witnesses that cannot be reached.</summary>
    public ConcurrentDictionary<string, bool> Away { get; } = new(StringComparer.Ordinal);

    public string DatabasePath => Path.Combine(_folder.FullName, "ledger.db");

    public static async Task<LogWorld> CreateAsync(params string[] witnesses)
    {
        var world = new LogWorld();
        foreach (var name in witnesses)
        {
            world.AddWitness(name);
        }

        await world.OpenAsync();
        return world;
    }

    public async Task OpenAsync() => Store = await SqliteLedgerStore.OpenAsync(
        new SqliteStoreOptions { Path = DatabasePath }, TimeProvider.System, Logs.For<LogWorld>(), Cancellation);

    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        await OpenAsync();
    }

    /// <summary>Signs as many as are kept, backs up, signs those that are lost, and puts the backup back.</summary>
    public async Task LoseAsync(int kept, int lost)
    {
        await SignAsync(kept);
        await Store.DisposeAsync();
        var copy = Path.Combine(_folder.FullName, "backup.db");
        File.Copy(DatabasePath, copy);
        await OpenAsync();
        await SignAsync(lost);
        await Store.DisposeAsync();
        File.Copy(copy, DatabasePath, overwrite: true);
        await OpenAsync();
    }

    /// <summary>Marks the store as the restore verb does.</summary>
    public ValueTask MarkRestoredAsync() =>
        Store.PutSettingAsync(RestoredMark.Setting, new RestoredMark("b1", DateTimeOffset.UnixEpoch).ToString(), Cancellation);

    public async Task<ReconcileOutcome> ReconcileAsync(ILedgerStore? store = null) =>
        await LogReconciliation.RunAsync(store ?? Store, Keys, TimeProvider.System, _ids, Cancellation);

    /// <summary>Changes the database behind the store's back.</summary>
    public async Task TamperAsync(string sql)
    {
        await Store.DisposeAsync();
        await using (var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False"))
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

    public async Task<LeafRow[]> AppendAsync(int count)
    {
        var leaves = Enumerable.Range(0, count).Select(_ => Leaf.Of(
            new LeafId(_ids.NewId()), LeafKinds.Refusal, null, null, null, TimeProvider.System.GetUtcNow(), new JsonObject())).ToArray();
        await Task.WhenAll(leaves.Select(leaf => Store.AppendLeafAsync(leaf, Cancellation).AsTask()));
        return leaves;
    }

    /// <summary>Commits leaves and runs until they are signed.</summary>
    public async Task SignAsync(int count)
    {
        _ = await AppendAsync(count);
        await RunUntilAllIsSignedAsync();
    }

    public LogSequencer Sequencer(ILedgerStore? store = null) => new(
        store ?? Store, Keys, Options with { Witnesses = _entries }, Newest, _http, TimeProvider.System, Logs.For<LogSequencer>());

    /// <summary>Runs a sequencer until the condition holds.</summary>
    public async Task RunUntilAsync(Func<LogSequencer, Task<bool>> holds, ILedgerStore? store = null)
    {
        using var sequencer = Sequencer(store);
        await sequencer.StartAsync(Cancellation);
        try
        {
            await Eventually.HoldsAsync(() => holds(sequencer));
        }
        finally
        {
            await sequencer.StopAsync(Cancellation);
        }
    }

    /// <summary>Runs until every leaf has its place and a checkpoint covers it, cosigned by all witnesses that can be reached.</summary>
    public Task RunUntilAllIsSignedAsync() => RunUntilAsync(async _ =>
    {
        var waiting = await Store.ListUnindexedAsync(1, Cancellation); // looked at first: what is placed later shows in the head
        var head = await Store.FindLogHeadAsync(Cancellation);
        var last = await Store.LatestCheckpointAsync(Cancellation);
        return waiting.IsEmpty && head is not null && last is not null && last.Size == head.Size && last.Origin == head.Origin
            && Newest.Current?.Size == head.Size // named to receipts a moment after it is stored
            && _entries.Where(entry => !Away.ContainsKey(entry.Key.Name)).All(entry => last.Note.Contains(entry.Key.Name, StringComparison.Ordinal));
    });

    public Task RunUntilRefusedAsync(LogFault fault) => RunUntilAsync(sequencer =>
        Task.FromResult(sequencer.Status is { State: LogState.Refused, Trouble: { } trouble } && trouble.Fault == fault));

    /// <summary>
    /// What a monitor would check: every checkpoint is signed and consistent with the one before, every place is taken once, every leaf's
    /// inclusion is proved under the last.
    /// </summary>
    public async Task AssertSoundAsync()
    {
        var tiles = new StoredTiles(Store);
        Checkpoint? before = null;
        foreach (var row in await Store.ListCheckpointsAsync(0, 100_000, Cancellation))
        {
            var note = SignedNote.Parse(row.Note);
            Assert.Equal(NoteFinding.Valid, note!.Check(Keys.Of(row.Origin), out _)); // a null note fails here as well
            var checkpoint = Checkpoint.Parse(note.Text)!; // signed by us
            var proof = await new TiledTree(tiles, row.Size).ConsistencyAsync(before?.Size ?? 0, Cancellation);
            Assert.Equal(
                ProofFinding.Valid,
                MerkleProof.CheckConsistency(before?.Size ?? 0, row.Size, before?.Root ?? TreeHash.OfNothing, checkpoint.Root, proof.AsSpan()));
            before = checkpoint;
        }

        var log = await Store.ListLogAsync(0, 100_000, Cancellation);
        Assert.Equal(Enumerable.Range(0, log.Length).Select(index => (long)index), log.Select(entry => entry.Index));
        foreach (var entry in log.Where(entry => entry.Index < before!.Size)) // a log with leaves has a checkpoint
        {
            var path = await new TiledTree(tiles, before!.Size).InclusionAsync(entry.Index, Cancellation);
            Assert.Equal(ProofFinding.Valid, MerkleProof.CheckInclusion(entry.Index, before.Size, TreeHash.OfLeaf(entry.Leaf.Entry), path.AsSpan(), before.Root));
        }
    }

    /// <summary>The witness's operator registers another origin of the log.</summary>
    public void Watch(string name, string origin)
    {
        _witnesses[name].Dispose();
        _witnesses[name] = new WitnessBook(
            Path.Combine(_folder.FullName, name), Signer(name), [.. Keys.Of(Origin), .. Keys.Of(origin)], TimeProvider.System);
    }

    public Checkpoint? LastOf(string witness, string origin = Origin) => _witnesses[witness].Last(origin);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _http.Dispose();
        foreach (var book in _witnesses.Values)
        {
            book.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private static NoteSigner Signer(string name) => new(name, NoteAlgorithm.Cosignature, SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private void AddWitness(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, name));
        _witnesses[name] = new WitnessBook(folder.FullName, Signer(name), Keys.Of(Origin), TimeProvider.System);
        _entries = _entries.Add(new WitnessEntry(new Uri($"http://{name}/"), Signer(name).Key));
    }

    /// <summary>Carries requests to the witnesses' own code. Over real sockets it is tested with the host.</summary>
    private sealed class Wires(LogWorld world) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var name = request.RequestUri!.Host; // the client sets it
            if (world.Away.ContainsKey(name))
            {
                throw new HttpRequestException("away");
            }

            var reply = WitnessReply.Of(await world._witnesses[name].AddAsync(await request.Content!.ReadAsByteArrayAsync(cancellationToken), cancellationToken)); // it posts
            var response = new HttpResponseMessage((HttpStatusCode)reply.Status) { Content = new StringContent(reply.Body) };
            response.Content.Headers.Remove("Content-Type");
            response.Content.Headers.TryAddWithoutValidation("Content-Type", reply.ContentType);
            return response;
        }
    }
}
