using Grpc.Core;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Api;

/// <summary>
/// Streams an exchange as it changes. It looks at the store, since another node may take the steps; what is sent is read for the caller each time, and so are its rights. Where the
/// caller does not see it any more, as a centre that passed a request on, the stream ends.
/// </summary>
internal sealed class ExchangeWatch(ExchangeReader reader, CallerStreams streams, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <param name="isOne">Whether it is of the face's types.</param>
    /// <param name="map">The exchange as the face has it.</param>
    public Task RunAsync<TMessage>(
        ExchangeId id, Func<ExchangeReading, bool> isOne, Func<ExchangeReading, TMessage> map, IServerStreamWriter<TMessage> stream, ServerCallContext context) =>
        streams.RunAsync(context, async ended =>
        {
            using var timer = new PeriodicTimer(Interval, time);
            long? told = null;
            do
            {
                if (await reader.FindAsync(context.Asker(), id, ended) is not { } reading || !isOne(reading))
                {
                    if (told is null)
                    {
                        throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name"));
                    }

                    return;
                }

                if (told != reading.Version)
                {
                    await stream.WriteAsync(map(reading), ended);
                    told = reading.Version;
                }

                if (reading.State.Final)
                {
                    return;
                }
            }
            while (await timer.WaitForNextTickAsync(ended));
        });
}
