using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using LegalAid.Gateway.Demo.Agencies;

namespace LegalAid.Gateway.Simulation.Documents;

/// <summary>A made-up document that the court sends by tus and the aid centre fetches, neither holding more than a part of it.</summary>
internal sealed class DocumentTransfer(AgencySystem from, AgencySystem to, string exchange) : IDisposable
{
    private const int PartBytes = 1 << 20;
    private readonly HttpClient _sender = new() { BaseAddress = from.Rest.BaseAddress, Timeout = TimeSpan.FromMinutes(30) };
    private readonly HttpClient _reader = new() { BaseAddress = to.Rest.BaseAddress, Timeout = TimeSpan.FromMinutes(30) };
    private string _upload = "";
    private byte[] _sent = [];

    public async Task UploadAsync(long bytes, CancellationToken cancellationToken)
    {
        using var begin = await MessageAsync(HttpMethod.Post, $"/v1/{exchange}/uploads", from, cancellationToken);
        begin.Headers.Add("Upload-Length", bytes.ToString(CultureInfo.InvariantCulture));
        begin.Headers.Add("Upload-Metadata", $"kind {Base64("judgment")},filename {Base64("large.pdf")},filetype {Base64("application/pdf")}");
        using var begun = await _sender.SendAsync(begin, cancellationToken);
        Require(begun, HttpStatusCode.Created);
        _upload = begun.Headers.Location!.OriginalString; // 201 has a location

        using var send = await MessageAsync(HttpMethod.Patch, _upload, from, cancellationToken);
        send.Headers.Add("Upload-Offset", "0");
        var content = new MadeUpContent(bytes);
        send.Content = content;
        using var sent = await _sender.SendAsync(send, cancellationToken);
        Require(sent, HttpStatusCode.NoContent);
        _sent = content.Digest;
    }

    public async Task DownloadAsync(CancellationToken cancellationToken)
    {
        using var ask = await MessageAsync(
            HttpMethod.Get, _upload.Replace("/uploads/", "/attachments/", StringComparison.Ordinal) + ":download", to, cancellationToken);
        using var answer = await _reader.SendAsync(ask, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Require(answer, HttpStatusCode.OK);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        if (!(await SHA256.HashDataAsync(body, cancellationToken)).AsSpan().SequenceEqual(_sent))
        {
            throw new InvalidOperationException("other bytes came back than were sent");
        }
    }

    public void Dispose()
    {
        _sender.Dispose();
        _reader.Dispose();
    }

    private static async Task<HttpRequestMessage> MessageAsync(HttpMethod method, string path, AgencySystem agency, CancellationToken cancellationToken)
    {
        var message = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await agency.TokenAsync(cancellationToken));
        message.Headers.Add("Tus-Resumable", "1.0.0");
        return message;
    }

    private static void Require(HttpResponseMessage answer, HttpStatusCode status)
    {
        if (answer.StatusCode != status)
        {
            throw new InvalidOperationException($"{(int)answer.StatusCode} where {(int)status} was expected");
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes that begin as a PDF, made as they are sent.</summary>
    private sealed class MadeUpContent : HttpContent
    {
        private readonly long _bytes;

        public MadeUpContent(long bytes)
        {
            _bytes = bytes;
            Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        }

        public byte[] Digest { get; private set; } = [];

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var part = new byte[PartBytes];
            for (var at = 0L; at < _bytes; at += part.Length)
            {
                part.AsSpan().Fill((byte)(at / PartBytes));
                "%PDF-1.7\n"u8.CopyTo(part);
                hash.AppendData(part);
                await stream.WriteAsync(part);
            }

            Digest = hash.GetHashAndReset();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _bytes;
            return true;
        }
    }
}
