using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// The networks to which a recipient's host name may resolve. Government networks are private ranges, so a list of what is allowed stands
/// in place of the usual list of what is not: an empty list allows nothing, loopback too must be listed.
/// </summary>
public sealed class AllowedNetworks
{
    private readonly ImmutableArray<IPNetwork> _networks;

    private AllowedNetworks(ImmutableArray<IPNetwork> networks) => _networks = networks;

    /// <summary>Reads networks in CIDR form, <c>10.45.0.0/16</c> or <c>fd00:45::/32</c>, host bits zero. Null where one is none.</summary>
    public static AllowedNetworks? TryParse(IEnumerable<string> networks)
    {
        var parsed = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (var text in networks)
        {
            // The framework takes 10.45.0.1/16 for 10.45.0.0/16; here that is a slip somebody should look at.
            if (!IPNetwork.TryParse(text, out var network) || !network.BaseAddress.Equals(IPAddress.Parse(text[..text.IndexOf('/', StringComparison.Ordinal)])))
            {
                return null;
            }

            parsed.Add(network);
        }

        return new AllowedNetworks(parsed.ToImmutable());
    }

    /// <summary>Whether a connection to the address is allowed. An IPv4 address in IPv6 clothes counts as what it is.</summary>
    public bool Allows(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return !IsNoHost(plain) && _networks.Any(network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain));
    }

    /// <summary>No single host has these, whatever a list says; the unspecified address would reach the gateway's own machine.</summary>
    private static bool IsNoHost(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Broadcast) || address.IsIPv6Multicast
        || (address.AddressFamily == AddressFamily.InterNetwork && (address.GetAddressBytes()[0] & 0xF0) == 0xE0);
}
