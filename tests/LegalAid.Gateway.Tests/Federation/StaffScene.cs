using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>A whole gateway with a bureau whose provider is a real one: its people run the gateway and act through its system.</summary>
public class StaffScene : IAsyncLifetime
{
    public const string Bureau = "nanning-justice-bureau";
    public const string Audience = "https://gateway.test/people";

    /// <summary>An agency may ask for ten test events an hour.</summary>
    private static readonly string[] Agencies = [Notices.Court, Notices.AidCentre, "nanning-police", "guangxi-aid-centre", "guangxi-high-court"];

    private readonly ShiftedTime _time = new();
    private int _requests;

    public GatewayFixture Gateway { get; private set; } = null!; // set before any test runs

    public AgencyProvider Provider { get; private set; } = null!; // same

    public Uri PublicAddress { get; private set; } = null!; // same

    public ILedgerStore Store => Gateway.Gateway.Services.GetRequiredService<ILedgerStore>();

    public static string Start => $"/console/sign-in/{Bureau}/start";

    public virtual async ValueTask InitializeAsync()
    {
        Gateway = await GatewayFixture.StartAsync(Adjust(new GatewayStart { Time = _time }));
        PublicAddress = Gateway.Gateway.Services.GetRequiredService<GatewaySettings>().PublicAddress;
        using var http = new HttpClient();
        var keys = await http.GetFromJsonAsync<JsonNode>(new Uri(Gateway.Gateway.Rest, "/.well-known/jwks")) ?? throw new InvalidOperationException("no keys");
        Provider = await AgencyProvider.StartAsync(new Uri(PublicAddress, $"/console/sign-in/{Bureau}").AbsoluteUri, keys, Audience);
        await RestartAsync(Issuers());
    }

    /// <summary>What this scene's gateway is started with otherwise.</summary>
    protected virtual GatewayStart Adjust(GatewayStart start) => start;

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Gateway.DisposeAsync();
        await Provider.DisposeAsync();
    }

    /// <summary>Starts the gateway again with other issuers of the bureau, which somebody on the machine activates where that takes two people.</summary>
    public async Task RestartAsync(string issuers)
    {
        var file = $"agencies/{Bureau}.yaml";
        var text = await File.ReadAllTextAsync(Path.Combine(GatewayFixture.ConfigurationFolder, file));
        await Gateway.StopAsync();
        Gateway.Overlay = [new ConfigurationFile(file, text + "\n" + issuers)];
        await Gateway.StartAgainAsync();
        var services = Gateway.Gateway.Services;
        if (services.GetRequiredService<ConfigurationArchive>().Waiting is { } waiting)
        {
            Assert.Null(await services.GetRequiredService<ConfigurationReload>().ActivateWithoutApprovalAsync(waiting, "scene", "another scene", CancellationToken.None));
        }
    }

    /// <summary>Starts the gateway again as it is.</summary>
    public async Task RestartAsync()
    {
        await Gateway.StopAsync();
        await Gateway.StartAgainAsync();
    }

    /// <summary>The bureau's provider as it is.</summary>
    public string Issuers(string networks = "127.0.0.0/8", string roles = "operator, auditor, administrator") => $$"""
        issuers:
          - url: {{Provider.Issuer.GetLeftPart(UriPartial.Authority)}}
            algorithms: [ES256]
            allowed-addresses: [{{networks}}]
            people:
              audience: {{Audience}}
              grants:
                - { claim: roles, value: reader, operations: [legalaid.directory.v1.DirectoryService/WhoAmI] }
            staff:
              client-id: {{AgencyProvider.ConsoleClient}}
              roles:
        {{string.Join('\n', roles.Split(", ").Select(role => $"        - {{ claim: roles, value: gw-{role}, role: {role} }}"))}}
        """;

    /// <summary>An agency whose turn it is, and a request id of its own.</summary>
    public (string Agency, string Request) NextRequest()
    {
        var count = Interlocked.Increment(ref _requests);
        return (Agencies[count % Agencies.Length], $"request-{count:0000}");
    }

    public Browser Open() => new(PublicAddress, Gateway.Gateway.Rest);

    /// <summary>A browser in which somebody is signed in. The provider knows the gateway's keys as they are by now.</summary>
    public async Task<Browser> SignedInAsync(string login)
    {
        using var http = new HttpClient();
        await Provider.PublishAsync(
            await http.GetFromJsonAsync<JsonNode>(new Uri(Gateway.Gateway.Rest, "/.well-known/jwks")) ?? throw new InvalidOperationException("no keys"), CancellationToken.None);
        var browser = Open();
        var page = await browser.SignInAsync(login, Start);
        Assert.Equal((200, "/console/approvals"), (page.Status, page.Address.AbsolutePath));
        return browser;
    }

    /// <summary>Lets the gateway's clock run ahead of everybody else's; put it back afterwards.</summary>
    public IDisposable Ahead(TimeSpan by)
    {
        _time.By = by;
        return new Back(_time);
    }

    private sealed class Back(ShiftedTime time) : IDisposable
    {
        public void Dispose() => time.By = TimeSpan.Zero;
    }
}
