using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Benchmarks.Floors;
using LegalAid.Gateway.Casework.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Benchmarks.Gateway;

/// <summary>
/// A gateway in a process of its own, and the one system that may ask it for tokens. The process says where it is on its first line that is JSON; for each number
/// on its standard input it makes as many assertions, a line each; it ends when its standard input ends, and takes its store with it.
/// </summary>
internal sealed class TokenGateway : IAsyncDisposable
{
    /// <summary>The verb that serves.</summary>
    public const string Verb = "token-gateway";

    private readonly Process _process;

    private TokenGateway(Process process, JsonNode told) =>
        (_process, TokenEndpoint) = (process, new Uri(told["token"]?.GetValue<string>() ?? throw new InvalidDataException("no token endpoint")));

    public Uri TokenEndpoint { get; }

    /// <summary>Processor time of the gateway's process so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<TokenGateway> StartAsync(string store, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath ?? throw new InvalidOperationException("a process without a program"))
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        foreach (var argument in (string[])[.. HostArguments(), Verb, "--store", store])
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("the gateway did not start");
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith('{') && JsonNode.Parse(line) is { } told)
            {
                return new TokenGateway(process, told);
            }
        }

        throw new InvalidOperationException("the gateway ended before it was up");
    }

    /// <summary>Assertions that nobody has used, good for a minute.</summary>
    public async Task<IReadOnlyList<string>> AssertionsAsync(int count, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(count.ToString(CultureInfo.InvariantCulture).AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        var made = new List<string>(count);
        while (made.Count < count)
        {
            made.Add(await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("the gateway ended"));
        }

        return made;
    }

    /// <summary>What the process does that <see cref="StartAsync"/> starts.</summary>
    public static async Task ServeAsync(string store, CancellationToken cancellationToken)
    {
        await using var bench = StoreBenches.Open(store);
        await using var gateway = await BenchGateway.StartAsync(bench, cancellationToken);
        var court = gateway.Court;
        var issuer = gateway.Services.GetRequiredService<GatewaySettings>().PublicAddress.AbsoluteUri;
        var token = new Uri(court.Rest.BaseAddress ?? throw new InvalidOperationException("connect first"), "/connect/token");
        Console.Out.WriteLine(new JsonObject { ["token"] = token.AbsoluteUri }.ToJsonString());
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
        {
            var now = TimeProvider.System.GetUtcNow();
            Console.Out.WriteLine(string.Join('\n', Enumerable.Range(0, int.Parse(line, CultureInfo.InvariantCulture)).Select(_ => court.Assertion(issuer, now))));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close(); // with it the process ends
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Under the dotnet host the program is its first argument.</summary>
    private static string[] HostArguments() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
}
