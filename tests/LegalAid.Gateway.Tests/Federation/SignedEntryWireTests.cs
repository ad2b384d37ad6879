using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Configuration.Agencies;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>An agency for which a province vouches, against the whole gateway: its system is let in as long as the entry says, and no longer.</summary>
public sealed class SignedEntryWireTests
{
    private const string Agency = "nanning-jiangnan-police", Client = "jiangnan-police-system";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_AgencyOfASignedEntry_IsLetInUntilTheEntryEnds()
    {
        var time = new ShiftedTime();
        using var province = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var system = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var yaml = $$"""
            id: {{Agency}}
            kind: police
            title: { zh: 南宁市公安局江南分局, en: Jiangnan police }
            region: "450105"
            channel: { kind: mailbox }
            clients:
              - client-id: {{Client}}
                binding: none
                jwks: {{Keys(system, "one")}}
            """;
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = time });
        await gateway.StopAsync();
        gateway.Overlay =
        [
            new ConfigurationFile("directory.yaml", $"signers: [{{ name: guangxi, regions: [\"450000\"], jwks: {Keys(province, "gx-1")} }}]"),
            new ConfigurationFile($"agencies/{Agency}.jws", EntryFile.Sign(province, "gx-1", "guangxi", Agency, yaml, time.GetUtcNow(), time.GetUtcNow().AddDays(30))),
        ];
        await gateway.StartAgainAsync();
        using var http = new HttpClient();
        async Task<bool> IsLetInAsync()
        {
            using var tokens = new AgencyTokenSource(
                http, gateway[Notices.Court].Credential(new Uri(gateway.Gateway.Rest, "/connect/token"), gateway.Issuer) with { ClientId = Client, Kid = "one", Key = system }, time);
            try
            {
                return (await tokens.GetAsync(Cancellation)).Length > 0;
            }
            catch (TokenRefusedException refused) when (refused.Error == "invalid_client")
            {
                return false;
            }
        }

        Assert.True(await IsLetInAsync());
        time.By = TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1);
        Assert.True(await IsLetInAsync());

        time.By = TimeSpan.FromDays(30);
        await Eventually.HoldsAsync(async () => !await IsLetInAsync(), "the entry ended");
        Assert.NotEmpty(await gateway[Notices.Court].TokenAsync(Cancellation)); // for whom the operator vouches
    }

    private static string Keys(ECDsa key, string kid) => new JsonObject { ["keys"] = new JsonArray(StandInIssuer.Jwk(key, kid)) }.ToJsonString();
}
