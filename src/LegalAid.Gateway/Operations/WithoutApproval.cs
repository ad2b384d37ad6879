using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Operations.Staff;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// Activates a configuration from the machine where two people cannot be waited for, as when their provider is away: loudly, with a reason, and reviewed
/// afterwards. Whoever may do it could change the store; that it is done so, and not by changing the store, is what the evidence is for.
/// </summary>
internal static class WithoutApproval
{
    /// <summary>Null where it is done. The review is kept first: where the process dies between, it is of what was not done, and the verb is run again.</summary>
    public static async Task<LocalizedText?> ActivateAsync(
        ConfigurationArchive archive, ReviewBook reviews, KeyRing ring, ConfigurationSnapshot snapshot, string by, string reason, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            return new("须说明事由 --reason。", "Say why: --reason.");
        }

        var (active, fourEyes) = await archive.StandingAsync(cancellationToken);
        if (snapshot.Digest == active)
        {
            return new("该配置已经生效。", "It is the active configuration already.");
        }

        if (!fourEyes)
        {
            return new("无须批准：向网关发 SIGHUP，或重启即可。", "It takes no approval: send the gateway SIGHUP, or start it again.");
        }

        var done = new JsonObject { ["what"] = ApprovalActs.Configure, ["digest"] = snapshot.Digest, ["from"] = active };
        var review = await reviews.AddAsync(done, reason, FourEyes.OnTheMachine(ring, by), cancellationToken);
        await archive.ActivateAsync(snapshot, new Authority(Operator: by, Reason: reason, Review: review.Value), cancellationToken);
        return null;
    }
}
