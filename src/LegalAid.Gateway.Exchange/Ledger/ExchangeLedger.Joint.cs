using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>
/// Steps on two exchanges that are one act, such as the swap of two duty shifts: both are decided, each as any step is, and committed in one unit at both versions. Whichever of
/// the two moved on meanwhile, both are decided again.
/// </summary>
public sealed partial class ExchangeLedger
{
    /// <summary>The change with what is taken along, where the command takes something along; the faults of both together.</summary>
    private async ValueTask<Change> WithJointAsync(StepCommand command, Change first, LoadedExchange loaded, CancellationToken cancellationToken)
    {
        if (JointOf(command, loaded) is not { } joint)
        {
            return first;
        }

        var other = joint.Exchange is { } id && id != command.Exchange ? await _vault.LoadForAsync(command.Caller, id, withDocuments: true, cancellationToken) : null;
        return (first, Along(command, joint, other, loaded.Reading.State.Type)) switch
        {
            (Change.Ready one, Change.Ready two) => one with { Built = [.. one.Built, .. two.Built], Messages = [.. one.Messages, .. two.Messages], JointField = joint.Field },
            (Change.Refused one, Change.Refused two) => new Change.Refused([.. one.Faults, .. two.Faults]),
            (Change.Refused one, _) => one,
            (_, var two) => two,
        };
    }

    /// <param name="other">Null where the caller has no part in it, or there is none.</param>
    private Change Along(StepCommand command, JointCall joint, LoadedExchange? other, ExchangeType type)
    {
        // Another city's is decided there, and one commit does not reach it.
        if (other is not { Reading.State: { Replica: null } state } || state.Type.Id != type.Id)
        {
            return Refused(new Fault(LedgerFaults.ReferenceUnknown));
        }

        if (state.Type.FindStep(joint.Step.Take) is not { } step)
        {
            return Refused(new Fault(TransitionFaults.StepUnknown)); // it was opened under an earlier form of the type
        }

        var (snapshot, civilNow) = (_configuration.Current, _civil.Now);
        if (other.Cipher is not { } cipher)
        {
            return Refused(new Fault(LedgerFaults.Erased));
        }

        if (!ExchangeGrants.MayTake(snapshot, new Asker(command.Caller, command.Purpose), state, step.Name, civilNow.CivilDate()))
        {
            return Refused(new Fault(TransitionFaults.StepNotYours));
        }

        var attempt = Attempt(snapshot.Agencies.Get(command.Caller), step, joint.Payload, [], other.Reading.Documents) with { Together = true };
        var decided = Transition.Take(state, attempt, snapshot, _checks, civilNow);
        if (decided is not Decision.Accepted accepted)
        {
            return Refused(decided is Decision.Refused refused ? [.. refused.Faults] : []);
        }

        var built = _builder.Build(
            CommitOrigin.Of(other, cipher), accepted, command.Caller, [], _system.GetUtcNow(), command.TraceParent, signature: command.Signature?.AmongSeveral(),
            peer: PartOf(command), together: command.Exchange);
        return new Change.Ready([built], accepted.Messages, snapshot.Digest);

        Change Refused(params Fault[] faults) =>
            new Change.Refused([.. faults.Select(fault => fault.Field.Length == 0 ? fault.Under(joint.Field) : fault.Under($"payload.{joint.Step.Payload}"))]);
    }

    /// <summary>What the command takes along; null where its step takes nothing along, it names no other exchange, or another gateway decides on this one.</summary>
    private static JointCall? JointOf(StepCommand command, LoadedExchange loaded)
    {
        var state = loaded.Reading.State;
        if (state.Replica is not null || state.Type.FindStep(command.Step)?.Together is not { } step || step.Exchange.FindText(command.Payload) is not { Length: > 0 } name)
        {
            return null;
        }

        return new JointCall(
            step, ExchangeId.TryParseResourceName(name, out var id) ? id : null, step.Payload.Find(command.Payload) as JsonObject ?? [], $"payload.{step.Exchange}");
    }

    /// <param name="Exchange">Null where the name is none.</param>
    /// <param name="Field">Where the command names it.</param>
    private sealed record JointCall(JointStep Step, ExchangeId? Exchange, JsonObject Payload, string Field);
}
