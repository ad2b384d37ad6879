using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Demo.Agencies.Bodies;
using ClockState = LegalAid.Gateway.Contracts.Exchanges.V1.Clock.Types.State;

namespace LegalAid.Gateway.Demo;

/// <summary>
/// Three applicants, as a centre's system would have them verified: one whom the register settles, one whose source is down and who signs an undertaking, and one who gets
/// a document drafted once a body has answered by file, hours later. What bodies know of them stands in <c>seeds/facts.yaml</c>.
/// </summary>
public sealed class EligibilityStory(DemoGateway gateway, DemoSeeds seeds, SimulatedBodies bodies, StoryTable table)
{
    /// <summary>Longer than a body that is down is tried.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    /// <summary>Longer than folders are looked into from both sides.</summary>
    private static readonly TimeSpan FileWait = TimeSpan.FromSeconds(60);

    /// <summary>The body that answers by file.</summary>
    private const string Union = "trade-union";

    private readonly Dictionary<string, int> _asked = new(StringComparer.Ordinal);
    private string _worker = "", _neighbour = "";

    private AgencySystem Centre => gateway[Story.AidCentre];

    private EligibilityService.EligibilityServiceClient Client => new(Centre.Invoker);

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        await OnTheRegisterAsync(cancellationToken);
        await SourceDownAsync(cancellationToken);
        await SourceBackAsync(cancellationToken);
        await AnswersByFileAsync(cancellationToken);
        await DraftingOnlyAsync(cancellationToken);
    }

    private Task OnTheRegisterAsync(CancellationToken stop) => table.PlayAsync(gateway.Civil, "低保对象申请援助，只问民政即予援助\nAn applicant on the register: civil affairs alone is asked, aid is granted", async step =>
    {
        var found = await VerifyAsync(step, "on-register", Application("on-register", "maintenance", "1979-04-18"), stop);
        step.Expect(found is { State: "granted", Determination.Outcome: Outcome.Eligible }, $"granted, but {found.State} {found.Determination?.Outcome}");
        Asked(step, "法援中心 ─REST→ 网关", "civil-affairs");
        step.Clock(found.Exchange, "decide", ClockState.Met);
    });

    private Task SourceDownAsync(CancellationToken stop) => table.PlayAsync(gateway.Civil, "人社系统中断，职工签承诺，先予援助\nThe wage source is down; the worker signs an undertaking and gets aid", async step =>
    {
        bodies["social-security"].Faults = new BodyFaults(Down: true);
        var found = await VerifyAsync(step, "near-threshold", Application("near-threshold", "traffic-injury", "1985-06-15"), stop);
        _worker = found.Name;
        step.Expect(found.State == "evidence-needed" && found.Determination.Open.Contains("household-income"), $"the income is asked for, but {found.State}: {string.Join(' ', found.Determination?.Open ?? [])}");
        step.Expect(found.Progress.Asks.Any(ask => ask is { Body: "social-security", State: AskState.Unavailable }), "the source that is down is no no");
        var undertaking = new Undertaking { SignDate = Today, PaperSha256 = new string('b', 64) };
        undertaking.Facts.Add(new UndertakenFact { Fact = "household-income", Value = "1980.00" });
        var content = new SupplementContent();
        content.Undertakings.Add(undertaking);
        found = await SupplyAsync(content, "demo-undertaking", stop);
        step.Expect(found is { State: "provisional", Determination.Outcome: Outcome.UndertakingAccepted }, $"provisional, but {found.State} {found.Determination?.Outcome}");
        Asked(step, "法援中心 ─REST、gRPC→ 网关", null);
        step.Clock(found.Exchange, "decide", ClockState.Met);
    });

    private Task SourceBackAsync(CancellationToken stop) => table.PlayAsync(gateway.Civil, "次日人社恢复，再次核查，依工资记录决定\nThe source is back the next day: checked again, decided on the record", async step =>
    {
        bodies["social-security"].Faults = BodyFaults.None;
        Count();
        await gateway.AdvanceAsync(TimeSpan.FromDays(1));
        var found = await SupplyAsync(new SupplementContent { Authorisation = AuthorisationOf("near-threshold").As<Authorisation>() }, "demo-again", stop);
        step.Expect(found is { State: "granted", Determination.Outcome: Outcome.Eligible }, $"granted, but {found.State} {found.Determination?.Outcome}");
        step.Expect(found.Progress.Answers.Any(answer => answer is { Fact: "household-income", Value: "1989.99", Body: "social-security" }), "by what the source says");
        var explained = await Client.ExplainVerificationAsync(new ExplainVerificationRequest { Name = _worker }, cancellationToken: stop);
        step.Expect(explained.TextZh.Contains("1989.99", StringComparison.Ordinal), "the explanation names the sum");
        Asked(step, "法援中心 ─gRPC→ 网关", "social-security");
        step.Clock(found.Exchange, "decide", ClockState.Met);
    });

    /// <summary>The draft of 2017 knows the drafting of documents; the application fell into its time, and the pack is named.</summary>
    private Task AnswersByFileAsync(CancellationToken stop) => table.PlayAsync(gateway.Civil, "收入高于标准、案情简单（按当时规则）；工会按文件答复，暂不下结论\nAbove the threshold, a simple matter (by the rules of then); the union answers by file: nothing is decided yet", async step =>
    {
        bodies[Union].Faults = new BodyFaults(Down: true); // the file lies there over noon
        var application = Application("above-threshold", "neighbours", "1983-09-26", ("simple-case", "true"), ("sex", "male"));
        (application["receivedDate"], application["pack"]) = ("2021-12-30", "nanning-2017-draft");
        var found = await VerifyAsync(step, "above-threshold", application, stop);
        _neighbour = found.Name;
        step.Expect(found.State == "checking", $"still checking, but {found.State} {found.Determination?.Outcome}");
        step.Expect(found.Progress.Asks.Any(ask => ask is { Body: Union, State: AskState.Later }), "the union's answer is to come by itself");
        Asked(step, "法援中心 ─REST→ 网关 ─文件→ 工会；网关", null);
        step.Clock(found.Exchange, "decide", ClockState.Running);
    });

    private Task DraftingOnlyAsync(CancellationToken stop) => table.PlayAsync(gateway.Civil, "数小时后答复文件到达：只代书\nHours later the file of answers comes: a document is drafted", async step =>
    {
        Count();
        await gateway.AdvanceAsync(TimeSpan.FromHours(4));
        bodies[Union].Faults = BodyFaults.None;
        var found = await DecidedAsync(_neighbour, stop);
        step.Expect(found is { State: "granted", Determination.Outcome: Outcome.DraftingOnly }, $"drafting only, but {found.State} {found.Determination?.Outcome} {string.Join(' ', found.Determination?.Open ?? [])}");
        step.Expect(found.Determination?.Grounds.Any(ground => ground.Rule == "drafting") == true, "by the rule on drafting");
        step.Expect(found.Progress.Answers.Any(answer => answer is { Fact: "worker-file", Body: Union }), "by what the union says");
        Asked(step, "", Union);
        step.Way("工会 ─文件→ 网关 ─邮箱→ 法援中心");
        step.Clock(found.Exchange, "decide", ClockState.Met);
    });

    private string Today => gateway.Civil.Now.CivilDate().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task<Verification> VerifyAsync(StoryStep step, string person, JsonObject application, CancellationToken stop)
    {
        Count();
        var answer = await Centre.PostAsync("/v1/verifications", new JsonObject { ["application"] = application, ["requestId"] = $"demo-{person}", ["waitDuration"] = string.Create(CultureInfo.InvariantCulture, $"{Wait.TotalSeconds}s") }, stop);
        step.Expect(answer.Status == 200, $"accepted, but {answer.Status} {answer.Code}");
        return answer.Status == 200
            ? answer.Body.As<VerificationOutcome>().Verification
            : throw new InvalidOperationException(answer.Body?.ToJsonString());
    }

    private async Task<Verification> SupplyAsync(SupplementContent content, string requestId, CancellationToken stop)
    {
        var outcome = await Client.SupplyFactsAsync(
            new SupplyFactsRequest
            {
                Name = _worker,
                RequestId = requestId,
                Supplement = new Supplement { Added = content },
                WaitDuration = Duration.FromTimeSpan(Wait),
            },
            cancellationToken: stop);
        return outcome.Verification;
    }

    /// <summary>The verification when it is no longer being checked, or as it stands when the wait is over.</summary>
    private Task<Verification> DecidedAsync(string name, CancellationToken stop) => Patience.WatchAsync(
        token => Client.WatchVerification(new WatchVerificationRequest { Name = name }, cancellationToken: token), seen => seen.State is not ("" or "checking"), stop, FileWait);

    private void Count()
    {
        foreach (var body in bodies.All)
        {
            _asked[body.Body] = body.Asked;
        }
    }

    /// <summary>Who was asked since the last count, as the bodies counted it.</summary>
    /// <param name="alone">Nobody but this body; null: whoever.</param>
    private void Asked(StoryStep step, string way, string? alone)
    {
        var asked = bodies.All.Where(body => body.Asked > _asked[body.Body]).Select(body => body.Body).ToList();
        step.Expect(alone is null || asked.SequenceEqual([alone]), $"{alone} alone, but {string.Join(' ', asked)}");
        step.Way($"{way} ─→ {(asked.Count == 0 ? "无人 nobody" : string.Join('、', asked))}");
    }

    private JsonObject Application(string person, string matter, string birth, params ReadOnlySpan<(string Fact, string Value)> more)
    {
        var facts = new JsonArray();
        foreach (var (fact, value) in (ReadOnlySpan<(string, string)>)
            [("matter", matter), ("has-counsel", "false"), ("other-scope", "false"), ("family-dispute", "false"), ("birth-date", birth), .. more])
        {
            facts.Add((JsonNode)new JsonObject { ["fact"] = fact, ["value"] = value, ["ground"] = "FACT_GROUND_STATED" });
        }

        return new JsonObject
        {
            ["person"] = seeds.Person(person),
            ["receivedDate"] = Today,
            ["place"] = "450103",
            ["facts"] = facts,
            ["authorisation"] = AuthorisationOf(person),
        };
    }

    private JsonObject AuthorisationOf(string person) =>
        new() { ["people"] = new JsonArray(seeds.Person(person)), ["expireDate"] = "2026-12-31", ["paperSha256"] = new string('a', 64) };
}
