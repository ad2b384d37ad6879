using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Testing;

/// <summary>Third parties' JavaScript libraries, as tests/tools/package-lock.json pins them, run by node. tests/run installs them; without it npm does once.</summary>
public static class NodeTools
{
    private static readonly SemaphoreSlim Installing = new(1, 1);

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Runs a program (CommonJS) that may require <paramref name="library"/>; its standard output. A failure throws with what it said.</summary>
    /// <param name="environment">What the program reads beside its text: secrets do not belong on a command line.</param>
    public static async Task<string> RunAsync(
        string library, string program, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken) =>
        await RunAsync(["-"], await ModulesAsync(library, cancellationToken), program, environment, cancellationToken);

    /// <summary>Runs a program of tests/tools, which gets the folder of the libraries as its argument and the question on its standard input.</summary>
    public static async Task<string> AskAsync(string library, string file, JsonNode question, CancellationToken cancellationToken)
    {
        var modules = await ModulesAsync(library, cancellationToken);
        return await RunAsync(
            [Path.Combine(Root, "tests", "tools", file), modules], modules, question.ToJsonString(), new Dictionary<string, string>(), cancellationToken);
    }

    private static async Task<string> RunAsync(
        string[] arguments, string modules, string input, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node", arguments)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        start.Environment["NODE_PATH"] = modules;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var node = Process.Start(start) ?? throw new InvalidOperationException("node did not start");
        await node.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        node.StandardInput.Close();
        var errors = node.StandardError.ReadToEndAsync(cancellationToken);
        var said = await node.StandardOutput.ReadToEndAsync(cancellationToken);
        await node.WaitForExitAsync(cancellationToken);
        return node.ExitCode == 0 ? said : throw new InvalidOperationException($"node ended with {node.ExitCode}: {await errors}");
    }

    /// <summary>Where the libraries are.</summary>
    public static async Task<string> ModulesAsync(string library, CancellationToken cancellationToken)
    {
        var shared = Path.Combine(Root, "artifacts", "tools", "node_modules");
        if (Directory.Exists(Path.Combine(shared, library)))
        {
            return shared;
        }

        await Installing.WaitAsync(cancellationToken);
        try
        {
            var own = Directory.CreateDirectory(Path.Combine(Root, "artifacts", "node-tools"));
            if (!Directory.Exists(Path.Combine(own.FullName, "node_modules", library)))
            {
                foreach (var file in new[] { "package.json", "package-lock.json" })
                {
                    File.Copy(Path.Combine(Root, "tests", "tools", file), Path.Combine(own.FullName, file), overwrite: true);
                }

                var start = new ProcessStartInfo("npm", ["ci", "--prefix", own.FullName, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
                {
                    UseShellExecute = false,
                };
                using var npm = Process.Start(start) ?? throw new InvalidOperationException("npm did not start");
                await npm.WaitForExitAsync(cancellationToken);
                if (npm.ExitCode != 0)
                {
                    throw new InvalidOperationException($"npm ci ended with {npm.ExitCode}");
                }
            }

            return Path.Combine(own.FullName, "node_modules");
        }
        finally
        {
            Installing.Release();
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LegalAid.Gateway.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("no solution above the tests");
        }

        return folder.FullName;
    }
}
