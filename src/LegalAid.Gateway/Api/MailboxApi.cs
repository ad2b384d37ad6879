using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Mailbox.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Storage;
using MailboxStore = LegalAid.Gateway.Exchange.Delivery.Mailbox;
using DeliveryId = LegalAid.Gateway.Exchange.Ledger.DeliveryId;
using DeliveryMessage = LegalAid.Gateway.Contracts.Mailbox.V1.Delivery;
using EnvelopeMessage = LegalAid.Gateway.Contracts.Mailbox.V1.Envelope;

namespace LegalAid.Gateway.Api;

/// <summary>The mailbox of the calling agency. What it gives out is what a push would have sent, from the same JSON.</summary>
internal sealed class MailboxApi(MailboxStore mailbox, TestEvents testEvents, CallerStreams streams) : MailboxService.MailboxServiceBase
{
    public override async Task<PullDeliveriesResponse> PullDeliveries(PullDeliveriesRequest request, ServerCallContext context)
    {
        var lease = request.LeaseDuration?.ToTimeSpan() ?? TimeSpan.Zero;
        Check(request.MaxDeliveries, lease, "maxDeliveries");
        var deliveries = await mailbox.PullAsync(context.Asker(), request.MaxDeliveries, lease, context.CancellationToken);
        var response = new PullDeliveriesResponse();
        response.Deliveries.AddRange(deliveries.Select(Message));
        return response;
    }

    /// <summary>Ends when the caller cancels, and when it may listen no more (<see cref="StreamWatch"/>): who no longer may listen is no longer told.</summary>
    public override Task ReceiveDeliveries(
        ReceiveDeliveriesRequest request, IServerStreamWriter<DeliveryMessage> responseStream, ServerCallContext context)
    {
        var lease = request.LeaseDuration?.ToTimeSpan() ?? TimeSpan.Zero;
        Check(request.MaxOutstanding, lease, "maxOutstanding");
        return streams.RunAsync(context, async ended =>
        {
            await foreach (var delivery in mailbox.ReceiveAsync(context.Asker(), request.MaxOutstanding, lease, ended))
            {
                await responseStream.WriteAsync(Message(delivery), ended);
            }
        });
    }

    public override async Task<AcknowledgeDeliveryResponse> AcknowledgeDelivery(AcknowledgeDeliveryRequest request, ServerCallContext context)
    {
        var (id, token) = Lease(request.Name, request.LeaseToken);
        Settled(await mailbox.AcknowledgeAsync(context.Caller().Agency, id, token, context.CancellationToken));
        return new AcknowledgeDeliveryResponse();
    }

    public override async Task<RejectDeliveryResponse> RejectDelivery(RejectDeliveryRequest request, ServerCallContext context)
    {
        var (id, token) = Lease(request.Name, request.LeaseToken);
        Settled(await mailbox.RejectAsync(context.Caller().Agency, id, token, request.Reason, context.CancellationToken));
        return new RejectDeliveryResponse();
    }

    public override async Task<ReportOpenedResponse> ReportOpened(ReportOpenedRequest request, ServerCallContext context)
    {
        var id = DeliveryOf(request.Name) ?? throw Refusals.Of(new Fault(ApiFaults.ResourceName, "name"));
        return await mailbox.ReportOpenedAsync(context.Caller().Agency, id, context.CancellationToken) switch
        {
            OpenedAnswer.Done => new ReportOpenedResponse(),
            OpenedAnswer.NotFound => throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name")),
            OpenedAnswer.NotDelivered => throw Refusals.Of(new Fault(DeliveryFaults.NotDeliveredYet, "name")),
            var answer => throw new InvalidOperationException($"answer {answer}"),
        };
    }

    public override async Task<RequestTestEventResponse> RequestTestEvent(RequestTestEventRequest request, ServerCallContext context)
    {
        var outcome = await testEvents.RequestAsync(
            context.Caller().Agency, request.Reference, request.RequestId, context.TraceParent(), context.CancellationToken);
        var answer = outcome.AnswersOr(path => path.StartsWith("[0].payload.", StringComparison.Ordinal) ? path["[0].payload.".Length..] : path)[0];
        return new RequestTestEventResponse
        {
            Exchange = answer.Exchange.Id.ResourceName,
            Receipt = ExchangeMapping.Receipt(answer.Exchange.Id, answer.Receipt),
        };
    }

    private static DeliveryId? DeliveryOf(string name) => DeliveryId.TryParseResourceName(name, out var id) ? id : null;

    private static void Check(int count, TimeSpan lease, string countField) => MailboxStore.FaultsOf(count, lease, countField).ToList().ThrowIfAny();

    private static (DeliveryId Id, Guid Token) Lease(string name, string token)
    {
        var faults = new List<Fault>();
        var id = DeliveryOf(name);
        if (id is null)
        {
            faults.Add(new Fault(ApiFaults.ResourceName, "name"));
        }

        if (!Guid.TryParseExact(token, "D", out var lease))
        {
            faults.Add(new Fault(ApiFaults.LeaseToken, "leaseToken"));
        }

        faults.ThrowIfAny();
        return (id.GetValueOrDefault(), lease);
    }

    private static void Settled(DeliveryAnswer answer)
    {
        switch (answer)
        {
            case DeliveryAnswer.Done:
                return;
            case DeliveryAnswer.NotFound:
                throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name"));
            case DeliveryAnswer.LeaseLost:
                throw Refusals.Of(new Fault(DeliveryFaults.LeaseLost, "leaseToken"));
            default:
                throw new InvalidOperationException($"answer {answer}");
        }
    }

    private static DeliveryMessage Message(LeasedDelivery delivery)
    {
        DeliveryRow row = delivery.Row;
        return new DeliveryMessage
        {
            Name = row.Id.ResourceName,
            LeaseToken = row.LeaseToken?.ToString() ?? throw new InvalidOperationException("a leased delivery has a lease"),
            LeaseExpireTime = row.LeaseUntil?.ToTimestamp(),
            Attempt = row.Attempts,
            Sequence = row.Sequence,
            Envelope = EnvelopeMessage.Parser.ParseJson(EnvelopeJson.Of(delivery.Envelope)),
        };
    }
}
