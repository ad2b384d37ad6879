using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace LegalAid.Gateway.Operations.Socket;

/// <summary>The gateway did not do as asked; the message is for the operator.</summary>
internal sealed class OperationsRefusedException(string message) : Exception(message);

/// <summary>A verb's end of the operators' socket.</summary>
internal sealed class OperationsClient : IDisposable
{
    private readonly HttpClient _client;
    private readonly string _path;

    public OperationsClient(string workingFolder)
    {
        _path = Path.GetFullPath(OperationsSocket.FileName, Path.GetFullPath(workingFolder));
        _client = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false })
        {
            BaseAddress = new Uri("http://gateway.sock"),
            Timeout = Timeout.InfiniteTimeSpan, // a replay of very many takes its time; Ctrl-C ends the wait
        };
    }

    public async Task<T> AskAsync<T>(string path, object request, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(path, request, cancellationToken);
        return await response.Content.ReadFromJsonAsync<T>(SocketJson.Options, cancellationToken)
            ?? throw new OperationsRefusedException("网关的回答为空 · The gateway answered nothing");
    }

    /// <summary>What each page of an act changed, as it is done.</summary>
    public IAsyncEnumerable<PageAnswer> ActAsync(string path, ActRequest request, CancellationToken cancellationToken) =>
        LinesAsync<PageAnswer>(path, request, cancellationToken);

    /// <summary>The lines of an answer, as they come.</summary>
    public async IAsyncEnumerable<T> LinesAsync<T>(string path, object request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await SendAsync(path, request, cancellationToken);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return JsonSerializer.Deserialize<T>(line, SocketJson.Options) ?? throw new OperationsRefusedException("网关的回答为空 · The gateway answered nothing");
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(string path, object request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(request, request.GetType(), options: SocketJson.Options) };
        HttpResponseMessage response;
        try
        {
            response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException or null)
        {
            throw new OperationsRefusedException(
                $"无法连接 {_path}：网关未运行、工作目录（--work）不对、无权限，或已关闭 operations.socket · Nobody answers on {_path}: the gateway does not run, "
                + "--work names another folder, you may not open it, or operations.socket is off");
        }

        if (!response.IsSuccessStatusCode)
        {
            using (response)
            {
                var fault = await response.Content.ReadFromJsonAsync<FaultAnswer>(SocketJson.Options, cancellationToken);
                throw new OperationsRefusedException(fault?.Fault ?? $"{(int)response.StatusCode}");
            }
        }

        return response;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new System.Net.Sockets.Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
