using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Google.Protobuf;
using Grpc.Core;
using LegalAid.Gateway.Contracts.Mailbox.V1;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Simulation.History;
using LeasedMessage = LegalAid.Gateway.Contracts.Mailbox.V1.Delivery;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>
/// The receiving side of one agency: it writes a delivery down once by its id, then acknowledges it, however often it comes. Runs until
/// it is cancelled.
/// </summary>
/// <param name="act">What the agency does about a delivery it has not had before; must not block.</param>
internal sealed class RecipientDesk(AgencySystem agency, Journal journal, Moments moments, TimeProvider time, Action<LeasedMessage>? act = null)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private static readonly JsonParser Json = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>By gRPC stream; opened again whenever it ends.</summary>
    public async Task StreamAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var stream = agency.Mailbox.ReceiveDeliveries(
                    new ReceiveDeliveriesRequest { LeaseDuration = Lease.ToDuration() }, cancellationToken: stop);
                while (await stream.ResponseStream.MoveNext(stop))
                {
                    await TakeAsync(stream.ResponseStream.Current, AcknowledgeByGrpcAsync, stop);
                }
            }
            catch (Exception e) when (IsPassing(e))
            {
                // The gateway is gone, or the stream's token ran out: again.
            }
            catch (RpcException refused)
            {
                journal.Fault($"{agency.Agency} was told {refused.Status.Detail} while it received");
            }

            await PauseAsync(stop);
        }
    }

    /// <summary>By REST pull.</summary>
    public async Task PullAsync(CancellationToken stop)
    {
        var request = new JsonObject { ["leaseDuration"] = string.Create(CultureInfo.InvariantCulture, $"{Lease.TotalSeconds}s") };
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var answer = await agency.PostAsync("/v1/mailbox:pull", request, stop);
                var pulled = answer.Succeeded ? Json.Parse<PullDeliveriesResponse>(answer.Body!.ToJsonString()) : new(); // 200 has a body
                foreach (var delivery in pulled.Deliveries)
                {
                    await TakeAsync(delivery, AcknowledgeByRestAsync, stop);
                }
            }
            catch (Exception e) when (IsPassing(e))
            {
                // Gone: again.
            }

            await PauseAsync(stop);
        }
    }

    /// <summary>What a webhook brings.</summary>
    public async Task PushedAsync(PushReceiver receiver, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var pushed = await receiver.NextAsync(_ => true, stop);
                moments.Raise(Moment.Pushed);
                var envelope = Json.Parse<Envelope>(pushed.Envelope.ToJsonString());
                var sequence = long.Parse(pushed.CloudEvent["sequence"]?.GetValue<string>() ?? "0", CultureInfo.InvariantCulture);
                journal.Take(EffectOf(pushed.Id, sequence, envelope));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    private async Task TakeAsync(LeasedMessage delivery, Func<LeasedMessage, CancellationToken, Task> acknowledge, CancellationToken stop)
    {
        var taken = journal.Take(EffectOf(delivery.Name["mailbox/deliveries/".Length..], delivery.Sequence, delivery.Envelope));
        moments.Raise(Moment.Taken);
        if (taken)
        {
            act?.Invoke(delivery);
        }

        // Unanswered, the delivery comes again when its lease has run out.
        await acknowledge(delivery, stop);
        moments.Raise(Moment.Acknowledged);
    }

    private async Task AcknowledgeByGrpcAsync(LeasedMessage delivery, CancellationToken stop) =>
        await agency.Mailbox.AcknowledgeDeliveryAsync(
            new AcknowledgeDeliveryRequest { Name = delivery.Name, LeaseToken = delivery.LeaseToken }, cancellationToken: stop);

    private async Task AcknowledgeByRestAsync(LeasedMessage delivery, CancellationToken stop)
    {
        var answer = await agency.PostAsync($"/v1/{delivery.Name}:acknowledge", new JsonObject { ["leaseToken"] = delivery.LeaseToken }, stop);
        if (!answer.Succeeded && answer.Code is not ("LEASE_LOST" or "UNAVAILABLE"))
        {
            journal.Fault($"{agency.Agency} could not acknowledge: {answer.Status} {answer.Code}");
        }
    }

    private Effect EffectOf(string delivery, long sequence, Envelope envelope) => new(
        agency.Agency.Value, delivery, envelope.Exchange, envelope.Message, envelope.Event, sequence, envelope.PayloadDigest,
        envelope.OccurTime.ToDateTimeOffset(), envelope.Event.StartsWith("clock.", StringComparison.Ordinal) ? WordOf(envelope.Payload.Fields) : null);

    private static ClockWord WordOf(IDictionary<string, Value> payload) => new(
        payload["clock"].StringValue, (int)payload["run"].NumberValue, payload["obligated"].StringValue["agencies/".Length..],
        InstantOf(payload["startTime"]), InstantOf(payload["dueTime"]));

    private static DateTimeOffset InstantOf(Value value) => DateTimeOffset.Parse(value.StringValue, CultureInfo.InvariantCulture);

    private async Task PauseAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(Pause, time, stop);
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private static bool IsPassing(Exception fault) =>
        PersistentCalls.IsNoAnswer(fault) || fault is RpcException { StatusCode: StatusCode.Unauthenticated or StatusCode.FailedPrecondition or StatusCode.Aborted };
}
