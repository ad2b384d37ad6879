using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Connectors;
using Microsoft.AspNetCore.Http;

namespace LegalAid.Gateway.Tests.Eligibility;

/// <summary>Bodies that answer facts over HTTP, one agency each, behind one socket; and a gateway that is connected to them.</summary>
internal sealed class BodiesScene : IAsyncDisposable
{
    public const string CivilAffairs = "nanning-civil-affairs", SocialSecurity = "nanning-social-security", NaturalResources = "nanning-natural-resources";

    private static readonly (string Agency, string Kind, string Facts)[] Bodies =
    [
        (CivilAffairs, "civil-affairs", "register:choice fixed-livelihood spending-cause:choice"),
        (SocialSecurity, "social-security", "household-income:money own-income:money migrant-worker unemployed"),
        (NaturalResources, "natural-resources", "household-assets household-asset-value:money"),
    ];

    private static readonly Dictionary<string, string> Choices = new(StringComparer.Ordinal)
    {
        ["register"] = "{ none: none, subsistence: subsistence, special-hardship: special-hardship }",
        ["spending-cause"] = "{ none: none, accident: accident }",
    };

    private readonly ConcurrentDictionary<(string Number, string Fact), string> _known = new();
    private readonly StandInAgency _socket;

    private BodiesScene(StandInAgency socket, GatewayFixture gateway) => (_socket, Gateway) = (socket, gateway);

    public GatewayFixture Gateway { get; }

    /// <summary>Done before a body answers; a body that waits is slow, one that throws fails.</summary>
    public Func<string, HttpContext, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>How often an agency was asked.</summary>
    public int Asked(string agency) => _socket.Seen.Count(request => request.Target == $"/{agency}");

    public static async Task<BodiesScene> StartAsync(GatewayStart? start = null)
    {
        var socket = await StandInAgency.StartAsync();
        start ??= new GatewayStart();
        var gateway = await GatewayFixture.StartAsync(start with { Overlay = [.. start.Overlay, .. Unconnected().Concat(Bodies.Select(body => File(body, socket.Address))).Where(file => start.Overlay.All(other => other.Path != file.Path))] });
        var scene = new BodiesScene(socket, gateway);
        socket.Answer = scene.AnswerAsync;
        return scene;
    }

    /// <summary>What the bodies know of the person.</summary>
    public void Know(string number, params ReadOnlySpan<(string Fact, string Value)> facts)
    {
        foreach (var (fact, value) in facts)
        {
            _known[(number, fact)] = value;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _socket.DisposeAsync();
    }

    /// <summary>The shipped bodies whose simulations do not run here, without their connectors.</summary>
    private static IEnumerable<ConfigurationFile> Unconnected() =>
        from path in Directory.GetFiles(Path.Combine(GatewayFixture.ConfigurationFolder, "agencies"), "*.yaml")
        let text = System.IO.File.ReadAllText(path)
        let connectors = text.IndexOf("\nconnectors:", StringComparison.Ordinal)
        where connectors >= 0 && !Bodies.Any(body => body.Agency == Path.GetFileNameWithoutExtension(path))
        select new ConfigurationFile($"agencies/{Path.GetFileName(path)}", text[..connectors]);

    private static ConfigurationFile File((string Agency, string Kind, string Facts) body, string address)
    {
        var answers = body.Facts.Split(' ').Select(fact => fact.Split(':')[0] is var name && Choices.TryGetValue(name, out var values)
            ? $"      - {{ fact: {name}, from: {Field(name)}, values: {values} }}"
            : $"      - {{ fact: {name}, from: {Field(name)}{(fact.EndsWith(":money", StringComparison.Ordinal) ? ", unit: yuan" : "")} }}");
        return new ConfigurationFile($"agencies/{body.Agency}.yaml", $$"""
            id: {{body.Agency}}
            kind: {{body.Kind}}
            title: { zh: 模拟{{body.Agency}}, en: "Simulated {{body.Agency}}" }
            region: "450100"
            channel: { kind: mailbox }
            connectors:
              - id: facts
                kind: http
                address: {{address}}/{{body.Agency}}
                allowed-addresses: [127.0.0.0/8, "::1/128"]
                timeout: 5s
                request: { body: { number: "{{"{{person.number}}"}}", name: "{{"{{person.name}}"}}", facts: "{{"{{facts}}"}}" } }
                no-match: { when: "!found" }
                answers:
            {{string.Join('\n', answers)}}
            """);
    }

    private static string Field(string fact) => fact.Replace('-', '_');

    private async Task AnswerAsync(HttpContext context)
    {
        var agency = context.Request.Path.Value?[1..] ?? "";
        var asked = JsonNode.Parse(_socket.Seen.Last(request => request.Target == context.Request.Path.Value).Body);
        await Before(agency, context);
        if (context.Response.HasStarted)
        {
            return;
        }

        var number = (string?)asked?["number"] ?? "";
        var answer = new JsonObject { ["found"] = _known.Keys.Any(known => known.Number == number) };
        foreach (var fact in Bodies.Single(body => body.Agency == agency).Facts.Split(' ').Select(fact => fact.Split(':')[0]))
        {
            if (_known.TryGetValue((number, fact), out var value))
            {
                answer[Field(fact)] = value is "true" or "false" ? bool.Parse(value) : value;
            }
        }

        await StandInAgency.Json(context, answer.ToJsonString());
    }
}
