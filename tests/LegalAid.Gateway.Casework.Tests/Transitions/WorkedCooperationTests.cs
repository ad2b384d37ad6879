using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Casework.Tests.Calendars;
using LegalAid.Gateway.Casework.Tests.House;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Casework.Transitions;
using YamlDotNet.RepresentationModel;

namespace LegalAid.Gateway.Casework.Tests.Transitions;

/// <summary>Every story of worked-cooperation.yaml, by the shipped types: pauses, forwards, dates that are agreed anew.</summary>
public sealed class WorkedCooperationTests
{
    private const string Guangzhou = "guangzhou-aid-centre", Origin = "nanning-qingxiu-aid-centre", Asked = "liuzhou-aid-centre", Due = "2026-03-20";

    private static readonly Lazy<IReadOnlyDictionary<string, YamlNode>> Stories = new(() =>
        ((YamlSequenceNode)CalendarFiles.Parse(Path.Combine(
            SourceTree.Root, "tests", "LegalAid.Gateway.Casework.Tests", "Transitions", "worked-cooperation.yaml")))
        .ToDictionary(story => story.Text("id")));

    /// <summary>The shipped configuration, and a centre under another calendar.</summary>
    private static readonly Lazy<ConfigurationSnapshot> World = new(() => ShippedType.Snapshot with
    {
        Agencies = new AgencyDirectory([
            .. ShippedType.Snapshot.Agencies.All,
            ShippedType.Snapshot.Agencies.Get(AgencyId.Parse(Asked)) with
            {
                Id = AgencyId.Parse(Guangzhou), Region = RegionCode.TryParse("440100", out var region, out _) ? region : throw new InvalidOperationException("440100"), Serves = [], Supervisor = null,
            },
        ]),
    });

    public static TheoryData<string> Ids() => [.. Stories.Value.Keys];

    [Fact]
    public void Table_AsShipped_HasStoriesEnough()
    {
        Assert.True(Stories.Value.Count >= 40, $"{Stories.Value.Count} stories");
        Assert.All(Stories.Value.Values, story => Assert.NotEmpty(story.Text("story")));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Clocks_WorkedByHand_AgreeToTheTick(string id)
    {
        var story = Stories.Value[id];
        var type = ShippedType.Snapshot.FindType(new ExchangeTypeId(story.TextOrNull("type") ?? "cooperation.verify-facts"));
        var play = new Play(type ?? throw new ArgumentException(id), World.Value, ShippedType.NoFindings);

        foreach (var line in (YamlSequenceNode)((YamlMappingNode)story)["timeline"])
        {
            play.At(Instant(line.Text("at")));
            if (line.TextOrNull("step") is { } step)
            {
                Take(play, step, line);
            }
            else
            {
                play.Tick();
                See(play.Clock(line.Text("see")), line);
            }
        }

        if (story.TextOrNull("of") is { } clock)
        {
            Assert.Equal(
                ((YamlSequenceNode)((YamlMappingNode)story)["said"]).Select(said => Said(((YamlScalarNode)said).Value!)), // the list holds scalars
                play.Said.Where(message => (string?)message.Payload["clock"] == clock && message.Event.StartsWith("clock.", StringComparison.Ordinal))
                    .Select(message => (message.Event["clock.".Length..], message.OccurredAt)));
        }
    }

    private static void See(ClockRun run, YamlNode line)
    {
        Assert.Equal(line.Text("is"), run.Status.ToString());
        Assert.Equal(line.TextOrNull("run") ?? "1", run.Run.ToString(CultureInfo.InvariantCulture));
        if (line.TextOrNull("due") is { } due)
        {
            Assert.Equal(Instant(due), run.DueAt);
            Assert.Equal(line.TextOrNull("provisional") == "true", run.Provisional);
        }

        if (line.TextOrNull("by") is { } by)
        {
            Assert.Equal(by, run.Obligated.Value);
        }
    }

    private static void Take(Play play, string step, YamlNode line)
    {
        switch (step)
        {
            case "request":
                Assert.IsType<Decision.Accepted>(play.TryOpen(
                    new JsonObject
                    {
                        ["kind"] = "COOPERATION_KIND_VERIFY_FACTS", ["recipient"] = $"agencies/{line.TextOrNull("to") ?? Asked}", ["dueDate"] = line.TextOrNull("due") ?? Due,
                    },
                    AgencyId.Parse(line.TextOrNull("from") ?? Origin), "cooperation-letter"));
                break;
            case "apply":
                Assert.IsType<Decision.Accepted>(play.TryOpen([], AgencyId.Parse(Origin)));
                break;
            case "check-out" or "check-back" or "find-evidence-needed" or "find-for-person":
                Assert.Equal(line.TextOrNull("taken") != "false", play.Own(step, Checked(line)) is Decision.Accepted);
                break;
            default:
                play.Take(step, Payload(step, line));
                break;
        }
    }

    private static JsonObject Checked(YamlNode line) => line.TextOrNull("of-check") is { } check
        ? new JsonObject { ["exchange"] = $"exchanges/{check}", ["occurTime"] = ShippedType.Time(Instant(line.TextOrNull("since") ?? line.Text("at"))) }
        : [];

    private static JsonObject Payload(string step, YamlNode line) => step switch
    {
        "forward" => new JsonObject { ["to"] = $"agencies/{line.Text("to")}" },
        "propose-date" => new JsonObject { ["dueDate"] = line.Text("due") },
        "agree-date" => new JsonObject { ["agreed"] = new JsonObject { ["dueDate"] = line.Text("due") } },
        "supply" => new JsonObject { ["added"] = new JsonObject() },
        _ => [],
    };

    private static (string Event, DateTimeOffset At) Said(string text) => text.Split(' ') is [var said, var at] ? (said, Instant(at)) : throw new FormatException(text);

    private static DateTimeOffset Instant(string text) => text.EndsWith("T24:00", StringComparison.Ordinal)
        ? DateOnly.ParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture).EndOfDay()
        : new DateTimeOffset(
            DateTime.ParseExact(text, ["yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None), CivilTime.Offset);
}
