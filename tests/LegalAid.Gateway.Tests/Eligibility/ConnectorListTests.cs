using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Connectors;
using LegalAid.Gateway.Tests.Wire;

namespace LegalAid.Gateway.Tests.Eligibility;

/// <summary>An operator sees how connectors fare, over the running gateway's socket.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class ConnectorListTests
{
    [Fact]
    public async Task List_BodyThatFails_IsLeftAloneAndSaysWhy()
    {
        await using var bodies = await BodiesScene.StartAsync();
        bodies.Before = (_, context) => StandInAgency.Json(context, "{}", 500);
        Assert.Matches($"{BodiesScene.CivilAffairs} +facts +http +未问过 not asked yet +0 +0 +0", await ListAsync(bodies));

        var centre = bodies.Gateway[Applicants.Centre];
        for (var application = 0; application < 12; application++)
        {
            (await centre.CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(Applicants.Application(), "30s"))).Required.ToString();
        }

        Assert.Matches($"{BodiesScene.CivilAffairs} +facts +http +停问 left alone +12 +0 +12 +left-alone", await ListAsync(bodies));
    }

    private static async Task<string> ListAsync(BodiesScene bodies)
    {
        var (code, output, error) = await DeliveryVerbTests.RunAsync(bodies.Gateway, "connector", "list");
        Assert.True(code == 0, error);
        return output;
    }
}
