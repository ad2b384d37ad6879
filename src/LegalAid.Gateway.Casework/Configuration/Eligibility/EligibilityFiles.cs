using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Eligibility;

namespace LegalAid.Gateway.Casework.Configuration.Eligibility;

/// <summary>Reads packs and cases apart from the rest of a configuration: for what tries rules out, and for tests.</summary>
public static class EligibilityFiles
{
    /// <summary>The packs of the files under <c>eligibility/</c>; other files are not looked at. Where there are faults, packs may be missing.</summary>
    public static (PackLibrary Packs, IReadOnlyList<ConfigurationFault> Faults) Read(IEnumerable<ConfigurationFile> files, ConfigurationOptions? options = null)
    {
        var bounds = options ?? ConfigurationOptions.Default;
        var faults = new FaultSink(bounds.FaultsMax);
        var roots = files.Where(file => PackFolder.Expects(file.Path)).ToDictionary(file => file.Path, file => YamlReading.Read(file, bounds, faults), StringComparer.Ordinal);
        return (new PackFolder(roots, faults).Read(), faults.Sorted());
    }

    /// <summary>A case in the form of a worked example, without what is expected; <c>pack</c> names a historical pack.</summary>
    public static CaseReading ReadCase(ConfigurationFile file, FactVocabulary vocabulary)
    {
        var faults = new FaultSink(ConfigurationOptions.Default.FaultsMax);
        var map = MapReader.Open(YamlReading.Read(file, ConfigurationOptions.Default, faults), faults);
        var pack = map?.OptionalName("pack");
        var given = map is null ? null : new CaseForm(vocabulary, whole: true, faults).Read(map, CaseForm.Defaults.None);
        map?.Close();
        return new CaseReading(faults.Count > 0 ? null : given, pack?.Text, faults.Sorted());
    }
}

/// <param name="Case">Null where there are faults, and only there.</param>
/// <param name="Pack">The pack that the file names.</param>
public sealed record CaseReading(EligibilityCase? Case, string? Pack, IReadOnlyList<ConfigurationFault> Faults);
