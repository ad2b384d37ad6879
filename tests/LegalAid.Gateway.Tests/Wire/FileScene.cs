using System.Buffers.Text;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>A gateway with one court whose channel is file, and that court's front-end: a key, and the folder that both see.</summary>
internal sealed class FileScene : IAsyncDisposable
{
    public const string Court = Notices.Court;
    public const string ClientId = Court + "-system";

    private const string Kid = "front-end-1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("legalaid-file-");
    private readonly CapturedLogs _logs = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private WebApplication? _app;
    private string _issuer = "";

    public Predicate<string> ExpectedError { get; set; } = _ => false;

    public IEnumerable<string> Errors => _logs.Errors;

    public string Inbox => Path.Combine(Root, "inbox");

    public string Outbox => Path.Combine(Root, "outbox");

    public string Done => Path.Combine(Root, "done");

    public string Rejected => Path.Combine(Root, "rejected");

    public string WorkingFolder => _folder.FullName;

    public StoreReading Store => new(Path.Combine(_folder.FullName, "var", "gateway.db"));

    private string Root => Path.Combine(_folder.FullName, "var", "exchange", Court);

    /// <summary>Files in place of those of the shipped configuration.</summary>
    public ImmutableArray<ConfigurationFile> Overlay { get; init; } = [];

    /// <summary>System time of the gateway.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public static Task<FileScene> StartAsync() => StartAsync(new FileScene());

    public static async Task<FileScene> StartAsync(FileScene scene)
    {
        await scene.StartAgainAsync();
        await Eventually.HoldsAsync(() => Directory.Exists(scene.Rejected), "the folders are made");
        return scene;
    }

    public async Task StartAgainAsync()
    {
        _app = await GatewayHost.BuildAsync(
            new GatewayHostOptions
            {
                ConfigurationFolder = GatewayFixture.ConfigurationFolder,
                WorkingFolder = _folder.FullName,
                Overlay = [Enrolments(), .. Overlay],
                Time = Time,
                Adjust = settings => DemoSettings.Of(settings, GatewayFixture.SeedFolder, freePorts: true),
                Logs = _logs,
            },
            CancellationToken.None);
        await _app.StartAsync();
        _issuer = _app.Services.GetRequiredService<GatewaySettings>().PublicAddress.OriginalString;
    }

    /// <summary>Puts another file into force while the gateway runs.</summary>
    public async Task ActivateAsync(ConfigurationFile file)
    {
        var services = _app!.Services; // it runs
        var archive = services.GetRequiredService<ConfigurationArchive>();
        var files = archive.Current.Files.Select(old => old.Path == file.Path ? file : old);
        var options = services.GetRequiredService<GatewayHostOptions>() with { Overlay = [.. files] };
        await archive.ActivateAsync(HostConfiguration.Read(options).Snapshot, CancellationToken.None);
        services.GetRequiredService<DeliveryHub>().Reconfigured();
    }

    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    /// <summary>A command as the front-end signs it.</summary>
    public string Signed(JsonObject claims, ECDsa? key = null, string type = "legalaid-command+jws", string? audience = null, string issuer = ClientId)
    {
        claims["iss"] = issuer;
        claims["aud"] = audience ?? _issuer;
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = Kid, ["typ"] = type };
        var signed = $"{Encode(header)}.{Encode(claims)}";
        var signature = (key ?? _key).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Puts a file into the inbox as the page for integrators says: under a temporary name, then renamed.</summary>
    public void Put(string name, string text)
    {
        var unfinished = Path.Combine(Inbox, "." + name);
        File.WriteAllText(unfinished, text);
        File.Move(unfinished, Path.Combine(Inbox, name));
    }

    /// <summary>Puts a command and waits for its answer's claims.</summary>
    public async Task<JsonObject> CommandAsync(string name, JsonObject claims)
    {
        Put(name, Signed(claims));
        return await AnswerAsync(name);
    }

    public async Task<JsonObject> AnswerAsync(string name)
    {
        var answer = Path.Combine(Outbox, name + ".answer.jws");
        await Eventually.HoldsAsync(() => File.Exists(answer) && !File.Exists(Path.Combine(Inbox, name)), $"{name} is answered");
        var parts = (await File.ReadAllTextAsync(answer)).Split('.');
        return JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject(); // an answer is an object
    }

    /// <summary>The codes for which a file was rejected.</summary>
    public async Task<string[]> ReasonsAsync(string name)
    {
        var reason = Path.Combine(Rejected, name + ".reason.json");
        await Eventually.HoldsAsync(() => File.Exists(reason) && !Path.Exists(Path.Combine(Inbox, name)), $"{name} is rejected");
        return [.. JsonNode.Parse(await File.ReadAllTextAsync(reason))!["faults"]!.AsArray().Select(fault => fault!["code"]!.GetValue<string>())]; // a reason has faults
    }

    /// <summary>Waits for a package and reads it.</summary>
    public async Task<(string Name, Dictionary<string, byte[]> Entries)> PackageAsync()
    {
        await Eventually.HoldsAsync(() => Directory.GetFiles(Outbox, "*.zip").Length > 0, "a package is in the outbox");
        var path = Directory.GetFiles(Outbox, "*.zip").Order(StringComparer.Ordinal).First();
        using var zip = ZipFile.OpenRead(path);
        var entries = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            using var buffer = new MemoryStream();
            await using var content = await entry.OpenAsync();
            await content.CopyToAsync(buffer);
            entries.Add(entry.FullName, buffer.ToArray());
        }

        return (Path.GetFileName(path), entries);
    }

    public static JsonObject TestEvent(string requestId, string reference = "档案-1") => new()
    {
        ["command"] = "open",
        ["request"] = new JsonObject
        {
            ["type"] = "exchangeTypes/connection-test",
            ["openings"] = new JsonArray(new JsonObject { ["payload"] = new JsonObject { ["reference"] = reference } }),
            ["requestId"] = requestId,
        },
    };

    public static JsonObject On(string command, string delivery) => new() { ["command"] = command, ["delivery"] = delivery };

    /// <summary>The status of the agency's own list of exchanges, asked over REST by the same client as its files are of.</summary>
    public async Task<int> ListOverRestAsync()
    {
        using var proof = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var fetching = new HttpClient();
        var rest = new Uri(_app!.Urls.First()); // it runs
        using var tokens = new AgencyTokenSource(fetching, new AgencyCredential(new Uri(rest, "/connect/token"), _issuer, ClientId, Kid, _key) { ProofKey = proof }, Time);
        using var client = new HttpClient(new AgencyTokenHandler(tokens) { InnerHandler = new SocketsHttpHandler() }) { BaseAddress = rest };
        using var response = await client.GetAsync(new Uri("/v1/exchanges", UriKind.Relative));
        return (int)response.StatusCode;
    }

    /// <summary>The gateway's keys as it publishes them.</summary>
    public async Task<string> JwksAsync()
    {
        using var client = new HttpClient { BaseAddress = new Uri(_app!.Urls.First()) }; // it runs
        return await client.GetStringAsync("/.well-known/jwks");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _key.Dispose();
        _folder.Delete(recursive: true);
        Assert.DoesNotContain(_logs.Errors, line => !ExpectedError(line));
    }

    private ConfigurationFile Enrolments()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return new ConfigurationFile("enrolments.yaml", new JsonObject
        {
            ["clients"] = new JsonArray(new JsonObject
            {
                ["agency"] = Court,
                ["client-id"] = ClientId,
                ["jwks"] = new JsonObject
                {
                    ["keys"] = new JsonArray(new JsonObject
                    {
                        ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = Kid, ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y),
                    }),
                },
            }),
            ["channels"] = new JsonArray(new JsonObject { ["agency"] = Court, ["channel"] = new JsonObject { ["kind"] = "file" } }),
        }.ToJsonString());
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
