using System.Diagnostics;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Operations;

namespace LegalAid.Gateway.Edge.Services;

/// <summary>
/// One client for each service, made anew when its networks change: connections are never shared with another service. Its credential is read from the key folder at
/// most once a second, so that a new one is used within seconds. Safe on any thread.
/// </summary>
internal sealed class ServiceClients(KeyFolder keys, TimeProvider time) : IDisposable
{
    private const int ConnectionsMax = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<(AgencyId, string), (PublishedService Service, HttpMessageInvoker Client)> _clients = [];

    private readonly FreshSecrets _secrets = new(keys.FindServiceSecret, time);

    public HttpMessageInvoker For(PublishedService service)
    {
        lock (_gate)
        {
            var key = (service.Agency, service.Name);
            if (_clients.TryGetValue(key, out var known))
            {
                if (ReferenceEquals(known.Service, service) || known.Service.AllowedAddresses.SequenceEqual(service.AllowedAddresses, StringComparer.Ordinal))
                {
                    return known.Client;
                }

                known.Client.Dispose(); // a call under way is cut off, and its caller told that the service is away
            }

            var client = new HttpMessageInvoker(Handler(service), disposeHandler: true);
            _clients[key] = (service, client);
            return client;
        }
    }

    /// <summary>The value of the credential's header; null where there is no file.</summary>
    public string? SecretOf(ServiceCredential credential) => _secrets.Find(credential.Secret);

    private static SocketsHttpHandler Handler(PublishedService service)
    {
        var handler = GuardedHandlers.Create(service.AllowedAddresses, 2 * service.Timeout, ConnectionsMax); // the forwarder is done waiting before
        handler.ActivityHeadersPropagator = DistributedContextPropagator.Current; // a service takes part in the caller's trace
        return handler;
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
