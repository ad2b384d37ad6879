namespace LegalAid.Gateway.Testing;

/// <summary>What befalls a connection.</summary>
public enum TcpFault
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
public sealed record TcpFate(
    TcpFault Fault, long AfterBytes = 0, TimeSpan Time = default, int BytesPerSecond = int.MaxValue, bool TowardsTarget = true, string Word = "")
{
    public static readonly TcpFate None = new(TcpFault.None);
}
