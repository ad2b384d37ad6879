using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange;

/// <summary>How every options class is checked at start: all faults of it are told together.</summary>
internal static class Settings
{
    /// <summary>What is said of the rules that do not hold.</summary>
    public static IReadOnlyList<string> Faults(params ReadOnlySpan<(bool Good, string Fault)> rules)
    {
        var faults = new List<string>();
        foreach (var (good, fault) in rules)
        {
            if (!good)
            {
                faults.Add(fault);
            }
        }

        return faults;
    }

    public static bool IsWithin(this TimeSpan value, TimeSpan least, TimeSpan most) => value >= least && value <= most;

    /// <summary>Options without fault.</summary>
    /// <exception cref="InvalidOperationException">There are faults; it names every one, and the start stops.</exception>
    public static T Required<T>(T options, IReadOnlyList<string> faults, string whose) =>
        faults.Count == 0 ? options : throw new InvalidOperationException($"{whose} options: {string.Join("; ", faults)}");

    /// <summary>The same for a store.</summary>
    /// <exception cref="StoreRefusedException">There are faults.</exception>
    public static void RequireForStore(IReadOnlyList<string> faults)
    {
        if (faults.Count > 0)
        {
            throw new StoreRefusedException(StoreRefusal.Options, string.Join("; ", faults));
        }
    }
}
