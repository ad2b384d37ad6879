using System.Globalization;
using System.Text.Json.Nodes;
using CsCheck;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Tests.Transitions;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Casework.Tests.Catalogue;

/// <summary>Which pieces of time a hold claims, and what is no span.</summary>
public sealed class HoldSpanTests
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    private static readonly HoldDefinition Hold = new("time", [new FormedPath(PayloadPath.Parse("said.who"), ComparedAs.Text)], [new StateName("open")])
    {
        Span = new HoldSpan(
            PayloadPath.Parse("said.from"), PayloadPath.Parse("said.to"), new SpanLead.At(PayloadPath.Parse("said.before")), new SpanLead.Fixed(TimeSpan.Zero), Quarter),
    };

    [Theory]
    [InlineData("09:00", "09:15", null, "0900")]
    [InlineData("09:00", "09:16", null, "0900 0915")]
    [InlineData("09:14", "09:16", null, "0900 0915")]
    [InlineData("09:00", "09:15", "1s", "0845 0900")]
    [InlineData("09:00", "09:15", "900s", "0845 0900")]
    [InlineData("09:00", "09:15", "900.001s", "0830 0845 0900")]
    [InlineData("09:00", "09:15", "0s", "0900")]
    public void Of_Span_OneKeyForEachPieceThatItTouches(string from, string to, string? before, string pieces) =>
        Assert.Equal(pieces.Split(' ').Select(piece => "A\n20260302" + piece), Keys(View($"2026-03-02T{from}:00+08:00", $"2026-03-02T{to}:00+08:00", before)));

    [Fact]
    public void Of_OneInstantInTwoOffsets_TheSameKeys() =>
        Assert.Equal(Keys(View("2026-03-02T09:00:00+08:00", "2026-03-02T10:00:00+08:00")), Keys(View("2026-03-02T01:00:00Z", "2026-03-02T02:00:00Z")));

    [Theory]
    [InlineData(null, "2026-03-02T02:00:00Z")]
    [InlineData("2026-03-02T02:00:00Z", null)]
    public void Of_AbsentEnd_ClaimsNothing(string? from, string? to) => Assert.Empty(Keys(View(from, to)));

    [Fact]
    public void Of_AbsentPart_ClaimsNothing()
    {
        var view = View("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
        view["said"]!.AsObject().Remove("who"); // View puts it there

        Assert.Empty(Keys(view));
    }

    [Theory]
    [InlineData("2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z", null)]
    [InlineData("2026-03-02T09:00:00Z", "2026-03-02T08:59:59Z", null)]
    [InlineData("2026-03-02T09:00:00Z", "tomorrow", null)]
    [InlineData("", "2026-03-02T09:00:00Z", null)]
    [InlineData("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z", "-1s")]
    [InlineData("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z", "1h")]
    [InlineData("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z", "s")]
    [InlineData("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z", "86401s")]
    [InlineData("2026-03-02T09:00:00Z", "2026-03-04T09:00:01Z", null)]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T01:00:00Z", "3600s")]
    [InlineData("9999-12-31T23:00:00Z", "9999-12-31T23:30:00Z", null)]
    public void Read_NoSpan_IsUnsound(string from, string to, string? before) =>
        Assert.IsType<SpanReading.Unsound>(Hold.Span!.Read(View(from, to, before))); // Hold has one

    [Fact]
    public void Read_OfTheLongest_IsSound() =>
        Assert.Equal(HoldSpan.QuantaMax, Keys(View("2026-03-02T09:00:00Z", "2026-03-04T09:00:00Z")).Length);

    [Fact]
    public void Of_TwoSpans_ShareAKeyExactlyWhereTheyOverlapRoundedOutwards() =>
        Gen.Select(Gen.Int[0, 600], Gen.Int[1, 300], Gen.Int[0, 90], Gen.Int[0, 600], Gen.Int[1, 300], Gen.Int[0, 90]).Sample(
            (from, length, before, otherFrom, otherLength, otherBefore) =>
            {
                var (one, other) = (Keys(At(from, length, before)), Keys(At(otherFrom, otherLength, otherBefore)));
                var (start, end) = (Down(from - before), -Down(-(from + length)));
                var (otherStart, otherEnd) = (Down(otherFrom - otherBefore), -Down(-(otherFrom + otherLength)));
                return one.Intersect(other).Any() == (start < otherEnd && otherStart < end) && one.Length == (end - start) / 15;
            });

    [Fact]
    public void Take_StepThatMakesTheSpanUnsound_IsRefusedAtItsEnd()
    {
        var play = new Play(SmallType.Type() with { Holds = [Hold] });

        var refused = Assert.IsType<Decision.Refused>(play.TryOpen(Said("2026-03-02T09:00:00Z", "2026-03-02T08:00:00Z")));
        Assert.Equal(["to: TIME_SPAN_INVALID"], refused.Faults.Select(fault => $"{fault.Field}: {fault.Code.Code}"));

        play.Open(Said("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"));
        refused = Assert.IsType<Decision.Refused>(play.TryTake("amend", new JsonObject { ["changes"] = new JsonObject { ["to"] = "2026-03-02T09:00:00Z" } }));
        Assert.Equal(["changes.to: TIME_SPAN_INVALID"], refused.Faults.Select(fault => $"{fault.Field}: {fault.Code.Code}"));
    }

    [Fact]
    public void Take_IntoAStateThatHoldsNothing_DoesNotAskForASpan()
    {
        var play = new Play(SmallType.Type() with { Holds = [Hold with { While = [new StateName("answered")] }] });

        play.Open(Said("2026-03-02T09:00:00Z", "2026-03-02T08:00:00Z"));
        Assert.IsType<Decision.Refused>(play.TryTake("answer"));
    }

    private static string[] Keys(JsonObject view) => [.. HoldKeys.Of(Hold, view).Keys];

    private static int Down(int minutes) => (int)Math.Floor(minutes / 15.0) * 15;

    private static JsonObject At(int from, int length, int before)
    {
        var start = new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.FromHours(8)).AddMinutes(from);
        return View(Written(start), Written(start.AddMinutes(length)), $"{before * 60}s");
    }

    private static string Written(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);

    private static JsonObject View(string? from, string? to, string? before = null) => new() { ["said"] = Said(from, to, before) };

    private static JsonObject Said(string? from, string? to, string? before = null)
    {
        var said = new JsonObject { ["who"] = "A" };
        foreach (var (name, value) in new[] { ("from", from), ("to", to), ("before", before) })
        {
            if (value is not null)
            {
                said[name] = value;
            }
        }

        return said;
    }
}
