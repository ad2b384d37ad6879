using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Evidence;

/// <summary>
/// An authenticated call that was refused is evidence too: who was told no, to what, and why. Bounded for each agency, so that a loop
/// of bad calls cannot fill the store: what is over the bound is counted, and the next leaf says how many it stands for.
/// </summary>
public sealed class RefusalEvidence(ILedgerStore store, TimeProvider time, IIdSource ids)
{
    /// <summary>Leaves of one agency in a burst.</summary>
    public const int BurstMax = 60;

    /// <summary>Most codes that one leaf lists.</summary>
    private const int CodesMax = 20;

    /// <summary>One more leaf may be written after this long.</summary>
    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<AgencyId, Bucket> _buckets = new();

    /// <summary>Writes a leaf, or counts the refusal where the agency is over its bound. True where a leaf was written.</summary>
    /// <param name="operation">Full name of the method; never a path with values in it.</param>
    /// <param name="onBehalfOf">The person for whom the client acted, as a keyed hash: the log is public. Null: nobody.</param>
    public async ValueTask<bool> RecordAsync(
        AgencyId agency, string client, string operation, IEnumerable<FaultCode> codes, string? onBehalfOf, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!_buckets.GetOrAdd(agency, _ => new Bucket(now)).TryTake(now, out var suppressed))
        {
            return false;
        }

        var facts = new JsonObject
        {
            ["client"] = client,
            ["operation"] = operation,
            ["codes"] = new JsonArray([.. codes.Select(code => code.Code).Distinct().Take(CodesMax).Select(code => (JsonNode)code)]),
            ["suppressedBefore"] = suppressed,
        };
        if (onBehalfOf is not null)
        {
            facts["onBehalfOf"] = onBehalfOf;
        }

        await store.AppendLeafAsync(
            Leaf.Of(new LeafId(ids.NewId()), LeafKinds.Refusal, exchange: null, subject: null, agency, now, facts), cancellationToken);
        return true;
    }

    /// <summary>A token bucket of <see cref="BurstMax"/>, and the count of what it turned away.</summary>
    private sealed class Bucket(DateTimeOffset now)
    {
        private readonly Lock _gate = new();
        private double _tokens = BurstMax;
        private DateTimeOffset _at = now;
        private long _suppressed;

        public bool TryTake(DateTimeOffset now, out long suppressed)
        {
            lock (_gate)
            {
                _tokens = Math.Min(BurstMax, _tokens + Math.Max(0, (now - _at) / Refill));
                _at = now;
                if (_tokens < 1)
                {
                    _suppressed++;
                    suppressed = 0;
                    return false;
                }

                _tokens--;
                (suppressed, _suppressed) = (_suppressed, 0);
                return true;
            }
        }
    }
}
