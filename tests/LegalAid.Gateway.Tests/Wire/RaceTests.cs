using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Steps that race on one exchange over real sockets: exactly one is taken, and every other learns exactly why it was not.</summary>
public sealed class RaceTests(WireFixture wire) : IClassFixture<WireFixture>
{
    private const int Rounds = 15;
    private const int Runners = 16;

    [Fact]
    public async Task AssignAndWithdraw_Racing_EndInOneOrder()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var name = await wire.Gateway.NoticeInAsync("notified");
            var (assign, withdraw) = (
                wire.Gateway[Notices.AidCentre].CallAsync(FaceOf(round), "AssignCounsel", NoticeSteps.Assign(name)),
                wire.Gateway[Notices.Court].CallAsync(FaceOf(round + 1), "WithdrawDefenceNotice", NoticeSteps.Withdraw(name)));
            var (assigned, withdrawn) = (await assign, await withdraw);

            // A withdrawal may follow an assignment; an assignment never follows a withdrawal.
            Assert.True(withdrawn.Accepted, withdrawn.Code);
            Assert.True(assigned.Accepted || assigned.Code == "STATE_WRONG", assigned.Code);
            var notice = await wire.Gateway[Notices.Court].CallAsync(Face.Grpc, "GetDefenceNotice", new() { ["name"] = name });
            Assert.Equal("withdrawn", notice.Required["state"]!.GetValue<string>()); // every notice has a state
            Assert.Equal(assigned.Accepted ? 3 : 2, await StepsOfAsync(name));
        }
    }

    [Fact]
    public async Task WithdrawAndDecline_AtTheVersionBothRead_OneIsTaken()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var name = await wire.Gateway.NoticeInAsync("notified");
            var (one, other) = (NoticeRequest(NoticeSteps.Withdraw(name)), NoticeRequest(NoticeSteps.Decline(name)));
            var answers = await Task.WhenAll(
                wire.Gateway[Notices.Court].CallAsync(FaceOf(round), "WithdrawDefenceNotice", one),
                wire.Gateway[Notices.AidCentre].CallAsync(FaceOf(round + 1), "DeclineDefenceNotice", other));

            Assert.Single(answers, answer => answer.Accepted);
            Assert.Single(answers, answer => answer.Code == "VERSION_MOVED");
            Assert.Equal(2, await StepsOfAsync(name));
        }

        static System.Text.Json.Nodes.JsonObject NoticeRequest(System.Text.Json.Nodes.JsonObject request)
        {
            request["expectedVersion"] = 1;
            return request;
        }
    }

    [Fact]
    public async Task Assignments_Racing_ExactlyOneIsTaken()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var name = await wire.Gateway.NoticeInAsync("notified");
            var answers = await Task.WhenAll(Enumerable.Range(0, Runners).Select(runner => wire.Gateway[Notices.AidCentre].CallAsync(
                FaceOf(runner), "AssignCounsel", NoticeSteps.Assign(name, runner % 2 == 0 ? NoticeSteps.FirstCounsel : NoticeSteps.SecondCounsel))));

            Assert.Single(answers, answer => answer.Accepted);
            Assert.All(answers.Where(answer => !answer.Accepted), answer => Assert.Equal("STATE_WRONG", answer.Code));
            Assert.Equal(2, await StepsOfAsync(name));
        }
    }

    [Fact]
    public async Task Submissions_OfOnePersonRacing_OneIsOpened()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sample = Notices.Of("COURT");
            var answers = await Task.WhenAll(Enumerable.Range(0, Runners).Select(runner =>
            {
                var request = sample.Request.DeepClone().AsObject();
                request["requestId"] = NoticeSteps.NewRequestId();
                return wire.Gateway[sample.Organ].CallAsync(FaceOf(runner), "SubmitDefenceNotice", request);
            }));

            Assert.Single(answers, answer => answer.Accepted);
            Assert.All(answers.Where(answer => !answer.Accepted), answer => Assert.Equal("people[0] ALREADY_OPEN", Assert.Single(answer.Faults)));
            var found = await wire.Gateway[sample.Organ].CallAsync(
                Face.Rest, "SearchDefenceNotices", new() { ["residentNumber"] = sample.Person["residentNumber"]!.DeepClone(), ["caseNumber"] = sample.Notice["caseNumber"]!.DeepClone() });
            Assert.Single(found.Required["notices"]!.AsArray());
        }
    }

    [Fact]
    public async Task SameRequest_RacingWithItself_HasOneEffectAndOneReceipt()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var sample = Notices.Of("POLICE");
            var opened = await Task.WhenAll(Enumerable.Range(0, Runners).Select(runner =>
                wire.Gateway[sample.Organ].CallAsync(FaceOf(runner), "SubmitDefenceNotice", sample.Request)));
            Assert.Single(opened.Select(answer => answer.Required.ToJsonString()).Distinct(StringComparer.Ordinal));

            var name = opened[0].Required["outcomes"]![0]!["notice"]!["name"]!.GetValue<string>(); // accepted
            var assign = NoticeSteps.Assign(name);
            var assigned = await Task.WhenAll(Enumerable.Range(0, Runners).Select(runner =>
                wire.Gateway[Notices.AidCentre].CallAsync(FaceOf(runner), "AssignCounsel", assign)));
            Assert.Single(assigned.Select(answer => answer.Required.ToJsonString()).Distinct(StringComparer.Ordinal));
            Assert.Equal(2, await StepsOfAsync(name, Notices.Police));
        }
    }

    private static Face FaceOf(int number) => number % 2 == 0 ? Face.Rest : Face.Grpc;

    /// <summary>How many steps the exchange's history knows.</summary>
    private async Task<int> StepsOfAsync(string notice, string reader = Notices.Court)
    {
        var history = await wire.Gateway[reader].CallAsync(
            Face.Grpc, "ListHistory", new() { ["parent"] = notice.Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal) });
        return history.Required["events"]!.AsArray().Count(entry => entry!["kind"]!.GetValue<string>() == "KIND_STEP"); // every event has a kind
    }
}
