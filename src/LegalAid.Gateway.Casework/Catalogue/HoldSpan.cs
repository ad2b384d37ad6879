using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Catalogue;

/// <summary>
/// Time that a hold claims beside its parts: one key for each piece of <see cref="Step"/> that it touches, from <see cref="From"/> less <see cref="Before"/> to
/// <see cref="To"/> and <see cref="After"/>. So whoever the parts name is in one place at a time, however long what they do lasts (占用).
/// </summary>
/// <param name="From">Path in the view to an instant (RFC 3339).</param>
/// <param name="To">Likewise, after <paramref name="From"/>.</param>
/// <param name="Before">What is needed before, such as the journey there.</param>
/// <param name="After">What is needed after.</param>
/// <param name="Step">Divides a day; one minute to one day.</param>
public sealed record HoldSpan(PayloadPath From, PayloadPath To, SpanLead Before, SpanLead After, TimeSpan Step)
{
    /// <summary>No span touches more pieces: two days of quarters of an hour.</summary>
    public const int QuantaMax = 192;

    public static readonly TimeSpan StepMin = TimeSpan.FromMinutes(1), StepMax = TimeSpan.FromDays(1), LeadMax = TimeSpan.FromDays(1);

    /// <summary>What the view says of the span.</summary>
    public SpanReading Read(JsonObject view)
    {
        if (From.Find(view) is null || To.Find(view) is null)
        {
            return SpanReading.Absent.Instance;
        }

        if (Instant(From, view) is not { } from || Instant(To, view) is not { } to || Before.Read(view) is not { } before || After.Read(view) is not { } after
            || to <= from || before < TimeSpan.Zero || after < TimeSpan.Zero || before > LeadMax || after > LeadMax
            || from - DateTime.MinValue < before || DateTime.MaxValue - to < after + StepMax)
        {
            return SpanReading.Unsound.Instance;
        }

        var (first, end) = TimeQuanta.Covering(from - before, to + after, Step);
        return end - first > QuantaMax ? SpanReading.Unsound.Instance : new SpanReading.Pieces(first, end);
    }

    /// <summary>A piece as it stands in a key: when it begins, civil.</summary>
    public string KeyOf(long index) => TimeQuanta.StartOf(index, Step).ToString("yyyyMMddHHmm", CultureInfo.InvariantCulture);

    private static DateTime? Instant(PayloadPath path, JsonObject view) =>
        DateTimeOffset.TryParse(path.FindText(view), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
        && instant.Year is > 1 and < 9999
            ? instant.ToCivil().DateTime
            : null;
}

/// <summary>How long before or after a span somebody is bound as well.</summary>
public abstract record SpanLead
{
    private SpanLead()
    {
    }

    /// <summary>The same always.</summary>
    public sealed record Fixed(TimeSpan Length) : SpanLead;

    /// <summary>A duration in the view, as protobuf writes it (<c>5400s</c>); none where it is absent.</summary>
    public sealed record At(PayloadPath Path) : SpanLead;

    /// <summary>The length, or null where what stands in the view is no duration.</summary>
    internal TimeSpan? Read(JsonObject view) => this switch
    {
        Fixed known => known.Length,
        At { Path: var path } when path.Find(view) is null => TimeSpan.Zero,
        At { Path: var path } when path.FindText(view) is ['-' or (>= '0' and <= '9'), .., 's'] text
            && decimal.TryParse(text.AsSpan(..^1), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            && Math.Abs(seconds) < 10_000_000 => TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)),
        _ => null,
    };
}

/// <summary>What a view says of a hold's span.</summary>
public abstract record SpanReading
{
    private SpanReading()
    {
    }

    /// <summary>It has no beginning or no end: nothing is claimed.</summary>
    public sealed record Absent : SpanReading
    {
        public static readonly Absent Instance = new();
    }

    /// <summary>It is no span, or too long: the step that would make it so is refused.</summary>
    public sealed record Unsound : SpanReading
    {
        public static readonly Unsound Instance = new();
    }

    /// <summary>The pieces that it touches, from <paramref name="First"/> up to and without <paramref name="End"/>.</summary>
    public sealed record Pieces(long First, long End) : SpanReading;
}
