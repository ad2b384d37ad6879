using System.Collections.Concurrent;
using System.Globalization;
using Grpc.Core;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Contracts.Exchanges.V1;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Simulation.Faults;
using LegalAid.Gateway.Simulation.History;
using LegalAid.Gateway.Testing.Postgres;
using LeasedMessage = LegalAid.Gateway.Contracts.Mailbox.V1.Delivery;
using ClockState = LegalAid.Gateway.Contracts.Exchanges.V1.Clock.Types.State;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>What is played.</summary>
/// <param name="Seed">Chooses the moments and the agencies' work.</param>
/// <param name="Times">How often that befalls it.</param>
/// <param name="CivilRate">How many times faster than the system's civil time runs, so that clocks run out.</param>
/// <param name="Nodes">More than one on PostgreSQL only.</param>
internal sealed record KillPlan(int Seed, int Times, int CivilRate, StoreKind Store = StoreKind.Sqlite, int Nodes = 1, Harm Harm = Harm.Kills);

/// <summary>What a run came to.</summary>
/// <param name="Refused">Requests that came too late, such as an assignment after a withdrawal.</param>
/// <param name="RepeatedCalls">Calls made again, since a kill took the answer, or the answer was that it cannot be at present.</param>
/// <param name="ToldUnavailable">How often that was the answer.</param>
/// <param name="ClockMessages">Warnings and breaches in the store.</param>
/// <param name="Checkpoints">Different heads of the log that were given to those outside, by the log itself or within receipts.</param>
/// <param name="Struck">Connections that met a fault of the network.</param>
/// <param name="CommitsUntold">How often the database had committed and the answer was lost on the way to the node.</param>
/// <param name="LoggedErrors">Lines that the gateway logged as errors.</param>
internal sealed record KillFigures(
    int Notices, int Acknowledged, int Refused, int RepeatedCalls, int ToldUnavailable, int RepeatedAnswers, int Delivered, int RepeatedDeliveries, int ClockMessages,
    int Breaches, int Checkpoints, int Struck, int CommitsUntold, IReadOnlyList<string> LoggedErrors, TimeSpan Took);

/// <summary>A run that is over, with every broken promise it found.</summary>
internal sealed record KillReport(KillPlan Plan, KillFigures Figures, IReadOnlyList<Finding> Findings);

/// <summary>
/// Plays the agencies' work against a gateway whose nodes are processes of their own, harms it (<see cref="Harms"/>), lets all come to rest, kills
/// all and compares what everybody saw.
/// </summary>
internal sealed class KillRun : IAsyncDisposable
{
    private const string CivilSetting = "civil-anchor";
    private static readonly TimeSpan RestBound = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan WitnessPause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan RestLook = TimeSpan.FromMilliseconds(250);
    private static readonly string[] Streaming =
        [Story.AidCentre, Story.Supervisor, Story.Police, Story.Procuratorate, "nanning-police", "nanning-procuratorate", "nanning-intermediate-court"];

    private static readonly Dictionary<string, TimeLimit> Limits = new(StringComparer.Ordinal)
    {
        ["notify"] = new TimeLimit(3, TimeLimitUnit.Days),
        ["assign"] = new TimeLimit(3, TimeLimitUnit.Days),
        ["firm-answer"] = new TimeLimit(1, TimeLimitUnit.Days),
    };

    private readonly KillPlan _plan;
    private readonly TimeProvider _time;
    private readonly Dice _dice;
    private readonly Dictionary<string, AgencySystem> _agencies;
    private readonly PostgresServer? _server;
    private readonly FullDisk? _disk;
    private readonly PushReceiver _courtDesk;
    private readonly FaultyNetworks _networks;
    private readonly DatabaseLine? _line;
    private readonly RunFolder _folder;
    private readonly GatewayNodes _gateway;
    private readonly StoreReading _store;
    private readonly Journal _journal = new();
    private readonly Moments _moments = new();
    private readonly PersistentCalls _calls;
    private readonly AnsweringDesks _answering;
    private readonly Harms _harms;

    private KillRun(KillPlan plan, FullDisk? disk, PostgresServer? server, PushReceiver courtDesk, TimeProvider time)
    {
        (_plan, _time, _dice, _disk, _server, _courtDesk) = (plan, time, new Dice(plan.Seed), disk, server, courtDesk);
        _agencies = Streaming.Concat([Story.Court, Story.FirstFirm, Story.SecondFirm])
            .ToDictionary(agency => agency, agency => new AgencySystem(agency), StringComparer.Ordinal);
        _networks = new FaultyNetworks(_dice, time);
        _line = server is not null && plan.Harm == Harm.Chaos ? new DatabaseLine(server.Port, _dice, time) : null;
        _folder = RunFolder.Prepare(
            _agencies.Values, [(Story.Court, _networks.Before([courtDesk.Address], "push"))], plan.CivilRate, time, plan.Nodes, server, _line);
        courtDesk.Trust(_folder.PushSecret);
        _gateway = new GatewayNodes(_folder, time, plan.Store == StoreKind.Sqlite ? disk : null);
        _store = _folder.Store;
        _calls = new PersistentCalls(_moments, time);
        _answering = new AnsweringDesks(_agencies, _journal, _calls, _dice);
        _harms = new Harms(plan.Harm, _gateway, server, _line, disk, _moments, _calls, _journal, _dice, time);
    }

    /// <param name="progress">Is told of every harm: its number, the moment, and how many requests are acknowledged.</param>
    public static async Task<KillReport> PlayAsync(
        KillPlan plan, Action<int, string, int> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        var disk = plan.Harm == Harm.FullDisk ? await FullDisk.PrepareAsync(cancellationToken) : null;
        var server = plan.Store == StoreKind.Postgres ? await StartServerAsync(disk) : null;
        var courtDesk = await PushReceiver.StartAsync(time);
        await using var run = new KillRun(plan, disk, server, courtDesk, time);
        return await run.PlayAsync(progress, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _networks.DisposeAsync();
        await _courtDesk.DisposeAsync();
        foreach (var agency in _agencies.Values)
        {
            agency.Dispose();
        }

        _folder.Dispose();
        if (_line is not null)
        {
            await _line.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _disk?.Dispose();
    }

    private static async Task<PostgresServer> StartServerAsync(FullDisk? disk)
    {
        if (disk is null)
        {
            return await PostgresServer.StartAsync();
        }

        var data = Path.Combine(disk.Root, "data");
        await PostgresServer.MakeClusterAsync(data);
        return await PostgresServer.StartOnAsync(data, disk.EnvironmentFor(data));
    }

    private async Task<KillReport> PlayAsync(Action<int, string, int> progress, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        await _gateway.StartAsync(cancellationToken);
        foreach (var agency in _agencies.Values)
        {
            var rest = _networks.Before([.. _folder.Nodes.Select(node => node.Rest)], $"{agency.Agency} REST");
            var grpc = _networks.Before([.. _folder.Nodes.Select(node => node.Grpc)], agency.Agency.Value);
            agency.Connect(rest, grpc, _folder.PublicAddress, _time);
        }

        var keys = await _calls.UntilAnsweredAsync("keys", token => _agencies[Story.Court].GetAsync("/.well-known/jwks", token), cancellationToken);
        _journal.Jwks = keys.Body ?? throw new InvalidOperationException("no keys are published");

        using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var organs = Organs(closing.Token, abort.Token);
        var desks = Desks(abort.Token);
        for (var number = 1; number <= _plan.Times; number++)
        {
            var moment = await _harms.DoAsync(number, cancellationToken);
            progress(number, moment, _journal.AcknowledgedCount);
            FailEarly(organs.Concat(desks));
        }

        await closing.CancelAsync();
        await Task.WhenAll(organs);
        await RestAsync(cancellationToken);
        var seen = await SeeAsync(cancellationToken);
        await abort.CancelAsync();
        await Task.WhenAll(desks);
        await _gateway.KillAsync(cancellationToken);

        var history = _journal.History(seen, await _store.ReadAsync(_time, cancellationToken));
        if (_courtDesk.Refused > 0)
        {
            history = history with { Faults = [.. history.Faults, $"{_courtDesk.Refused} pushes were badly signed"] };
        }

        return new KillReport(_plan, FiguresOf(history, _time.GetElapsedTime(started)), HistoryChecker.Check(history, Rules()));
    }

    private Task[] Organs(CancellationToken closing, CancellationToken abort)
    {
        var seeds = DemoSeeds.Read(RunFolder.Seeds);
        var anchor = (_store.Setting(CivilSetting) ?? throw new InvalidOperationException("civil time has no anchor")).Split(' ');
        var civil = new CivilClock(
            _time, new CivilAnchor(Timestamps.Parse(anchor[0]), Timestamps.Parse(anchor[1]), double.Parse(anchor[2], CultureInfo.InvariantCulture)));
        return [Organ(Story.Court, OrganScript.Court), Organ(Story.Police, OrganScript.Police), Organ(Story.Procuratorate, OrganScript.Procuratorate)];

        Task Organ(string agency, OrganScript script) =>
            new OrganDesk(_agencies[agency], script, seeds, civil, _journal, _calls, _dice, _time).RunAsync(closing, abort);
    }

    private Task[] Desks(CancellationToken abort) =>
    [
        _answering.RunAsync(abort),
        WitnessAsync(abort),
        Desk(Story.Court).PushedAsync(_courtDesk, abort),
        .. Streaming.Select(agency => Desk(agency, agency == Story.AidCentre ? _answering.Centre : null).StreamAsync(abort)),
        .. ((string[])[Story.FirstFirm, Story.SecondFirm]).Select(firm => Desk(firm, delivery => _answering.Firm(firm, delivery)).PullAsync(abort)),
    ];

    /// <summary>Writes down every signed head that the log shows to anybody, from whichever node answers.</summary>
    private async Task WitnessAsync(CancellationToken abort)
    {
        while (!abort.IsCancellationRequested)
        {
            try
            {
                using var answer = await _agencies[Story.Court].Rest.GetAsync(new Uri("/.well-known/gateway-checkpoint", UriKind.Relative), abort);
                if (answer.IsSuccessStatusCode)
                {
                    _journal.Witness(await answer.Content.ReadAsStringAsync(abort));
                }

                await Task.Delay(WitnessPause, _time, abort);
            }
            catch (Exception e) when (PersistentCalls.IsNoAnswer(e))
            {
                // The node is gone, or the run is over: again.
            }
        }
    }

    private RecipientDesk Desk(string agency, Action<LeasedMessage>? act = null) =>
        new(_agencies[agency], _journal, _moments, _time, act);

    /// <summary>Waits until every message has arrived, every answer was given, no clock has anything more to say and the log covers all.</summary>
    private async Task RestAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (_time.GetElapsedTime(started) < RestBound)
        {
            if (_store.Waiting() is (0, 0, 0) && _answering.Pending == 0)
            {
                return;
            }

            await Task.Delay(RestLook, _time, cancellationToken);
        }

        var (deliveries, clocks, leaves) = _store.Waiting();
        _journal.Fault($"no rest: {deliveries} deliveries, {clocks} clocks, {leaves} leaves and {_answering.Pending} answers still wait");
    }

    /// <summary>Reads every exchange as who opened it. One that cannot be read is left out, which the checker calls a loss.</summary>
    private async Task<IReadOnlyList<ExchangeSeen>> SeeAsync(CancellationToken cancellationToken)
    {
        var seen = new ConcurrentBag<ExchangeSeen>();
        await Parallel.ForEachAsync(
            _journal.Opened(), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, async (opened, token) =>
            {
                try
                {
                    seen.Add(await SeeAsync(_agencies[opened.Agency], opened.Exchange, token));
                }
                catch (RpcException refused)
                {
                    _journal.Fault($"{opened.Agency} was told {refused.Status.Detail} when it read {opened.Exchange}");
                }
            });
        return [.. seen];
    }

    private async Task<ExchangeSeen> SeeAsync(AgencySystem opener, string name, CancellationToken cancellationToken)
    {
        var exchange = await _calls.UntilAnsweredAsync(
            $"get {name}", async token => await opener.Exchanges.GetExchangeAsync(new GetExchangeRequest { Name = name }, cancellationToken: token), cancellationToken);
        var history = await _calls.UntilAnsweredAsync(
            $"history of {name}",
            async token => await opener.Exchanges.ListHistoryAsync(new ListHistoryRequest { Parent = name, PageSize = 200 }, cancellationToken: token),
            cancellationToken);
        return new ExchangeSeen(
            exchange.Name, exchange.State,
            [
                .. exchange.Clocks.Where(clock => clock.DueTime is not null).Select(clock => new ClockSeen(
                    clock.Clock_, clock.State is ClockState.Breached or ClockState.MetLate, clock.StartTime.ToDateTimeOffset(), clock.DueTime.ToDateTimeOffset())),
            ],
            [.. history.Events.Where(line => line.Message.Length > 0).Select(line => new MessageSeen(line.Message, line.Event, line.PayloadDigest, line.LeafHash))]);
    }

    /// <summary>A defence notice owns its key of case, person and stage until it is over.</summary>
    private HistoryRules Rules() => new(
        "submit", new HashSet<string>(["notified", "assigned", "accepted", "refused"], StringComparer.Ordinal), "assign", CaseOnce: true, TrueDue);

    /// <summary>The due instant by the calendar of the obligated body's place.</summary>
    private DateTimeOffset? TrueDue(ClockWord word) =>
        Limits.TryGetValue(word.Clock, out var limit)
            ? Deadlines.Compute(
                CountingRule.CriminalDays, limit, word.Start,
                _folder.Snapshot.Calendars.For(_folder.Snapshot.Agencies.Get(AgencyId.Parse(word.Obligated)).Region.ToString()), []).DeadlineOrNull?.DueAt
            : null;

    private KillFigures FiguresOf(RunHistory history, TimeSpan took) => new(
        history.Store.Exchanges.Count, _journal.AcknowledgedCount, history.Refused.Count, _calls.Repeats, _calls.ToldUnavailable, _journal.RepeatedAnswers,
        history.Effects.Count, _journal.RepeatedDeliveries + _courtDesk.Repeated, history.Store.Messages.Count(message => message.Sender.Length == 0),
        history.Store.Messages.Count(message => message.Event == "clock.breach"), history.Checkpoints.Count, _networks.Struck + (_line?.Struck ?? 0), _line?.CommitsUntold ?? 0,
        _gateway.Errors, took);

    /// <summary>A system that failed ends the run at once, with its own exception.</summary>
    private static void FailEarly(IEnumerable<Task> tasks)
    {
        foreach (var task in tasks.Where(task => task.IsFaulted))
        {
            task.GetAwaiter().GetResult();
        }
    }
}
