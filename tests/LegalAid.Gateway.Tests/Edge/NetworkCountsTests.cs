using System.Net;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Edge.Limits.Anonymous;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Tests.Edge;

/// <summary>Counts by network at their thresholds, to the tick, and within their memory.</summary>
public sealed class NetworkCountsTests
{
    private static readonly CallerNetwork One = Network("198.51.100.1"), Other = Network("198.51.100.2");

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Take_AtTheBoundAndTheWindowsEnd_IsExact()
    {
        var counts = new NetworkCounts(max: 3, allMax: 100, networksMax: 100, _time);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Null(counts.Take(One));
        Assert.Null(counts.Take(One));
        Assert.Null(counts.WaitOf(One));
        Assert.Null(counts.Take(One));
        Assert.Equal(TimeSpan.FromSeconds(50), counts.Take(One));
        Assert.Equal(TimeSpan.FromSeconds(50), counts.WaitOf(One));
        Assert.Null(counts.Take(Other));
        _time.Advance(TimeSpan.FromSeconds(50) - TimeSpan.FromTicks(1));
        Assert.Equal(TimeSpan.FromTicks(1), counts.WaitOf(One));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(counts.WaitOf(One));
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(19, 1)]
    [InlineData(20, 2)]
    [InlineData(60, 6)]
    public void Take_AllTogetherAreAtTheirBound_LeavesATenthAndAtLeastOne(int max, int tenth)
    {
        var counts = new NetworkCounts(max, allMax: 100, networksMax: 1_000, _time);
        for (var network = 0; network < 99; network++)
        {
            counts.Add(Network($"192.0.2.{network}"));
        }

        for (var taken = 0; taken < tenth; taken++)
        {
            Assert.Null(counts.Take(One)); // the first is the hundredth
        }

        Assert.NotNull(counts.Take(One));
        Assert.Null(counts.WaitOf(Other)); // it has taken none
    }

    /// <summary>Networks beyond the table are counted together alone, and the table is empty again with the next window.</summary>
    [Fact]
    public void Add_MoreNetworksThanTheTableTakes_KeepsWithinIt()
    {
        var counts = new NetworkCounts(max: 1, allMax: 1_000_000, networksMax: 100, _time);
        for (var network = 0; network < 5_000; network++)
        {
            counts.Add(Network($"2001:db8:{network:x}::1"));
        }

        Assert.Equal(100, counts.Networks);
        Assert.NotNull(counts.WaitOf(Network("2001:db8:63::1")));
        Assert.Null(counts.WaitOf(Network("2001:db8:64::1")));
        _time.Advance(NetworkCounts.Window);
        counts.Add(One);
        Assert.Equal(1, counts.Networks);
    }

    [Fact]
    public void Add_OfNobodysNetwork_CountsForAllAlone()
    {
        var counts = new NetworkCounts(max: 10, allMax: 10, networksMax: 100, _time);
        for (var taken = 0; taken < 20; taken++)
        {
            Assert.Null(counts.Take(null));
        }

        counts.Add(One);
        Assert.NotNull(counts.WaitOf(One));
    }

    /// <summary>A terminator whose certificates are believed, and which is not named as one that forwards addresses, brings everybody.</summary>
    [Theory]
    [InlineData("10.1.2.3", false)]
    [InlineData("::ffff:10.1.2.3", false)]
    [InlineData("10.1.3.1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    public void Of_Connection_IsANetworkWhereItIsOneCallers(string address, bool counted)
    {
        var networks = new RemoteNetworks(new GatewaySettings
        {
            PublicAddress = new Uri("https://gateway.example"),
            MutualTls = new MutualTlsSettings { PublicAddress = new Uri("https://gateway.example"), TrustedProxies = new(["10.1.2.0/24"]) },
        });
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        context.Request.Headers["X-Forwarded-For"] = "198.51.100.9";

        Assert.Equal(counted ? Network(address) : null, networks.Of(context));
    }

    private static CallerNetwork Network(string address) => CallerNetwork.Of(IPAddress.Parse(address));
}
