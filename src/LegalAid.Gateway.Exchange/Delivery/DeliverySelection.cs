using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>Which stopped deliveries an operator means: a closed set.</summary>
public abstract record DeliverySelection
{
    private DeliverySelection()
    {
    }

    /// <summary>What the evidence says of it. No personal data.</summary>
    internal abstract JsonObject Describe();

    /// <summary>These, where they are stopped.</summary>
    public sealed record These(ImmutableArray<DeliveryId> Ids) : DeliverySelection
    {
        internal override JsonObject Describe() => new() { ["named"] = Ids.Length };
    }

    /// <summary>All that match; what is null does not select.</summary>
    /// <param name="Status">Dead or Parked.</param>
    /// <param name="Cause">The last outcome, such as "rejected" or "exhausted-500".</param>
    /// <param name="From">Stopped at or after.</param>
    /// <param name="Until">Stopped before.</param>
    public sealed record Matching(
        DeliveryStatus Status = DeliveryStatus.Dead,
        AgencyId? Recipient = null,
        string? Cause = null,
        ExchangeId? Exchange = null,
        DateTimeOffset? From = null,
        DateTimeOffset? Until = null) : DeliverySelection
    {
        /// <summary>Whether it names nothing: everything that stopped.</summary>
        public bool IsEverything => this is { Recipient: null, Cause: null, Exchange: null, From: null, Until: null };

        internal StoppedQuery Query(int countMax) => new(Status, countMax, Recipient, Cause, Exchange, From, Until);

        internal override JsonObject Describe()
        {
            var described = new JsonObject { ["status"] = Status == DeliveryStatus.Dead ? "dead" : "parked" };
            Put("recipient", Recipient?.Value);
            Put("cause", Cause);
            Put("exchange", Exchange?.ToString());
            Put("from", From is { } from ? Timestamps.Format(from) : null);
            Put("until", Until is { } until ? Timestamps.Format(until) : null);
            return described;

            void Put(string name, string? value)
            {
                if (value is not null)
                {
                    described[name] = value;
                }
            }
        }
    }
}
