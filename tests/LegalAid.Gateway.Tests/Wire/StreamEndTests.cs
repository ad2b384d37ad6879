using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Contracts.Duty.V1;
using LegalAid.Gateway.Contracts.Mailbox.V1;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Testing.Duty;
using LegalAid.Gateway.Tests.Duty;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>A mailbox stream on which nothing happens ends within five seconds, when its caller may listen no more.</summary>
public sealed class StreamEndTests
{
    private const string Operations = "sharing/operations.yaml";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("token revoked", StatusCode.Unauthenticated)]
    [InlineData("grant ended", StatusCode.PermissionDenied)]
    public async Task Stream_IdleWhenItsCallerMayListenNoMore_EndsWithinFiveSeconds(string what, StatusCode status)
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var token = await gateway[Notices.AidCentre].TokenAsync(Cancellation);
        using var channel = GrpcChannel.ForAddress(gateway.Gateway.Grpc);
        using var stream = new MailboxService.MailboxServiceClient(channel).ReceiveDeliveries(
            new ReceiveDeliveriesRequest { MaxOutstanding = 10, LeaseDuration = Duration.FromTimeSpan(TimeSpan.FromMinutes(1)) },
            new Metadata { { "authorization", $"Bearer {token}" } }, cancellationToken: Cancellation);
        await gateway.SubmitAsync(Notices.Of("COURT"));
        Assert.True(await stream.ResponseStream.MoveNext(Cancellation)); // it is under way
        var end = stream.ResponseStream.MoveNext(Cancellation);

        var since = Stopwatch.GetTimestamp();
        await (what switch
        {
            "token revoked" => RevokeAsync(gateway, token),
            "grant ended" => ActivateAsync(gateway, text => text.Replace("        - legalaid.mailbox.v1.MailboxService/ReceiveDeliveries\n", "", StringComparison.Ordinal)),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        });

        var refused = await Assert.ThrowsAsync<RpcException>(() => end.WaitAsync(Bound + Bound, TimeProvider.System, Cancellation));
        Assert.Equal(status, refused.StatusCode);
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.Zero, Bound);
    }

    /// <summary>Else the gateway waits half a minute for a stream that its caller never ends, and then cuts it off.</summary>
    [Fact]
    public async Task Stream_IdleWhenTheGatewayStops_EndsAtOnceAndIsToldToComeBack()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        using var mailbox = gateway[Notices.AidCentre].Mailbox.ReceiveDeliveries(new ReceiveDeliveriesRequest(), cancellationToken: Cancellation);
        await gateway.SubmitAsync(Notices.Of("COURT"));
        Assert.True(await mailbox.ResponseStream.MoveNext(Cancellation)); // it is under way
        var end = mailbox.ResponseStream.MoveNext(Cancellation);

        var stopping = gateway.StopAsync();

        var refused = await Assert.ThrowsAsync<RpcException>(() => end.WaitAsync(Bound + Bound, TimeProvider.System, Cancellation));
        Assert.Equal("UNAVAILABLE", Faces.Read(refused).Code);
        await stopping;
    }

    /// <summary>A draft holds a core for as long as it may take; a gateway that stops does not wait for it.</summary>
    [Fact]
    public async Task Draft_UnderWayWhenTheGatewayStops_EndsAtOnce()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var month = RosterContracts.Of(DutyGenerator.City(new DutyGeneratorSettings { Seed = 3 }));
        using var draft = new RosterService.RosterServiceClient(gateway[Notices.AidCentre].Invoker).DraftRoster(new DraftRosterRequest { Case = month }, cancellationToken: Cancellation);
        Assert.True(await draft.ResponseStream.MoveNext(Cancellation)); // it is under way
        Assert.NotNull(draft.ResponseStream.Current.Progress);

        var stopping = gateway.StopAsync();

        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await draft.ResponseStream.MoveNext(Cancellation))
            {
                Assert.NotNull(draft.ResponseStream.Current.Progress); // and no result
            }
        });
        Assert.Equal("UNAVAILABLE", Faces.Read(refused).Code);
        await stopping;
    }

    private static async Task RevokeAsync(GatewayFixture gateway, string token)
    {
        var centre = gateway[Notices.AidCentre].Credential(gateway.Gateway.Rest, gateway.Issuer);
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(
        [
            new("token", token), new("client_assertion_type", ClientAssertion.Type),
            new("client_assertion", gateway[Notices.AidCentre].Assertion(centre.Audience, TimeProvider.System.GetUtcNow())),
        ]);
        using var answer = await http.PostAsync(new Uri(gateway.Gateway.Rest, "/connect/revoke"), form, Cancellation);
        Assert.True(answer.IsSuccessStatusCode);
    }

    private static async Task ActivateAsync(GatewayFixture gateway, Func<string, string> change)
    {
        var archive = gateway.Gateway.Services.GetRequiredService<ConfigurationArchive>();
        var files = archive.Current.Files.Select(file => file.Path == Operations ? file with { Text = change(file.Text) } : file).ToList();
        Assert.NotEqual(archive.Current.Files.Single(file => file.Path == Operations).Text, files.Single(file => file.Path == Operations).Text);
        await archive.ActivateAsync(HostConfiguration.Read(gateway.Options with { Overlay = [.. files] }).Snapshot, Cancellation);
    }
}
