using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Simulation.Faults;
using LegalAid.Gateway.Simulation.Kill;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Testing.Postgres;

namespace LegalAid.Gateway.Simulation.Outage;

/// <summary>What an outage came to.</summary>
/// <param name="Waited">Messages that waited for the agency when it came back.</param>
/// <param name="ToFirst">From its coming back to the first message: what is left of the gateway's pause.</param>
/// <param name="Drain">From the first of them to the last.</param>
/// <param name="OutOfOrder">Messages that came before one that goes before them in their exchange.</param>
/// <param name="Before">Latencies of the other agency: from its sender's call to the message in its hands.</param>
internal sealed record OutageReport(
    int Waited, TimeSpan ToFirst, TimeSpan Drain, int OutOfOrder, IReadOnlyList<TimeSpan> Before, IReadOnlyList<TimeSpan> During, IReadOnlyList<TimeSpan> Draining);

/// <summary>
/// An aid centre that takes pushes is away while thousands of messages come to wait for it, and comes back; another agency, which takes pushes
/// too, is watched all the time. Real time: the messages are given at once and not over a week. What a week adds is the length of the gateway's
/// pause between two probes, which has reached its bound by then, and that is counted apart.
/// </summary>
internal sealed class OutageRun : IAsyncDisposable
{
    private const string Away = Story.AidCentre;
    private const string Other = Story.Procuratorate;
    private const int People = 3; // of the seed's case
    private const int Callers = 16;
    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(8);

    private readonly TimeProvider _time;
    private readonly PostgresServer? _server;
    private readonly PushReceiver _awayDesk;
    private readonly PushReceiver _otherDesk;
    private readonly TcpProxy _way;
    private readonly Dictionary<string, AgencySystem> _agencies =
        ((string[])[Away, Other]).ToDictionary(name => name, name => new AgencySystem(name), StringComparer.Ordinal);

    private readonly RunFolder _folder;
    private readonly GatewayNodes _gateway;
    private readonly PersistentCalls _calls;
    private readonly ConcurrentQueue<string> _open = new();
    private readonly ConcurrentDictionary<string, long> _asked = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<TimeSpan> _latencies = new();
    private readonly Dictionary<string, long> _reached = new(StringComparer.Ordinal);
    private volatile bool _isAway;
    private int _arrived;
    private int _outOfOrder;
    private int _notices;
    private long _first;
    private long _last;

    private OutageRun(PostgresServer? server, PushReceiver awayDesk, PushReceiver otherDesk, TimeProvider time)
    {
        (_server, _awayDesk, _otherDesk, _time) = (server, awayDesk, otherDesk, time);
        _way = TcpProxy.Start(
            [new IPEndPoint(IPAddress.Loopback, awayDesk.Address.Port)], _ => _isAway ? new TcpFate(TcpFault.Refuse) : TcpFate.None, time);
        var way = new UriBuilder(awayDesk.Address) { Port = _way.Address.Port }.Uri;
        _folder = RunFolder.Prepare(_agencies.Values, [(Away, way), (Other, otherDesk.Address)], civilRate: 1, time, server: server);
        awayDesk.Trust(_folder.PushSecret);
        otherDesk.Trust(_folder.PushSecret);
        _gateway = new GatewayNodes(_folder, time);
        _calls = new PersistentCalls(new Moments(), time);
    }

    /// <param name="messages">How many come to wait.</param>
    /// <param name="probes">Latencies taken before, and at least as many during.</param>
    public static async Task<OutageReport> PlayAsync(int messages, int probes, StoreKind store, TimeProvider time, CancellationToken cancellationToken)
    {
        var server = store == StoreKind.Postgres ? await PostgresServer.StartAsync() : null;
        await using var run = new OutageRun(server, await PushReceiver.StartAsync(time), await PushReceiver.StartAsync(time), time);
        return await run.PlayAsync(messages, probes, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _way.DisposeAsync();
        await _awayDesk.DisposeAsync();
        await _otherDesk.DisposeAsync();
        foreach (var agency in _agencies.Values)
        {
            agency.Dispose();
        }

        _folder.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task<OutageReport> PlayAsync(int messages, int probes, CancellationToken cancellationToken)
    {
        await _gateway.StartAsync(cancellationToken);
        foreach (var agency in _agencies.Values)
        {
            agency.Connect(_folder.Nodes[0].Rest, _folder.Nodes[0].Grpc, _folder.PublicAddress, _time);
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var desks = Task.WhenAll(TakeAsync(_awayDesk, Arrive, over.Token), TakeAsync(_otherDesk, Note, over.Token));

        // Each probe uses up an exchange; those of the drain come out of what waits.
        await FillAsync(probes / People * 2, amended: false, cancellationToken);
        await ArrivedAsync(_notices * People, cancellationToken);
        var before = await ProbeAsync(probes, static () => false, cancellationToken);

        (_isAway, _arrived) = (true, 0);
        await _way.BreakAsync(); // the gateway keeps connections
        await FillAsync(messages / (2 * People), amended: true, cancellationToken);
        var during = await ProbeAsync(probes, static () => false, cancellationToken);
        var waited = (int)_folder.Store.WaitingFor(Away);

        var back = _time.GetTimestamp();
        _isAway = false;
        await ArrivedAsync(1, cancellationToken);
        var draining = await ProbeAsync(int.MaxValue, () => _arrived >= waited, cancellationToken);
        await ArrivedAsync(waited, cancellationToken);
        await over.CancelAsync();
        await desks;
        return new OutageReport(waited, _time.GetElapsedTime(back, _first), _time.GetElapsedTime(_first, _last), _outOfOrder, before, during, draining);
    }

    /// <summary>Gives so many notices for three people; each of their exchanges is amended once where asked.</summary>
    private async Task FillAsync(int notices, bool amended, CancellationToken cancellationToken)
    {
        var seeds = DemoSeeds.Read(RunFolder.Seeds);
        await Parallel.ForEachAsync(
            Enumerable.Range(_notices + 1, notices), new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellationToken },
            async (number, token) =>
            {
                var request = seeds.Request(OrganScript.Procuratorate.Seed, "NOTICE_KIND_PROCURATORATE");
                request["requestId"] = Text($"outage-{number}");
                foreach (var person in request["people"]!.AsArray()) // the seeds' own form
                {
                    person!["notice"]!["caseNumber"] = OrganScript.Procuratorate.CaseNumber(number);
                }

                var answer = await PostAsync(Other, "/v1/defenceNotices", request, token);
                foreach (var name in answer["outcomes"]!.AsArray().Select(outcome => outcome!["notice"]!["name"]!.GetValue<string>())) // accepted
                {
                    if (amended)
                    {
                        await PostAsync(Other, $"/v1/{name}:amend", Amendment(name), token);
                    }

                    _open.Enqueue(name);
                }
            });
        _notices += notices;
    }

    /// <summary>The centre, which can still speak, names counsel, and the other agency is told: how long that takes.</summary>
    private async Task<IReadOnlyList<TimeSpan>> ProbeAsync(int count, Func<bool> isOver, CancellationToken cancellationToken)
    {
        _latencies.Clear();
        for (var number = 0; number < count && !isOver() && _open.TryDequeue(out var name); number++)
        {
            _asked[$"exchanges/{name["defenceNotices/".Length..]}"] = _time.GetTimestamp();
            await PostAsync(Away, $"/v1/{name}:assignCounsel", Assignment(name), cancellationToken);
            await Task.Delay(ProbePause, _time, cancellationToken);
        }

        await UntilAsync(() => _asked.IsEmpty, "the other agency has what it was sent", cancellationToken);
        return [.. _latencies];
    }

    private async Task<JsonNode> PostAsync(string agency, string path, JsonObject body, CancellationToken cancellationToken)
    {
        var answer = await _calls.UntilAnsweredAsync(path, token => _agencies[agency].PostAsync(path, body, token), cancellationToken);
        return answer.Succeeded ? answer.Body! : throw new InvalidOperationException($"{path}: {answer.Status} {answer.Code}"); // 200 has a body
    }

    private static async Task TakeAsync(PushReceiver desk, Action<PushedEvent> take, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                take(await desk.NextAsync(_ => true, stop));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    private void Arrive(PushedEvent pushed)
    {
        _last = _time.GetTimestamp();
        if (_arrived == 0)
        {
            _first = _last;
        }

        var exchange = pushed.Envelope["exchange"]!.GetValue<string>(); // an envelope has one
        var sequence = long.Parse(pushed.CloudEvent["sequence"]!.GetValue<string>(), CultureInfo.InvariantCulture); // and its event a place
        _outOfOrder += sequence == _reached.GetValueOrDefault(exchange) + 1 ? 0 : 1;
        _reached[exchange] = sequence;
        Interlocked.Increment(ref _arrived);
    }

    private void Note(PushedEvent pushed)
    {
        if (pushed.Event == "assign-counsel" && _asked.TryRemove(pushed.Envelope["exchange"]!.GetValue<string>(), out var asked)) // it has one
        {
            _latencies.Enqueue(_time.GetElapsedTime(asked));
        }
    }

    private Task ArrivedAsync(int count, CancellationToken cancellationToken) =>
        UntilAsync(() => Volatile.Read(ref _arrived) >= count, $"{count} messages have come to the agency that was away", cancellationToken);

    private static Task UntilAsync(Func<bool> holds, string what, CancellationToken cancellationToken) => Eventually.HoldsAsync(
        () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return holds();
        },
        what,
        patience: Bound);

    private static JsonObject Amendment(string name) => new()
    {
        ["requestId"] = $"amend-{name["defenceNotices/".Length..]}",
        ["amendment"] = new JsonObject { ["reason"] = "更正联系方式", ["changes"] = new JsonObject { ["remarks"] = "补充说明" } },
    };

    private static JsonObject Assignment(string name) => new()
    {
        ["requestId"] = $"assign-{name["defenceNotices/".Length..]}",
        ["assignment"] = new JsonObject
        {
            ["counsel"] = JsonNode.Parse(Google.Protobuf.JsonFormatter.Default.Format(AnsweringDesks.First)),
            ["letterNumber"] = "青法援公函〔2026〕18号",
        },
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
