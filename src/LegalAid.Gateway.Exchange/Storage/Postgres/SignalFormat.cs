using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// Signals as the server carries them: <c>node flags agency,agency,…</c>, flags being c for clocks, k for the configuration or - for neither.
/// A payload is under 8,000 bytes, so many agencies go as several.
/// </summary>
internal static class SignalFormat
{
    /// <summary>Agencies in one payload: an id is at most 63 letters long.</summary>
    private const int RecipientsMax = 100;

    public static IEnumerable<string> Format(string node, StoreSignal signal)
    {
        var flags = (signal.ClocksChanged ? "c" : "") + (signal.ConfigurationChanged ? "k" : "");
        return signal.Recipients.IsEmpty
            ? [$"{node} {(flags.Length == 0 ? "-" : flags)} "]
            : signal.Recipients.Chunk(RecipientsMax).Select(chunk => $"{node} {(flags.Length == 0 ? "-" : flags)} {string.Join(',', chunk)}");
    }

    /// <summary>Null where it is this node's own, or nothing that a node says.</summary>
    public static StoreSignal? Parse(string payload, string node)
    {
        var parts = payload.Split(' ');
        if (parts.Length != 3 || parts[0] == node)
        {
            return null;
        }

        var recipients = ImmutableArray.CreateBuilder<AgencyId>();
        foreach (var text in parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!AgencyId.TryParse(text, out var agency))
            {
                return null;
            }

            recipients.Add(agency);
        }

        return new StoreSignal(recipients.ToImmutable(), parts[1].Contains('c'), parts[1].Contains('k'));
    }
}
