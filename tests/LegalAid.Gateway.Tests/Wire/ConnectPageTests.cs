using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LegalAid.Gateway.Identity.Enrolment;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>
/// docs/connect.md, run word for word on a gateway of its own: the administrator's line, then each way that it describes. A program is saved under the name
/// that its first line says; what a shell is given is given to bash.
/// </summary>
[Collection(nameof(CommandLineTests))]
public sealed partial class ConnectPageTests : IAsyncLifetime
{
    private const string Client = "qingxiu-court-oa";

    private static readonly string Page = File.ReadAllText(Path.Combine(NodeTools.Root, "docs", "connect.md"));

    private GatewayFixture _gateway = null!; // set before each test by InitializeAsync

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_gateway.WorkingFolder, "engineer");

    public async ValueTask InitializeAsync() => _gateway = await GatewayFixture.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    /// <param name="delivered">Whether the way takes the test message too, and does not leave it in the mailbox.</param>
    [Theory]
    [InlineData("一条命令 · One command", "READY", true)]
    [InlineData("curl", "connected: " + Client, true)]
    [InlineData("C#", "connected: " + Client, false)]
    [InlineData("Python", "connected: " + Client, false)]
    [InlineData("Java", "connected: " + Client, false)]
    public async Task Way_RunWordForWord_EnrolsCallsAndSendsATestMessage(string way, string end, bool delivered)
    {
        var code = await InviteAsync();

        var said = await RunAsync(way, code);

        Assert.Contains(end, said, StringComparison.Ordinal);
        Assert.Equal((2L, 1L), (_gateway.Store.Count("leaf", "kind = 'enrolment'"), _gateway.Store.Count("exchange"))); // invited, enrolled; committed
        Assert.Equal(delivered ? 1 : 0, _gateway.Store.Count("delivery", "status = 2"));
        var key = Path.Combine(Folder, "client.key");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(key));
        using var own = System.Security.Cryptography.ECDsa.Create();
        own.ImportFromPem(await File.ReadAllTextAsync(key, Cancellation));
        Assert.Equal(EnrolmentKey.KidOf(own), JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "client.json"), Cancellation))?["kid"]?.GetValue<string>());
    }

    /// <summary>What one way made, another goes on with, and needs no code.</summary>
    [Fact]
    public async Task Way_AfterAnother_GoesOnFromThere()
    {
        await RunAsync("Python", await InviteAsync());

        Assert.Contains("已有 stands", await RunAsync("一条命令 · One command", ""), StringComparison.Ordinal);
        Assert.Contains($"connected: {Client}", await RunAsync("Python", ""), StringComparison.Ordinal);
        Assert.Equal(2, _gateway.Store.Count("leaf", "kind = 'enrolment'"));
    }

    /// <summary>The administrator's line, in the folder that the gateway works in.</summary>
    private async Task<string> InviteAsync()
    {
        var line = Assert.Single(BlocksOf("管理员 · The administrator")).Text;
        return (await BashAsync(line, _gateway.WorkingFolder, "")).Split('\n')[0].Split(": ")[1].Trim();
    }

    private async Task<string> RunAsync(string way, string code)
    {
        Directory.CreateDirectory(Folder);
        var blocks = BlocksOf(way);
        foreach (var (_, text) in blocks.Where(block => block.Language is not ("sh" or "bash")))
        {
            await File.WriteAllTextAsync(Path.Combine(Folder, FileName().Match(text).Groups["name"].Value), text, Cancellation);
        }

        return await BashAsync(string.Concat(blocks.Where(block => block.Language is "sh" or "bash").Select(block => block.Text)), Folder, code);
    }

    private async Task<string> BashAsync(string program, string folder, string code)
    {
        var start = new ProcessStartInfo("bash", ["-e", "-s"])
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}"; // legalaid-gateway is built beside the tests
        start.Environment["GATEWAY"] = _gateway.Gateway.Rest.GetLeftPart(UriPartial.Authority);
        start.Environment["CODE"] = code;
        using var bash = Process.Start(start) ?? throw new InvalidOperationException("bash did not start");
        await bash.StandardInput.WriteAsync(program.AsMemory(), Cancellation);
        bash.StandardInput.Close();
        var errors = bash.StandardError.ReadToEndAsync(Cancellation);
        var said = await bash.StandardOutput.ReadToEndAsync(Cancellation);
        await bash.WaitForExitAsync(Cancellation);
        Assert.True(bash.ExitCode == 0, said + await errors);
        return said;
    }

    /// <summary>The blocks under a heading, in their order. None is a way that the page no longer has.</summary>
    private static IReadOnlyList<(string Language, string Text)> BlocksOf(string heading)
    {
        var section = Page.Split("\n## ").Single(part => part.StartsWith(heading + "\n", StringComparison.Ordinal));
        var blocks = Block().Matches(section).Select(match => (match.Groups["language"].Value, match.Groups["text"].Value)).ToList();
        Assert.NotEmpty(blocks);
        return blocks;
    }

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\W+(?<name>\w+\.\w+)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex FileName();
}
