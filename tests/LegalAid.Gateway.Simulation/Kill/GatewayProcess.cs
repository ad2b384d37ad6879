using System.Collections.Concurrent;
using System.Diagnostics;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>
/// The gateway as it runs in earnest: the executable in a process of its own. It is stopped by SIGKILL only, which no code of it sees.
/// </summary>
/// <param name="environment">More than this process has; null: nothing.</param>
internal sealed class GatewayProcess(NodePlace place, TimeProvider time, IReadOnlyDictionary<string, string>? environment = null) : IAsyncDisposable
{
    private const int LinesKept = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private readonly HttpClient _probe = new() { BaseAddress = place.Rest, Timeout = TimeSpan.FromSeconds(5) };
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private Process? _process;

    /// <summary>Lines of the log at level error or fatal, over all lives of the gateway.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>The last lines that the gateway logged.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Id of the running process.</summary>
    public int Id => (_process ?? throw new InvalidOperationException("the gateway is not running")).Id;

    /// <summary>Starts the executable and returns at once.</summary>
    public void Start()
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = place.Work,
        };
        string[] words =
        [
            Path.Combine(AppContext.BaseDirectory, "legalaid-gateway.dll"), "serve", "--config", place.Configuration, "--work", place.Work,
            "--rest", place.Rest.OriginalString, "--grpc", place.Grpc.OriginalString,
        ];
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits until the gateway takes calls.</summary>
    /// <exception cref="InvalidOperationException">It ended by itself, or took too long; the message has its last lines.</exception>
    public async Task WaitReadyAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (!await IsReadyAsync(cancellationToken))
        {
            if (_process is not { HasExited: false } || time.GetElapsedTime(started) > Patience)
            {
                throw new InvalidOperationException($"the gateway does not come up:{Environment.NewLine}{string.Join(Environment.NewLine, _lines)}");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>What it says of itself; not ready where it says nothing.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _probe.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>SIGKILL, and waits until the process is gone.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        if (_process is not { } process)
        {
            return;
        }

        _process = null;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(cancellationToken);
        process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync(CancellationToken.None);
        _probe.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        if (line.Contains(" ERR ", StringComparison.Ordinal) || line.Contains(" FTL ", StringComparison.Ordinal))
        {
            _errors.Enqueue(line);
        }

        _lines.Enqueue(line);
        while (_lines.Count > LinesKept && _lines.TryDequeue(out _))
        {
        }
    }
}
