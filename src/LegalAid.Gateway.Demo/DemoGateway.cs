using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Operations;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace LegalAid.Gateway.Demo;

/// <summary>Where a simulated agency wants to be pushed to, and by which secret.</summary>
public sealed record PushTarget(string Agency, Uri Url, string SecretName);

/// <summary>
/// A whole gateway in this process, on a store and keys of its own, with simulated agencies enrolled. The real host: nothing is left out
/// and nothing is faked but the agencies.
/// </summary>
public sealed class DemoGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Dictionary<string, AgencySystem> _agencies;

    private DemoGateway(WebApplication app, Dictionary<string, AgencySystem> agencies) => (_app, _agencies) = (app, agencies);

    public Uri Rest { get; private set; } = new("http://127.0.0.1");

    public Uri Grpc { get; private set; } = new("http://127.0.0.1");

    public CivilClock Civil => _app.Services.GetRequiredService<CivilClock>();

    public IServiceProvider Services => _app.Services;

    /// <summary>The connected system of an enrolled agency.</summary>
    public AgencySystem this[string agency] => _agencies[agency];

    /// <summary>Starts a gateway and connects the agencies' systems to it.</summary>
    /// <param name="options">Configuration folder and working folder; overlay and adjustment are added to.</param>
    /// <param name="agencies">Systems to enrol, by agency; they outlive this gateway.</param>
    public static async Task<DemoGateway> StartAsync(
        GatewayHostOptions options, Dictionary<string, AgencySystem> agencies, IReadOnlyList<PushTarget> pushes, CancellationToken cancellationToken)
    {
        var app = await GatewayHost.BuildAsync(
            options with { Overlay = [.. options.Overlay, Enrolments(agencies.Values, pushes)] }, cancellationToken);
        await app.StartAsync(cancellationToken);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.ToImmutableArray() ?? [];
        var gateway = new DemoGateway(app, agencies) { Rest = new Uri(addresses[0]), Grpc = new Uri(addresses[1]) };
        var settings = app.Services.GetRequiredService<GatewaySettings>();
        foreach (var agency in agencies.Values)
        {
            agency.Connect(gateway.Rest, gateway.Grpc, settings.PublicAddress.AbsoluteUri, options.Time);
        }

        return gateway;
    }

    /// <summary>
    /// The shipped service's file with the address at which the simulated court answers, and its credential in the key folder, as the court would give it to the
    /// operator.
    /// </summary>
    public static ConfigurationFile Publish(CaseStatusService court, string configurationFolder, string workingFolder)
    {
        const string File = "services/case-status.yaml", Shipped = "http://127.0.0.1:8082/api";
        var folder = Directory.CreateDirectory(Path.Combine(workingFolder, "var", "keys", "services"));
        System.IO.File.WriteAllText(Path.Combine(folder.FullName, "court-case-status.secret"), court.Secret);
        var text = System.IO.File.ReadAllText(Path.Combine(configurationFolder, File));
        return new ConfigurationFile(File, text.Replace(Shipped, court.Address.AbsoluteUri, StringComparison.Ordinal));
    }

    /// <summary>The secret for a push target, as the operator would give it to the agency.</summary>
    public string PushSecret(string name) => _app.Services.GetRequiredService<KeyFolder>().EnsurePushSecret(name);

    /// <summary>Moves civil time ahead, and keeps where it is.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        Civil.Advance(by);
        await GatewayHost.KeepCivilTimeAsync(_app, CancellationToken.None);
    }

    /// <summary>Reads the configuration folder again, as SIGHUP lets every gateway of a process do. Returns its faults; with any, nothing changed.</summary>
    public Task<IReadOnlyList<ConfigurationFault>> ReloadAsync(CancellationToken cancellationToken) =>
        _app.Services.GetRequiredService<ConfigurationReload>().ReloadAsync(cancellationToken);

    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>The enrolments file of these agencies. JSON is YAML, and the loader reads it as strictly.</summary>
    public static ConfigurationFile Enrolments(IEnumerable<AgencySystem> agencies, IReadOnlyList<PushTarget> pushes) => new(
        "enrolments.yaml",
        new JsonObject
        {
            ["clients"] = new JsonArray(
            [
                .. agencies.Select(agency => (JsonNode)new JsonObject
                {
                    ["agency"] = agency.Agency.Value,
                    ["client-id"] = agency.ClientId,
                    ["binding"] = "none", // curl can show a token and nothing else
                    ["jwks"] = new JsonObject { ["keys"] = new JsonArray(agency.PublicJwk()) },
                    ["signatures"] = agency.Signs ? "required" : "accepted",
                }),
            ]),
            ["channels"] = new JsonArray(
            [
                .. pushes.Select(push => (JsonNode)new JsonObject
                {
                    ["agency"] = push.Agency,
                    ["channel"] = new JsonObject
                    {
                        ["kind"] = "push",
                        ["url"] = push.Url.AbsoluteUri,
                        ["secrets"] = new JsonArray(push.SecretName),
                        ["allowed-addresses"] = new JsonArray("127.0.0.0/8"),
                    },
                }),
            ]),
        }.ToJsonString());
}
