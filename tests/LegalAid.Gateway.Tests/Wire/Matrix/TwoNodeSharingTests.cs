using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Identity.Enrolment;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Operations.Enrolment;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Testing.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>What is changed on one node acts on the other within five seconds, whichever way: two nodes on one database, one configuration folder, the reload as SIGHUP does it.</summary>
public sealed class TwoNodeSharingTests(TwoNodes nodes) : IClassFixture<TwoNodes>
{
    private const string Operations = "sharing/operations.yaml";
    private const string Notice = "sharing/defence-notice.yaml";

    /// <summary>In which a change acts on every node.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GatewayFixture Gateway => nodes.Gateway;

    [Fact]
    public async Task Operation_RowTakenOutAndPutBackHere_IsDeniedAndGrantedThere()
    {
        var request = new JsonObject { ["name"] = $"agencies/{Notices.Court}" };
        await TurnAsync(
            Operations, text => Required(text, "        - legalaid.directory.v1.DirectoryService/GetAgency\n", ""), Notices.IntermediateCourt,
            (face, agency) => MatrixArea.CallAsync(agency, face, "GetAgency", request), "PERMISSION_DENIED");
    }

    /// <summary>The organ's grant to see its notice: without it, there is none for it.</summary>
    [Fact]
    public async Task Notice_ViewTakenOutAndPutBackHere_IsAbsentAndThereAgainThere()
    {
        var name = await Gateway.NoticeInAsync("notified", Notices.Of("POLICE"));
        var request = new JsonObject { ["name"] = name.Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal) };
        await TurnAsync(
            Notice, text => Required(text, "id: defence-organ-views\n    who: { kinds: [court, police, ", "id: defence-organ-views\n    who: { kinds: [court, "), Notices.Police,
            (face, agency) => MatrixArea.CallAsync(agency, face, "GetExchange", request), "NOT_FOUND");
    }

    [Fact]
    public async Task System_ShutOutAndLetInHere_IsRefusedAndServedThere()
    {
        const string Client = "two-nodes-system";
        var services = Gateway.Gateway.Services;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (code, _) = await services.GetRequiredService<InvitationDesk>().InviteAsync(new InviteTerms(Notices.Court, Client, "none", Signs: false, Hours: 1), "test", Cancellation);
        var desk = services.GetRequiredService<EnrolmentDesk>();
        var system = await desk.EnrolAsync(code, AgencyClientKey.From(EnrolmentKey.KidOf(key), key), Cancellation);
        using var http = new HttpClient();
        using var tokens = new AgencyTokenSource(
            http, new AgencyCredential(new Uri(nodes.There.Rest, "/connect/token"), Gateway.Issuer, Client, system.Keys[0].Kid, key), TimeProvider.System);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetAsync(Cancellation));
        Assert.Equal("", (await AskAsync()).Code);

        Assert.True(await desk.SetEnabledAsync(Client, enabled: false, "test", Cancellation));
        await WithinAsync("shut out", async () => (await AskAsync()).Code.Length > 0);
        Assert.Equal(401, (int)(await http.GetAsync(new Uri(nodes.There.Rest, "/v1/whoami"), Cancellation)).StatusCode);

        Assert.True(await desk.SetEnabledAsync(Client, enabled: true, "test", Cancellation));
        await WithinAsync("let in", async () => (await AskAsync()).Code.Length == 0);

        Task<Told> AskAsync() => MatrixArea.SendAsync(http, HttpMethod.Get, new Uri(nodes.There.Rest, "/v1/whoami").AbsoluteUri);
    }

    /// <summary>Changes the file and reloads the first node, waits for the second over both faces, and then the same back.</summary>
    private async Task TurnAsync(string path, Func<string, string> change, string agency, Func<Face, Demo.Agencies.AgencySystem, Task<Told>> ask, string code)
    {
        Gateway.Connect(agency, nodes.There);
        var shipped = MatrixFixture.Shipped(path);
        await ExpectAsync("as it was", "");
        await ReloadAsync(path, change(shipped));
        await ExpectAsync("taken out", code);
        await ReloadAsync(path, shipped);
        await ExpectAsync("put back", "");

        Task ExpectAsync(string what, string expected) => WithinAsync(what, async () =>
        {
            foreach (var face in Enum.GetValues<Face>())
            {
                if ((await ask(face, Gateway[agency])).Code != expected)
                {
                    return false;
                }
            }

            return true;
        });
    }

    private async Task ReloadAsync(string path, string text)
    {
        await File.WriteAllTextAsync(Path.Combine(nodes.Configuration, path), text, Cancellation);
        Assert.Empty(await Gateway.Gateway.Services.GetRequiredService<ConfigurationReload>().ReloadAsync(Cancellation));
    }

    private static async Task WithinAsync(string what, Func<Task<bool>> holds)
    {
        var since = Stopwatch.GetTimestamp();
        await Eventually.HoldsAsync(holds, what, patience: Bound);
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: on the other node after {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s");
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.Zero, Bound);
    }

    private static string Required(string text, string part, string other)
    {
        Assert.Contains(part, text, StringComparison.Ordinal);
        return text.Replace(part, other, StringComparison.Ordinal);
    }
}

/// <summary>Two nodes on one PostgreSQL, and a configuration folder that a test may edit.</summary>
public sealed class TwoNodes : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("legalaid-configuration-");
    private PostgresServer _server = null!; // set before any test runs

    public GatewayFixture Gateway { get; private set; } = null!; // likewise

    public DemoGateway There { get; private set; } = null!; // likewise

    public string Configuration => _folder.FullName;

    public async ValueTask InitializeAsync()
    {
        foreach (var file in Directory.GetFiles(GatewayFixture.ConfigurationFolder, "*", SearchOption.AllDirectories))
        {
            var copy = new FileInfo(Path.Combine(Configuration, Path.GetRelativePath(GatewayFixture.ConfigurationFolder, file)));
            copy.Directory?.Create();
            File.Copy(file, copy.FullName);
        }

        _server = await PostgresServer.StartAsync();
        Gateway = await GatewayFixture.StartAsync(TwoNodesTests.On(_server) with { ConfigurationFolder = Configuration });
        There = await Gateway.StartNodeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
