using System.Diagnostics;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo.Agencies;

namespace LegalAid.Gateway.Testing;

/// <summary>
/// An agency's own OpenID provider: npm <c>oidc-provider</c>, unmodified, in a process of its own on a free port of the loopback. Its people are
/// logins of the form <c>name.role.role</c>.
/// </summary>
public sealed class AgencyProvider : IAsyncDisposable
{
    /// <summary>The gateway's name there, and that of an agency's own desk, a public client.</summary>
    public const string ConsoleClient = "legalaid-console", DeskClient = "agency-desk";

    public const string DeskAddress = "http://127.0.0.1/desk";

    private readonly Process _process;

    private AgencyProvider(Process process, Uri issuer) => (_process, Issuer) = (process, issuer);

    public Uri Issuer { get; }

    /// <summary>Processor time of its process so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <param name="redirectUri">Where the console takes its answers.</param>
    /// <param name="keys">The gateway's JWKS.</param>
    /// <param name="resource">The audience of access tokens for people who act through systems.</param>
    /// <param name="pushed">Whether it takes pushed authorization requests.</param>
    /// <param name="systems">Systems that get tokens for the resource by <c>client_credentials</c>.</param>
    public static async Task<AgencyProvider> StartAsync(
        string redirectUri, JsonNode keys, string resource, bool pushed = true, IEnumerable<AgencySystem>? systems = null,
        CancellationToken cancellationToken = default)
    {
        var script = Path.Combine(NodeTools.Root, "tests", "tools", "agency-provider.mjs");
        var start = new ProcessStartInfo("node", [script, await NodeTools.ModulesAsync("oidc-provider", cancellationToken)])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start");
        process.ErrorDataReceived += static (_, _) => { }; // its warnings about quick starts
        process.BeginErrorReadLine();
        var settings = new JsonObject
        {
            ["consoleClient"] = ConsoleClient, ["redirectUri"] = redirectUri, ["keys"] = keys.DeepClone(), ["resource"] = resource, ["pushed"] = pushed,
        };
        if (systems is not null)
        {
            settings["systems"] = new JsonArray([.. systems.Select(system => new JsonObject { ["clientId"] = system.ClientId, ["jwk"] = system.PublicJwk() })]);
        }

        await process.StandardInput.WriteLineAsync(settings.ToJsonString().AsMemory(), cancellationToken);
        await process.StandardInput.FlushAsync(cancellationToken);
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith('{') && JsonNode.Parse(line)?["issuer"]?.GetValue<string>() is { } issuer)
            {
                return new AgencyProvider(process, new Uri(issuer));
            }
        }

        throw new InvalidOperationException("the provider ended before it was up");
    }

    /// <summary>Lets it find these keys of the gateway's from now on.</summary>
    public async Task PublishAsync(JsonNode keys, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(keys.ToJsonString().AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        await _process.StandardOutput.ReadLineAsync(cancellationToken); // it says that it has them
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close(); // with it the script ends
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
