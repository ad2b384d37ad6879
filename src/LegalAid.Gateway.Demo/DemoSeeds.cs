using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Configuration.Eligibility;

namespace LegalAid.Gateway.Demo;

/// <summary>The synthetic cases of <c>seeds/</c>, as request bodies.</summary>
public sealed class DemoSeeds
{
    private readonly SeedOutcome _seeds;
    private readonly string _folder;

    private DemoSeeds(SeedOutcome seeds, string folder) => (_seeds, _folder) = (seeds, folder);

    /// <summary>Everybody in the seeds.</summary>
    public IReadOnlyList<SeedPerson> People => _seeds.People;

    /// <exception cref="InvalidDataException">The seeds are faulty; the message lists every fault.</exception>
    public static DemoSeeds Read(string folder)
    {
        var seeds = SeedFiles.Read(FileOf(folder, "people.yaml"), FileOf(folder, "cases.yaml"));
        return seeds.Faults.Count == 0 ? new DemoSeeds(seeds, folder) : throw new InvalidDataException(string.Join(Environment.NewLine, seeds.Faults));
    }

    /// <summary>The request that gives the case's notice: for REST as it is, for gRPC by its JSON form.</summary>
    public JsonObject Request(string id, string kind)
    {
        var seed = _seeds.Cases.Single(one => one.Id == id);
        return new JsonObject
        {
            ["kind"] = kind,
            ["requestId"] = $"demo-{id}",
            ["people"] = new JsonArray(
            [
                .. seed.Notices.Select(notice => (JsonNode)new JsonObject
                {
                    ["notice"] = notice.DeepClone(),
                    ["attachments"] = new JsonArray([.. seed.Attachments.Select(Document)]),
                }),
            ]),
        };
    }

    /// <summary>What simulated bodies know of the people, in the words of the configuration's vocabulary.</summary>
    /// <exception cref="InvalidDataException">The seeds are faulty; the message lists every fault.</exception>
    public IReadOnlyList<SeedKnowledge> Known(string configurationFolder)
    {
        const string Facts = "eligibility/facts.yaml";
        var (packs, faults) = EligibilityFiles.Read([FileOf(configurationFolder, Facts)]);
        var read = SeedFacts.Read(FileOf(_folder, "facts.yaml"), _seeds.People, packs.Vocabulary);
        return faults.Count + read.Faults.Count == 0 ? read.Known : throw new InvalidDataException(string.Join(Environment.NewLine, [.. faults, .. read.Faults]));
    }

    /// <summary>A person of the seeds, <c>legalaid.defence.v1.Person</c> in JSON.</summary>
    public JsonObject Person(string id) => (JsonObject)_seeds.People.Single(person => person.Id == id).Person.DeepClone();

    /// <summary>A document of that kind, with a content of its own.</summary>
    public static JsonNode Document(string kind) => new JsonObject
    {
        ["kind"] = kind,
        ["fileName"] = $"{kind}.txt",
        ["mediaType"] = "text/plain",
        ["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"虚构文书 · A document of the demo: {kind}")),
    };

    private static ConfigurationFile FileOf(string folder, string name) => new(name, File.ReadAllText(Path.Combine(folder, name)));
}
