using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Simulation.Faults;

/// <summary>What a seed has befall connections.</summary>
internal static class TcpFates
{
    private const int AfterBytesMax = 64 * 1024;
    private const int BytesPerSecondMin = 64 * 1024;
    private static readonly TimeSpan DelayMax = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan SwallowMax = TimeSpan.FromSeconds(2);

    // PostgreSQL ends what it says to a COMMIT that was one with this, prepared or not; one that rolled back says ROLLBACK.
    private const string Committed = "COMMIT\0";
    private const int DatabaseAfterBytesMax = 16 * 1024;
    private static readonly TimeSpan DatabaseSilenceMax = TimeSpan.FromSeconds(4);
    private static readonly TcpFault[] DatabaseFaults = [TcpFault.Cut, TcpFault.HalfClose, TcpFault.Swallow, TcpFault.Stall, TcpFault.Withhold];

    /// <summary>The fate of the n-th connection by the seed: of so large a share something befalls it.</summary>
    public static TcpFate Of(Dice dice, string proxy, int connection, double share)
    {
        var what = FormattableString.Invariant($"{proxy} connection {connection}");
        if (dice.Roll(what) >= share)
        {
            return TcpFate.None;
        }

        var fault = (TcpFault)(1 + dice.Roll($"{what} fault", (int)TcpFault.Swallow));
        var time = (fault == TcpFault.Swallow ? SwallowMax : DelayMax) * dice.Roll($"{what} time");
        return new TcpFate(
            fault, dice.Roll($"{what} after", AfterBytesMax), time, BytesPerSecondMin + dice.Roll($"{what} rate", BytesPerSecondMin), dice.Roll($"{what} way") < 0.5);
    }

    /// <summary>The fate of the n-th connection to PostgreSQL by the seed: something befalls every one.</summary>
    public static TcpFate OfDatabase(Dice dice, int connection)
    {
        var what = FormattableString.Invariant($"database connection {connection}");
        return new TcpFate(
            DatabaseFaults[dice.Roll($"{what} fault", DatabaseFaults.Length)], dice.Roll($"{what} after", DatabaseAfterBytesMax),
            DatabaseSilenceMax * dice.Roll($"{what} time"), TowardsTarget: dice.Roll($"{what} way") < 0.5, Word: Committed);
    }
}
