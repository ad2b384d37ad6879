using System.Globalization;
using LegalAid.Gateway.Simulation.Faults;
using LegalAid.Gateway.Testing.Postgres;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>
/// Harms a gateway at work, at seeded moments: kills one node and starts it again, crashes the database, breaks the line to it, fills its
/// disk. The moments are the seed's; what they hit is the machine's.
/// </summary>
internal sealed class Harms(
    Harm harm, GatewayNodes gateway, PostgresServer? server, DatabaseLine? line, FullDisk? disk, Moments moments, PersistentCalls calls, Journal journal, Dice dice,
    TimeProvider time)
{
    private static readonly TimeSpan AimBound = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan NoticeBound = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan NoticeLook = TimeSpan.FromMilliseconds(50);

    /// <summary>Does the harm of this number, from 1, and waits until the gateway is ready again. Returns what it was, in a word.</summary>
    public Task<string> DoAsync(int number, CancellationToken cancellationToken) => harm switch
    {
        Harm.Chaos when number % 3 == 2 => StormAsync(number, cancellationToken),
        Harm.Chaos when number % 3 == 0 => CrashDatabaseAsync(number, cancellationToken),
        Harm.Kills or Harm.Chaos => KillAsync(number, cancellationToken),
        Harm.FullDisk => FillDiskAsync(number, cancellationToken),
        var other => throw new InvalidOperationException($"harm {other}"),
    };

    /// <summary>Kills a node at a moment of the seed's choice and brings it back. Returns the moment in a word.</summary>
    private async Task<string> KillAsync(int number, CancellationToken cancellationToken)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"kill {number}");
        var node = dice.Roll($"{what} node", gateway.Count);
        var victim = gateway[node];
        var moment = await AimAsync(what, cancellationToken);
        await victim.KillAsync(cancellationToken);
        victim.Start();
        if (dice.Roll($"{what} again") < 0.1)
        {
            var early = TimeSpan.FromMilliseconds(dice.Roll($"{what} early", 2500));
            moment += $", and {early.TotalMilliseconds:0} ms into the start";
            await Task.Delay(early, time, cancellationToken);
            await victim.KillAsync(cancellationToken);
            victim.Start();
        }

        await victim.WaitReadyAsync(cancellationToken);
        return gateway.Count == 1 ? moment : string.Create(CultureInfo.InvariantCulture, $"node {node + 1}: {moment}");
    }

    /// <summary>Crashes the server under all nodes and starts it again, which recovers. Nodes live on.</summary>
    private async Task<string> CrashDatabaseAsync(int number, CancellationToken cancellationToken)
    {
        var database = server ?? throw new InvalidOperationException("there is no server to crash");
        var moment = await AimAsync(string.Create(CultureInfo.InvariantCulture, $"kill {number}"), cancellationToken);
        await database.StopAsync("immediate");
        await database.StartAgainAsync();
        await gateway.WaitReadyAsync(cancellationToken);
        return $"database: {moment}";
    }

    /// <summary>
    /// A storm on the line to the database, until a commit was made and its node not told, and a while longer. Nobody is killed: the same processes are ready
    /// again by themselves.
    /// </summary>
    private async Task<string> StormAsync(int number, CancellationToken cancellationToken)
    {
        var broken = line ?? throw new InvalidOperationException("there is no line to break");
        var what = string.Create(CultureInfo.InvariantCulture, $"storm {number}");
        var moment = await AimAsync(what, cancellationToken);
        var (struck, untold) = (broken.Struck, broken.CommitsUntold);
        await broken.BeginStormAsync();
        await UntilAsync(() => Task.FromResult(broken.CommitsUntold > untold), "the answer to a commit is lost", cancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(dice.Roll($"{what} long", 2000)), time, cancellationToken);
        broken.EndStorm();
        await gateway.WaitReadyAsync(cancellationToken);
        return string.Create(
            CultureInfo.InvariantCulture, $"storm: {moment}, {broken.Struck - struck} connections struck, {broken.CommitsUntold - untold} commits untold");
    }

    /// <summary>
    /// Fills the disk of the store until callers are told and the gateway says that it is not ready, and a while longer; frees it, and waits until the
    /// same processes are ready by themselves. A server that could not write its log has ended, as it should, and is started as its operator would.
    /// </summary>
    private async Task<string> FillDiskAsync(int number, CancellationToken cancellationToken)
    {
        var filled = disk ?? throw new InvalidOperationException("there is no disk to fill");
        var what = string.Create(CultureInfo.InvariantCulture, $"fill {number}");
        var moment = await AimAsync(what, cancellationToken);
        var told = calls.ToldUnavailable;
        filled.Fill();
        try
        {
            await UntilAsync(() => Task.FromResult(calls.ToldUnavailable > told), "callers are told of the full disk", cancellationToken);
            await UntilAsync(async () => !await gateway.IsAnyReadyAsync(cancellationToken), "the gateway says that its disk is full", cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(dice.Roll($"{what} long", 2000)), time, cancellationToken);
        }
        finally
        {
            filled.Free();
        }

        var ended = server is not null && await server.ReviveAsync();
        await gateway.WaitReadyAsync(cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"full disk: {moment}, {calls.ToldUnavailable - told} calls refused{(ended ? ", server ended" : "")}");
    }

    /// <summary>A harm that is not noticed is a finding, and the run goes on.</summary>
    private async Task UntilAsync(Func<Task<bool>> holds, string what, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (!await holds())
        {
            if (time.GetElapsedTime(started) > NoticeBound)
            {
                journal.Fault($"not within {NoticeBound}: {what}");
                return;
            }

            await Task.Delay(NoticeLook, time, cancellationToken);
        }
    }

    /// <summary>Waits for a moment of the seed's choice, and says which it was.</summary>
    private async Task<string> AimAsync(string what, CancellationToken cancellationToken)
    {
        if (dice.Roll($"{what} kind") < 0.45)
        {
            var after = TimeSpan.FromMilliseconds(dice.Roll($"{what} after", 1500));
            await Task.Delay(after, time, cancellationToken);
            return $"after {after.TotalMilliseconds:0} ms";
        }

        // Some traffic first, so that there is something to hit; then the moment itself, and a hair later.
        var aim = Enum.GetValues<Moment>()[dice.Roll($"{what} aim", Enum.GetValues<Moment>().Length)];
        var hair = TimeSpan.FromMicroseconds(dice.Roll($"{what} hair", 12_000));
        await Task.Delay(TimeSpan.FromMilliseconds(dice.Roll($"{what} first", 600)), time, cancellationToken);
        await moments.NextAsync(aim, AimBound, time, cancellationToken);
        await Task.Delay(hair, time, cancellationToken);
        return $"{aim} + {hair.TotalMilliseconds:0.0} ms";
    }
}
