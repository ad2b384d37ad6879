namespace LegalAid.Gateway.Simulation.Faults;

/// <summary>What befalls a connection.</summary>
internal enum TcpFault
{
    None,

    /// <summary>It is reset as soon as it is made.</summary>
    Refuse,

    /// <summary>Each piece is late.</summary>
    Delay,

    /// <summary>So many bytes a second and no more.</summary>
    Throttle,

    /// <summary>After some bytes it is reset, in both directions.</summary>
    Cut,

    /// <summary>After some bytes one direction ends as if its sender had finished; the other goes on.</summary>
    HalfClose,

    /// <summary>After some bytes nothing passes any more, and nobody is told; a while later it is reset.</summary>
    Swallow,

    /// <summary>After some bytes one piece is late, once.</summary>
    Stall,

    /// <summary>After some bytes the first answer that says a certain word is lost and the connection reset: what was asked is done, and who asked is not told.</summary>
    Withhold,
}

/// <summary>The fate of one connection.</summary>
/// <param name="AfterBytes">Bytes that pass, in both directions together (HalfClose: in its own), before it strikes.</param>
/// <param name="Time">How late a piece is; how long nothing passes.</param>
/// <param name="TowardsTarget">The direction that HalfClose ends.</param>
/// <param name="Word">ASCII; of the answer that Withhold takes.</param>
internal sealed record TcpFate(
    TcpFault Fault, long AfterBytes = 0, TimeSpan Time = default, int BytesPerSecond = int.MaxValue, bool TowardsTarget = true, string Word = "")
{
    public static readonly TcpFate None = new(TcpFault.None);

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
            return None;
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
