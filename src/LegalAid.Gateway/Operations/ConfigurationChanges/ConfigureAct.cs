using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Approvals;

namespace LegalAid.Gateway.Operations.ConfigurationChanges;

/// <summary>
/// Makes a proposed configuration the active one: exactly the one of the digest that was approved, in the place of the one it was compared with. The target
/// is its digest.
/// </summary>
internal sealed class ConfigureAct(ConfigurationArchive archive, ConfigurationReload reload) : IApprovedAct
{
    public string Act => ApprovalActs.Configure;

    public async ValueTask<(JsonObject? Order, string Fault)> PrepareAsync(string target, CancellationToken cancellationToken) =>
        target == archive.Current.Digest ? (null, "active-already")
        : (await archive.ListProposedAsync(cancellationToken)).All(proposed => proposed.Digest != target) ? (null, "unknown-configuration")
        : await archive.FindAsync(target, cancellationToken) is not LoadOutcome.Loaded ? (null, "unsound")
        : (new JsonObject { ["act"] = Act, ["digest"] = target, ["from"] = archive.Current.Digest }, "");

    public async ValueTask<ActOutcome> RunAsync(ApprovalId approval, JsonObject order, CancellationToken cancellationToken) => await reload.TakeAsync(
        order["digest"]?.GetValue<string>() ?? "", order["from"]?.GetValue<string>() ?? "", approval, cancellationToken);
}
