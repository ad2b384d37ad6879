using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>One client for each agency, made anew when its allowed networks change. Safe on any thread.</summary>
internal sealed class PushClients(IPushHandlers handlers) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AgencyId, (Channel.Push Channel, HttpMessageInvoker Client)> _clients = [];

    public HttpMessageInvoker For(AgencyId agency, Channel.Push channel)
    {
        lock (_gate)
        {
            if (_clients.TryGetValue(agency, out var known))
            {
                if (known.Channel.AllowedAddresses.SequenceEqual(channel.AllowedAddresses, StringComparer.Ordinal))
                {
                    return known.Client;
                }

                // Requests under way end on their connections; an attempt that is cut off is made again.
                known.Client.Dispose();
            }

            var client = new HttpMessageInvoker(handlers.Create(channel), disposeHandler: true);
            _clients[agency] = (channel, client);
            return client;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var (_, client) in _clients.Values)
            {
                client.Dispose();
            }

            _clients.Clear();
        }
    }
}
