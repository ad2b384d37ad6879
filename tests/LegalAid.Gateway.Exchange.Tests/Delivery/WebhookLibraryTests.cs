using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Exchange.Tests.Delivery;

/// <summary>A push verified as an agency would: by the library that the Standard Webhooks project publishes, which shares nothing with ours.</summary>
public sealed class WebhookLibraryTests
{
    private const string Older = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
    private const string Stranger = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    [Fact]
    public async Task Push_WithOverlappingKeys_VerifiesByEachAndByNoOtherNorChanged()
    {
        await using var receiver = await Receiver.StartAsync();
        var channel = receiver.Channel with { Secrets = [Receiver.SecretName, "older"] };
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: channel));

        // The library refuses what is older than five minutes: this push is sent at the true time.
        world.Time.SetUtcNow(TimeProvider.System.GetUtcNow());
        using var worker = world.PushWorker(new TestSecrets((Receiver.SecretName, Receiver.SecretText), ("older", Older)));
        await worker.StartAsync(LedgerWorld.Cancellation);
        await world.UntilStatusAsync(await world.AskAsync(), SmallExchange.CentreId, DeliveryStatus.Delivered);
        await worker.StopAsync(LedgerWorld.Cancellation);
        var push = receiver.Received.Single();

        Assert.Equal("verified", await VerifyAsync(push, Receiver.SecretText));
        Assert.Equal("verified", await VerifyAsync(push, Older));
        Assert.StartsWith("refused", await VerifyAsync(push, Stranger), StringComparison.Ordinal);
        Assert.StartsWith("refused", await VerifyAsync(push with { Body = [.. push.Body, (byte)' '] }, Older), StringComparison.Ordinal);
    }

    private static async Task<string> VerifyAsync(ReceivedPush push, string secret)
    {
        var said = await NodeTools.AskAsync(
            "standardwebhooks",
            "verify-webhook.cjs",
            new JsonObject
            {
                ["secret"] = secret,
                ["body"] = Encoding.UTF8.GetString(push.Body),
                ["headers"] = new JsonObject(push.Headers.Where(header => header.Key.StartsWith("webhook-", StringComparison.Ordinal))
                    .Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))),
            },
            LedgerWorld.Cancellation);
        return said.Trim();
    }
}
