using System.Globalization;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Testing;

/// <summary>People nobody is: each has the unassigned region 450199, so that a number can belong to no living person.</summary>
public static class SyntheticPeople
{
    private static readonly int[] Weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    private static readonly DateOnly FirstBirth = new(1970, 1, 1);
    private static int _last;

    /// <summary>A number that no other call in this process gives.</summary>
    public static int NextSerial() => Interlocked.Increment(ref _last);

    /// <summary>A resident number with its check digit (GB 11643, ISO 7064 MOD 11-2).</summary>
    /// <param name="sequence">0 to 999; odd for a man.</param>
    public static string ResidentNumber(DateOnly birth, int sequence, string region = "450199")
    {
        var body = region + birth.ToString("yyyyMMdd", CultureInfo.InvariantCulture) + sequence.ToString("D3", CultureInfo.InvariantCulture);
        var sum = body.Select((digit, i) => (digit - '0') * Weights[i]).Sum();
        return body + "10X98765432"[sum % 11];
    }

    /// <summary>An adult, the same for the same serial.</summary>
    public static JsonObject Adult(int serial) => Of(serial, FirstBirth, days: 9_000);

    /// <summary>A minor at the demo's date.</summary>
    public static JsonObject Minor(int serial) => Of(serial, new DateOnly(2009, 9, 1), days: 300);

    /// <summary>Numbers differ for serials up to a thousand times the days: where the days begin anew, the sequence is another.</summary>
    private static JsonObject Of(int serial, DateOnly first, int days) => new()
    {
        ["name"] = $"虚构试{serial.ToString(CultureInfo.InvariantCulture)}号",
        ["residentNumber"] = ResidentNumber(first.AddDays(serial % days), (serial + (7 * (serial / days))) % 1000),
    };
}
