using LegalAid.Gateway.Casework.Configuration.Agencies;
using LegalAid.Gateway.Casework.Configuration.Yaml;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>Reads <c>anonymous</c> and <c>connections</c>: what bounds callers before they are known.</summary>
internal static class FrontForm
{
    public static AnonymousSettings ReadAnonymous(MapReader map)
    {
        var unset = new AnonymousSettings();
        var anonymous = new AnonymousSettings
        {
            FailuresMax = Whole(map, "failures-max", unset.FailuresMax, 1, 10_000),
            FailuresAllMax = Whole(map, "failures-all-max", unset.FailuresAllMax, 1, 1_000_000),
            RequestsMax = Whole(map, "requests-max", unset.RequestsMax, 1, 100_000),
            RequestsAllMax = Whole(map, "requests-all-max", unset.RequestsAllMax, 1, 10_000_000),
            NetworksMax = Whole(map, "networks-max", unset.NetworksMax, 100, 1_000_000),
            TrustedProxies = new(map.Find("trusted-proxies") is null ? [] : ChannelForm.Networks(map, "trusted-proxies")),
            CountLoopback = map.Flag("count-loopback", otherwise: unset.CountLoopback),
        };
        Order(map, "failures-all-max", anonymous.FailuresMax, anonymous.FailuresAllMax);
        Order(map, "requests-all-max", anonymous.RequestsMax, anonymous.RequestsAllMax);
        return anonymous;
    }

    public static ConnectionSettings ReadConnections(MapReader map)
    {
        var unset = new ConnectionSettings();
        return new ConnectionSettings
        {
            ConnectionsMax = Whole(map, "connections-max", unset.ConnectionsMax, 10, 1_000_000),
            StreamsMax = Whole(map, "streams-max", unset.StreamsMax, 1, 1_000),
            ResetsMax = Whole(map, "resets-max", unset.ResetsMax, 1, 100_000),
            HeadersMax = Whole(map, "headers-max", unset.HeadersMax, 20, 1_000),
            HeaderKibibytesMax = Whole(map, "header-kibibytes-max", unset.HeaderKibibytesMax, 8, 256),
            HeadersTimeout = Span(map, "headers-timeout", unset.HeadersTimeout, "2min"),
            IdleTimeout = Span(map, "idle-timeout", unset.IdleTimeout, "1h"),
        };
    }

    private static void Order(MapReader map, string key, int one, int all)
    {
        if (all < one)
        {
            map.Faults.Add(map.Find(key) ?? map.Node, SettingsFaults.AllUnderOne, key);
        }
    }

    private static int Whole(MapReader map, string key, int otherwise, int min, int max) =>
        ScalarForms.Number(map.Find(key), map.Faults, min, max) ?? otherwise;

    private static TimeSpan Span(MapReader map, string key, TimeSpan otherwise, string max) =>
        ScalarForms.Duration(map.Find(key), map.Faults, TimeSpan.FromSeconds(1), ScalarForms.Duration(max)) ?? otherwise;
}
