using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;

namespace LegalAid.Gateway.Simulation.Delivery;

/// <summary>
/// The network between the gateway and an agency that listens: it loses requests, loses answers, is late on either way, doubles, and lets the
/// agency refuse; what happens to the n-th copy of a message is the seed's. From a message's seventh copy on it is well.
/// </summary>
internal sealed class SimulatedNetwork(Dice dice, DeliveryHistory history, AgencyId recipient, TimeProvider time) : IPushHandlers
{
    private const int FaultyCopies = 6;

    private readonly ConcurrentDictionary<string, int> _copies = new();

    public HttpMessageHandler Create(Channel.Push channel) => new Wire(this);

    private async Task<HttpResponseMessage> CarryAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = JsonNode.Parse(await request.Content!.ReadAsByteArrayAsync(cancellationToken))!; // a push always has an event
        var text = (string)sent["data"]!["payload"]!["text"]!; // so says the workload
        var copy = _copies.AddOrUpdate(text, 1, static (_, count) => count + 1);
        var fault = copy <= FaultyCopies ? dice.Roll($"network {text} {copy}") : 1;
        switch (fault)
        {
            case < 0.10:
                throw new HttpRequestException("simulated: the request is lost");
            case < 0.20:
                await LateAsync();
                break;
            case < 0.30:
                return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            case < 0.34:
                return new HttpResponseMessage(HttpStatusCode.Redirect);
        }

        Arrive(sent, text);
        switch (fault)
        {
            case >= 0.34 and < 0.46:
                throw new HttpRequestException("simulated: the answer is lost");
            case >= 0.46 and < 0.56:
                await LateAsync();
                break;
            case >= 0.56 and < 0.64:
                Arrive(sent, text);
                break;
            case >= 0.64 and < 0.70:
                return new HttpResponseMessage(HttpStatusCode.InternalServerError);
        }

        return new HttpResponseMessage(HttpStatusCode.NoContent);

        // Up to twice the time an attempt has.
        Task LateAsync() => Task.Delay(TimeSpan.FromSeconds(4 * dice.Roll($"late {text} {copy}")), time, cancellationToken);
    }

    private void Arrive(JsonNode sent, string text) => history.Arrivals.Enqueue(new Arrival(
        (string)sent["subject"]!, recipient.Value, long.Parse((string)sent["sequence"]!, CultureInfo.InvariantCulture), (string)sent["id"]!, text)); // every event has these

    private sealed class Wire(SimulatedNetwork network) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            network.CarryAsync(request, cancellationToken);
    }
}
