using Grpc.Core;
using LegalAid.Gateway.Contracts.Mailbox.V1;

namespace LegalAid.Gateway.Demo.Agencies;

/// <summary>An agency's mailbox as its system reads it: by gRPC stream, each delivery acknowledged.</summary>
internal static class AgencyMailbox
{
    /// <summary>The next event of that kind and exchange, or null where it does not come; whatever comes before it is acknowledged on the way.</summary>
    public static async Task<Delivery?> TakeAsync(this AgencySystem agency, string exchange, string expected, CancellationToken stop)
    {
        using var patience = Patience.Bounded(stop);
        using var stream = agency.Mailbox.ReceiveDeliveries(new ReceiveDeliveriesRequest(), cancellationToken: patience.Token);
        try
        {
            while (true)
            {
                var delivery = await agency.NextAsync(stream.ResponseStream, patience.Token);
                if (delivery.Envelope.Event == expected && delivery.Envelope.Exchange == exchange)
                {
                    return delivery;
                }
            }
        }
        catch (RpcException late) when (late.StatusCode == StatusCode.Cancelled && !stop.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The stream's next delivery, acknowledged.</summary>
    public static async Task<Delivery> NextAsync(this AgencySystem agency, IAsyncStreamReader<Delivery> stream, CancellationToken stop)
    {
        var delivery = await stream.MoveNext(stop) ? stream.Current : throw new InvalidOperationException("the mailbox ended its stream");
        await agency.Mailbox.AcknowledgeDeliveryAsync(
            new AcknowledgeDeliveryRequest { Name = delivery.Name, LeaseToken = delivery.LeaseToken }, cancellationToken: stop);
        return delivery;
    }
}
