using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Feeds;

/// <summary>What is public of an address: whose system created or revoked it, or which operator revoked it, for a lawyer or for which station, until when. Neither the lawyer nor anything of the token.</summary>
internal static class FeedLeaf
{
    /// <param name="rung">What happened: "created" or "revoked".</param>
    /// <param name="client">The calling system.</param>
    public static LeafRow Of(IIdSource ids, DateTimeOffset at, CalendarFeedRow row, string rung, string client) =>
        Of(ids, at, row, new JsonObject { ["event"] = rung, ["client"] = client });

    /// <summary>An operator revoked it.</summary>
    public static LeafRow Of(IIdSource ids, DateTimeOffset at, CalendarFeedRow row, OperatorAct act) =>
        Of(ids, at, row, new JsonObject { ["event"] = "revoked", ["operator"] = act.Operator, ["reason"] = act.Reason });

    private static LeafRow Of(IIdSource ids, DateTimeOffset at, CalendarFeedRow row, JsonObject facts)
    {
        (facts["of"], facts["expires"]) = (row.Station is null ? "lawyer" : "station", Timestamps.Format(row.ExpiresAt));
        if (row.Station is { } station)
        {
            facts["station"] = station.Value;
        }

        return Leaf.Of(new LeafId(ids.NewId()), LeafKinds.CalendarFeed, exchange: null, row.Id.Value, row.Agency, at, facts);
    }
}
