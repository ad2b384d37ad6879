using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Documents over real sockets: tus, ranges, gRPC streams, cuts, and whom they are for.</summary>
public sealed class DocumentTests : IAsyncLifetime
{
    private const string FileName = "虚构卷宗 (1).pdf";
    private GatewayFixture _gateway = null!; // set before each test by InitializeAsync
    private string _exchange = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayFixture.StartAsync(new GatewayStart
        {
            Adjust = settings => settings with { Documents = new DocumentSettings { MebibytesMax = 8, UploadMebibytesMax = 20 } },
        });
        _exchange = (await _gateway.NoticeInAsync("notified")).Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Tus_WholeWay_IsADocumentThatBothFacesGiveBack()
    {
        var content = Pdf(700_000);
        using var begun = await BeginAsync(content.Length);
        Assert.Equal((HttpStatusCode.Created, "0"), (begun.StatusCode, Header(begun, "Upload-Offset")));
        var upload = begun.Headers.Location!.OriginalString; // 201 has a location
        using var first = await PatchAsync(upload, 0, content[..300_000]);
        Assert.Equal((HttpStatusCode.NoContent, "300000", "1.0.0"), (first.StatusCode, Header(first, "Upload-Offset"), Header(first, "Tus-Resumable")));
        using var head = await SendAsync(HttpMethod.Head, upload);
        Assert.Equal(("300000", "700000", "no-store"), (Header(head, "Upload-Offset"), Header(head, "Upload-Length"), head.Headers.CacheControl?.ToString()));
        using var last = await PatchAsync(upload, 300_000, content[300_000..]);
        Assert.Equal((HttpStatusCode.NoContent, "700000"), (last.StatusCode, Header(last, "Upload-Offset")));
        using var after = await SendAsync(HttpMethod.Head, upload);
        Assert.Equal("700000", Header(after, "Upload-Offset"));

        var download = upload.Replace("/uploads/", "/attachments/", StringComparison.Ordinal) + ":download";
        using var got = await _gateway[Notices.AidCentre].Rest.GetAsync(new Uri(download, UriKind.Relative), Cancellation);
        Assert.Equal(content, await got.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal(("application/pdf", $"\"{Hex(content)}\"", "bytes"), (got.Content.Headers.ContentType?.ToString(), got.Headers.ETag?.ToString(), Header(got, "Accept-Ranges")));
        Assert.Equal((FileName, "attachment"), (got.Content.Headers.ContentDisposition?.FileNameStar, got.Content.Headers.ContentDisposition?.DispositionType));
        Assert.Equal(("nosniff", $"sha-256=:{Convert.ToBase64String(SHA256.HashData(content))}:"), (Header(got, "X-Content-Type-Options"), Header(got, "Repr-Digest")));

        var (attachment, streamed) = await DownloadAsync(Notices.AidCentre, NameOf(upload), offset: 262_145);
        Assert.Equal(content[262_145..], streamed);
        Assert.Equal((Hex(content), 700_000L, FileName, 64), (attachment.Sha256, attachment.SizeBytes, attachment.FileName, attachment.Sm3.Length));
        var exchange = await _gateway[Notices.AidCentre].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = _exchange });
        Assert.Contains(Hex(content), exchange.Required["attachments"]!.AsArray().Select(one => one!["sha256"]!.GetValue<string>())); // each has one
    }

    [Theory]
    [InlineData("bytes=0-0", 206, 0, 1)]
    [InlineData("bytes=262143-262144", 206, 262_143, 2)]
    [InlineData("bytes=299999-", 206, 299_999, 1)]
    [InlineData("bytes=299999-900000", 206, 299_999, 1)]
    [InlineData("bytes=-5", 206, 299_995, 5)]
    [InlineData("bytes=-900000", 206, 0, 300_000)]
    [InlineData("bytes=0-1,5-6", 200, 0, 300_000)]
    [InlineData("lines=1-2", 200, 0, 300_000)]
    [InlineData("bytes=300000-", 416, 0, 0)]
    [InlineData("bytes=-0", 416, 0, 0)]
    public async Task Download_Range_IsThatPart(string range, int status, int from, int count)
    {
        var content = Pdf(300_000);
        using var got = await GetAsync(await UploadedAsync(content), ("Range", range));
        Assert.Equal(status, (int)got.StatusCode);
        if (status == 416)
        {
            Assert.Equal("bytes */300000", got.Content.Headers.ContentRange?.ToString());
            Assert.Equal("RANGE_UNSATISFIABLE", JsonNode.Parse(await got.Content.ReadAsStringAsync(Cancellation))?["code"]?.GetValue<string>());
            return;
        }

        Assert.Equal(content[from..(from + count)], await got.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal(status == 206 ? $"bytes {from}-{from + count - 1}/300000" : null, got.Content.Headers.ContentRange?.ToString());
    }

    [Fact]
    public async Task Download_Conditions_AreByTheDigest()
    {
        var content = Pdf(2000);
        var path = await UploadedAsync(content);
        using var held = await GetAsync(path, ("If-None-Match", $"\"{Hex(content)}\""));
        Assert.Equal(HttpStatusCode.NotModified, held.StatusCode);
        using var same = await GetAsync(path, ("Range", "bytes=5-6"), ("If-Range", $"\"{Hex(content)}\""));
        Assert.Equal(HttpStatusCode.PartialContent, same.StatusCode);
        using var other = await GetAsync(path, ("Range", "bytes=5-6"), ("If-Range", "\"another\""));
        Assert.Equal((HttpStatusCode.OK, 2000), (other.StatusCode, (await other.Content.ReadAsByteArrayAsync(Cancellation)).Length));
        using var head = await SendAsync(HttpMethod.Head, path);
        Assert.Equal((HttpStatusCode.OK, 2000L), (head.StatusCode, head.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task Download_OfWhoMayNotRead_IsNotThere()
    {
        var path = await UploadedAsync(Pdf(2000));
        foreach (var agency in new[] { Notices.OtherCourt, Notices.DetentionCentre })
        {
            using var hidden = await _gateway[agency].Rest.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
            var refused = await Assert.ThrowsAsync<RpcException>(() => DownloadAsync(agency, path.Replace(":download", "", StringComparison.Ordinal)[4..], 0));
            Assert.Equal(StatusCode.NotFound, refused.StatusCode);
        }
    }

    [Fact]
    public async Task Tus_ConnectionCut_GoesOnFromWhatCame()
    {
        var content = Pdf(900_000);
        using var begun = await BeginAsync(content.Length);
        var upload = begun.Headers.Location!.OriginalString; // 201 has a location
        await CutAsync(upload, content, after: 400_000);
        var stands = 0;
        await Eventually.HoldsAsync(
            async () =>
            {
                // The cut call may still be storing its last chunk: the gateway then tells where it stands.
                using var head = await SendAsync(HttpMethod.Head, upload);
                stands = int.Parse(Header(head, "Upload-Offset"), System.Globalization.CultureInfo.InvariantCulture);
                Assert.InRange(stands, 262_144, 400_000);
                using var rest = await PatchAsync(upload, stands, content[stands..]);
                return rest.StatusCode == HttpStatusCode.NoContent;
            },
            "the rest is taken");
        using var got = await GetAsync(upload.Replace("/uploads/", "/attachments/", StringComparison.Ordinal) + ":download");
        Assert.Equal(content, await got.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task Tus_WrongDigest_RemovesTheUpload()
    {
        var content = Pdf(2000);
        using var begun = await BeginAsync(content.Length);
        var upload = begun.Headers.Location!.OriginalString; // 201 has a location
        using var wrong = await PatchAsync(upload, 0, content, ("Content-Digest", $"sha-256=:{Convert.ToBase64String(SHA256.HashData("other"u8))}:"));
        Assert.Equal((400, "ATTACHMENT_DIGEST_DIFFERS"), await ProblemAsync(wrong));
        using var gone = await SendAsync(HttpMethod.Head, upload);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);

        using var again = await BeginAsync(content.Length, ("Repr-Digest", $"sha-512=:AAAA:, sha-256=:{Convert.ToBase64String(SHA256.HashData(content))}:"));
        using var right = await PatchAsync(again.Headers.Location!.OriginalString, 0, content); // as above
        Assert.Equal(HttpStatusCode.NoContent, right.StatusCode);
    }

    [Fact]
    public async Task Tus_Refusals_AreTheProtocols()
    {
        using var options = await SendAsync(HttpMethod.Options, $"/v1/{_exchange}/uploads");
        Assert.Equal(("1.0.0", $"{8 << 20}"), (Header(options, "Tus-Version"), Header(options, "Tus-Max-Size")));
        using var large = await BeginAsync((8 << 20) + 1);
        Assert.Equal((413, "ATTACHMENT_TOO_LARGE"), await ProblemAsync(large));
        using var noLength = await BeginAsync(-1);
        Assert.Equal((400, "HEADER_INVALID"), await ProblemAsync(noLength));
        using var begun = await BeginAsync(2000);
        var upload = begun.Headers.Location!.OriginalString; // 201 has a location
        using var old = await SendAsync(HttpMethod.Head, upload, ("Tus-Resumable", "0.2.2"));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "1.0.0"), (old.StatusCode, Header(old, "Tus-Version")));
        using var offset = await PatchAsync(upload, 5, Pdf(10));
        Assert.Equal((409, "UPLOAD_OFFSET_DIFFERS"), await ProblemAsync(offset));
        using var type = await PatchAsync(upload, 0, "<html><body onload=alert(1)>"u8.ToArray().Concat(new byte[1000]).ToArray());
        Assert.Equal((400, "ATTACHMENT_TYPE_DIFFERS"), await ProblemAsync(type));
        using var gone = await SendAsync(HttpMethod.Delete, upload);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Grpc_Upload_CutAndResumed_IsTheDocument()
    {
        var (content, client) = (Pdf(1_000_000), _gateway[Notices.Court].Attachments);
        var request = new BeginUploadRequest
        {
            Parent = _exchange, Kind = "judgment", FileName = FileName, MediaType = "application/pdf", SizeBytes = content.Length, Sha256 = Hex(content),
            RequestId = NoticeSteps.NewRequestId(),
        };
        var upload = await client.BeginUploadAsync(request, cancellationToken: Cancellation);
        Assert.Equal(upload.Name, (await client.BeginUploadAsync(request, cancellationToken: Cancellation)).Name);
        using (var cut = client.UploadAttachment(cancellationToken: Cancellation))
        {
            await cut.RequestStream.WriteAsync(new UploadAttachmentRequest { Name = upload.Name, Content = ByteString.CopyFrom(content[..600_000]) }, Cancellation);
            await Eventually.HoldsAsync(
                async () => (await client.GetUploadAsync(new GetUploadRequest { Name = upload.Name }, cancellationToken: Cancellation)).ReceivedBytes >= 524_288,
                "two chunks");
        } // disposed of without an end: the call is cancelled

        Upload? done = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                var stands = (int)(await client.GetUploadAsync(new GetUploadRequest { Name = upload.Name }, cancellationToken: Cancellation)).ReceivedBytes;
                done = await SendAsync(client, upload.Name, content, stands);
                return done is not null;
            },
            "the rest is taken");
        Assert.Equal((Hex(content), FileName), (done!.Attachment.Sha256, done.Attachment.FileName)); // waited for
        Assert.Equal(content, (await DownloadAsync(Notices.AidCentre, done.Attachment.Name, 0)).Content);
    }

    private static async Task<Upload?> SendAsync(AttachmentService.AttachmentServiceClient client, string name, byte[] content, int from)
    {
        try
        {
            using var call = client.UploadAttachment(cancellationToken: Cancellation);
            try
            {
                for (var at = from; at < content.Length; at += 100_000)
                {
                    await call.RequestStream.WriteAsync(
                        new UploadAttachmentRequest { Name = name, Offset = from, Content = ByteString.CopyFrom(content.AsSpan(at, Math.Min(100_000, content.Length - at))) },
                        Cancellation);
                }

                await call.RequestStream.CompleteAsync();
            }
            catch (Exception refused) when (refused is RpcException or InvalidOperationException)
            {
                // The call was ended under the writer's hands; its own status says why.
            }

            return await call;
        }
        catch (RpcException moved) when (moved.StatusCode == StatusCode.Aborted)
        {
            return null; // the cut call was still storing its last chunk
        }
    }

    private async Task<(Attachment Attachment, byte[] Content)> DownloadAsync(string agency, string name, long offset)
    {
        using var call = _gateway[agency].Attachments.DownloadAttachment(new DownloadAttachmentRequest { Name = name, Offset = offset }, cancellationToken: Cancellation);
        var (content, attachment) = (new MemoryStream(), (Attachment?)null);
        await foreach (var part in call.ResponseStream.ReadAllAsync(Cancellation))
        {
            attachment ??= part.Attachment;
            part.Content.WriteTo(content);
        }

        return (attachment!, content.ToArray()); // the first part has it
    }

    private async Task<string> UploadedAsync(byte[] content)
    {
        using var begun = await BeginAsync(content.Length);
        var upload = begun.Headers.Location!.OriginalString; // 201 has a location
        using var sent = await PatchAsync(upload, 0, content);
        Assert.Equal(HttpStatusCode.NoContent, sent.StatusCode);
        return upload.Replace("/uploads/", "/attachments/", StringComparison.Ordinal) + ":download";
    }

    private Task<HttpResponseMessage> BeginAsync(long length, params (string Name, string Value)[] headers) => SendAsync(
        HttpMethod.Post, $"/v1/{_exchange}/uploads",
        [("Upload-Length", $"{length}"), ("Upload-Metadata", $"kind {Base64("judgment")},filename {Base64(FileName)},filetype {Base64("application/pdf")}"), .. headers]);

    private async Task<HttpResponseMessage> PatchAsync(string upload, long offset, byte[] content, params (string Name, string Value)[] headers)
    {
        using var message = Message(HttpMethod.Patch, upload, [("Upload-Offset", $"{offset}"), .. headers]);
        message.Content = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } };
        return await _gateway[Notices.Court].Rest.SendAsync(message, Cancellation);
    }

    private Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, headers);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var message = Message(method, path, headers);
        return await _gateway[Notices.Court].Rest.SendAsync(message, Cancellation);
    }

    private static HttpRequestMessage Message(HttpMethod method, string path, (string Name, string Value)[] headers)
    {
        var message = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        foreach (var (name, value) in headers.Any(header => header.Name == "Tus-Resumable") ? headers : [("Tus-Resumable", "1.0.0"), .. headers])
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    /// <summary>A PATCH on a bare socket that is reset in the middle of its body.</summary>
    private async Task CutAsync(string upload, byte[] content, int after)
    {
        var address = _gateway.Gateway.Rest;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, Cancellation);
        var head = $"PATCH {upload} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {await _gateway[Notices.Court].TokenAsync(Cancellation)}\r\n"
            + $"Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: {content.Length}\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(head), Cancellation);
        for (var sent = 0; sent < after;)
        {
            sent += await socket.SendAsync(content.AsMemory(sent, after - sent), Cancellation);
        }

        // What the kernel holds goes with a reset: the gateway is given the time to read a chunk.
        await Eventually.HoldsAsync(
            async () =>
            {
                using var stands = await SendAsync(HttpMethod.Head, upload);
                return Header(stands, "Upload-Offset") == "262144";
            },
            "a chunk is stored");
        socket.LingerState = new LingerOption(enable: true, seconds: 0); // a reset, not an orderly end
        socket.Close();
    }

    private static async Task<(int Status, string? Code)> ProblemAsync(HttpResponseMessage response) =>
        ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))?["code"]?.GetValue<string>());

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";

    private static string NameOf(string upload) => upload.Replace("/uploads/", "/attachments/", StringComparison.Ordinal)[4..]; // without /v1/

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[] Pdf(int bytes)
    {
        var content = new byte[bytes];
        for (var at = 0; at < bytes; at++)
        {
            content[at] = (byte)(at * 31 >> 3);
        }

        "%PDF-1.7\n"u8.CopyTo(content);
        return content;
    }
}
