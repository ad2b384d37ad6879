namespace LegalAid.Gateway.Casework.Sharing;

/// <summary>How often a row may be drawn upon within a period (额度).</summary>
/// <param name="By">What has a count of its own.</param>
public sealed record Quota(int Count, QuotaPeriod Period, QuotaSubjects By = QuotaSubjects.AgencyAndPurpose)
{
    /// <summary>Its period and, where it is not the usual one, what it is counted by: <c>day</c>, <c>minute-client</c>, <c>hour-client-purpose</c>. Told to callers.</summary>
    public string Name => By == QuotaSubjects.AgencyAndPurpose ? PeriodName : $"{PeriodName}-{string.Join('-', SubjectNames)}";

    /// <summary><c>agency</c>, <c>client</c>, <c>purpose</c>, as in the file.</summary>
    public IEnumerable<string> SubjectNames =>
        from subject in (QuotaSubjects[])[QuotaSubjects.Agency, QuotaSubjects.Client, QuotaSubjects.Purpose]
        where By.HasFlag(subject)
        select NameOf(subject);

    public string PeriodName => Period switch
    {
        QuotaPeriod.Minute => "minute",
        QuotaPeriod.Hour => "hour",
        QuotaPeriod.Day => "day",
        _ => throw new InvalidOperationException($"period {Period}"),
    };

    private static string NameOf(QuotaSubjects subject) => subject switch
    {
        QuotaSubjects.Agency => "agency",
        QuotaSubjects.Client => "client",
        QuotaSubjects.Purpose => "purpose",
        _ => throw new InvalidOperationException($"subject {subject}"),
    };
}

/// <summary>What has a count of its own under a quota: calls that are alike in all of these are counted together.</summary>
[Flags]
public enum QuotaSubjects
{
    /// <summary>All calls that the row grants, together. No row says so.</summary>
    None = 0,

    /// <summary>An agency: all of its systems together.</summary>
    Agency = 1,

    /// <summary>One system of an agency, by its client id.</summary>
    Client = 2,

    /// <summary>A purpose. Alone: all agencies together, for a source that can only bear so much.</summary>
    Purpose = 4,

    /// <summary>What holds where a row does not say: each agency, for each purpose.</summary>
    AgencyAndPurpose = Agency | Purpose,
}

/// <summary>The period of a quota. A day is a civil day.</summary>
public enum QuotaPeriod
{
    Minute,
    Hour,
    Day,
}
