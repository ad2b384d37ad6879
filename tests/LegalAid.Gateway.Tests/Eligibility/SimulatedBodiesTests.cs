using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Demo.Agencies.Bodies;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Eligibility;

/// <summary>Every connector that ships, against a body that shares no code with it: what the seeds say comes back as it stands there, and without its key nothing does.</summary>
public sealed class SimulatedBodiesTests : IAsyncLifetime
{
    private static readonly DateOnly Day = new(2026, 3, 2);

    private SimulatedScene _scene = null!; // set before each test by InitializeAsync

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ConfigurationSnapshot Snapshot => _scene.Gateway.Gateway.Services.GetRequiredService<Exchange.Ledger.ISnapshotSource>().Current;

    public async ValueTask InitializeAsync() => _scene = await SimulatedScene.StartAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task Ask_EverySeededPersonOfEveryBody_AnswersAsSeeded()
    {
        var wrong = new List<string>();
        foreach (var body in _scene.Bodies.All)
        {
            foreach (var person in _scene.Seeds.People.Where(person => person.Person["residentNumber"] is not null))
            {
                var seeded = _scene.Known.SingleOrDefault(known => known.Person.Id == person.Id)?.Answers.Where(answer => answer.Body == body.Body).ToList() ?? [];
                var expected = seeded.Count == 0 ? "no match" : string.Join(' ', seeded.Select(answer => $"{answer.Fact}={answer.Value.Text(answer.Fact)}").Order(StringComparer.Ordinal));
                var answer = Shown(await AskAsync(body, person.Person));
                if (answer != expected)
                {
                    wrong.Add($"{person.Id} at {body.Body}: {answer}, not {expected}");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(9, _scene.Bodies.All.Length);
    }

    /// <summary>A body checks who asks: with another secret it is no answer, and no such person neither.</summary>
    [Fact]
    public async Task Ask_WithAnotherSecret_IsUnavailableAtEveryBody()
    {
        _scene.Gateway.ExpectedError = line => line.Contains("cannot be asked until somebody acts", StringComparison.Ordinal);
        foreach (var body in _scene.Bodies.All)
        {
            await File.WriteAllTextAsync(Path.Combine(_scene.Gateway.WorkingFolder, "var", "keys", "connectors", $"{body.Body}.secret"), "another", Cancellation);
        }

        foreach (var body in _scene.Bodies.All)
        {
            var fault = Assert.IsType<FactAnswer.Unavailable>(await AskAsync(body, _scene.Seeds.Person("near-threshold"))).Fault;
            Assert.Equal(body.Body switch { "social-security" => ConnectorFault.TokenRefused, "womens-federation" => ConnectorFault.Refused, _ => ConnectorFault.CredentialRefused }, fault);
            Assert.Equal(0, body.Asked);
        }
    }

    [Fact]
    public async Task Ask_WithAFault_IsUnavailableAndAfterItAnswers()
    {
        foreach (var body in _scene.Bodies.All)
        {
            body.Faults = new BodyFaults(Down: true);
            Assert.IsType<FactAnswer.Unavailable>(await AskAsync(body, _scene.Seeds.Person("near-threshold")));
            body.Faults = new BodyFaults(FailPercent: 100);
            Assert.Equal(
                body.Body == "social-security" ? ConnectorFault.TokenUnavailable : ConnectorFault.SourceFailed, Assert.IsType<FactAnswer.Unavailable>(await AskAsync(body, _scene.Seeds.Person("near-threshold"))).Fault);
            body.Faults = new BodyFaults(Delay: TimeSpan.FromSeconds(30));
            Assert.IsType<FactAnswer.Unavailable>(await AskAsync(body, _scene.Seeds.Person("near-threshold"), timeout: TimeSpan.FromMilliseconds(200)));
            body.Faults = BodyFaults.None;
            Assert.IsType<FactAnswer.Answered>(await AskAsync(body, _scene.Seeds.Person("near-threshold")));
        }
    }

    private async Task<FactAnswer> AskAsync(SimulatedBody body, JsonObject person, TimeSpan? timeout = null)
    {
        var snapshot = Snapshot;
        var agency = snapshot.Agencies.Get(AgencyId.Parse(body.Agency));
        var connector = Assert.Single(agency.Connectors);
        connector = timeout is { } given ? connector with { Timeout = given } : connector;
        Assert.True(ResidentNumber.TryParse((string?)person["residentNumber"] ?? "", ResidentNumberRules.Demonstration, Day, out var number, out _));
        Assert.True(PersonName.TryParse((string?)person["name"] ?? "", out var name, out _));
        ImmutableArray<FactDefinition> facts = [.. connector.Answers.Select(answer => answer.Fact)];
        var question = new FactQuestion("q-1", NumberedDocument.Of(number), name, facts, Purpose.EligibilityCheck.Name, "法律援助法 41", RegionCode.Parse("450103"), Day, new string('a', 64));
        return await _scene.Gateway.Gateway.Services.GetRequiredService<FactConnectors>().For(agency.Id, connector).AskAsync(question, Cancellation);
    }

    private static string Shown(FactAnswer answer) => answer switch
    {
        FactAnswer.Answered answered => string.Join(' ', answered.Facts.Select(fact => $"{fact.Fact}={fact.Value.Text(fact.Fact)}").Order(StringComparer.Ordinal)),
        FactAnswer.NoMatch => "no match",
        FactAnswer.Unavailable gone => gone.Fault.ToString(),
        _ => answer.GetType().Name,
    };
}
