using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Peers;

/// <summary>An exchange's state between gateways: stored form, one way and back.</summary>
internal static class PeerStates
{
    public static JsonObject Write(ExchangeState state) => ExchangeVault.Json(StateCodec.Encode(state with { Replica = null }));

    /// <summary>The state by this gateway's own type; null where the type has no such state, role or clock, or a party is in no directory here.</summary>
    public static ExchangeState? Read(ExchangeType type, PeerUpdate update, ConfigurationSnapshot snapshot)
    {
        try
        {
            var state = StateCodec.Decode(type, update.State, Encoding.UTF8.GetBytes(update.Control.ToJsonString()), update.View);
            return type.States.Any(known => known.Name == state.State)
                && state.Parties.Keys.All(role => type.Roles.Any(known => known.Name.Value == role))
                && state.Clocks.All(run => type.Clocks.Any(known => known.Name == run.Clock))
                && state.Parties.Values.All(party => snapshot.Agencies.Find(party) is not null)
                && state.Replica is null
                    ? state
                    : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidDataException or ArgumentException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}
