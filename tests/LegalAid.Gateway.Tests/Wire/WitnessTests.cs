using System.Collections.Immutable;
using System.Net;
using System.Text;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Evidence.Witness;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using Microsoft.AspNetCore.Builder;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>A gateway and a witness, each on its own sockets.</summary>
public sealed class WitnessTests : IDisposable
{
    private const string Name = "witness.example/w1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("witness-app-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Witness_OfARunningGateway_CosignsItsCheckpoints()
    {
        EvidenceSettings evidence = new();
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Adjust = settings => settings with { Evidence = evidence } });
        using (var anyone = new HttpClient { BaseAddress = gateway.Gateway.Rest })
        {
            await HeadThatAsync(anyone, _ => true);
            var (app, key, address) = await StartWitnessAsync([.. await EvidenceTests.KeysAsync(anyone)]);
            await using (app)
            {
                evidence = new EvidenceSettings { Witnesses = new([new WitnessSetting(address, key.ToString())]) };
                await gateway.StopAsync();
                await gateway.StartAgainAsync();
                _ = await gateway.NoticeInAsync("notified");
                using var again = new HttpClient { BaseAddress = gateway.Gateway.Rest };
                var note = await HeadThatAsync(again, head => head.Check([key], out _) == NoteFinding.Valid);
                Assert.Equal(2, note.Signatures.Length);
            }
        }
    }

    [Fact]
    public async Task Witness_RawRequests_AreAnsweredAsTheProtocolSays()
    {
        var log = NoteSigner.Generate("gateway.example/log", NoteAlgorithm.Ed25519);
        var (app, key, address) = await StartWitnessAsync([log.Key]);
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            var text = new Checkpoint(log.Key.Name, 1, TreeHash.OfLeaf("a"u8)).ToString();
            var request = new AddCheckpointRequest(0, [], new SignedNote(text, [log.Sign(text, default)])).ToString();

            var (status, type, body) = await PostAsync(http, request);
            Assert.Equal((HttpStatusCode.OK, "text/plain; charset=utf-8"), (status, type));
            Assert.Equal(NoteFinding.Valid, SignedNote.Parse($"{text}\n{body}")?.Check([key], out _));
            Assert.Equal((HttpStatusCode.Conflict, "text/x.tlog.size", "1\n"), await PostAsync(http, request));
            Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(http, "old")).Status);
            Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(http, "")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(http, request.Replace("gateway.example", "other.example", StringComparison.Ordinal))).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(http, request.Replace("\n1\n", "\n2\n", StringComparison.Ordinal))).Status);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(http, new string('a', AddCheckpointRequest.BytesMax + 1))).Status);
            Assert.Equal($"{key}\n", await http.GetStringAsync("/vkey", Cancellation));
        }

        var (second, same, _) = await StartWitnessAsync([log.Key]); // the key is kept
        await second.DisposeAsync();
        Assert.Equal(key, same);
    }

    [Fact]
    public async Task Witness_WithTheKeyOfAnotherName_IsRefused()
    {
        var options = new WitnessAppOptions { Listen = new Uri("http://127.0.0.1:0"), Folder = _folder.FullName, Name = Name, Logs = [] };
        await WitnessApp.Build(options).App.DisposeAsync();

        Assert.Throws<StartRefusedException>(() => WitnessApp.Build(options with { Name = "witness.example/w2" }));
        Assert.Throws<StartRefusedException>(() => WitnessApp.Build(options with { Name = "a name" }));
    }

    /// <summary>The newest checkpoint, once it is as it should be.</summary>
    private static async Task<SignedNote> HeadThatAsync(HttpClient anyone, Predicate<SignedNote> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            using var response = await anyone.GetAsync("/.well-known/gateway-checkpoint", patience.Token);
            if (response.IsSuccessStatusCode && SignedNote.Parse(await response.Content.ReadAsByteArrayAsync(patience.Token)) is { } note && isSo(note))
            {
                return note;
            }

            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    private async Task<(WebApplication App, NoteKey Key, Uri Address)> StartWitnessAsync(ImmutableArray<NoteKey> logs)
    {
        var (app, key) = WitnessApp.Build(new WitnessAppOptions { Listen = new Uri("http://127.0.0.1:0"), Folder = _folder.FullName, Name = Name, Logs = logs });
        await app.StartAsync(Cancellation);
        return (app, key, new Uri(app.Urls.Single()));
    }

    private static async Task<(HttpStatusCode Status, string? Type, string Body)> PostAsync(HttpClient http, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "text/plain");
        using var response = await http.PostAsync("/add-checkpoint", content, Cancellation);
        return (response.StatusCode, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync(Cancellation));
    }
}
