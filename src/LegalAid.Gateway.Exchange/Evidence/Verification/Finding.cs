namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>One thing that is not as it should be.</summary>
/// <param name="Entry">What it was found on, by its name (<see cref="EntryName"/>), so that a person can go and look.</param>
/// <param name="Detail">The values that do not agree, for a person; empty where the code says it all. No payload.</param>
public sealed record Finding(FindingCode Code, string Entry, string Detail = "");

/// <summary>Collects what is found, from any thread. Keeps at most <paramref name="kept"/> and counts the rest: a log that was renumbered is wrong at every place.</summary>
public sealed class FindingList(int kept = FindingList.KeptMax)
{
    /// <summary>Findings kept by default.</summary>
    public const int KeptMax = 10_000;

    private readonly Lock _gate = new();
    private readonly List<Finding> _findings = [];
    private long _count;

    /// <summary>All that was found, kept or not.</summary>
    public long Count => Interlocked.Read(ref _count);

    public void Add(FindingCode code, string entry, string detail = "")
    {
        lock (_gate)
        {
            _count++;
            if (_findings.Count < kept)
            {
                _findings.Add(new Finding(code, entry, detail));
            }
        }
    }

    /// <summary>Adds, where it does not hold. Returns whether it holds.</summary>
    public bool Require(bool holds, FindingCode code, string entry, string detail = "")
    {
        if (!holds)
        {
            Add(code, entry, detail);
        }

        return holds;
    }

    /// <summary>Those kept, by code, then by entry: the same findings give the same list.</summary>
    public IReadOnlyList<Finding> Sorted()
    {
        lock (_gate)
        {
            return
            [
                .. _findings.Distinct().OrderBy(finding => finding.Code.Code, StringComparer.Ordinal)
                    .ThenBy(finding => finding.Entry, StringComparer.Ordinal).ThenBy(finding => finding.Detail, StringComparer.Ordinal),
            ];
        }
    }
}
