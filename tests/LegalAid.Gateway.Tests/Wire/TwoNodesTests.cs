using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Testing.Postgres;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Two gateway nodes on one PostgreSQL database, over the wire: what one takes the other knows, delivers and continues.</summary>
public sealed class TwoNodesTests : IAsyncLifetime
{
    private PostgresServer _server = null!; // set before each test by InitializeAsync

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await PostgresServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Notice_OpenedHereAndAssignedThere_IsDeliveredOnce()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        receiver.Status = StatusCodes.Status200OK;
        await using var gateway = await GatewayFixture.StartAsync(On(_server) with { Pushes = [new PushTarget(Notices.Court, receiver.Address, "court-push")] });
        gateway.Gateway.PushSecret("court-push");
        var there = await gateway.StartNodeAsync();
        gateway.Connect(Notices.AidCentre, there);

        var notice = await gateway.SubmitAsync(Notices.Of("COURT"));
        var name = notice["name"]!.GetValue<string>(); // accepted
        await gateway.StepAsync(Notices.AidCentre, "AssignCounsel", NoticeSteps.Assign(name));
        await Eventually.HoldsAsync(() => receiver.Taken.Count > 0, "the reply is pushed");

        Assert.Equal("submit", DeliveryTests.EventOf(Assert.Single(await DeliveryTests.PullAsync(gateway, Notices.AidCentre))));
        Assert.Empty(await DeliveryTests.PullAsync(gateway, Notices.AidCentre)); // leased: the other node does not hand it out again
        gateway.Connect(Notices.AidCentre, gateway.Gateway);
        Assert.Empty(await DeliveryTests.PullAsync(gateway, Notices.AidCentre));
        var read = (await gateway[Notices.Court].CallAsync(Face.Rest, "GetDefenceNotice", new JsonObject { ["name"] = name })).Required;
        Assert.Equal("assigned", read["exchange"]!["state"]!.GetValue<string>()); // it has a state
        Assert.Equal("assign-counsel", Assert.Single(receiver.Pushes).Name);
    }

    [Fact]
    public async Task SameRequest_ToBothNodesAtOnce_OneAnswerAndOneNotice()
    {
        await using var gateway = await GatewayFixture.StartAsync(On(_server));
        var there = await gateway.StartNodeAsync();
        using var twin = new HttpClient { BaseAddress = there.Rest };
        twin.DefaultRequestHeaders.Authorization = new("Bearer", await gateway[Notices.Court].TokenAsync(Cancellation));
        for (var round = 0; round < 5; round++)
        {
            var sample = Notices.Of("COURT");
            var answers = await Task.WhenAll(
                gateway[Notices.Court].Rest.PostAsJsonAsync("/v1/defenceNotices", sample.Request, Cancellation),
                twin.PostAsJsonAsync("/v1/defenceNotices", sample.Request, Cancellation));
            var texts = await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync(Cancellation)));
            Assert.All(answers, answer => Assert.True(answer.IsSuccessStatusCode, string.Join('\n', texts)));
            Assert.Equal(texts[0], texts[1]); // the same receipt, signature and all
        }
    }

    [Fact]
    public async Task Configuration_ReloadedHere_IsFollowedThere()
    {
        await using var gateway = await GatewayFixture.StartAsync(On(_server));
        var there = await gateway.StartNodeAsync();
        gateway.Connect(Notices.Court, there);
        var (here, other) = (gateway.Gateway.Services.GetRequiredService<ConfigurationArchive>(), there.Services.GetRequiredService<ConfigurationArchive>());
        Assert.Equal(here.Current.Digest, other.Current.Digest);

        var changed = here.Current.Files.Select(file => file.Path == "regions.yaml" ? file with { Text = file.Text + "\n# as it was\n" } : file);
        var configuration = HostConfiguration.Read(gateway.Options with { Overlay = [.. changed] });
        await here.ActivateAsync(configuration.Snapshot, Cancellation);

        await Eventually.HoldsAsync(() => other.Current.Digest == configuration.Snapshot.Digest, "the other node follows");
        await gateway.SubmitAsync(Notices.Of("COURT"));
    }

    [Fact]
    public async Task Node_WithKeysOfItsOwn_TakesNoPart()
    {
        await using var gateway = await GatewayFixture.StartAsync(On(_server));
        await using var another = await GatewayFixture.StartAsync();
        await another.StopAsync();
        var refused = await Assert.ThrowsAsync<StartRefusedException>(
            () => GatewayHost.BuildAsync(gateway.Options with { WorkingFolder = another.WorkingFolder }, Cancellation));
        Assert.Contains("restore the folder that belongs to it", refused.Message, StringComparison.Ordinal);
        await gateway.SubmitAsync(Notices.Of("COURT"));
    }

    [Fact]
    public async Task Gateway_WhileItsDatabaseIsAway_AnswersThatAndGoesOnWhenItIsBack()
    {
        await using var gateway = await GatewayFixture.StartAsync(On(_server));
        gateway.ExpectedError = static _ => true; // every worker says that the database is away
        await gateway.SubmitAsync(Notices.Of("COURT"));
        var sample = Notices.Of("COURT");
        await _server.StopAsync("immediate");
        var away = await gateway[Notices.Court].CallAsync(Face.Rest, "SubmitDefenceNotice", sample.Request);
        Assert.Equal(StatusCodes.Status503ServiceUnavailable, away.Status);
        Assert.Contains(away.Code, Away);
        foreach (var face in Enum.GetValues<Face>())
        {
            // What is refused without a look into the store: its evidence cannot be kept, so the refusal is not given either.
            var refused = await gateway[Notices.Court].CallAsync(face, "SubmitDefenceNotice", []);
            Assert.Contains(refused.Code, Away);
        }

        await _server.StartAgainAsync();
        await Eventually.HoldsAsync(
            async () => (await gateway[Notices.Court].CallAsync(Face.Rest, "SubmitDefenceNotice", sample.Request)).Accepted,
            "accepted, as UNAVAILABLE asks to try again while the server recovers");
    }

    /// <summary>Asked soon, a call finds that it cannot write; later, that nobody can say whether its token was revoked.</summary>
    private static readonly string[] Away = ["UNAVAILABLE", "TOKEN_UNCHECKED"];

    internal static GatewayStart On(PostgresServer server) => new()
    {
        Adjust = settings => settings with
        {
            Store = new StoreSettings
            {
                Kind = StoreKind.Postgres,
                Postgres = new PostgresSettings
                {
                    Host = "127.0.0.1", Port = server.Port, Database = "postgres", User = PostgresServer.User, Tls = PostgresTls.Disable,
                },
            },
        },
    };
}
