using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Approvals;

/// <summary>Erases an exchange before its retention ends: one that is final, at the version that was approved.</summary>
public sealed class EraseAct(ILedgerStore store, ExchangeLedger ledger) : IApprovedAct
{
    public string Act => ApprovalActs.Erase;

    public async ValueTask<(JsonObject? Order, string Fault)> PrepareAsync(string target, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(target.Trim(), "D", out var id)
            || await store.FindExchangeAsync(new ExchangeId(id), cancellationToken) is not { } row)
        {
            return (null, "unknown-exchange");
        }

        return row switch
        {
            { DataKey: null } => (null, "erased-already"),
            { Final: false } => (null, "not-final"),
            _ => (new JsonObject { ["act"] = Act, ["exchange"] = row.Id.ToString(), ["version"] = row.Version }, ""),
        };
    }

    public async ValueTask<ActOutcome> RunAsync(ApprovalId approval, JsonObject order, CancellationToken cancellationToken)
    {
        var id = new ExchangeId(Guid.ParseExact(order["exchange"]?.GetValue<string>() ?? "", "D"));
        var version = order["version"]?.GetValue<long>() ?? 0;
        switch (await ledger.EraseByOrderAsync(id, version, approval, cancellationToken))
        {
            case OrderedErasure.Erased:
                // What the store's files still hold goes now, and where this fails or the process dies, with the next batch.
                await store.ScrubAsync(cancellationToken);
                return new ActOutcome(Done: true, "erased");
            case OrderedErasure.ErasedAlready:
                // By this order before a crash, or by the end of its retention: either way it stands as approved.
                return new ActOutcome(Done: true, "erased-already");
            case OrderedErasure.Moved:
                return new ActOutcome(Done: false, "changed-since");
            case var other:
                throw new InvalidOperationException($"erasure {other}");
        }
    }
}
