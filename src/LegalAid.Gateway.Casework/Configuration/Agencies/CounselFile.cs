using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>
/// Reads the register of counsel (律师名录), <c>counsel.yaml</c>. Firms are agencies. No fault's text tells who a lawyer is: the line does.
/// </summary>
internal sealed class CounselFile(IReadOnlyList<AgencyDraft> agencies, bool whole, FaultSink faults)
{
    private const int LawyersMax = 20_000, QualitiesMax = 20, SuspensionsMax = 20;

    private readonly Dictionary<string, AgencyDraft> _agencies = AgencyRules.ById(agencies);
    private readonly HashSet<string> _licences = new(StringComparer.Ordinal);

    /// <summary>One file of the register; licences are unique over all of them.</summary>
    public ImmutableArray<Lawyer> Read(YamlNode root)
    {
        var map = MapReader.Open(root, faults);
        if (map is null)
        {
            return [];
        }

        var lawyers = map.List("lawyers", 0, LawyersMax, ReadLawyer);
        map.Close();
        return lawyers;
    }

    private Lawyer? ReadLawyer(YamlNode node)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var licence = ReadLicence(map.Text("licence", 30));
        var name = map.Text("name", 100);
        var firm = map.Name("firm");
        CheckFirm(firm);
        var (practice, criminal) = (map.Date("practice-since"), map.OptionalDate("criminal-since"));
        if (criminal < practice)
        {
            faults.Add(map.Node, AgencyFaults.CriminalBeforePractice);
        }

        var specialities = map.Names("specialities", 0, QualitiesMax);
        var languages = map.Names("languages", 0, QualitiesMax);
        var suspended = map.List("suspended", 0, SuspensionsMax, ReadSuspension);
        map.Close();
        return licence is null || name is null || firm is null || practice is null
            ? null
            : new Lawyer(
                licence, name.Text, AgencyId.Parse(firm.Text), practice.Value, criminal,
                [.. specialities.Select(word => word.Text)], [.. languages.Select(word => word.Text)], [.. suspended.Select(span => (span.From, span.Until))]);
    }

    private string? ReadLicence(Word? word)
    {
        if (word is null)
        {
            return null;
        }

        if (!LawyerLicence.TryParse(word.Text, out var licence, out var fault))
        {
            faults.Add(word.At, fault);
            return null;
        }

        if (!_licences.Add(licence.ToString()))
        {
            faults.Add(word.At, ConfigurationFaults.Twice, "licence");
        }

        return licence.ToString();
    }

    private void CheckFirm(Word? firm)
    {
        if (firm is null)
        {
            return;
        }

        if (!_agencies.TryGetValue(firm.Text, out var agency))
        {
            if (whole)
            {
                faults.Add(firm.At, ConfigurationFaults.ReferenceUnknown, "机构 agency", firm.Text);
            }
        }
        else if (agency.Kind is { Text: not AgencyKinds.LawFirm })
        {
            faults.Add(firm.At, AgencyFaults.FirmKind, AgencyKinds.LawFirm);
        }
    }

    private Suspension? ReadSuspension(YamlNode node)
    {
        var map = MapReader.Open(node, faults);
        var (from, until) = AgencyFile.Span(map);
        map?.Close();
        return from is null ? null : new Suspension(from.Value, until);
    }

    private sealed record Suspension(DateOnly From, DateOnly? Until);
}
