namespace LegalAid.Gateway.Casework.Tests.House;

/// <summary>What a house test found against the rule, one line each.</summary>
internal static class Findings
{
    /// <summary>Fails with all of them.</summary>
    public static void AreNone(IEnumerable<string> findings)
    {
        var all = findings.Distinct(StringComparer.Ordinal).ToList();
        if (all.Count > 0)
        {
            Assert.Fail(string.Join('\n', all));
        }
    }
}
