using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// Test events: an agency opens an exchange of type <see cref="Type"/>, whose one message goes to itself. There is no other path for it than
/// the one of every message, so that what it proves is true of them. Bounded for each agency on all nodes together: a place of the hour is a
/// key that the store remembers once.
/// </summary>
public sealed class TestEvents(ILedgerStore store, ExchangeLedger ledger, TimeProvider system)
{
    /// <summary>The shipped type.</summary>
    public static readonly ExchangeTypeId Type = new("connection-test");

    /// <summary>Most test events of an agency within <see cref="Period"/>.</summary>
    public const int CountMax = 10;

    public static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>Asks for one. A request id that was used before gets its first answer, also where the hour is used up.</summary>
    /// <param name="reference">What the agency wants to find again in the event.</param>
    public async Task<CommandOutcome> RequestAsync(
        AgencyId caller, string reference, string requestId, string traceParent, CancellationToken cancellationToken)
    {
        var now = system.GetUtcNow();
        var (granted, request) = (await TryTakePlaceAsync(caller, now, cancellationToken), Key($"{caller}\nrequest\n{requestId}"));

        // Where the process dies between two of these writes a place of the hour is lost, and nothing else.
        var isNew = await store.TryRememberAsync(request, now, granted ? now + Period : now, cancellationToken);
        if (!granted && isNew)
        {
            return new CommandOutcome.Refused(new EquatableList<Fault>([Fault.With(DeliveryFaults.TestEventsExhausted, "", $"{CountMax}")]));
        }

        var payload = reference.Length > 0 ? new JsonObject { ["reference"] = reference } : [];
        return await ledger.OpenAsync(new OpenCommand(caller, Type, [new Opening(payload, [])], requestId, traceParent), cancellationToken);
    }

    private async ValueTask<bool> TryTakePlaceAsync(AgencyId caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var place = 0; place < CountMax; place++)
        {
            if (await store.TryRememberAsync(Key($"{caller}\nplace\n{place}"), now, now + Period, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    private static ImmutableArray<byte> Key(string text) => [.. SHA256.HashData(Encoding.UTF8.GetBytes("test-event\n" + text))];
}
