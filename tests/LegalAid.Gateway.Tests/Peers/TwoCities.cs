using System.Net;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Peers;

/// <summary>
/// Two whole gateways on real sockets, each enrolled at the other: the court's city in the north, the aid centre's in the south. Each is reached at an address of its own that
/// stays over restarts, through a line that can be cut.
/// </summary>
internal sealed partial class TwoCities : IAsyncDisposable
{
    public const string North = "north-gateway", South = "south-gateway";

    private TwoCities(City north, City south) => (Northern, Southern) = (north, south);

    public City Northern { get; }

    public City Southern { get; }

    /// <param name="northern">Agencies that belong to the northern gateway; by default a court and a firm.</param>
    /// <param name="southern">Those that belong to the southern; by default an aid centre.</param>
    /// <param name="tls">Over mutual TLS, each with an authority of its own and a certificate that the other pins; otherwise in plain text.</param>
    /// <param name="northernFolder">The northern gateway's configuration, where it is not the shipped one; likewise the southern's.</param>
    public static async Task<TwoCities> StartAsync(
        string[]? northern = null, string[]? southern = null, bool tls = false, string? northernFolder = null, string? southernFolder = null)
    {
        var (north, south) = (await City.StartAsync(tls, northernFolder), await City.StartAsync(tls, southernFolder));
        await north.EnrolAsync(South, south, southern ?? [Notices.AidCentre]);
        await south.EnrolAsync(North, north, northern ?? [Notices.Court, Notices.FirstFirm]);
        return new TwoCities(north, south);
    }

    public async ValueTask DisposeAsync()
    {
        await Northern.DisposeAsync();
        await Southern.DisposeAsync();
    }
}
