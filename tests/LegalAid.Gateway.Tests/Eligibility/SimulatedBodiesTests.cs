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

    /// <summary>Those that answer while the gateway waits.</summary>
    private IEnumerable<SimulatedBody> AtOnce => _scene.Bodies.All.Where(body => !body.AnswersLater);

    private ConfigurationSnapshot Snapshot => _scene.Gateway.Gateway.Services.GetRequiredService<Exchange.Ledger.ISnapshotSource>().Current;

    public async ValueTask InitializeAsync() => _scene = await SimulatedScene.StartAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task Ask_EverySeededPersonOfEveryBody_AnswersAsSeeded()
    {
        var wrong = new List<string>();
        foreach (var (body, person) in from body in AtOnce from person in People select (body, person))
        {
            if (Shown(await AskAsync(body, person.Person)) is var answer && answer != Seeded(body, person))
            {
                wrong.Add($"{person.Id} at {body.Body}: {answer}, not {Seeded(body, person)}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal((9, 8), (_scene.Bodies.All.Length, AtOnce.Count()));
    }

    /// <summary>The body by file: what the seeds say comes back by files too, each row under its question's id; torn files and codes of which nobody was told are no answers.</summary>
    [Fact]
    public async Task Ask_EverySeededPersonByFile_AnswersAsSeeded()
    {
        await using var files = await FileExchange.StartAsync(_scene, Snapshot);
        foreach (var person in People)
        {
            Assert.IsType<FactAnswer.Later>(await files.AskAsync(QuestionOf(files.Connector, person.Person) with { Id = person.Id }));
        }

        await files.ExchangeAsync(() => files.Taken.Count == People.Count);

        Assert.Equal(People.Select(person => $"{person.Id}: {Seeded(files.Body, person)}"), files.Taken.OrderBy(late => People.Select(person => person.Id).ToList().IndexOf(late.QuestionId)).Select(late => $"{late.QuestionId}: {Shown(late.Answer)}"));
    }

    [Fact]
    public async Task Ask_ByFileWithAFault_IsNoAnswerAndAfterItAnswers()
    {
        await using var files = await FileExchange.StartAsync(_scene, Snapshot);
        var question = QuestionOf(files.Connector, _scene.Seeds.Person("near-threshold"));
        files.Body.Faults = new BodyFaults(Garbage: true);
        await files.AskAsync(question with { Id = "torn" });
        await files.ExchangeAsync(() => files.Refused == 1);
        files.Body.Faults = new BodyFaults(UnknownCode: true);
        await files.AskAsync(question with { Id = "unknown" });
        await files.ExchangeAsync(() => files.Taken.Count == 1);
        files.Body.Faults = new BodyFaults(FailPercent: 100);
        await files.AskAsync(question with { Id = "lost" });
        await files.ExchangeAsync(() => files.Settled == 2); // a file without the row
        files.Body.Faults = new BodyFaults(Down: true);
        await files.AskAsync(question with { Id = "lying" });
        await files.ExchangeAsync(() => files.Batches == 1);
        files.Body.Faults = BodyFaults.None;
        await files.ExchangeAsync(() => files.Taken.Count == 2);

        Assert.Equal(["unknown: UnknownCode", $"lying: {Seeded(files.Body, People.Single(person => person.Id == "near-threshold"))}"], files.Taken.Select(late => $"{late.QuestionId}: {Shown(late.Answer)}"));
    }

    /// <summary>A body checks who asks: with another secret it is no answer, and no such person neither.</summary>
    [Fact]
    public async Task Ask_WithAnotherSecret_IsUnavailableAtEveryBody()
    {
        _scene.Gateway.ExpectedError = line => line.Contains("cannot be asked until somebody acts", StringComparison.Ordinal);
        foreach (var body in AtOnce)
        {
            await File.WriteAllTextAsync(Path.Combine(_scene.Gateway.WorkingFolder, "var", "keys", "connectors", $"{body.Body}.secret"), "another", Cancellation);
        }

        foreach (var body in AtOnce)
        {
            var fault = Assert.IsType<FactAnswer.Unavailable>(await AskAsync(body, _scene.Seeds.Person("near-threshold"))).Fault;
            Assert.Equal(body.Body switch { "social-security" => ConnectorFault.TokenRefused, "womens-federation" => ConnectorFault.Refused, _ => ConnectorFault.CredentialRefused }, fault);
            Assert.Equal(0, body.Asked);
        }
    }

    [Fact]
    public async Task Ask_WithAFault_IsUnavailableAndAfterItAnswers()
    {
        _scene.Gateway.ExpectedError = line => line.Contains("UnknownCode", StringComparison.Ordinal); // somebody must act
        foreach (var body in AtOnce)
        {
            body.Faults = new BodyFaults(Down: true);
            Assert.IsType<FactAnswer.Unavailable>(await AskAsync(body, _scene.Seeds.Person("near-threshold")));
            body.Faults = new BodyFaults(FailPercent: 100);
            Assert.Equal(
                body.Body == "social-security" ? ConnectorFault.TokenUnavailable : ConnectorFault.SourceFailed, Assert.IsType<FactAnswer.Unavailable>(await AskAsync(body, _scene.Seeds.Person("near-threshold"))).Fault);
            body.Faults = new BodyFaults(Delay: TimeSpan.FromSeconds(30));
            Assert.IsType<FactAnswer.Unavailable>(await AskAsync(body, _scene.Seeds.Person("near-threshold"), timeout: TimeSpan.FromMilliseconds(200)));
            body.Faults = new BodyFaults(Garbage: true);
            Assert.IsType<FactAnswer.Unavailable>(await AskAsync(body, _scene.Seeds.Person("near-threshold")));
            body.Faults = BodyFaults.None;
            Assert.IsType<FactAnswer.Answered>(await AskAsync(body, _scene.Seeds.Person("near-threshold")));
            body.Faults = new BodyFaults(UnknownCode: true);
            Assert.Contains(Assert.IsType<FactAnswer.Unavailable>(await AskAsync(body, _scene.Seeds.Person("near-threshold"))).Fault, (ConnectorFault[])[ConnectorFault.UnknownCode, ConnectorFault.BadAnswer]);
            body.Faults = BodyFaults.None;
            Assert.IsType<FactAnswer.Answered>(await AskAsync(body, _scene.Seeds.Person("near-threshold")));
        }
    }

    private IReadOnlyList<SeedPerson> People => [.. _scene.Seeds.People.Where(person => person.Person["residentNumber"] is not null)];

    private string Seeded(SimulatedBody body, SeedPerson person)
    {
        var seeded = _scene.Known.SingleOrDefault(known => known.Person.Id == person.Id)?.Answers.Where(answer => answer.Body == body.Body).ToList() ?? [];
        return seeded.Count == 0 ? "no match" : string.Join(' ', seeded.Select(answer => $"{answer.Fact}={answer.Value.Text(answer.Fact)}").Order(StringComparer.Ordinal));
    }

    private async Task<FactAnswer> AskAsync(SimulatedBody body, JsonObject person, TimeSpan? timeout = null)
    {
        var agency = Snapshot.Agencies.Get(AgencyId.Parse(body.Agency));
        var connector = Assert.Single(agency.Connectors);
        connector = timeout is { } given ? connector with { Timeout = given } : connector;
        return await _scene.Gateway.Gateway.Services.GetRequiredService<FactConnectors>().For(agency.Id, connector).AskAsync(QuestionOf(connector, person), Cancellation);
    }

    private static FactQuestion QuestionOf(FactConnector connector, JsonObject person)
    {
        Assert.True(ResidentNumber.TryParse((string?)person["residentNumber"] ?? "", ResidentNumberRules.Demonstration, Day, out var number, out _));
        Assert.True(PersonName.TryParse((string?)person["name"] ?? "", out var name, out _));
        ImmutableArray<FactDefinition> facts = [.. connector.Answers.Select(answer => answer.Fact)];
        return new FactQuestion("q-1", NumberedDocument.Of(number), name, facts, Purpose.EligibilityCheck.Name, "法律援助法 41", RegionCode.Parse("450103"), Day, new string('a', 64));
    }

    private static string Shown(FactAnswer answer) => answer switch
    {
        FactAnswer.Answered answered => string.Join(' ', answered.Facts.Select(fact => $"{fact.Fact}={fact.Value.Text(fact.Fact)}").Order(StringComparer.Ordinal)),
        FactAnswer.NoMatch => "no match",
        FactAnswer.Unavailable gone => gone.Fault.ToString(),
        _ => answer.GetType().Name,
    };
}
