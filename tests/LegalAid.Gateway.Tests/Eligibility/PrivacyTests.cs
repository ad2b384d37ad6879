using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json.Nodes;
using Grpc.Core;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Demo.Agencies.Bodies;
using LegalAid.Gateway.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Tests.Eligibility;

/// <summary>No name, no number and no raw answer stands anywhere but in the sealed exchange: everything that the gateway wrote is searched for all of them.</summary>
public sealed class PrivacyTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, bool> _rawAnswers = new(StringComparer.Ordinal);
    private SimulatedScene _scene = null!; // set before each test by InitializeAsync
    private WrittenText _written = null!; // likewise

    private AgencySystem Centre => _scene.Gateway[Applicants.Centre];

    private IReadOnlyList<SeedPerson> People => [.. _scene.Seeds.People.Where(person => person.Person["residentNumber"] is not null)];

    /// <summary>Every seeded name and number, every body's remark, and every answer as it came. Names that are part of a counsel's, which the register tells, are left out.</summary>
    private IReadOnlyCollection<string> Sought =>
    [
        .. People.SelectMany(person => new[] { (string?)person.Person["name"] ?? "", (string?)person.Person["residentNumber"] ?? "" })
            .Where(text => !File.ReadAllText(Path.Combine(GatewayFixture.SeedFolder, "counsel.yaml")).Contains(text, StringComparison.Ordinal)),
        .. _scene.Bodies.All.Select(body => body.Remark),
        .. _rawAnswers.Keys,
    ];

    public async ValueTask InitializeAsync()
    {
        _scene = await SimulatedScene.StartAsync();
        _written = new WrittenText(_scene.Gateway);
        foreach (var body in _scene.Bodies.All)
        {
            body.Remark = $"不得留存的原文-{body.Body}";
            body.Overheard = text => _rawAnswers[text] = true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _written.Dispose();
        await _scene.DisposeAsync();
    }

    [Fact]
    public async Task Verify_EverySeededPersonWithFaultsOnBothFaces_WritesNobodyDown()
    {
        await EverybodyAsync(Face.Rest);
        _scene.Bodies["veterans"].Faults = new BodyFaults(FailPercent: 100); // its error page repeats the question
        _scene.Bodies["social-security"].Faults = new BodyFaults(Down: true);
        _scene.Bodies["natural-resources"].Faults = new BodyFaults(FailPercent: 50);
        await EverybodyAsync(Face.Grpc);
        await WrongAsync();
        await Eventually.HoldsAsync(() => Directory.GetFiles(_scene.Gateway.WorkingFolder, "*.report.json", SearchOption.AllDirectories).Length > 0, "a file of answers was read");

        var found = _written.Find(Sought);

        Assert.Empty(found);
        Assert.All(_scene.Bodies.All, body => Assert.True(body.Asked > 0, $"{body.Body} was never asked"));
        Assert.True(_written.Measurements > 0 && _written.Errors > 0 && _rawAnswers.Count > 10 && _scene.Gateway.Logs.Count > 0, "there was something to look through");
    }

    /// <summary>The search finds what is there, in each place.</summary>
    [Fact]
    public async Task Find_APlantedLeak_IsFoundInEachPlace()
    {
        await VerifyAsync(Face.Rest, People[0]);
        var (name, number) = ((string?)_scene.Seeds.Person("near-threshold")["name"] ?? "", (string?)_scene.Seeds.Person("near-threshold")["residentNumber"] ?? "");
        Assert.Empty(_written.Find([name, number, .. Sought]));

#pragma warning disable CA1848, CA2254 // A leak is what no rule of the house would let through.
        _scene.Gateway.Gateway.Services.GetRequiredService<ILoggerFactory>().CreateLogger("leak").LogInformation($"asked about {name}");
#pragma warning restore CA1848, CA2254
        Assert.Equal([$"logs: {name}"], _written.Find([name, number]));

        using var meter = new Meter("leak");
        meter.CreateCounter<long>("leak").Add(1, new KeyValuePair<string, object?>("person", number));
        Assert.Equal([$"logs: {name}", $"metrics: {number}"], _written.Find([name, number]));

        _written.AddError($"no such person: {number}");
        Assert.Equal([$"logs: {name}", $"metrics: {number}", $"errors: {number}"], _written.Find([name, number]));

        PlantInStore(number);
        Assert.Equal([$"logs: {name}", $"metrics: {number}", $"errors: {number}", $"leaves: {number}", $"store: {number}"], _written.Find([name, number]));
    }

    private async Task EverybodyAsync(Face face)
    {
        foreach (var person in People)
        {
            await VerifyAsync(face, person);
        }
    }

    /// <summary>A matter of violence, a woman's word, an inheritance: between them every body has something to say.</summary>
    private async Task VerifyAsync(Face face, SeedPerson person)
    {
        foreach (var matter in new[] { "traffic-injury", "abuse-claim", "labour-pay", "hero-honour" })
        {
            var outcome = (await Centre.CallAsync(face, "VerifyEligibility", Applicants.Verify(Application(person, matter), "30s"))).Required;
            var name = (string?)outcome["verification"]?["name"];
            await Centre.CallAsync(face, "GetVerification", new JsonObject { ["name"] = name });
            await Centre.CallAsync(face, "ExplainVerification", new JsonObject { ["name"] = name });
        }

        await Centre.CallAsync(face, "SearchVerifications", new JsonObject { ["person"] = person.Person.DeepClone() });
    }

    private static JsonObject Application(SeedPerson person, string matter)
    {
        var application = Applicants.Application((JsonObject)person.Person.DeepClone());
        var facts = application["facts"]!.AsArray(); // an application has facts
        facts.RemoveAt(facts.Count - 1); // the day of birth: the police know it
        facts[0] = Applicants.Stated("matter", matter);
        return application;
    }

    /// <summary>What is refused says why, and not of whom.</summary>
    private async Task WrongAsync()
    {
        var client = new EligibilityService.EligibilityServiceClient(Centre.Invoker);
        foreach (var person in People)
        {
            var number = (string?)person.Person["residentNumber"] ?? "";
            var name = (string?)person.Person["name"] ?? "";
            var wrong = Application(person, "traffic-injury");
            wrong["facts"]!.AsArray().Add(Applicants.Stated("household-income", number, "FACT_GROUND_DOCUMENT")); // an application has facts
            wrong["facts"]!.AsArray().Add(Applicants.Stated("no-such-fact", name)); // likewise
            wrong["authorisation"]!["people"] = new JsonArray(new JsonObject { ["name"] = name, ["residentNumber"] = number[..17] + (number[17] == '1' ? '2' : '1') }); // an application has one
            var refused = await Centre.PostAsync("/v1/verifications", Applicants.Verify(wrong));
            Assert.False(refused.Succeeded);
            _written.AddError(refused.Body?.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) ?? "");
            var told = await Assert.ThrowsAsync<RpcException>(async () => await client.VerifyEligibilityAsync(
                Google.Protobuf.JsonParser.Default.Parse<VerifyEligibilityRequest>(Applicants.Verify(wrong).ToJsonString()), cancellationToken: TestContext.Current.CancellationToken));
            _written.AddError(told.Status.Detail);
            foreach (var trailer in told.Trailers)
            {
                _written.AddError(trailer.IsBinary ? Encoding.UTF8.GetString(trailer.ValueBytes) : trailer.Value);
            }
        }
    }

    private void PlantInStore(string text)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(_scene.Gateway.WorkingFolder, "var", "gateway.db"), Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE leaf SET entry = CAST($text AS BLOB) WHERE id = (SELECT id FROM leaf LIMIT 1)";
        command.Parameters.AddWithValue("$text", text);
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
