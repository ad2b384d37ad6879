using System.Collections.Concurrent;
using System.Net;
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
    private const int ConnectionsMax = 64, HeadersKilobytesMax = 32;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(AgencyId, string), (PublishedService Service, HttpMessageInvoker Client)> _clients = [];

    // By names of the configuration, which bounds it.
    private readonly ConcurrentDictionary<string, (string? Secret, long ReadAt)> _secrets = new(StringComparer.Ordinal);

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
    public string? SecretOf(ServiceCredential credential)
    {
        if (_secrets.TryGetValue(credential.Secret, out var read) && time.GetElapsedTime(read.ReadAt) < Fresh)
        {
            return read.Secret;
        }

        var secret = keys.FindServiceSecret(credential.Secret);
        _secrets[credential.Secret] = (secret, time.GetTimestamp());
        return secret;
    }

    /// <summary>No redirects, cookies or proxy, and no connection to an address outside of the service's networks.</summary>
    private static SocketsHttpHandler Handler(PublishedService service) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = 2 * service.Timeout, // the forwarder is done waiting before
        MaxConnectionsPerServer = ConnectionsMax,
        MaxResponseHeadersLength = HeadersKilobytesMax,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // a changed DNS entry is followed after this
        ConnectCallback = new GuardedConnection(service.AllowedAddresses).ConnectAsync,
    };

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
