using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Google.Protobuf;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Steps that name documents which were uploaded before: what receipt and recipients are told of them, and which are refused.</summary>
public sealed class ReferencedDocumentTests : IAsyncLifetime
{
    private RecordingReceiver _receiver = null!; // set before each test by InitializeAsync
    private GatewayFixture _gateway = null!; // likewise
    private string _notice = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Exchange => ExchangeOf(_notice);

    public async ValueTask InitializeAsync()
    {
        _receiver = await RecordingReceiver.StartAsync();
        _gateway = await GatewayFixture.StartAsync(new GatewayStart { Pushes = [new PushTarget(Notices.Court, _receiver.Address, "court-push")] });
        _gateway.Gateway.PushSecret("court-push");
        _notice = await _gateway.NoticeInAsync("notified");
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Step_NamingAnUpload_StatesItInReceiptAndToEveryRecipient()
    {
        var uploaded = await UploadAsync(Notices.AidCentre, Exchange);
        var request = NoticeSteps.Assign(_notice);
        request["attachments"] = new JsonArray(Notices.Document("assignment-letter"));
        request["referencedAttachments"] = new JsonArray(Reference(uploaded));
        var answer = (await _gateway[Notices.AidCentre].CallAsync(Face.Rest, "AssignCounsel", request)).Required;

        // The receipt: both documents, the one that came with the message first.
        var documents = answer["notice"]!["exchange"]!["attachments"]!.AsArray(); // accepted
        var inline = documents.Single(document => document!["kind"]!.GetValue<string>() == "assignment-letter")!.AsObject(); // each has a kind
        string[] sha256 = [Text(inline, "sha256"), Text(uploaded, "sha256")];
        string[] sm3 = [Text(inline, "sm3"), Text(uploaded, "sm3")];
        var jwks = await _gateway[Notices.AidCentre].GetAsync("/.well-known/jwks", Cancellation);
        var claims = ReceiptCheck.Verify(answer["receipt"]!["jws"]!.GetValue<string>(), jwks.Body!)!; // signed by the gateway
        Assert.Equal(sha256, claims["documents"]!.AsArray().Select(digest => digest!.GetValue<string>()));
        Assert.Equal(sm3, claims["documentsSm3"]!.AsArray().Select(digest => digest!.GetValue<string>()));

        // The recipients: the court by push, the firm by mailbox. Of all documents of the exchange these two are the message's.
        await Eventually.HoldsAsync(() => _receiver.Taken.Count > 0, "the reply is pushed");
        var mailed = Assert.Single(await DeliveryTests.PullAsync(_gateway, Notices.FirstFirm))["envelope"]!; // every delivery has one
        foreach (var envelope in new[] { _receiver.Taken[0].Envelope, mailed })
        {
            Assert.Equal(3, envelope["attachments"]!.AsArray().Count);
            var stated = envelope["messageAttachments"]!.AsArray();
            Assert.Equal([Text(inline, "name"), Text(uploaded, "name")], stated.Select(one => Text(one!, "name")));
            Assert.Equal(sha256, stated.Select(one => Text(one!, "sha256")));
            Assert.Equal(sm3, stated.Select(one => Text(one!, "sm3")));
        }
    }

    [Fact]
    public async Task RequestId_WithReferences_IsARepeatOnlyWithTheSameOnes()
    {
        var reference = Reference(await UploadAsync(Notices.AidCentre, Exchange));
        var typed = NoticeSteps.Assign(_notice);
        typed["referencedAttachments"] = new JsonArray(reference.DeepClone());
        var generic = NoticeSteps.Take(Exchange, "assign-counsel", typed["assignment"]!.DeepClone().AsObject()); // it has one
        generic["requestId"] = typed["requestId"]!.DeepClone(); // it has one
        generic["referencedAttachments"] = new JsonArray(reference.DeepClone());

        var first = await CallAsync(Face.Rest, "AssignCounsel", typed);
        var again = await CallAsync(Face.Grpc, "TakeStep", generic);
        Assert.Equal(first.Required["receipt"]!.ToJsonString(), again.Required["receipt"]!.ToJsonString()); // accepted

        reference.Remove("sm3"); // the gateway was asked to compare less: another request
        generic["referencedAttachments"] = new JsonArray(reference);
        Assert.Equal("REQUEST_ID_REUSED", (await CallAsync(Face.Rest, "TakeStep", generic)).Code);
        typed.Remove("referencedAttachments");
        Assert.Equal("REQUEST_ID_REUSED", (await CallAsync(Face.Grpc, "AssignCounsel", typed)).Code);
    }

    [Theory]
    [InlineData(Face.Rest, true)]
    [InlineData(Face.Rest, false)]
    [InlineData(Face.Grpc, true)]
    [InlineData(Face.Grpc, false)]
    public async Task References_ThatDoNotHold_AreToldTogetherAndChangeNothing(Face face, bool generic)
    {
        var own = Reference(await UploadAsync(Notices.AidCentre, Exchange));
        var foreign = Reference(await UploadAsync(Notices.AidCentre, ExchangeOf(await _gateway.NoticeInAsync("notified"))));
        var courts = Reference(await UploadAsync(Notices.Court, Exchange));
        var (unfinished, content) = await BegunAsync();
        var renamed = foreign.DeepClone().AsObject();
        renamed["name"] = Text(foreign, "name").Replace(Text(foreign, "name").Split('/')[1], Exchange["exchanges/".Length..], StringComparison.Ordinal);
        var wrong = Reference(await UploadAsync(Notices.AidCentre, Exchange));
        wrong["sha256"] = new string('0', 64);
        wrong["sm3"] = new string('f', 64);
        var begun = new JsonObject { ["name"] = unfinished.Replace("/uploads/", "/attachments/", StringComparison.Ordinal), ["sha256"] = content };
        var assign = NoticeSteps.Assign(_notice, NoticeSteps.Counsel("14501202010000099", "虚构辛律师", Notices.FirstFirm));
        var request = generic ? NoticeSteps.Take(Exchange, "assign-counsel", assign["assignment"]!.DeepClone().AsObject()) : assign; // it has one
        request["referencedAttachments"] = new JsonArray(own, foreign, courts, begun, renamed, wrong, own.DeepClone());

        var before = await ReadAsync();
        var answer = await CallAsync(face, generic ? "TakeStep" : "AssignCounsel", request);

        Assert.False(answer.Accepted);
        Assert.Equal(
            [
                $"{(generic ? "payload" : "assignment")}.counsel.licenceNumber COUNSEL_NOT_IN_REGISTER",
                "referencedAttachments[1].name ATTACHMENT_UNKNOWN",
                "referencedAttachments[2].name ATTACHMENT_UNKNOWN",
                "referencedAttachments[3].name ATTACHMENT_UNKNOWN",
                "referencedAttachments[4].name ATTACHMENT_UNKNOWN",
                "referencedAttachments[5].sha256 ATTACHMENT_DIGEST_DIFFERS",
                "referencedAttachments[5].sm3 ATTACHMENT_DIGEST_DIFFERS",
                "referencedAttachments[6].name ATTACHMENT_TWICE",
            ],
            answer.Faults);
        Assert.Equal(before, await ReadAsync());
    }

    private Task<FaceAnswer> CallAsync(Face face, string method, JsonObject request) => _gateway[Notices.AidCentre].CallAsync(face, method, request);

    private async Task<string> ReadAsync() =>
        (await CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = Exchange })).Required.ToJsonString();

    /// <summary>A document of its own content, sent in pieces to its end.</summary>
    private async Task<JsonNode> UploadAsync(string agency, string exchange)
    {
        var (name, content) = await BeginAsync(agency, exchange);
        using var call = _gateway[agency].Attachments.UploadAttachment(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(new UploadAttachmentRequest { Name = name, Content = ByteString.CopyFrom(content) }, Cancellation);
        await call.RequestStream.CompleteAsync();
        return Faces.Json((await call).Attachment);
    }

    private async Task<(string Name, string Sha256)> BegunAsync()
    {
        var (name, content) = await BeginAsync(Notices.AidCentre, Exchange);
        return (name, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    private async Task<(string Name, byte[] Content)> BeginAsync(string agency, string exchange)
    {
        var id = NoticeSteps.NewRequestId();
        byte[] content = [.. "%PDF-1.7\n"u8, .. System.Text.Encoding.ASCII.GetBytes(id)];
        var upload = await _gateway[agency].Attachments.BeginUploadAsync(
            new BeginUploadRequest
            {
                Parent = exchange, Kind = "other", FileName = "虚构卷宗.pdf", MediaType = "application/pdf", SizeBytes = content.Length, RequestId = id,
            },
            cancellationToken: Cancellation);
        return (upload.Name, content);
    }

    private static JsonObject Reference(JsonNode document) =>
        new() { ["name"] = Text(document, "name"), ["sha256"] = Text(document, "sha256"), ["sm3"] = Text(document, "sm3") };

    private static string Text(JsonNode node, string field) =>
        node[field]?.GetValue<string>() ?? throw new InvalidDataException($"{field} is not there");

    private static string ExchangeOf(string notice) => notice.Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal);
}
