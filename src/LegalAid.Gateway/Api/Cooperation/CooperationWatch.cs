using Grpc.Core;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Sharing;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Identity;
using CooperationMessage = LegalAid.Gateway.Contracts.Cooperation.V1.Cooperation;

namespace LegalAid.Gateway.Api.Cooperation;

/// <summary>
/// Streams a cooperation as it changes. It looks at the store, since another node may take the steps; what is sent is read for the caller each time, and so are its rights. A centre
/// that passes the request on is party to it no more, and its stream ends.
/// </summary>
internal sealed class CooperationWatch(ExchangeReader reader, CooperationMapping mapping, ITokenStanding tokens, ICallGate gate, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    public async Task RunAsync(ExchangeId id, IServerStreamWriter<CooperationMessage> stream, ServerCallContext context)
    {
        await using var standing = new StreamWatch(context, tokens, gate, time);
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            long? told = null;
            do
            {
                var reading = await reader.FindAsync(context.Asker(), id, standing.Ended);
                if (reading is null || !CooperationMapping.IsCooperation(reading))
                {
                    if (told is not null)
                    {
                        return;
                    }

                    throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name"));
                }

                if (told != reading.Version)
                {
                    await stream.WriteAsync(mapping.Cooperation(reading), standing.Ended);
                    told = reading.Version;
                }

                if (reading.State.Final)
                {
                    return;
                }
            }
            while (await timer.WaitForNextTickAsync(standing.Ended));
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested && standing.Why is { } why)
        {
            throw Refusals.Of([.. why.Faults]);
        }
    }
}
