using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration;

namespace LegalAid.Gateway.Demo.Agencies.Bodies;

/// <summary>The nine bodies that the shipped configuration asks, each a server of its own with another interface.</summary>
public sealed class SimulatedBodies : IAsyncDisposable
{
    private static readonly (string Agency, string Body, string Shipped, Func<BodyInterface> Interface)[] Bodies =
    [
        ("nanning-civil-affairs", "civil-affairs", "http://127.0.0.1:8083", () => new CivilAffairsInterface()),
        ("nanning-disabled-federation", "disabled-federation", "http://127.0.0.1:8084", () => new DisabledFederationInterface()),
        ("nanning-social-security", "social-security", "http://127.0.0.1:8085", () => new SocialSecurityInterface()),
        ("nanning-trade-union", "trade-union", "http://127.0.0.1:8086", () => new TradeUnionInterface()),
        ("nanning-womens-federation", "womens-federation", "http://127.0.0.1:8087", () => new WomensFederationInterface()),
        ("nanning-veterans", "veterans", "http://127.0.0.1:8088", () => new VeteransInterface()),
        ("nanning-natural-resources", "natural-resources", "http://127.0.0.1:8089", () => new NaturalResourcesInterface()),
        ("nanning-market-regulation", "market-regulation", "http://127.0.0.1:8090", () => new MarketRegulationInterface()),
        ("nanning-police", "police", "http://127.0.0.1:8091", () => new PoliceInterface()),
    ];

    private readonly ImmutableArray<SimulatedBody> _bodies;

    private SimulatedBodies(ImmutableArray<SimulatedBody> bodies) => _bodies = bodies;

    public ImmutableArray<SimulatedBody> All => _bodies;

    /// <summary>By its name in the vocabulary, or its agency's.</summary>
    public SimulatedBody this[string name] => _bodies.Single(body => body.Body == name || body.Agency == name);

    /// <param name="seed">Of the chance by which bodies fail (<see cref="BodyFaults.FailPercent"/>).</param>
    public static async Task<SimulatedBodies> StartAsync(TimeProvider time, int seed = 1)
    {
        var bodies = ImmutableArray.CreateBuilder<SimulatedBody>();
        foreach (var (place, body) in Bodies.Index())
        {
            bodies.Add(await SimulatedBody.StartAsync(body.Agency, body.Body, body.Interface(), seed + place, time));
        }

        return new SimulatedBodies(bodies.ToImmutable());
    }

    /// <summary>Lets the bodies know what the seeds say; saying it twice changes nothing.</summary>
    public void Know(IEnumerable<SeedKnowledge> seeds)
    {
        foreach (var known in seeds)
        {
            var number = (string?)known.Person.Person["residentNumber"] ?? throw new ArgumentException($"{known.Person.Id} has no resident number", nameof(seeds));
            foreach (var answers in known.Answers.GroupBy(answer => answer.Body))
            {
                this[answers.Key].Know(number, answers.ToDictionary(answer => answer.Fact.Name, answer => answer.Value.Text(answer.Fact), StringComparer.Ordinal));
            }
        }
    }

    /// <summary>The shipped agencies' files with the addresses at which these bodies answer.</summary>
    public ImmutableArray<ConfigurationFile> Files(string configurationFolder) =>
    [
        .. Bodies.Select(body =>
        {
            var file = $"agencies/{body.Agency}.yaml";
            var text = File.ReadAllText(Path.Combine(configurationFolder, file));
            return text.Contains(body.Shipped, StringComparison.Ordinal)
                ? new ConfigurationFile(file, text.Replace(body.Shipped, this[body.Body].Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal))
                : throw new InvalidDataException($"{file} does not ask {body.Shipped}");
        }),
    ];

    /// <summary>Puts the bodies' secrets into the key folder, as each body would give its own to the operator.</summary>
    public void GiveSecrets(string workingFolder)
    {
        var folder = Directory.CreateDirectory(Path.Combine(workingFolder, "var", "keys", "connectors"));
        foreach (var body in _bodies)
        {
            File.WriteAllText(Path.Combine(folder.FullName, $"{body.Body}.secret"), body.Secret);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var body in _bodies)
        {
            await body.DisposeAsync();
        }
    }
}
