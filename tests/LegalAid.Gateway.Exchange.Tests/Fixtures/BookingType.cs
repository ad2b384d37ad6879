using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;

namespace LegalAid.Gateway.Exchange.Tests.Fixtures;

/// <summary>The small exchange as a booking: while it is asked it holds its lawyer's quarters of an hour, the journey included. Withdrawing it gives them back.</summary>
internal static class BookingType
{
    public static ExchangeType Type { get; } = SmallExchange.Type with
    {
        Digest = new string('d', 64),
        CaseNumber = null,
        Clocks = [],
        Holds =
        [
            new HoldDefinition("lawyer-time", [new FormedPath(PayloadPath.Parse("question.lawyer"), ComparedAs.Text)], [SmallExchange.Asked])
            {
                Span = new HoldSpan(
                    PayloadPath.Parse("question.startTime"), PayloadPath.Parse("question.endTime"), new SpanLead.At(PayloadPath.Parse("question.travel")),
                    new SpanLead.At(PayloadPath.Parse("question.travel")), TimeSpan.FromMinutes(15)),
            },
        ],
    };

    public static readonly StepName Swap = new("swap");

    public static readonly StepName Give = new("give");

    /// <summary>The same, and two bookings can change lawyers in one act.</summary>
    public static ExchangeType Swappable { get; } = Type with
    {
        Digest = new string('e', 64),
        Steps =
        [
            .. Type.Steps,
            Changing(Swap) with { Together = new JointStep(PayloadPath.Parse("given.exchange"), Give, PayloadPath.Parse("given")) },
            Changing(Give),
        ],
    };

    private static StepDefinition Changing(StepName name) =>
        Type.Steps.Single(step => step.Name == SmallExchange.Note) with { Name = name, View = new ViewChange.Patch("question", PayloadPath.Parse("changes")) };

    public static ConfigurationSnapshot Snapshot(ExchangeType? type = null) => (SmallExchange.Snapshot() with
    {
        Types = new Dictionary<ExchangeTypeId, ExchangeType> { [SmallExchange.Id] = type ?? Type }.ToFrozenDictionary(),
    }).WithTypeRows();

    public static JsonObject Payload(Booking booking) => new()
    {
        ["centre"] = SmallExchange.CentreId.ResourceName,
        ["lawyer"] = string.Create(CultureInfo.InvariantCulture, $"lawyer-{booking.Lawyer}"),
        ["startTime"] = Written(booking.StartMinute),
        ["endTime"] = Written(booking.EndMinute),
        ["travel"] = string.Create(CultureInfo.InvariantCulture, $"{booking.TravelMinutes * 60}s"),
    };

    private static string Written(int minute) => LedgerWorld.Start.AddDays(1).AddMinutes(minute).ToString("O", CultureInfo.InvariantCulture);
}

/// <summary>Hours of a lawyer somewhere, in minutes after one morning.</summary>
/// <param name="TravelMinutes">There, and as many back.</param>
internal sealed record Booking(int Lawyer, int StartMinute, int EndMinute, int TravelMinutes)
{
    /// <summary>The quarters that are taken, reckoned apart from the code under test: minute by minute.</summary>
    public IReadOnlySet<int> Quarters { get; } = Enumerable
        .Range(StartMinute - TravelMinutes, EndMinute - StartMinute + (2 * TravelMinutes)).Select(minute => (int)Math.Floor(minute / 15.0)).ToHashSet();

    public bool Collides(Booking other) => Lawyer == other.Lawyer && Quarters.Overlaps(other.Quarters);
}
