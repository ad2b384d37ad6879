using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Duty;
using LegalAid.Gateway.Casework.Duty.Files;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Duty;

/// <summary>Calendars of duty, read by Mozilla's ical.js, which shares nothing with what wrote them.</summary>
public sealed class DutyCalendarTests
{
    private static readonly LocalizedText Station = new("南宁市第一看守所；二区, \"东\"", "First Detention Centre");

    private static readonly DateTimeOffset Morning = new(2026, 3, 4, 9, 0, 0, TimeSpan.FromHours(8));

    [Fact]
    public async Task Write_ShiftsOfALawyer_OpensInAThirdPartysParserFieldByField()
    {
        var text = DutyCalendar.Write(new LocalizedText("值班", "Duty"), [Shift("b", 1), Shift("a", 0) with { Place = @"会见室\3" }, Shift("c", 2) with { Cancelled = true, Version = 4 }]);
        var read = await ReadAsync(text);

        Assert.Equal(("值班 Duty", "PUBLISH"), (read["name"]!.GetValue<string>(), read["method"]!.GetValue<string>())); // every calendar has both
        Assert.Equal(
            [
                $"a|值班 {Station.Zh}|{Station.Zh} 会见室\\3|2026-03-04T01:00:00.000Z|2026-03-04T04:00:00.000Z|CONFIRMED|0",
                $"b|值班 {Station.Zh}|{Station.Zh}|2026-03-05T01:00:00.000Z|2026-03-05T04:00:00.000Z|CONFIRMED|0",
                $"c|值班 {Station.Zh}|{Station.Zh}|2026-03-06T01:00:00.000Z|2026-03-06T04:00:00.000Z|CANCELLED|4",
            ],
            read["events"]!.AsArray().Select(one => string.Join('|', one!.AsObject().Select(field => field.Value?.ToString())))); // it has events
    }

    [Fact]
    public async Task Write_ForAStation_NamesTheLawyerAndALongNameIsFoldedBetweenCharacters()
    {
        var name = string.Concat(Enumerable.Repeat("虚构𠀀律师", 20));
        var text = DutyCalendar.Write(Station, [Shift("a", 0) with { LawyerName = name }]);

        Assert.Equal($"值班 {Station.Zh} {name}", (await ReadAsync(text))["events"]![0]!["summary"]!.GetValue<string>()); // as written
    }

    [Fact]
    public void Write_TheSameShiftsInAnotherOrder_IsTheSameText() => Assert.Equal(
        DutyCalendar.Write(Station, [Shift("a", 0), Shift("b", 0)]), DutyCalendar.Write(Station, [Shift("b", 0), Shift("a", 0)]));

    [Fact]
    public async Task Write_NoShift_IsAnEmptyCalendar() => Assert.Empty((await ReadAsync(DutyCalendar.Write(Station, [])))["events"]!.AsArray()); // it has the list

    [Fact]
    public void Write_MoreThanTheBound_KeepsTheLatest()
    {
        var text = DutyCalendar.Write(Station, Enumerable.Range(0, DutyCalendar.EventsMax + 1).Select(day => Shift($"shift-{day}", day)));

        Assert.DoesNotContain("UID:shift-0\r\n", text, StringComparison.Ordinal);
        Assert.Contains("UID:shift-1\r\n", text, StringComparison.Ordinal);
    }

    private static DutyEvent Shift(string uid, int day) =>
        new(uid, Morning.AddDays(day), Morning.AddDays(day).AddHours(3), Station, "", DutyMode.OnSite, LawyerName: null, Morning.AddDays(-7), Version: 0);

    private static async Task<JsonObject> ReadAsync(string text)
    {
        var said = await NodeTools.AskAsync("ical.js", "read-calendar.cjs", new JsonObject { ["text"] = text }, TestContext.Current.CancellationToken);
        return JsonNode.Parse(said)!.AsObject(); // the program prints an object
    }
}
