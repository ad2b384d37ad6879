using System.Globalization;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Duty;

/// <summary>A lawyer's booking: hours at a station with the journeys before and after, on the civil clock.</summary>
/// <param name="StartsAt">Before <paramref name="EndsAt"/>.</param>
/// <param name="TravelBefore">Not negative; none by phone or network.</param>
/// <param name="TravelAfter">Likewise.</param>
public sealed record DutyBooking(DutyLawyerId Lawyer, DateTime StartsAt, DateTime EndsAt, TimeSpan TravelBefore = default, TimeSpan TravelAfter = default);

/// <summary>A quarter of an hour of one lawyer: what a booking holds, each at most once over all bookings (占用).</summary>
/// <param name="Index">Quarters since 0001-01-01 00:00, civil.</param>
public readonly record struct DutyQuantum(DutyLawyerId Lawyer, long Index)
{
    /// <summary>When it begins.</summary>
    public DateTime StartsAt => TimeQuanta.StartOf(Index, DutyQuanta.Length);

    /// <summary>The hold's key: <c>duty/lawyer-7/202603140915</c>. Injective, since a moment has no slash.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"duty/{Lawyer.Value}/{StartsAt:yyyyMMddHHmm}");
}

/// <summary>
/// Which quarters of an hour a booking holds, so that bookings of any shape collide in a unique index and nobody is in two places.
/// <para>
/// A booking lasts from its start less the journey there to its end and the journey back, rounded outwards to whole quarters: down to the quarter
/// that has begun, up to the quarter that ends. So two bookings of one lawyer hold a quarter in common exactly where the rounded spans overlap:
/// whatever truly overlaps collides, what lies a quarter or more apart never does, and touching at a quarter's border is free.
/// </para>
/// </summary>
public static class DutyQuanta
{
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(15);

    /// <summary>No booking is longer, journeys included: 288 quarters.</summary>
    public static readonly TimeSpan SpanMax = TimeSpan.FromDays(3);

    /// <summary>The quarters in order, at least one.</summary>
    /// <exception cref="ArgumentException">It ends before it starts, a journey is negative, or the whole is longer than <see cref="SpanMax"/>: checked at the edge, so this is a bug.</exception>
    public static IReadOnlyList<DutyQuantum> Of(DutyBooking booking)
    {
        var (from, to) = (booking.StartsAt - booking.TravelBefore, booking.EndsAt + booking.TravelAfter);
        if (booking.EndsAt <= booking.StartsAt || booking.TravelBefore < TimeSpan.Zero || booking.TravelAfter < TimeSpan.Zero || to - from > SpanMax)
        {
            throw new ArgumentException("a booking ends after it starts, its journeys are not negative, and it is at most three days", nameof(booking));
        }

        var (first, end) = TimeQuanta.Covering(from, to, Length);
        var quanta = new DutyQuantum[end - first];
        for (var index = first; index < end; index++)
        {
            quanta[index - first] = new DutyQuantum(booking.Lawyer, index);
        }

        return quanta;
    }
}
