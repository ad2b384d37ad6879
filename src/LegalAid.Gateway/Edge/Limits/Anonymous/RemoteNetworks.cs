using System.Net;
using LegalAid.Gateway.Casework.Configuration;

namespace LegalAid.Gateway.Edge.Limits.Anonymous;

/// <summary>
/// From which network a request comes: the connection's, or, where a configured proxy made the connection, the one that it says in <c>X-Forwarded-For</c>. From
/// anybody else the header is not looked at. Of what a proxy sends on, only the right end is its own word: the rest is what it was told. Safe on any thread.
/// </summary>
internal sealed class RemoteNetworks
{
    private const string Header = "X-Forwarded-For";

    /// <summary>Proxies one behind the other; further to the left nobody is looked for.</summary>
    private const int HopsMax = 10;

    private readonly IPNetwork[] _proxies;
    private readonly IPNetwork[] _terminators;
    private readonly bool _countLoopback;

    public RemoteNetworks(GatewaySettings settings)
    {
        _proxies = [.. settings.Anonymous.TrustedProxies.Select(IPNetwork.Parse)];
        _terminators = [.. (settings.MutualTls?.TrustedProxies ?? new([])).Select(IPNetwork.Parse)];
        _countLoopback = settings.Anonymous.CountLoopback;
    }

    /// <summary>
    /// The network; null where the connection is a proxy's that does not say for whom, a terminator's, or this machine's: it is everybody's, and counting it as one
    /// caller would let one shut out all.
    /// </summary>
    public CallerNetwork? Of(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } remote)
        {
            return null;
        }

        var address = remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote;
        if (IsIn(_proxies, address))
        {
            return Forwarded(context.Request.Headers) is { } caller ? CallerNetwork.Of(caller) : null;
        }

        return IsIn(_terminators, address) || (IPAddress.IsLoopback(address) && !_countLoopback) ? null : CallerNetwork.Of(address);
    }

    private IPAddress? Forwarded(IHeaderDictionary headers)
    {
        var hops = string.Join(',', headers[Header].ToArray()).Split(',', StringSplitOptions.TrimEntries);
        foreach (var hop in hops.Reverse().Take(HopsMax))
        {
            if (!IPEndPoint.TryParse(hop, out var end)) // an address, with a port or without
            {
                return null;
            }

            var address = end.Address.IsIPv4MappedToIPv6 ? end.Address.MapToIPv4() : end.Address;
            if (!IsIn(_proxies, address))
            {
                return address;
            }
        }

        return null;
    }

    private static bool IsIn(IPNetwork[] networks, IPAddress address) => networks.Any(network => network.Contains(address));
}
