using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Exchange.Tests.Peers;

/// <summary>
/// Two cities: the court belongs to the gateway of one, the aid centre to that of the other. Each has its own store, keys and clock; between them is a line that the test
/// cuts, and on which messages come twice or their answers are lost.
/// </summary>
internal sealed class TwoGateways : IAsyncDisposable
{
    public static readonly AgencyId NorthId = AgencyId.Parse("north-gateway"), SouthId = AgencyId.Parse("south-gateway");

    private readonly List<PushWorker> _workers = [];
    private readonly List<PeerDocuments> _documents = [];
    private readonly ImmutableArray<CityHome?> _homes;

    private TwoGateways(LedgerWorld north, LedgerWorld south, ImmutableArray<CityHome?> homes)
    {
        (North, South, _homes) = (north, south, homes);
        ToSouth = new Line(NorthId, () => South.Ledger, () => Taking(South));
        ToNorth = new Line(SouthId, () => North.Ledger, () => Taking(North));
    }

    /// <summary>What each side takes of documents that come in parts.</summary>
    public AttachmentOptions Documents { get; set; } = new();

    /// <summary>Of the court: here exchanges are opened and decided on.</summary>
    public LedgerWorld North { get; }

    /// <summary>Of the aid centre.</summary>
    public LedgerWorld South { get; }

    public Line ToSouth { get; }

    public Line ToNorth { get; }

    private static CancellationToken Cancellation => LedgerWorld.Cancellation;

    /// <param name="southern">What the south's configuration has otherwise.</param>
    /// <param name="scene">The small exchange, where null.</param>
    /// <param name="ofSouth">Who belongs to the south; the centre, where null.</param>
    /// <param name="newHome">Where each of the two lives; null: in a folder of its own.</param>
    public static async Task<TwoGateways> StartAsync(
        Func<ConfigurationSnapshot, ConfigurationSnapshot>? southern, ConfigurationSnapshot? scene, AgencyId? ofSouth, Func<Task<CityHome?>> newHome)
    {
        var (small, theirs) = (scene ?? SmallExchange.Snapshot(), ofSouth ?? SmallExchange.CentreId);
        var north = Of(small, SouthId, away: [theirs]);
        var south = Of(small, NorthId, away: [.. new[] { SmallExchange.CourtId, SmallExchange.CentreId }.Where(agency => agency != theirs)]);
        var homes = ImmutableArray.Create(await newHome(), await newHome());
        var cities = new TwoGateways(
            await LedgerWorld.CreateAsync(north, home: homes[0]?.Home), await LedgerWorld.CreateAsync(southern?.Invoke(south) ?? south, home: homes[1]?.Home), homes);
        await cities.StartWorkersAsync();
        return cities;
    }

    public async Task StartWorkersAsync()
    {
        foreach (var (world, line) in new[] { (North, ToSouth), (South, ToNorth) })
        {
            var worker = world.PushWorker(new NoSecrets(), peers: line);
            _workers.Add(worker);
            await worker.StartAsync(Cancellation);
        }
    }

    public async Task StopWorkersAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.StopAsync(Cancellation);
            worker.Dispose();
        }

        _workers.Clear();
    }

    /// <summary>Waits until it holds; both clocks move meanwhile.</summary>
    public Task UntilAsync(Func<Task<bool>> holds, string what) => Testing.Eventually.HoldsAsync(holds, what, () =>
    {
        North.Time.Advance(TimeSpan.FromMilliseconds(500));
        South.Time.Advance(TimeSpan.FromMilliseconds(500));
    });

    /// <summary>Waits until both have the exchange in the state, and nothing is on its way.</summary>
    public Task UntilBothAsync(ExchangeId exchange, StateName state) => UntilAsync(
        async () => (await ReadAsync(North, exchange))?.State.State == state && await ReadAsync(South, exchange) is { } copy && copy.State.State == state
            && copy.State.Replica is { Relayed.IsEmpty: true } && await IsQuietAsync(exchange),
        $"both {state}");

    public async Task<bool> IsQuietAsync(ExchangeId exchange) =>
        (await North.Store.ListDeliveriesAsync(exchange, Cancellation)).Where(row => row.Recipient == SouthId).All(row => row.Status == DeliveryStatus.Delivered)
        && (await South.Store.ListDeliveriesAsync(exchange, Cancellation)).Where(row => row.Recipient == NorthId).All(row => row.Status == DeliveryStatus.Delivered);

    public static ValueTask<ExchangeReading?> ReadAsync(LedgerWorld world, ExchangeId exchange) => world.Reader.FindWholeAsync(exchange, Cancellation);

    public Task<CommandOutcome> CentreTakesAsync(ExchangeId exchange, StepName step, string text, params ImmutableArray<IncomingDocument> documents) => South.Ledger.TakeAsync(
        new StepCommand(SmallExchange.CentreId, exchange, step, SmallExchange.Text(text), documents, $"take-{South.Ids.NewId()}"), Cancellation);

    public async ValueTask DisposeAsync()
    {
        await StopWorkersAsync();
        _documents.ForEach(one => one.Dispose());
        await North.DisposeAsync();
        await South.DisposeAsync();
        foreach (var home in _homes.OfType<CityHome>())
        {
            await home.RemoveAsync();
        }
    }

    /// <summary>Anew for each part: whatever a process remembered between two is lost.</summary>
    private PeerDocuments Taking(LedgerWorld world)
    {
        var taking = new PeerDocuments(world.Store, world.Configuration, world.Keys, world.Time, world.Ids, Documents);
        lock (_documents)
        {
            _documents.Add(taking);
        }

        return taking;
    }

    /// <summary>The scene, with some agencies belonging to the other gateway.</summary>
    private static ConfigurationSnapshot Of(ConfigurationSnapshot small, AgencyId other, ImmutableArray<AgencyId> away)
    {
        var gateway = small.Agencies.Get(SmallExchange.BureauId) with
        {
            Id = other, Kind = AgencyKinds.Gateway, Channel = new Channel.Peer(new Uri("https://other.test"), ["10.0.0.0/8"]),
        };
        return (small with
        {
            Agencies = new AgencyDirectory([.. small.Agencies.All.Select(agency => away.Contains(agency.Id) ? agency with { Channel = new Channel.Through(other) } : agency), gateway]),
        }).WithTypeRows();
    }

    private sealed class NoSecrets : IPushSecrets
    {
        public PushSecret? Find(string name) => null;
    }

    /// <summary>The way to the other's ledger, in the form that goes over the wire.</summary>
    internal sealed class Line(AgencyId from, Func<ExchangeLedger> to, Func<PeerDocuments> documents) : IPeerTransport
    {
        private static readonly FaultTable Codes = FaultTable.Gather(typeof(FaultTable).Assembly, typeof(PeerFaults).Assembly);

        private int _sent;

        /// <summary>Nothing goes through.</summary>
        public bool IsCut { get; set; }

        /// <summary>Which sendings come twice, by their number from 1.</summary>
        public Func<int, bool> Twice { get; set; } = _ => false;

        /// <summary>Which sendings arrive while their answer does not.</summary>
        public Func<int, bool> Unanswered { get; set; } = _ => false;

        public int Sent => Volatile.Read(ref _sent);

        /// <summary>Parts of documents that arrived, and where in their documents they begin.</summary>
        public ConcurrentQueue<(AttachmentId Document, long Offset)> Parts { get; } = [];

        /// <summary>Called for each parcel before it is delivered.</summary>
        public Action<PeerParcel> Seen { get; set; } = _ => { };

        public async Task<PeerReply> SendAsync(AgencyId gateway, Channel.Peer channel, PeerParcel parcel, CancellationToken cancellationToken)
        {
            var number = Interlocked.Increment(ref _sent);
            if (IsCut)
            {
                return new PeerReply.None(TimedOut: false);
            }

            Seen(parcel);
            var answer = await AnswerAsync(parcel, cancellationToken);
            if (Twice(number))
            {
                answer = await AnswerAsync(parcel, cancellationToken);
            }

            return Unanswered(number) ? new PeerReply.None(TimedOut: true) : new PeerReply.Said(PeerJson.ReadAnswer(PeerJson.Write(answer), Codes.Find) ?? throw new InvalidOperationException("an answer"));
        }

        private Task<PeerAnswer> AnswerAsync(PeerParcel parcel, CancellationToken cancellationToken) => parcel switch
        {
            PeerParcel.Update update => to().CopyAsync(from, PeerJson.ReadUpdate(update.Body) ?? throw new InvalidOperationException("an update"), cancellationToken),
            PeerParcel.Command command => to().TakePassedOnAsync(from, PeerJson.ReadCommand(command.Body) ?? throw new InvalidOperationException("a command"), AnyPayload.Instance, cancellationToken),
            PeerParcel.Part part => TakeAsync(PeerJson.ReadPart(part.Body) ?? throw new InvalidOperationException("a part"), cancellationToken),
            _ => throw new InvalidOperationException($"parcel {parcel}"),
        };

        private Task<PeerAnswer> TakeAsync(PeerDocumentPart part, CancellationToken cancellationToken)
        {
            if (!part.Content.IsEmpty)
            {
                Parts.Enqueue((part.Document.Known!.Value.Id, part.Offset)); // a part names its document
            }

            return documents().TakeAsync(from, part, cancellationToken);
        }
    }
}

/// <summary>Where one of two gateways lives, and how it is removed.</summary>
internal sealed record CityHome(LedgerHome Home, Func<Task> RemoveAsync);
