using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>Reads how often and how many at once an agency is asked: <c>{ retries, hedge-after, concurrency, breaker: { failure-percent, attempts-min, window, pause } }</c>.</summary>
internal static class ConnectorPaceForm
{
    private const int RetriesMax = 5, ConcurrencyMax = 64, AttemptsMin = 2, AttemptsMax = 1000;

    private static readonly TimeSpan HedgeMin = TimeSpan.FromMilliseconds(10), HedgeMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WindowMin = TimeSpan.FromSeconds(1), PauseMin = TimeSpan.FromMilliseconds(500), Longest = TimeSpan.FromMinutes(10);

    /// <summary>The numbers; where one is left out or wrong, its default.</summary>
    public static ConnectorPace Read(YamlNode? node, FaultSink faults)
    {
        var without = ConnectorPace.Default;
        if (MapReader.Open(node, faults) is not { } map)
        {
            return without;
        }

        var pace = new ConnectorPace(
            ScalarForms.Number(map.Find("retries"), faults, 0, RetriesMax) ?? without.Retries,
            ScalarForms.Duration(map.Find("hedge-after"), faults, HedgeMin, HedgeMax),
            ScalarForms.Number(map.Find("concurrency"), faults, 1, ConcurrencyMax) ?? without.ConcurrencyMax,
            ReadBreaker(map.Find("breaker"), faults));
        map.Close();
        return pace;
    }

    private static ConnectorBreaker ReadBreaker(YamlNode? node, FaultSink faults)
    {
        var without = ConnectorBreaker.Default;
        if (MapReader.Open(node, faults) is not { } map)
        {
            return without;
        }

        var breaker = new ConnectorBreaker(
            ScalarForms.Number(map.Find("failure-percent"), faults, 1, 100) ?? without.FailurePercent,
            ScalarForms.Number(map.Find("attempts-min"), faults, AttemptsMin, AttemptsMax) ?? without.AttemptsMin,
            ScalarForms.Duration(map.Find("window"), faults, WindowMin, Longest) ?? without.Window,
            ScalarForms.Duration(map.Find("pause"), faults, PauseMin, Longest) ?? without.Pause);
        map.Close();
        return breaker;
    }
}
