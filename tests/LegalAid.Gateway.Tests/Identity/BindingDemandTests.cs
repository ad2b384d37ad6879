using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Tests.Identity;

/// <summary>What the operator demands of a client's tokens, at the token endpoint and on each call.</summary>
public sealed class BindingDemandTests
{
    [Theory]
    [InlineData(BindingDemand.None, 200, 200)]
    [InlineData(BindingDemand.Bound, 400, 200)]
    [InlineData(BindingDemand.Key, 400, 200)]
    [InlineData(BindingDemand.Certificate, 400, 400)]
    public async Task Fetch_BindingDemanded_NoLesserTokenIsIssued(BindingDemand demand, int unbound, int byProof)
    {
        await using var host = await IdentityHost.StartAsync();
        using var court = new Possessor(host);
        await court.FetchAsync();
        Demand(host, demand);

        var bare = await host.FetchAsync(court.Assertion());
        var proved = await host.FetchAsync(court.Assertion(), [court.Proof()]);

        Assert.Equal((unbound, unbound == 200 ? null : "invalid_request"), (bare.Status, bare.Error));
        Assert.Equal((byProof, byProof == 200 ? null : "invalid_request"), (proved.Status, proved.Error));
    }

    [Theory]
    [InlineData(BindingDemand.Bound, false, true)]
    [InlineData(BindingDemand.Key, false, true)]
    [InlineData(BindingDemand.Certificate, false, false)]
    [InlineData(BindingDemand.None, true, true)]
    public async Task Call_BindingDemandedSince_LesserTokensDieAtOnce(BindingDemand demand, bool unbound, bool byProof)
    {
        await using var host = await IdentityHost.StartAsync();
        using var court = new Possessor(host);
        var bound = await court.FetchAsync();
        var bare = (await host.FetchAsync(court.Assertion())).Token!; // it was issued
        Assert.Equal(200, (await host.CallAsync(bare)).Status);
        Demand(host, demand);

        var first = await host.CallAsync(bare);
        var second = await Possessor.CallAsync(host, bound, [court.Proof(bound)]);

        Assert.Equal((unbound, byProof), (first.Status == 200, second.Status == 200));
        Assert.Equal(unbound, !first.Said.Contains("TOKEN_UNBOUND", StringComparison.Ordinal));
        Assert.Equal(byProof, !second.Said.Contains("TOKEN_UNBOUND", StringComparison.Ordinal));
    }

    private static void Demand(IdentityHost host, BindingDemand demand) =>
        host.Registry.Replace([IdentityHost.CourtClient(host.CourtKey) with { Binding = demand }]);
}
