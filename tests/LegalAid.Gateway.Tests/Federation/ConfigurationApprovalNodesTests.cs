using System.Diagnostics;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>What two people agree on at one node is in force on all.</summary>
public sealed class ConfigurationApprovalNodesTests(TwoNodesScene scene) : IClassFixture<TwoNodesScene>
{
    /// <summary>In which a change must act on every node.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Grant_RevokedByAChange_EndsOnBothNodesWithinFiveSecondsOfItsApproval()
    {
        var there = await scene.Gateway.StartNodeAsync();
        DemoGateway[] nodes = [scene.Gateway.Gateway, there];
        var digest = await scene.ChangeAsync(ConfigurationScene.Operations, text => text.Replace(ConfigurationScene.Granted, "", StringComparison.Ordinal));
        foreach (var node in nodes)
        {
            Assert.True(await MayGetAsync(node));
        }

        scene.Gateway.Connect(Notices.Court, nodes[0]);
        await ConfigurationSteps.ApprovedAsync(scene, digest);
        var since = Stopwatch.StartNew();

        foreach (var node in nodes)
        {
            await Eventually.HoldsAsync(async () => !await MayGetAsync(node), "it is revoked", patience: Bound);
            Assert.Equal(digest, node.Services.GetRequiredService<ConfigurationArchive>().Current.Digest);
        }

        Assert.True(since.Elapsed < Bound, $"{since.Elapsed}");
    }

    private async Task<bool> MayGetAsync(DemoGateway node)
    {
        scene.Gateway.Connect(Notices.Court, node);
        return (await scene.Gateway[Notices.Court].CallAsync(Face.Rest, "GetAgency", new JsonObject { ["name"] = $"agencies/{Notices.Court}" })).Accepted;
    }
}
