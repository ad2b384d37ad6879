using Grpc.Core;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Sharing;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Api.Eligibility;

/// <summary>
/// Streams a verification as it changes. It looks at the store, since another node may work on the verification; what is sent is read for the caller each time, and so are
/// its rights.
/// </summary>
internal sealed class VerificationWatch(ExchangeReader reader, EligibilityMapping mapping, ITokenStanding tokens, ICallGate gate, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    public async Task RunAsync(ExchangeId id, IServerStreamWriter<Verification> stream, ServerCallContext context)
    {
        await using var standing = new StreamWatch(context, tokens, gate, time);
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            long? told = null;
            do
            {
                if (await reader.FindAsync(context.Asker(), id, standing.Ended) is not { } reading || !EligibilityMapping.IsVerification(reading))
                {
                    throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name"));
                }

                if (told != reading.Version)
                {
                    await stream.WriteAsync(mapping.Verification(reading), standing.Ended);
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
