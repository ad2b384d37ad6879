using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace LegalAid.Gateway.Identity;

/// <summary>
/// What this gateway is called from outside, as proofs of possession and message signatures name it: as configured. Neither a Host header nor a
/// forwarded one changes it, or what was made for another's address could be shown here by that other.
/// </summary>
/// <param name="configured">Public addresses; one with a path stands before a terminator that takes the path away.</param>
/// <param name="loopback">
/// The server whose loopback listeners may also be named by their own addresses, since nobody but this machine answers there; null: none.
/// </param>
public sealed class OwnAddresses(IEnumerable<Uri> configured, IServer? loopback)
{
    // The listeners are known once the server runs, and no call comes before.
    private readonly Lazy<IReadOnlyList<Uri>> _all = new(() => [.. configured.Concat(Loopback(loopback)).Distinct()]);

    public IReadOnlyList<Uri> All => _all.Value;

    private static IEnumerable<Uri> Loopback(IServer? server) =>
        from address in server?.Features.Get<IServerAddressesFeature>()?.Addresses ?? []
        where Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.IsLoopback || (IPAddress.TryParse(uri.Host, out var ip) && IPAddress.IsLoopback(ip)))
        select new Uri(address);
}
