using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Sharing;

namespace LegalAid.Gateway.Casework.Configuration.Sharing;

/// <summary>Reads a row's <c>quota</c>: <c>{ count, per, by }</c>, of which <c>by</c> is one subject or a list of them.</summary>
internal static class SharingQuota
{
    private const int CountMax = 1_000_000;

    private static readonly Dictionary<string, QuotaPeriod> Periods = new(StringComparer.Ordinal)
    {
        ["minute"] = QuotaPeriod.Minute, ["hour"] = QuotaPeriod.Hour, ["day"] = QuotaPeriod.Day,
    };

    private static readonly Dictionary<string, QuotaSubjects> Subjects = new(StringComparer.Ordinal)
    {
        ["agency"] = QuotaSubjects.Agency, ["client"] = QuotaSubjects.Client, ["purpose"] = QuotaSubjects.Purpose,
    };

    /// <summary>Calls are counted: what reads or moves an exchange is one, and a delivery that waits for its quota would be late.</summary>
    public static Quota? Read(MapReader row, ObjectDraft? may)
    {
        var at = row.Find("quota");
        if (at is not null && may is { Kind: not (SharedKind.Call or SharedKind.Service or SharedKind.Fact) })
        {
            row.Faults.Add(at, SharingFaults.QuotaMisplaced);
        }

        var map = MapReader.Open(at, row.Faults);
        var (count, period) = (map?.Number("count", 1, CountMax), map?.Choice("per", Periods));
        var by = map?.Find("by") is { } given ? ReadSubjects(given, row.Faults) : QuotaSubjects.AgencyAndPurpose;
        map?.Close();
        return count is null || period is null || by is null ? null : new Quota(count.Value, period.Value, by.Value);
    }

    /// <summary>A client is one agency's: beside it, the agency would say nothing more.</summary>
    private static QuotaSubjects? ReadSubjects(YamlNode node, FaultSink faults)
    {
        if (node is not YamlList list)
        {
            return ScalarForms.Choice(node, Subjects, faults);
        }

        var words = MapReader.Once(MapReader.ItemsOf(list, faults, 1, Subjects.Count, item => ScalarForms.Text(item, faults, 200)), faults);
        foreach (var unknown in words.Where(word => !Subjects.ContainsKey(word.Text)))
        {
            faults.Add(unknown.At, ConfigurationFaults.ValueUnknown, string.Join(", ", Subjects.Keys));
        }

        var by = words.Aggregate(QuotaSubjects.None, (all, word) => all | Subjects.GetValueOrDefault(word.Text));
        if (by.HasFlag(QuotaSubjects.Agency | QuotaSubjects.Client))
        {
            faults.Add(list, ConfigurationFaults.EitherOr, "agency, client");
        }

        return by == QuotaSubjects.None ? null : by;
    }
}
