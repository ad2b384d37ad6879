using Grpc.Core;
using LegalAid.Gateway.Contracts.Mailbox.V1;

namespace LegalAid.Gateway.Demo.Agencies;

/// <summary>
/// What came to the agencies, as their systems read it: each mailbox by one gRPC stream, each delivery acknowledged and kept until it is asked for. A stream that was closed and
/// opened again for every event would leave leased what it had been sent beside.
/// </summary>
public sealed class InTrays : IDisposable
{
    private readonly Dictionary<AgencySystem, Tray> _trays = [];

    /// <summary>The next that came to the agency and was not taken yet.</summary>
    public async Task<Delivery> NextAsync(AgencySystem agency, CancellationToken stop)
    {
        var tray = Of(agency);
        return tray.Take(_ => true) ?? await tray.ReadAsync(stop);
    }

    /// <summary>The event of that kind and exchange, or null where it does not come.</summary>
    public async Task<Delivery?> TakeAsync(AgencySystem agency, string exchange, string expected, CancellationToken stop)
    {
        var tray = Of(agency);
        using var patience = Patience.Bounded(stop);
        try
        {
            while (true)
            {
                if (tray.Take(envelope => envelope.Event == expected && envelope.Exchange == exchange) is { } delivery)
                {
                    return delivery;
                }

                tray.Keep(await tray.ReadAsync(patience.Token));
            }
        }
        catch (RpcException late) when (late.StatusCode == StatusCode.Cancelled && !stop.IsCancellationRequested)
        {
            _trays.Remove(agency); // the stream went with the wait
            tray.Dispose();
            return null;
        }
    }

    public void Dispose()
    {
        foreach (var tray in _trays.Values)
        {
            tray.Dispose();
        }
    }

    private Tray Of(AgencySystem agency) => _trays.TryGetValue(agency, out var tray) ? tray : _trays[agency] = new Tray(agency);

    private sealed class Tray(AgencySystem agency) : IDisposable
    {
        private readonly AsyncServerStreamingCall<Delivery> _stream = agency.Mailbox.ReceiveDeliveries(new ReceiveDeliveriesRequest());
        private readonly List<Delivery> _kept = [];

        public Delivery? Take(Predicate<Envelope> wanted)
        {
            var at = _kept.FindIndex(delivery => wanted(delivery.Envelope));
            if (at < 0)
            {
                return null;
            }

            var found = _kept[at];
            _kept.RemoveAt(at);
            return found;
        }

        public void Keep(Delivery delivery) => _kept.Add(delivery);

        public async Task<Delivery> ReadAsync(CancellationToken stop)
        {
            var delivery = await _stream.ResponseStream.MoveNext(stop) ? _stream.ResponseStream.Current : throw new InvalidOperationException("the mailbox ended its stream");
            await agency.Mailbox.AcknowledgeDeliveryAsync(
                new AcknowledgeDeliveryRequest { Name = delivery.Name, LeaseToken = delivery.LeaseToken }, cancellationToken: stop);
            return delivery;
        }

        public void Dispose() => _stream.Dispose();
    }
}
