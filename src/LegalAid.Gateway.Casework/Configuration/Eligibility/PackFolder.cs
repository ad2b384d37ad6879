using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Eligibility;

namespace LegalAid.Gateway.Casework.Configuration.Eligibility;

/// <summary>Reads <c>eligibility/</c>: the facts, then each pack, then what must hold between packs, then every worked example.</summary>
internal sealed class PackFolder(IReadOnlyDictionary<string, YamlNode?> roots, FaultSink faults)
{
    private const string Folder = "eligibility/", Pack = "/pack.yaml", Examples = "/examples.yaml";

    private readonly Dictionary<string, ImmutableArray<WorkedExample>> _examples = new(StringComparer.Ordinal);

    /// <summary>Whether the vocabulary was read whole; known after <see cref="Read"/>.</summary>
    public bool FactsWhole { get; private set; } = true;

    /// <summary>Whether a file may stand at the path.</summary>
    public static bool Expects(string path) =>
        path == FactsFile.Path
        || (path.StartsWith(Folder, StringComparison.Ordinal) && path.Count(letter => letter == '/') == 2 && Array.Exists([Pack, Examples], file => path.EndsWith(file, StringComparison.Ordinal)));

    /// <summary>The packs; those with a fault are left out, with their faults.</summary>
    public PackLibrary Read()
    {
        if (!roots.TryGetValue(FactsFile.Path, out var root))
        {
            if (roots.Keys.Where(path => path.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).FirstOrDefault() is { } lonely)
            {
                faults.Add(new YamlPlace(lonely, 1, 1, ""), ConfigurationFaults.FileMissing, FactsFile.Path);
            }

            return PackLibrary.Empty;
        }

        var (vocabulary, whole) = FactsFile.Read(root, faults);
        FactsWhole = whole;
        var packs = Named(Pack).Select(folder => ReadPack(folder, vocabulary, whole)).OfType<Adjudicator>().ToImmutableArray();
        foreach (var folder in Named(Examples).Except(Named(Pack), StringComparer.Ordinal))
        {
            faults.Add(new YamlPlace(Folder + folder + Examples, 1, 1, ""), ConfigurationFaults.FileMissing, Folder + folder + Pack);
        }

        CheckOverlaps(packs);
        return new PackLibrary(vocabulary, packs, _examples.ToImmutableDictionary(StringComparer.Ordinal));
    }

    /// <summary>The folders that have the file, in order.</summary>
    private IEnumerable<string> Named(string file) =>
        roots.Keys.Where(path => path.StartsWith(Folder, StringComparison.Ordinal) && path.EndsWith(file, StringComparison.Ordinal))
            .Select(path => path[Folder.Length..^file.Length]).Order(StringComparer.Ordinal);

    private Adjudicator? ReadPack(string folder, FactVocabulary vocabulary, bool whole)
    {
        if (roots[Folder + folder + Pack] is not { } root)
        {
            return null;
        }

        var by = new PackFile(vocabulary, whole, faults).Read(root, folder) is { } pack ? new Adjudicator(pack) : null;
        if (by?.RuleSets.Any(rules => rules.Diagram is null) == true)
        {
            faults.Add(root, EligibilityConfigurationFaults.TooComplex, $"{RuleSet.NodesMax}");
            by = null;
        }

        if (!roots.TryGetValue(Folder + folder + Examples, out var examples))
        {
            faults.Add(root, ConfigurationFaults.FileMissing, Folder + folder + Examples);
        }
        else if (examples is not null)
        {
            _examples[folder] = new ExamplesFile(vocabulary, whole, faults).Work(examples, by);
        }

        return by;
    }

    /// <summary>Two packs in force at one place and time would leave open which of them decides.</summary>
    private void CheckOverlaps(ImmutableArray<Adjudicator> packs)
    {
        var inForce = packs.Select(by => by.Pack).Where(pack => pack.Standing == PackStanding.InForce).ToList();
        for (var i = 0; i < inForce.Count; i++)
        {
            foreach (var other in inForce.Take(i).Where(other => Overlap(inForce[i], other)))
            {
                faults.Add(new YamlPlace(Folder + inForce[i].Id + Pack, 1, 1, ""), EligibilityConfigurationFaults.PacksOverlap, other.Id);
            }
        }
    }

    private static bool Overlap(RulePack one, RulePack other) =>
        (one.Until is null || other.From < one.Until) && (other.Until is null || one.From < other.Until)
        && one.Areas.SelectMany(area => area.Places).Any(place => other.AreaOf(place) >= 0);
}
