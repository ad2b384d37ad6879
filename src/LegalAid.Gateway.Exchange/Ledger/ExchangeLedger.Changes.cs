using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>The loop that every command on an existing exchange goes through, be it a step, a document or the end of an upload.</summary>
public sealed partial class ExchangeLedger
{
    /// <summary>Steps 2 to 5 of a command on an exchange that is there. <paramref name="decide"/> is called again wherever the exchange moved on.</summary>
    private async Task<CommandOutcome> ChangeAsync(
        KeyedRequest request, AgencyId caller, ExchangeId exchange, Func<LoadedExchange, ValueTask<Change>> decide, CancellationToken cancellationToken)
    {
        for (var decision = 0; decision < DecisionsMax; decision++)
        {
            // 2. Load. Who is no party learns nothing, not even that there is an exchange.
            if (await _vault.LoadForAsync(caller, exchange, withDocuments: true, cancellationToken) is not { } loaded)
            {
                return await RepeatOrRefuseAsync(request, [new Fault(GeneralFaults.NotFound)], cancellationToken);
            }

            // 3. Decide. 4. Build.
            var decided = await decide(loaded);
            if (decided is not Change.Ready ready)
            {
                return await RepeatOrRefuseAsync(request, ((Change.Refused)decided).Faults, cancellationToken);
            }

            // 5. Commit.
            var unit = new CommitUnit
            {
                Exchanges = [.. ready.Built.Select(built => built.Write)],
                Idempotency = Keep(request, [ready.Built[0]], ready.Built[0].Write.Row.UpdatedAt),
                Configuration = ready.Configuration,
            };
            switch (await _store.CommitAsync(unit, cancellationToken))
            {
                case CommitOutcome.Committed:
                    ClockMeters.Committed(ready.Messages);
                    foreach (var built in ready.Built)
                    {
                        Advanced?.Invoke(new Advance(HeldExchange.After(built), ByGateway: false));
                    }

                    return new CommandOutcome.Accepted([ready.Built[0].Answer], Repeated: false);
                case CommitOutcome.Repeated first:
                    return await RepeatAsync(request, first.First, cancellationToken);
                case CommitOutcome.HoldTaken taken:
                    return Refuse(new Fault(LedgerFaults.HoldTaken, taken.Index == 0 ? "" : ready.JointField));
                case CommitOutcome.ConfigurationMoved:
                    return await RepeatOrRefuseAsync(request, [new Fault(LedgerFaults.ConfigurationMoved)], cancellationToken);
                default:
                    continue;
            }
        }

        return Refuse(new Fault(LedgerFaults.Contended));
    }

    /// <summary>What a command makes of an exchange as loaded: a closed set.</summary>
    private abstract record Change
    {
        private Change()
        {
        }

        public sealed record Refused(Fault[] Faults) : Change;

        /// <param name="Built">The exchange's, and that of another on which a step is taken along.</param>
        /// <param name="Configuration">Digest of the configuration that it was decided by; null where none was asked.</param>
        public sealed record Ready(ImmutableArray<BuiltCommit> Built, ImmutableArray<OutgoingMessage> Messages, string? Configuration) : Change
        {
            /// <summary>Where the command names the other exchange.</summary>
            public string JointField { get; init; } = "";
        }
    }
}
