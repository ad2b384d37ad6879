using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace LegalAid.Gateway.Edge.Limits.Anonymous;

/// <summary>
/// Whose count an anonymous request is: one IPv4 address, or one IPv6 /64, which a single subscriber has whole (RFC 4291 2.5.4, RFC 6177) and may call from any
/// address of.
/// </summary>
internal readonly record struct CallerNetwork
{
    private readonly ulong _prefix;
    private readonly AddressFamily _family;

    private CallerNetwork(ulong prefix, AddressFamily family) => (_prefix, _family) = (prefix, family);

    public static CallerNetwork Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        plain.TryWriteBytes(bytes, out _);
        return plain.AddressFamily == AddressFamily.InterNetwork
            ? new(BinaryPrimitives.ReadUInt32BigEndian(bytes), AddressFamily.InterNetwork)
            : new(BinaryPrimitives.ReadUInt64BigEndian(bytes), AddressFamily.InterNetworkV6);
    }
}
