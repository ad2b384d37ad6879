using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies.Bodies;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Eligibility;

/// <summary>A gateway with the shipped configuration, connected to the nine simulated bodies, which know what the seeds say.</summary>
internal sealed class SimulatedScene : IAsyncDisposable
{
    private SimulatedScene(SimulatedBodies bodies, GatewayFixture gateway, DemoSeeds seeds) => (Bodies, Gateway, Seeds) = (bodies, gateway, seeds);

    public SimulatedBodies Bodies { get; }

    public GatewayFixture Gateway { get; }

    public DemoSeeds Seeds { get; }

    public IReadOnlyList<SeedKnowledge> Known => Seeds.Known(GatewayFixture.ConfigurationFolder);

    public static async Task<SimulatedScene> StartAsync()
    {
        var bodies = await SimulatedBodies.StartAsync(TimeProvider.System);
        var gateway = await GatewayFixture.StartAsync(new GatewayStart { Overlay = bodies.Files(GatewayFixture.ConfigurationFolder) });
        bodies.Meet(gateway.WorkingFolder);
        var scene = new SimulatedScene(bodies, gateway, DemoSeeds.Read(GatewayFixture.SeedFolder));
        bodies.Know(scene.Known);
        return scene;
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Bodies.DisposeAsync();
    }
}
