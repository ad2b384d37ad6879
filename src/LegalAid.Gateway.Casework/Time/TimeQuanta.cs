namespace LegalAid.Gateway.Casework.Time;

/// <summary>
/// Time cut into pieces of one length, counted from 0001-01-01 00:00 of the civil clock, so that spans of any shape collide in a unique index: a span
/// has every piece that it touches, and two spans have a piece in common exactly where they overlap once both are rounded outwards to whole pieces.
/// </summary>
public static class TimeQuanta
{
    /// <summary>The pieces that a span touches: from the one in which it begins up to, and without, <c>End</c>. None where it does not last.</summary>
    /// <param name="length">Longer than nothing.</param>
    public static (long First, long End) Covering(DateTime from, DateTime to, TimeSpan length) =>
        (from.Ticks / length.Ticks, (to.Ticks + length.Ticks - 1) / length.Ticks);

    /// <summary>When a piece begins, civil.</summary>
    public static DateTime StartOf(long index, TimeSpan length) => new(index * length.Ticks, DateTimeKind.Unspecified);
}
