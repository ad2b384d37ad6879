using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration;

namespace LegalAid.Gateway.Demo.Agencies.Bodies;

/// <summary>
/// The nine bodies that the shipped configuration asks, each with another interface: JSON under four kinds of proof, a form, SOAP 1.1 and 1.2, gRPC, and batches of files.
/// </summary>
public sealed class SimulatedBodies : IAsyncDisposable
{
    private static readonly (BodyPlace Place, Func<BodyPlace, int, TimeProvider, Task<SimulatedBody>> StartAsync)[] Bodies =
    [
        Http("civil-affairs", 8083, () => new CivilAffairsInterface()),
        Http("disabled-federation", 8084, () => new DisabledFederationInterface()),
        Http("social-security", 8085, () => new SocialSecurityInterface()),
        (PlaceOf("trade-union", "every: 1h"), (place, seed, time) => Task.FromResult<SimulatedBody>(new FileBody(place, seed, time))),
        Http("womens-federation", 8087, () => new WomensFederationInterface()),
        Http("veterans", 8088, () => new VeteransInterface()),
        Http("natural-resources", 8089, () => new NaturalResourcesInterface()),
        (PlaceOf("market-regulation", "http://127.0.0.1:8090"), GrpcBody.StartAsync),
        Http("police", 8091, () => new PoliceInterface()),
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
        foreach (var (index, body) in Bodies.Index())
        {
            bodies.Add(await body.StartAsync(body.Place, seed + index, time));
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

    /// <summary>The shipped agencies' files, made to ask these bodies.</summary>
    public ImmutableArray<ConfigurationFile> Files(string configurationFolder) =>
    [
        .. _bodies.Select(body =>
        {
            var file = $"agencies/{body.Agency}.yaml";
            return new ConfigurationFile(file, body.Reached(File.ReadAllText(Path.Combine(configurationFolder, file))));
        }),
    ];

    /// <summary>Lets the bodies meet the gateway that works there: their secrets go into its key folder, as each would give its own to the operator, and files are exchanged in its folder.</summary>
    public void Meet(string workingFolder)
    {
        var folder = Directory.CreateDirectory(Path.Combine(workingFolder, "var", "keys", "connectors"));
        foreach (var body in _bodies)
        {
            File.WriteAllText(Path.Combine(folder.FullName, $"{body.Body}.secret"), body.Secret);
            body.Meet(workingFolder);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var body in _bodies)
        {
            await body.DisposeAsync();
        }
    }

    private static BodyPlace PlaceOf(string body, string shipped) => new($"nanning-{body}", body, shipped);

    private static (BodyPlace Place, Func<BodyPlace, int, TimeProvider, Task<SimulatedBody>> StartAsync) Http(string body, int port, Func<HttpInterface> own) =>
        (PlaceOf(body, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")), (place, seed, time) => HttpBody.StartAsync(place, own(), seed, time));
}
