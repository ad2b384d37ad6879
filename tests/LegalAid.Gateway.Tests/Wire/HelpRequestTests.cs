using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Requests for a duty lawyer over the wire: several people on one notice, an appointment that holds the lawyer's time as a shift does, a move that lets it go.</summary>
public sealed class HelpRequestTests
{
    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Request_ForThreePeople_IsTakenForAllOrNone(Face face)
    {
        await using var gateway = await StartAsync();
        var people = Enumerable.Range(0, 3).Select(_ => Request()).ToArray();
        var faulty = Request();
        faulty["person"]!.AsObject().Remove("residentNumber"); // Request has a person
        var refused = await OpenAsync(gateway, face, [people[0], faulty]);
        Assert.Contains("openings[1].payload.person PERSON_IDENTITY_MISSING", refused.Faults);

        var opened = (await OpenAsync(gateway, face, people)).Required;
        Assert.Equal(3, opened["outcomes"]!.AsArray().Count); // accepted
        Assert.Equal(["request", "request", "request"], (await DeliveryTests.PullAsync(gateway, Notices.AidCentre)).Select(DeliveryTests.EventOf));
        Assert.Equal("ALREADY_OPEN", (await OpenAsync(gateway, face, [people[2]])).Code);
    }

    [Fact]
    public async Task Naming_WithAnAppointment_HoldsTheLawyersTimeUntilThePersonIsMoved()
    {
        await using var gateway = await StartAsync();
        var opened = (await OpenAsync(gateway, Face.Grpc, [Request(), Request()])).Required;
        var names = opened["outcomes"]!.AsArray().Select(outcome => outcome!["exchange"]!["name"]!.GetValue<string>()).ToArray(); // accepted
        var appointment = new JsonObject { ["startTime"] = "2026-03-03T09:00:00+08:00", ["endTime"] = "2026-03-03T10:30:00+08:00", ["travelBefore"] = "1800s" };

        Assert.True((await NameAsync(gateway, names[0], appointment)).Accepted);
        Assert.Equal("ALREADY_OPEN", (await NameAsync(gateway, names[1], appointment)).Code);
        var moved = await gateway[Notices.DetentionCentre].CallAsync(Face.Rest, "TakeStep", NoticeSteps.Take(names[0], "move-person", new JsonObject
        {
            ["kind"] = "MOVE_KIND_RELEASE",
            ["moveTime"] = "2026-03-02T09:00:00+08:00",
            ["changes"] = new JsonObject { ["custody"] = new JsonObject { ["status"] = "CUSTODY_STATUS_BAIL" }, ["presence"] = "DUTY_PRESENCE_NOBODY" },
        }));
        Assert.Equal("requested", moved.Required["exchange"]!["state"]!.GetValue<string>()); // every exchange has a state
        Assert.True((await NameAsync(gateway, names[1], appointment)).Accepted);
    }

    private static Task<GatewayFixture> StartAsync() => GatewayFixture.StartAsync(new GatewayStart { Time = new FakeTimeProvider(DemoSettings.CivilStart) });

    private static Task<FaceAnswer> OpenAsync(GatewayFixture gateway, Face face, IEnumerable<JsonObject> people) =>
        gateway[Notices.DetentionCentre].CallAsync(face, "OpenExchange", new JsonObject
        {
            ["type"] = "exchangeTypes/help-request",
            ["requestId"] = NoticeSteps.NewRequestId(),
            ["openings"] = new JsonArray([.. people.Select(payload => (JsonNode)new JsonObject { ["payload"] = payload.DeepClone() })]),
        });

    private static Task<FaceAnswer> NameAsync(GatewayFixture gateway, string name, JsonObject appointment) =>
        gateway[Notices.AidCentre].CallAsync(Face.Grpc, "TakeStep", NoticeSteps.Take(name, "notify-lawyer", new JsonObject
        {
            ["counsel"] = NoticeSteps.FirstCounsel, ["capacity"] = "HELP_CAPACITY_HELP", ["mode"] = "DUTY_MODE_BY_APPOINTMENT", ["appointment"] = appointment.DeepClone(),
        }));

    /// <summary>A request of the detention centre for a person of its own.</summary>
    private static JsonObject Request() => new()
    {
        ["caseNumber"] = "南公（青）拘字〔2026〕88号",
        ["source"] = "HELP_SOURCE_CUSTODY",
        ["stage"] = "STAGE_INVESTIGATION",
        ["person"] = Notices.Of("COURT").Notice["person"]!.DeepClone(), // every notice has one
        ["custody"] = new JsonObject { ["status"] = "CUSTODY_STATUS_DETAINED" },
        ["presence"] = "DUTY_PRESENCE_ON_DUTY",
        ["askTime"] = "2026-03-02T08:30:00+08:00",
        ["contact"] = new JsonObject { ["name"] = "虚构管教", ["phone"] = "0771-0000009" },
        ["aidCentre"] = $"agencies/{Notices.AidCentre}",
    };
}
