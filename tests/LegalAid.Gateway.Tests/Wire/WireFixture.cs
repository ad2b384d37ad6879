using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>One gateway for the tests of a class. Each test uses notices of its own.</summary>
public sealed class WireFixture : IAsyncLifetime
{
    public GatewayFixture Gateway { get; private set; } = null!; // set before any test runs

    public async ValueTask InitializeAsync() => Gateway = await GatewayFixture.StartAsync();

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
