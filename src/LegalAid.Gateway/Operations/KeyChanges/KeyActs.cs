using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Approvals;

namespace LegalAid.Gateway.Operations.KeyChanges;

/// <summary>Lets a new key be used: exactly the one of the thumbprint that was approved. The target is its name.</summary>
internal sealed class TakeKeyAct(KeyDesk desk) : IApprovedAct
{
    public string Act => ApprovalActs.TakeKey;

    public async ValueTask<(JsonObject? Order, string Fault)> PrepareAsync(string target, CancellationToken cancellationToken)
    {
        if (await desk.FindWaitingAsync(target, cancellationToken) is not { Key: var key })
        {
            return (null, "unknown-key");
        }

        var order = new JsonObject { ["act"] = Act, ["key"] = key.Name, ["purpose"] = KeyLeaf.WordOf(key.Kind) };
        if (key.Thumbprint is { } thumbprint)
        {
            order["thumbprint"] = thumbprint;
        }

        return (order, "");
    }

    public async ValueTask<ActOutcome> RunAsync(ApprovalId approval, JsonObject order, CancellationToken cancellationToken)
    {
        var kind = KeyLeaf.KindOf(order["purpose"]?.GetValue<string>() ?? "");
        var key = new NamedKey(kind, order["key"]?.GetValue<string>() ?? "", order["thumbprint"]?.GetValue<string>());
        return await desk.TakeAsync(key, new Authority(Approval: approval.Value), cancellationToken);
    }
}

/// <summary>Takes a token key out, once no token of it can be about. The target is its name.</summary>
internal sealed class RetireKeyAct(TokenKeyRoll roll) : IApprovedAct
{
    public string Act => ApprovalActs.RetireKey;

    public async ValueTask<(JsonObject? Order, string Fault)> PrepareAsync(string target, CancellationToken cancellationToken)
    {
        var (key, outcome) = await roll.FindRetirableAsync(target, compromised: false, cancellationToken);
        return key is null || outcome.Fault != RetireFault.None
            ? (null, outcome.Word)
            : (new JsonObject { ["act"] = Act, ["key"] = key.Kid, ["purpose"] = KeyLeaf.WordOf(KeyKind.Token), ["thumbprint"] = key.Named().Thumbprint }, "");
    }

    /// <summary>Taken out already, by this order before a crash or as it was compromised: either way it stands as approved.</summary>
    public async ValueTask<ActOutcome> RunAsync(ApprovalId approval, JsonObject order, CancellationToken cancellationToken)
    {
        var outcome = await roll.RetireAsync(
            order["key"]?.GetValue<string>() ?? "", compromised: false, new Authority(Approval: approval.Value), cancellationToken);
        return new ActOutcome(outcome.Fault is RetireFault.None or RetireFault.RetiredAlready, outcome.Word);
    }
}
