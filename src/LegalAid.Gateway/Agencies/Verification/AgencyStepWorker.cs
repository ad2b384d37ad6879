using System.Threading.Channels;
using LegalAid.Gateway.Agencies.Verification.Questions;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>
/// Attends to what agencies' steps leave to the gateway, questions in mailboxes and corrections: at once where a body answered or a centre decided here, and by looking for
/// what stands still, so that nothing depends on what a process remembered. What comes while too much waits is found by the look.
/// </summary>
internal sealed class AgencyStepWorker : BackgroundService
{
    private const int PageMax = 200, WaitingMax = 10_000;

    private readonly Channel<ExchangeId> _waiting = System.Threading.Channels.Channel.CreateBounded<ExchangeId>(new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly ExchangeLedger _ledger;
    private readonly ExchangeReader _reader;
    private readonly FactQuestions _questions;
    private readonly StatusChanges _changes;
    private readonly ISnapshotSource _configuration;
    private readonly TimeProvider _time;
    private readonly VerificationOptions _options;
    private readonly ILogger<AgencyStepWorker> _logger;

    public AgencyStepWorker(
        ExchangeLedger ledger, ExchangeReader reader, FactQuestions questions, StatusChanges changes, ISnapshotSource configuration, TimeProvider time,
        IOptions<VerificationOptions> options, ILogger<AgencyStepWorker> logger)
    {
        (_ledger, _reader, _questions, _changes, _configuration, _time, _options, _logger) = (ledger, reader, questions, changes, configuration, time, options.Value, logger);
        _ledger.Advanced += OnAdvanced;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _ledger.Advanced -= OnAdvanced;
        await base.StopAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(ServeAsync(stoppingToken), LookAsync(stoppingToken));

    private void OnAdvanced(HeldExchange held)
    {
        var reading = held.Reading;
        var concerns = reading.State.Type.Id.Value switch
        {
            FactQuestions.Type => reading.State.State.Value == FactQuestions.Answered,
            StatusChanges.CorrectionType => reading.State.State.Value == StatusChanges.Corrected,
            VerificationReading.Type => FactQuestions.IsDecided(reading),
            _ => false,
        };
        if (concerns)
        {
            _waiting.Writer.TryWrite(reading.Id);
        }
    }

    private async Task ServeAsync(CancellationToken stoppingToken)
    {
        await foreach (var id in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            await GuardedAsync(() => AttendAsync(id, stoppingToken), stoppingToken);
        }
    }

    private async Task AttendAsync(ExchangeId id, CancellationToken cancellationToken)
    {
        if (await _reader.FindWholeAsync(id, cancellationToken) is not { } reading)
        {
            return;
        }

        await (reading.State.Type.Id.Value switch
        {
            FactQuestions.Type => _questions.AttendAsync(reading, cancellationToken),
            StatusChanges.CorrectionType => _changes.ApplyAsync(reading.Id, cancellationToken),
            _ => _questions.EndAsync(reading, cancellationToken),
        });
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.QuestionInterval, _time);
        do
        {
            foreach (var agency in _configuration.Current.Agencies.All.Where(agency => agency.Kind == AgencyKinds.AidCentre))
            {
                await GuardedAsync(() => LookAsync(agency.Id, stoppingToken), stoppingToken);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>The centre's own: by the centre, so that one whose source left the directory is found too.</summary>
    private async Task LookAsync(AgencyId centre, CancellationToken cancellationToken)
    {
        await EachAsync(FactQuestions.Type, FactQuestions.Answered, question => _questions.AttendAsync(question, cancellationToken));
        await EachAsync(FactQuestions.Type, FactQuestions.Asked, question => _questions.AttendAsync(question, cancellationToken));
        await EachAsync(StatusChanges.CorrectionType, StatusChanges.Corrected, corrected => _changes.ApplyAsync(corrected.Id, cancellationToken));

        async Task EachAsync(string type, string state, Func<ExchangeReading, Task> attend)
        {
            var query = new ExchangeQuery(centre, PageMax, Types: [type], State: state);
            while (true)
            {
                var page = await _reader.ListWholeAsync(query, cancellationToken);
                foreach (var reading in page)
                {
                    await attend(reading);
                }

                if (page.Length < PageMax)
                {
                    break;
                }

                query = query with { Before = page[^1].Id };
            }
        }
    }

    private async Task GuardedAsync(Func<Task> work, CancellationToken stoppingToken)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            // The loop's edge: the look comes back to it.
            if (e is not StoreUnavailableException) // the store has said that itself
            {
                Log.StepsFailed(_logger, e);
            }
        }
    }
}
