using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Contracts.Directory.V1;
using LegalAid.Gateway.Contracts.Exchanges.V1;
using LegalAid.Gateway.Contracts.Mailbox.V1;

namespace LegalAid.Gateway.Tests.Edge;

/// <summary>The same refusals over gRPC: status, code and every field in google.rpc.Status.</summary>
public sealed class GrpcRefusalTests(EdgeHost host) : IClassFixture<EdgeHost>
{
    private readonly DefenceService.DefenceServiceClient _defence = new(host.Channel);

    [Fact]
    public async Task Submit_Good_ReachesTheService()
    {
        var response = await _defence.SubmitDefenceNoticeAsync(Samples.Message(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("echo/request-0001", response.Outcomes[0].Notice.Name);
    }

    public static TheoryData<string, Action<SubmitDefenceNoticeRequest>, string[]> Spoiled => new()
    {
        { "empty request id", r => r.RequestId = "", ["requestId FIELD_REQUIRED"] },
        { "short request id", r => r.RequestId = "no", ["requestId BAD_FORMAT"] },
        { "no kind", r => r.Kind = NoticeKind.Unspecified, ["kind FIELD_REQUIRED"] },
        { "undefined kind", r => r.Kind = (NoticeKind)99, ["kind UNKNOWN_ENUM_VALUE"] },
        { "nobody", r => r.People.Clear(), ["people FIELD_REQUIRED"] },
        { "fifty-one people", r => r.People.Add(Enumerable.Repeat(r.People[0].Clone(), 50)), ["people TOO_MANY_ITEMS"] },
        { "no notice", r => r.People[0].Notice = null, ["people[0].notice FIELD_REQUIRED"] },
        { "undefined ground", r => r.People[0].Notice.Grounds.Add((Ground)77), ["people[0].notice.grounds[1] UNKNOWN_ENUM_VALUE"] },
        { "time before year 1", r => r.People[0].Notice.FoundTime.Seconds = long.MinValue, ["people[0].notice.foundTime BAD_TIMESTAMP"] },
        { "negative nanos", r => r.People[0].Notice.FoundTime.Nanos = -1, ["people[0].notice.foundTime BAD_TIMESTAMP"] },
        { "NUL in text", r => r.People[0].Notice.Cause = "a\0b", ["people[0].notice.cause INVALID_TEXT"] },
        {
            "several", r =>
            {
                r.RequestId = "";
                r.People[0].Notice.Person.Name = "";
                r.People[0].Notice.Contact.Phone = "x";
            },
            ["people[0].notice.person.name FIELD_REQUIRED", "people[0].notice.contact.phone BAD_FORMAT", "requestId FIELD_REQUIRED"]
        },
    };

    [Theory]
    [MemberData(nameof(Spoiled))]
    public async Task Submit_Wrong_NamesIt(string what, Action<SubmitDefenceNoticeRequest> spoil, string[] expected)
    {
        Assert.NotEmpty(what);
        var request = Samples.Message();
        spoil(request);

        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await _defence.SubmitDefenceNoticeAsync(request, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Equal(expected, Fields(refusal));
        Assert.Empty(host.Errors);
    }

    [Fact]
    public async Task Refusal_Details_AreWhole()
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await _defence.GetDefenceNoticeAsync(
            new GetDefenceNoticeRequest { Name = "defenceNotices/several" }, cancellationToken: TestContext.Current.CancellationToken));

        var details = Details(refusal);
        var info = Unpack<ErrorInfo>(details);
        Assert.Equal(StatusCode.PermissionDenied, refusal.StatusCode);
        Assert.Equal((int)StatusCode.PermissionDenied, details.Code);
        Assert.Equal(("PERMISSION_DENIED", "legalaid-gateway", "gatewayOperator", "3"), (info.Reason, info.Domain, info.Metadata["actor"], info.Metadata["faults"]));
        Assert.Equal(["zh-CN", "en"], details.Details.Where(any => any.Is(LocalizedMessage.Descriptor)).Select(any => any.Unpack<LocalizedMessage>().Locale));
        Assert.NotEmpty(Unpack<RequestInfo>(details).RequestId);
    }

    [Fact]
    public async Task Refusal_ManyFaults_FitsTheMetadataOfCommonClients()
    {
        var request = Samples.Message();
        request.People.Clear();
        request.People.Add(Enumerable.Range(0, 40).Select(_ => new NoticedPerson { Notice = new Notice() }));

        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await _defence.SubmitDefenceNoticeAsync(request, cancellationToken: TestContext.Current.CancellationToken));

        var info = Unpack<ErrorInfo>(Details(refusal));
        Assert.Equal("100", info.Metadata["faults"]);
        Assert.Equal(info.Metadata["listed"], Fields(refusal).Length.ToString());
        Assert.True(refusal.Trailers.GetValueBytes("grpc-status-details-bin")!.Length <= 5_600);
    }

    [Theory]
    [InlineData("defenceNotices/missing", StatusCode.NotFound)]
    [InlineData("defenceNotices/state", StatusCode.FailedPrecondition)]
    public async Task Get_ServiceRefuses_KeepsItsStatus(string name, StatusCode expected)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await _defence.GetDefenceNoticeAsync(
            new GetDefenceNoticeRequest { Name = name }, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(expected, refusal.StatusCode);
    }

    [Fact]
    public async Task Call_NotImplemented_IsUnimplemented()
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await new DirectoryService.DirectoryServiceClient(host.Channel)
            .WhoAmIAsync(new WhoAmIRequest(), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.Unimplemented, refusal.StatusCode);
    }

    [Fact]
    public async Task Receive_FailsOnTheWay_CarriesDetails()
    {
        using var call = new MailboxService.MailboxServiceClient(host.Channel).ReceiveDeliveries(
            new ReceiveDeliveriesRequest { MaxOutstanding = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        var refusal = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        Assert.Equal("UNAVAILABLE", Unpack<ErrorInfo>(Details(refusal)).Reason);
    }

    [Fact]
    public async Task Open_StructThatJsonCannotSay_IsRefused()
    {
        var payload = new Struct { Fields = { ["nan"] = new Value { NumberValue = double.NaN }, ["none"] = new Value() } };
        var request = new OpenExchangeRequest { Type = "exchangeTypes/x", RequestId = "request-1", Openings = { new Opening { Payload = payload } } };

        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await new ExchangeService.ExchangeServiceClient(host.Channel)
            .OpenExchangeAsync(request, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(
            ["openings[0].payload.nan NUMBER_OUT_OF_RANGE", "openings[0].payload.none MALFORMED_MESSAGE"], Fields(refusal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Submit_MessageOverItsBound_IsResourceExhausted()
    {
        var request = Samples.Message();
        request.People[0].Notice.Remarks = new string('x', EdgeHost.BodyMax);

        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await _defence.SubmitDefenceNoticeAsync(request, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
    }

    /// <summary>A truncated field, a wrong wire type in a group, and a string (request_id) that is not UTF-8.</summary>
    [Theory]
    [InlineData(new byte[] { 0x0A, 0xFF })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0x1A, 0x02, 0xC3, 0x28 })]
    public async Task Submit_BytesThatAreNoMessage_IsInvalidArgument(byte[] message)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, host.GrpcAddress + "/legalaid.defence.v1.DefenceService/SubmitDefenceNotice")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, (byte)message.Length, .. message]),
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        var status = response.TrailingHeaders.TryGetValues("grpc-status", out var trailing) ? trailing : response.Headers.GetValues("grpc-status");
        Assert.Equal("3", Assert.Single(status));
        var text = response.TrailingHeaders.TryGetValues("grpc-message", out trailing) ? trailing : response.Headers.GetValues("grpc-message");
        Assert.StartsWith("MALFORMED_MESSAGE", Assert.Single(text), StringComparison.Ordinal);
        Assert.Empty(host.Errors);
    }

    /// <summary>A service that reads on after the caller hung up is told that the call ended, not that it erred: nothing is logged as a failure.</summary>
    [Fact]
    public async Task Upload_HungUpBeforeItIsReadOn_EndsAsACallThatWasLeft()
    {
        using var leave = new CancellationTokenSource();
        using var call = new AttachmentService.AttachmentServiceClient(host.Channel).UploadAttachment(cancellationToken: leave.Token);
        await call.RequestStream.WriteAsync(new UploadAttachmentRequest { Name = "exchanges/e/uploads/u" }, TestContext.Current.CancellationToken);
        await host.Uploads.Begun.Task.WaitAsync(TestContext.Current.CancellationToken);

        await leave.CancelAsync();

        Assert.IsAssignableFrom<OperationCanceledException>(await host.Uploads.Ended.Task.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Empty(host.Errors);
    }

    private static string[] Fields(RpcException refusal) =>
        [.. Unpack<BadRequest>(Details(refusal)).FieldViolations.Select(violation => $"{violation.Field} {violation.Reason}".Trim())];

    private static Google.Rpc.Status Details(RpcException refusal) =>
        Google.Rpc.Status.Parser.ParseFrom(refusal.Trailers.GetValueBytes("grpc-status-details-bin"));

    private static T Unpack<T>(Google.Rpc.Status status)
        where T : IMessage<T>, new() =>
        status.Details.Single(any => any.Is(new T().Descriptor)).Unpack<T>();
}
