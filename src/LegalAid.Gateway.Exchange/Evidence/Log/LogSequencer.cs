using LegalAid.Gateway.Exchange.Backup;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Evidence.Witness;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>
/// Gives committed leaves their places and signs what came of it. One node leads; the others look on. A lead goes so:
/// <list type="number">
/// <item>take over: compare head, tiles and last checkpoint, raise the epoch (<see cref="LogTail"/>);</item>
/// <item>hear what enough witnesses know, before anything is signed;</item>
/// <item>again and again: place leaves in one write, sign the committed head, store the checkpoint;</item>
/// <item>beside that: show the newest stored checkpoint to the witnesses and store their cosignatures.</item>
/// </list>
/// Trouble in 1, 2 or 4 ends the signing until an operator has decided; commits never wait for it.
/// </summary>
public sealed class LogSequencer : BackgroundService
{
    private const string Duty = "evidence-log";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RefusedInterval = TimeSpan.FromSeconds(30);

    private readonly ILedgerStore _store;
    private readonly LogKeys _keys;
    private readonly LogOptions _options;
    private readonly NewestCheckpoint _newest;
    private readonly WitnessClient _client;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile LogStatus _status = new(LogState.Starting);

    /// <param name="http">For the witnesses; its own time-out does not count.</param>
    public LogSequencer(
        ILedgerStore store, LogKeys keys, LogOptions options, NewestCheckpoint newest, HttpClient http, TimeProvider time, ILogger<LogSequencer> logger)
    {
        (_store, _keys, _options, _newest, _time, _logger) = (store, keys, options.Required(), newest, time, logger);
        _client = new WitnessClient(http, time, options.WitnessTimeout);
    }

    public LogStatus Status => _status;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // the start of the host does not wait for the first look
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowOrLeadAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The loop's edge: a store that is away for a while must not end the log. What was begun is compared at the next take-over.
                if (e is not StoreUnavailableException) // the store has said that itself
                {
                    EvidenceEvents.StandsStill(_logger, e, RetryAfter);
                }

                await PauseAsync(RetryAfter, stoppingToken);
            }
        }
    }

    private async Task FollowOrLeadAsync(CancellationToken stopping)
    {
        await using var lead = await _store.TryLeadAsync(Duty, stopping);
        if (lead is null)
        {
            _status = new LogStatus(LogState.Following);
            await OfferLastAsync(stopping);
            await PauseAsync(_options.FollowInterval, stopping);
            return;
        }

        using var leading = CancellationTokenSource.CreateLinkedTokenSource(stopping, lead.Lost);
        try
        {
            await LeadAsync(leading.Token);
        }
        catch (OperationCanceledException) when (lead.Lost.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            EvidenceEvents.LeadLost(_logger);
            await PauseAsync(_options.FollowInterval, stopping);
        }
    }

    private async Task LeadAsync(CancellationToken leading)
    {
        var (tail, damage) = await LogTail.TakeOverAsync(_store, _keys, _options.Origin, _time, leading);
        if (tail is null)
        {
            await (damage is null ? LeadLostAsync(leading) : RefuseAsync(damage, leading));
            return;
        }

        EvidenceEvents.Leads(_logger, tail.Head.Origin, tail.Head.Size, tail.Head.Epoch);
        await OfferLastAsync(leading);
        var circle = new WitnessCircle(_store, _client, _options, _time, _logger);
        var restored = await RestoredMark.FindAsync(_store, leading);
        var trouble = await LogRefusal.FindAsync(_store, tail.Head.Origin, leading)
            ?? (restored is not null && _options.Witnesses.IsEmpty ? LogRefusal.OfRestored(restored) : null)
            ?? await HearWitnessesAsync(tail, circle, restored is null ? _options.Needed : _options.Witnesses.Length, leading);
        if (trouble is null)
        {
            if (restored is not null)
            {
                await RestoredMark.ClearAsync(_store, leading); // dies before: all are heard again
            }

            _status = new LogStatus(LogState.Signing);
            trouble = await SignAndShowAsync(tail, circle, leading);
        }

        if (trouble is null)
        {
            await LeadLostAsync(leading);
            return;
        }

        await LogRefusal.KeepAsync(_store, tail.Head.Origin, trouble, leading);
        await RefuseAsync(trouble, leading);
    }

    /// <summary>
    /// Asks until enough witnesses have answered. They are shown the last checkpoint, which is signed and stored already, or before the
    /// first one that of the empty tree, with which every log agrees: nothing new is said by asking. A store that came out of a backup hears all of
    /// them: the only one that saw what was signed after the backup may be the one that is away.
    /// </summary>
    private async Task<LogTrouble?> HearWitnessesAsync(LogTail tail, WitnessCircle circle, int needed, CancellationToken leading)
    {
        var last = await _store.LatestCheckpointAsync(leading);
        var note = last is not null && last.Origin == tail.Head.Origin && SignedNote.Parse(last.Note) is { } stored
            ? stored
            : _keys.Sign(new Checkpoint(tail.Head.Origin, 0, TreeHash.OfNothing), _time.GetUtcNow());
        var shown = Checkpoint.Parse(note.Text) ?? throw new InvalidDataException("the last checkpoint cannot be read"); // LogCheck has read it
        var told = false;
        while (true)
        {
            if (await circle.ShowAsync(note, shown, leading) is { } trouble)
            {
                return trouble;
            }

            if (circle.Answered >= needed)
            {
                return null;
            }

            _status = new LogStatus(LogState.AwaitingWitnesses);
            if (!told)
            {
                EvidenceEvents.AwaitsWitnesses(_logger, needed, circle.Answered);
                told = true;
            }

            await PauseAsync(_options.WitnessPause, leading);
        }
    }

    /// <summary>Runs both loops until one ends; the other is stopped. Trouble, or null where the lead is lost.</summary>
    private async Task<LogTrouble?> SignAndShowAsync(LogTail tail, WitnessCircle circle, CancellationToken leading)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(leading);
        var signed = new Wake();
        var show = ShowAsync(tail.Head.Origin, circle, signed, both.Token);
        var sign = SignAsync(tail, signed, both.Token);
        var first = await Task.WhenAny(show, sign);
        await both.CancelAsync();
        await ((Task)Task.WhenAll(show, sign)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first; // what ended it: trouble, the lost lead, or an exception
        return first == show ? await show : null;
    }

    private async Task SignAsync(LogTail tail, Wake signed, CancellationToken leading)
    {
        var last = await _store.LatestCheckpointAsync(leading);
        var size = last is not null && last.Origin == tail.Head.Origin ? last.Size : 0;
        var drained = false;
        while (await tail.ExtendAsync(_options.LeavesMax, leading) is { } placed)
        {
            // What waited while nobody led gets its places first. A checkpoint signed now that lacks a leaf committed hours ago would make an
            // honest leaf look dated back.
            drained |= placed < _options.LeavesMax;
            if (drained && tail.Head.Size > size) // also after a start that found a head without its checkpoint
            {
                var row = await tail.SignAsync(leading);
                _newest.Offer(new Checkpoint(row.Origin, row.Size, new TreeHash(row.Root.AsSpan())));
                EvidenceEvents.Signed(_logger, row.Size, placed);
                size = row.Size;
                signed.Raise();
            }

            if (placed < _options.LeavesMax)
            {
                await PauseAsync(_options.Interval, leading);
            }
        }
    }

    /// <summary>Shows the newest checkpoint of this origin; one of a former origin is closed, and what witnesses know beyond it was reconciled.</summary>
    private async Task<LogTrouble?> ShowAsync(string origin, WitnessCircle circle, Wake signed, CancellationToken leading)
    {
        while (true)
        {
            var raised = signed.Next; // taken before the look, so that what is signed after the look wakes the wait
            if (await _store.LatestCheckpointAsync(leading) is { } row && row.Origin == origin && SignedNote.Parse(row.Note) is { } note
                && Checkpoint.Parse(note.Text) is { } checkpoint && await circle.ShowAsync(note, checkpoint, leading) is { } trouble)
            {
                return trouble;
            }

            await Wake.WaitAsync(raised, _options.Witnesses.IsEmpty ? RefusedInterval : _options.WitnessPause, _time, leading);
        }
    }

    private async Task LeadLostAsync(CancellationToken leading)
    {
        EvidenceEvents.LeadLost(_logger);
        await PauseAsync(_options.FollowInterval, leading);
    }

    /// <summary>Signs nothing while the log has this origin: until an operator reconciled it, or the process ends.</summary>
    private async Task RefuseAsync(LogTrouble trouble, CancellationToken leading)
    {
        _status = new LogStatus(LogState.Refused, trouble);
        EvidenceEvents.Refused(_logger, trouble.Fault, trouble.Detail);
        var origin = (await _store.FindLogHeadAsync(leading))?.Origin;
        do
        {
            await PauseAsync(RefusedInterval, leading);
        }
        while ((await _store.FindLogHeadAsync(leading))?.Origin == origin);
    }

    private async Task OfferLastAsync(CancellationToken cancellationToken)
    {
        if (await _store.LatestCheckpointAsync(cancellationToken) is { } last)
        {
            _newest.Offer(new Checkpoint(last.Origin, last.Size, new TreeHash(last.Root.AsSpan())));
        }
    }

    private Task PauseAsync(TimeSpan span, CancellationToken cancellationToken) => Task.Delay(span, _time, cancellationToken);
}
