using System.Globalization;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Tests.House;
using LegalAid.Gateway.Casework.Time;
using YamlDotNet.RepresentationModel;

namespace LegalAid.Gateway.Casework.Tests.Calendars;

/// <summary>Every line of worked-deadlines.yaml, a table worked by hand.</summary>
public sealed class WorkedDeadlineTests
{
    private static readonly Lazy<IReadOnlyDictionary<string, YamlNode>> Table = new(() =>
        ((YamlSequenceNode)CalendarFiles.Parse(Path.Combine(
            SourceTree.Root, "tests", "LegalAid.Gateway.Casework.Tests", "Calendars", "worked-deadlines.yaml")))
        .ToDictionary(row => row.Text("id")));

    public static TheoryData<string> Ids() => [.. Table.Value.Keys];

    [Fact]
    public void Table_AsShipped_HasReasonsAndEnoughRows()
    {
        Assert.True(Table.Value.Count >= 70, $"{Table.Value.Count} rows");
        Assert.All(Table.Value.Values, row =>
        {
            Assert.NotEmpty(row.Text("why"));
            Assert.NotEmpty(row.Text("basis"));
        });
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Compute_WorkedByHand_AgreesToTheTick(string id)
    {
        var row = Table.Value[id];
        Assert.True(TimeLimit.TryParse(row.Text("limit"), out var limit));
        var calendar = CalendarFiles.Catalogue.For(row.TextOrNull("region") ?? "450103");

        var outcome = Deadlines.Compute(
            Enum.Parse<CountingRule>(row.Text("rule")), limit, Instant(row.Text("start")), calendar, Pauses(row));

        if (row.TextOrNull("suspended") is { } since)
        {
            Assert.Equal(new DeadlineOutcome.Suspended(Instant(since), IfResumedNow: null), outcome);
            return;
        }

        var due = Instant(row.Text("due"));
        var expected = new Deadline(
            due,
            row.TextOrNull("provisional") == "true",
            calendar.Version,
            row.TextOrNull("nominal") is { } nominal ? Instant(nominal) : due);
        Assert.Equal(new DeadlineOutcome.Due(expected), outcome);
        Assert.Equal(CivilTime.Offset, outcome.DeadlineOrNull?.DueAt.Offset);
    }

    private static IReadOnlyList<Pause> Pauses(YamlNode row) =>
        ((YamlMappingNode)row).Children.TryGetValue(new YamlScalarNode("pauses"), out var pauses)
            ? [.. ((YamlSequenceNode)pauses).Select(pause => ReadPause(((YamlScalarNode)pause).Value!))]  // the list holds scalars
            : [];

    private static Pause ReadPause(string text)
    {
        var ends = text.Split('/');
        return new Pause(Instant(ends[0]), ends[1].Length == 0 ? null : Instant(ends[1]));
    }

    private static DateTimeOffset Instant(string text)
    {
        if (text.EndsWith('Z'))
        {
            return DateTimeOffset.ParseExact(text, "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        }

        return text.EndsWith("T24:00", StringComparison.Ordinal)
            ? DateOnly.ParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture).EndOfDay()
            : new DateTimeOffset(
                DateTime.ParseExact(text, ["yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None),
                CivilTime.Offset);
    }
}
