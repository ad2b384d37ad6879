using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Tests.House;

namespace LegalAid.Gateway.Casework.Tests.Configuration;

/// <summary>The files of gateway-config and seeds as a host would bring them.</summary>
internal static class ShippedFiles
{
    private static readonly string Folder = Path.Combine(SourceTree.Root, "gateway-config");

    public static IReadOnlyList<ConfigurationFile> Configuration() =>
    [
        .. System.IO.Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Select(path => new ConfigurationFile(Path.GetRelativePath(Folder, path).Replace('\\', '/'), File.ReadAllText(path))),
        new ConfigurationFile("counsel.yaml", Seed("counsel.yaml").Text),
    ];

    public static ConfigurationFile Seed(string name) =>
        new(name, File.ReadAllText(Path.Combine(SourceTree.Root, "seeds", name)));

    public static string SchemaText(string name) => File.ReadAllText(Path.Combine(Folder, "schemas", name));

    /// <summary>The schema for a file's path; null for one that has none.</summary>
    public static string? SchemaOf(string path) => path.EndsWith(".protoset.json", StringComparison.Ordinal) ? null : path.Split('/')[0] switch
    {
        "agencies" => "agency.schema.json",
        "calendars" => "calendar.schema.json",
        "exchange-types" => "exchange-type.schema.json",
        "sharing" => "sharing.schema.json",
        "services" => "service.schema.json",
        "enrolments" or "enrolments.yaml" => "enrolments.schema.json",
        "counsel" or "counsel.yaml" => "counsel.schema.json",
        "eligibility" => path.Split('/')[^1] switch
        {
            "facts.yaml" => "eligibility-facts.schema.json",
            "pack.yaml" => "eligibility-pack.schema.json",
            _ => "eligibility-examples.schema.json",
        },
        "regions.yaml" => "regions.schema.json",
        "gateway.yaml" => "gateway.schema.json",
        "directory.yaml" => "directory.schema.json",
        _ => null,
    };
}
