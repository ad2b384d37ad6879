using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;

namespace LegalAid.Gateway.Demo;

/// <summary>The synthetic cases of <c>seeds/</c>, as request bodies.</summary>
public sealed class DemoSeeds
{
    private readonly SeedOutcome _seeds;

    private DemoSeeds(SeedOutcome seeds) => _seeds = seeds;

    /// <exception cref="InvalidDataException">The seeds are faulty; the message lists every fault.</exception>
    public static DemoSeeds Read(string folder)
    {
        var seeds = SeedFiles.Read(FileOf(folder, "people.yaml"), FileOf(folder, "cases.yaml"));
        return seeds.Faults.Count == 0 ? new DemoSeeds(seeds) : throw new InvalidDataException(string.Join(Environment.NewLine, seeds.Faults));
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
