using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Simulation.Engine;

/// <summary>
/// Everybody's mailbox, and the operator: recipients take, forget, answer twice, late, or reject; the operator suspends them, lets them go
/// on, and has dead letters delivered again.
/// </summary>
internal sealed class EngineRecipients(EngineWorld engine)
{
    private const int PullMax = 4;
    private const int ReplayMax = 100;
    private const string Cause = "operator";
    private const string Resumed = "resumed";
    private const string Replayed = "replayed";

    private readonly HashSet<AgencyId> _suspended = [];
    private readonly List<DeliveryRow> _unanswered = [];

    private ILedgerStore Store => engine.World.Store;

    public async Task ActAsync(string what)
    {
        foreach (var recipient in EngineWorld.Recipients.Where(recipient => engine.Dice.Roll($"{what} {recipient} pulls") < 0.35))
        {
            await PullAsync(recipient, $"{what} {recipient}");
        }

        if (_unanswered.Count > 0 && engine.Dice.Roll($"{what} late") < 0.3)
        {
            var late = _unanswered[0];
            _unanswered.RemoveAt(0);
            await AnswerAsync(late, acknowledged: true);
        }

        await (engine.Dice.Roll($"{what} operator") switch
        {
            < 0.04 => SuspendAsync(EngineWorld.Recipients[engine.Dice.Roll($"{what} whom", EngineWorld.Recipients.Count)]),
            < 0.12 => ResumeAsync(),
            < 0.20 => ReplayAsync(),
            _ => Task.CompletedTask,
        });
    }

    /// <summary>Takes and acknowledges all there is. False where nothing is left, and nothing will come by itself.</summary>
    public async Task<bool> FinishAsync(string what)
    {
        await ResumeAsync();
        await ReplayAsync();
        foreach (var recipient in EngineWorld.Recipients)
        {
            await PullAsync(recipient, $"{what} {recipient}");
        }

        return await Store.NextDeliveryAtAsync([.. EngineWorld.Recipients], CancellationToken.None) is not null;
    }

    private async Task PullAsync(AgencyId recipient, string what)
    {
        var pulled = await engine.World.Mailbox().PullAsync(recipient, PullMax, Mailbox.LeaseMin, CancellationToken.None);
        if (_suspended.Contains(recipient) && !pulled.IsEmpty)
        {
            engine.Journal.Fault($"{recipient} is suspended and was handed {pulled.Length} deliveries");
        }

        foreach (var delivery in pulled)
        {
            engine.Journal.Take(delivery);
            var roll = engine.Faults.Healed ? 0 : engine.Dice.Roll($"{what} {delivery.Row.Sequence} answer");
            switch (roll)
            {
                case < 0.7:
                    await AnswerAsync(delivery.Row, acknowledged: true);
                    break;
                case < 0.8:
                    await AnswerAsync(delivery.Row, acknowledged: true);
                    await AnswerAsync(delivery.Row, acknowledged: true);
                    break;
                case < 0.86:
                    _unanswered.Add(delivery.Row);
                    break;
                case < 0.92:
                    await AnswerAsync(delivery.Row, acknowledged: false);
                    break;
            }
        }
    }

    /// <summary>The store may fail under the answer: then the delivery comes again.</summary>
    private async Task AnswerAsync(DeliveryRow row, bool acknowledged)
    {
        try
        {
            var (mailbox, token) = (engine.World.Mailbox(), row.LeaseToken.GetValueOrDefault());
            _ = acknowledged
                ? await mailbox.AcknowledgeAsync(row.Recipient, row.Id, token, CancellationToken.None)
                : await mailbox.RejectAsync(row.Recipient, row.Id, token, "cannot read it", CancellationToken.None);
        }
        catch (IOException)
        {
            // Planted.
        }
    }

    private async Task SuspendAsync(AgencyId recipient)
    {
        _suspended.Add(recipient);
        await Store.SuspendRecipientAsync(recipient, suspended: true, Cause, Now, LeafOf(LeafKinds.Suspended, recipient), CancellationToken.None);
    }

    private async Task ResumeAsync()
    {
        foreach (var recipient in _suspended)
        {
            await Store.SuspendRecipientAsync(recipient, suspended: false, Cause, Now, LeafOf(Resumed, recipient), CancellationToken.None);
        }

        _suspended.Clear();
    }

    private async Task ReplayAsync()
    {
        var dead = await Store.ListStoppedAsync(new StoppedQuery(DeliveryStatus.Dead, ReplayMax), CancellationToken.None);
        if (!dead.IsEmpty)
        {
            await Store.ResolveStoppedAsync(
                [.. dead.Select(row => row.Id)], DeliveryStatus.Dead, DeliveryStatus.Pending, Now, LeafOf(Replayed, agency: null), CancellationToken.None);
        }
    }

    private DateTimeOffset Now => engine.World.Time.GetUtcNow();

    private LeafRow LeafOf(string kind, AgencyId? agency) =>
        Leaf.Of(new LeafId(engine.World.Ids.NewId()), kind, exchange: null, subject: null, agency, Now, []);
}
