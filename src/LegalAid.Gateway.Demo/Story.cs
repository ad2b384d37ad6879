using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Contracts.Exchanges.V1;
using LegalAid.Gateway.Contracts.Mailbox.V1;
using LegalAid.Gateway.Demo.Agencies;
using ClockState = LegalAid.Gateway.Contracts.Exchanges.V1.Clock.Types.State;

namespace LegalAid.Gateway.Demo;

/// <summary>
/// The main job, end to end, by the agencies' own systems: notices by REST and gRPC, replies by push and mailbox, and what the clocks
/// say. Each step checks what it saw; a step that does not hold is named with what was wrong.
/// </summary>
public sealed class Story(DemoGateway gateway, DemoSeeds seeds, PushReceiver courtDesk, InTrays trays, StoryTable table)
{
    public const string Court = "nanning-qingxiu-court";
    public const string OtherCourt = "liuzhou-chengzhong-court";
    public const string Police = "nanning-qingxiu-police";
    public const string Procuratorate = "nanning-qingxiu-procuratorate";
    public const string AidCentre = "nanning-qingxiu-aid-centre";
    public const string Supervisor = "nanning-justice-bureau";
    public const string FirstFirm = "demo-first-law-firm";
    public const string SecondFirm = "demo-second-law-firm";
    public const string DetentionCentre = "nanning-first-detention-centre";

    /// <summary>All systems that take part.</summary>
    public static IReadOnlyList<string> Cast { get; } =
        [Court, OtherCourt, Police, Procuratorate, AidCentre, Supervisor, FirstFirm, SecondFirm, DetentionCentre];

    private JsonObject _minorRequest = [];
    private DefenceNotice _minor = new();
    private string _minorJws = "";
    private DefenceNotice _deaf = new();
    private List<DefenceNotice> _coAccused = [];

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        await MinorAsync(cancellationToken);
        await HearingMovesAsync(cancellationToken);
        await CounselNamedAsync(cancellationToken);
        await CourtLearnsAsync(cancellationToken);
        await FirmAcceptsAsync(cancellationToken);
        await VisitAsync(cancellationToken);
        await DeafWithdrawnAsync(cancellationToken);
        await CoAccusedAsync(cancellationToken);
        await BreachAsync(cancellationToken);
        await DuplicateAsync(cancellationToken);
        await ForeignCourtAsync(cancellationToken);
        await HistoryAsync(cancellationToken);
    }

    private Task MinorAsync(CancellationToken stop) => StepAsync("青秀区法院为 16 岁被告人通知辩护\nA district court gives notice for a minor of 16", async step =>
    {
        _minorRequest = seeds.Request("minor-theft", "NOTICE_KIND_COURT");
        var answer = await gateway[Court].PostAsync("/v1/defenceNotices", _minorRequest, stop);
        step.Expect(answer.Status == 200, $"accepted, but {answer.Status} {answer.Code}");
        var outcome = answer.Body.As<SubmitDefenceNoticeResponse>().Outcomes[0];
        (_minor, _minorJws) = (outcome.Notice, outcome.Receipt.Jws);
        var claims = await ReceiptCheck.VerifyAsync(_minorJws, gateway[Court], stop);
        step.Expect(claims?["digest"]?.GetValue<string>() == outcome.Receipt.PayloadDigest, "the receipt verifies by the published key");
        step.Expect(_minor.Exchange.Parties.Any(party => party.Agency.EndsWith(AidCentre, StringComparison.Ordinal)), "the competent centre was found by place");
        step.Way("法院 ─REST→ 网关 ─邮箱→ 青秀区法援中心；签名回执\ncourt → gateway → mailbox of the centre; signed receipt");
        step.Clock(_minor, "assign", ClockState.Running);
        step.Clock(_minor, "hearing-lead", ClockState.Met);
    });

    private Task HearingMovesAsync(CancellationToken stop) => StepAsync("法院更改开庭日期，期限随之移动\nThe court moves the hearing, and the clock with it", async step =>
    {
        var before = ClockOf(_minor, "counsel-in-place").DueTime;
        var answer = await gateway[Court].PostAsync($"/v1/{_minor.Name}:amend", new JsonObject
        {
            ["requestId"] = "demo-amend-hearing",
            ["amendment"] = new JsonObject
            {
                ["reason"] = "合议庭排期调整",
                ["changes"] = new JsonObject { ["hearing"] = new JsonObject { ["startTime"] = "2026-04-22T09:00:00+08:00", ["place"] = "第三法庭" } },
            },
        }, stop);
        step.Expect(answer.Status == 200, $"amended, but {answer.Status} {answer.Code}");
        _minor = answer.Body.As<DefenceNoticeOutcome>().Notice;
        var after = ClockOf(_minor, "counsel-in-place").DueTime;
        step.Expect(after.ToDateTimeOffset() - before.ToDateTimeOffset() == TimeSpan.FromDays(13), $"moved by 13 days, but from {before} to {after}");
        step.Way("法院 ─REST→ 网关 ─邮箱→ 法援中心\ncourt → gateway → mailbox");
        step.Clock(_minor, "counsel-in-place", ClockState.Running);
    });

    private Task CounselNamedAsync(CancellationToken stop) => StepAsync("法援中心经 gRPC 流收到通知并指派律师\nThe centre receives by gRPC stream and names counsel", async step =>
    {
        foreach (var expected in new[] { "submit", "amend" })
        {
            var delivery = await trays.NextAsync(gateway[AidCentre], stop);
            step.Expect(delivery.Envelope.Event == expected, $"{expected} first, but {delivery.Envelope.Event}");
        }

        await gateway.AdvanceAsync(TimeSpan.FromHours(5));
        var outcome = await gateway[AidCentre].Defence.AssignCounselAsync(
            new AssignCounselRequest
            {
                Name = _minor.Name,
                RequestId = "demo-assign-minor",
                Assignment = new CounselAssignment { Counsel = Lawyers.Jia, LetterNumber = "青法援公函〔2026〕18号", Speciality = "未成年人" },
            },
            cancellationToken: stop);
        _minor = outcome.Notice;
        step.Expect(_minor.State == "assigned", $"assigned, but {_minor.State}");
        step.Way("网关 ─gRPC 流→ 法援中心 ─gRPC→ 网关\ngRPC stream, then AssignCounsel");
        step.Clock(_minor, "assign", ClockState.Met);
    });

    private Task CourtLearnsAsync(CancellationToken stop) => StepAsync("法院收到签名推送的函复\nThe court gets the reply by signed push", async step =>
    {
        using var patience = Patience.Bounded(stop);
        var pushed = await courtDesk.NextAsync(pushed => pushed.Event == "assign-counsel", patience.Token);
        step.Expect(pushed.Envelope["payload"]?["counsel"]?["licenceNumber"]?.GetValue<string>() == Lawyers.Jia.LicenceNumber, "the reply names counsel");
        var jws = pushed.Envelope["receiptJws"]?.GetValue<string>() ?? "";
        step.Expect(await ReceiptCheck.VerifyAsync(jws, gateway[Court], stop) is not null, "its receipt verifies by the published key");
        step.Expect(courtDesk.Refused == 0, "no push was badly signed");
        step.Way("网关 ─推送 CloudEvents，Standard Webhooks 签名→ 法院\nsigned CloudEvent to the court");
    });

    private Task FirmAcceptsAsync(CancellationToken stop) => StepAsync("律所取得指派通知书并接受\nThe firm takes the assignment letter and accepts", async step =>
    {
        var letter = await TakeAsync(FirstFirm, _minor, "assign-counsel", stop);
        step.Expect(letter is not null, "the assignment letter is in the firm's mailbox");
        var outcome = await gateway[FirstFirm].Defence.RespondToAssignmentAsync(
            new RespondToAssignmentRequest
            {
                Name = _minor.Name,
                RequestId = "demo-accept-minor",
                Response = new AssignmentResponse { Answer = AssignmentAnswer.Accepted },
            },
            cancellationToken: stop);
        _minor = outcome.Notice;
        step.Expect(_minor.State == "accepted", $"accepted, but {_minor.State}");
        step.Way("网关 ─邮箱（REST 取件）→ 律所 ─gRPC→ 网关\nmailbox pull, then the firm's answer");
        step.Clock(_minor, "firm-answer", ClockState.Met);
        step.Clock(_minor, "counsel-in-place", ClockState.Met);
    });

    private Task VisitAsync(CancellationToken stop) => StepAsync("律师申请会见，看守所 48 小时内安排\nCounsel asks to meet; the detention centre arranges within 48 h", async step =>
    {
        var name = _minor.Exchange.Name;
        var asked = await gateway[FirstFirm].PostAsync($"/v1/{name}:takeStep", new JsonObject
        {
            ["step"] = "request-visit",
            ["requestId"] = "demo-visit",
            ["payload"] = new JsonObject { ["lawyerName"] = Lawyers.Jia.Name, ["personName"] = _minor.Notice.Person.Name },
        }, stop);
        step.Expect(asked.Status == 200, $"asked, but {asked.Status} {asked.Code}");
        var running = asked.Body.As<StepOutcome>().Exchange.Clocks.Single(clock => clock.Clock_ == "visit");
        step.Expect(running.DueTime.ToDateTimeOffset() - running.StartTime.ToDateTimeOffset() == TimeSpan.FromHours(48), "48 hours to the tick");
        await gateway.AdvanceAsync(TimeSpan.FromHours(3));
        var arranged = await gateway[DetentionCentre].PostAsync($"/v1/{name}:takeStep", new JsonObject
        {
            ["step"] = "arrange-visit",
            ["requestId"] = "demo-visit-arranged",
            ["payload"] = new JsonObject { ["visitTime"] = "2026-03-03T10:00:00+08:00", ["place"] = "第二会见室" },
        }, stop);
        step.Expect(arranged.Status == 200, $"arranged, but {arranged.Status} {arranged.Code}");
        step.Way("律所 ─REST（通用步骤）→ 网关 ─邮箱→ 看守所\nthe generic ExchangeService");
        step.Clock(arranged.Body.As<StepOutcome>().Exchange, "visit", ClockState.Met);
    });

    private Task DeafWithdrawnAsync(CancellationToken stop) => StepAsync("公安为听力残疾嫌疑人通知，随后因自行委托而撤回\nThe police give notice for a deaf suspect, then withdraw: own counsel appeared", async step =>
    {
        var answer = await gateway[Police].PostAsync("/v1/defenceNotices", seeds.Request("deaf-fraud", "NOTICE_KIND_POLICE"), stop);
        step.Expect(answer.Status == 200, $"accepted, but {answer.Status} {answer.Code}");
        _deaf = answer.Body.As<SubmitDefenceNoticeResponse>().Outcomes[0].Notice;
        await gateway.AdvanceAsync(TimeSpan.FromHours(2));
        var withdrawn = await gateway[Police].Defence.WithdrawDefenceNoticeAsync(
            new WithdrawDefenceNoticeRequest
            {
                Name = _deaf.Name,
                RequestId = "demo-withdraw",
                Withdrawal = new Withdrawal { Ground = WithdrawalGround.OwnCounsel, OwnCounselName = "虚构自聘律师" },
            },
            cancellationToken: stop);
        _deaf = withdrawn.Notice;
        step.Expect(_deaf is { State: "withdrawn", Exchange.Final: true }, $"withdrawn for good, but {_deaf.State}");
        step.Expect(await TakeAsync(AidCentre, _deaf, "withdraw", stop) is not null, "the centre learned of it");
        step.Way("公安 ─REST→ 网关；公安 ─gRPC→ 网关 ─邮箱→ 法援中心\nREST, gRPC, mailbox");
        step.Clock(_deaf, "assign", ClockState.Cancelled);
    });

    private Task CoAccusedAsync(CancellationToken stop) => StepAsync("检察院一份通知列三名同案人，两人得到指派\nA notice for three co-accused; two are answered", async step =>
    {
        var request = seeds.Request("three-co-accused", "NOTICE_KIND_PROCURATORATE").As<SubmitDefenceNoticeRequest>();
        var submitted = await gateway[Procuratorate].Defence.SubmitDefenceNoticeAsync(request, cancellationToken: stop);
        _coAccused = [.. submitted.Outcomes.Select(outcome => outcome.Notice)];
        step.Expect(_coAccused.Count == 3 && _coAccused.Select(notice => notice.Exchange.NoticeId).Distinct().Count() == 1, "one notice, three exchanges");
        foreach (var (notice, counsel) in _coAccused.Zip([Lawyers.Jia, Lawyers.Ding]))
        {
            var outcome = await gateway[AidCentre].Defence.AssignCounselAsync(
                new AssignCounselRequest
                {
                    Name = notice.Name,
                    RequestId = $"demo-assign-{counsel.LicenceNumber}",
                    Assignment = new CounselAssignment { Counsel = counsel, LetterNumber = "青法援公函〔2026〕19号" },
                },
                cancellationToken: stop);
            step.Clock(outcome.Notice, "assign", ClockState.Met);
        }

        step.Way("检察院 ─gRPC→ 网关（三人同时接受或均不接受）\ngRPC, all or nothing");
        step.Clock(_coAccused[2], "assign", ClockState.Running);
    });

    private Task BreachAsync(CancellationToken stop) => StepAsync("第三人先预警后逾期，法援中心与司法局均获知\nThe third runs into warning and breach; the centre and its bureau are told", async step =>
    {
        var due = ClockOf(_coAccused[2], "assign").DueTime.ToDateTimeOffset();
        await gateway.AdvanceAsync(due - TimeSpan.FromHours(20) - gateway.Civil.Now);
        step.Expect(await TakeAsync(AidCentre, _coAccused[2], "clock.warning", stop) is not null, "the centre is warned");
        await gateway.AdvanceAsync(due + TimeSpan.FromHours(1) - gateway.Civil.Now);
        foreach (var told in new[] { AidCentre, Supervisor })
        {
            var breach = await TakeAsync(told, _coAccused[2], "clock.breach", stop);
            var missed = breach?.Envelope.OccurTime.ToDateTimeOffset();
            step.Expect(missed == due, $"{told} is told the true instant {due}, but {missed}");
        }

        _coAccused[2] = await gateway[AidCentre].Defence.GetDefenceNoticeAsync(
            new GetDefenceNoticeRequest { Name = _coAccused[2].Name }, cancellationToken: stop);
        step.Way("网关 ─邮箱→ 法援中心、市司法局（不含个人信息）\nto the centre and its supervisor, no personal data");
        step.Clock(_coAccused[2], "assign", ClockState.Breached);
    });

    private Task DuplicateAsync(CancellationToken stop) => StepAsync("法院重复提交，得到第一次的回执\nA duplicate submission returns the first receipt", async step =>
    {
        var answer = await gateway[Court].PostAsync("/v1/defenceNotices", _minorRequest, stop);
        var outcome = answer.Body?["outcomes"]?[0];
        step.Expect(answer.Status == 200, $"answered, but {answer.Status} {answer.Code}");
        step.Expect(outcome?["receipt"]?["jws"]?.GetValue<string>() == _minorJws, "the same signed receipt");
        step.Expect(outcome?["notice"]?["name"]?.GetValue<string>() == _minor.Name, "the same notice");
        var changed = _minorRequest.DeepClone().AsObject();
        changed["people"]![0]!["notice"]!["cause"] = "抢劫罪"; // the seeds' own form
        var reused = await gateway[Court].PostAsync("/v1/defenceNotices", changed, stop);
        step.Expect(reused.Code == "REQUEST_ID_REUSED", $"other content under the same id is refused, but {reused.Status} {reused.Code}");
        step.Way("法院 ─REST→ 网关\nsame request id, same content");
    });

    private Task ForeignCourtAsync(CancellationToken stop) => StepAsync("外市法院不能代发，也看不到\nA court of another city is refused what is not its own", async step =>
    {
        var foreign = seeds.Request("minor-theft", "NOTICE_KIND_COURT");
        foreign["requestId"] = "demo-foreign";
        var answer = await gateway[OtherCourt].PostAsync("/v1/defenceNotices", foreign, stop);
        step.Expect(answer is { Status: 403, Code: "CASE_NUMBER_OF_ANOTHER_COURT" }, $"refused, but {answer.Status} {answer.Code}");
        var hidden = await gateway[OtherCourt].GetAsync($"/v1/{_minor.Name}", stop);
        var absent = await gateway[OtherCourt].GetAsync("/v1/defenceNotices/01900000-0000-7000-8000-000000000000", stop);
        step.Expect(hidden is { Status: 404, Code: "NOT_FOUND" } && absent is { Status: 404, Code: "NOT_FOUND" }, "hidden looks like absent");
        step.Way("柳州法院 ─REST→ 网关：403；读取：404\nrefused, and the refusal is evidence");
    });

    private Task HistoryAsync(CancellationToken stop) => StepAsync("存证：谁在何时知道什么\nThe evidence: who knew what when", async step =>
    {
        var history = await gateway[Court].Exchanges.ListHistoryAsync(new ListHistoryRequest { Parent = _minor.Exchange.Name }, cancellationToken: stop);
        step.Expect(history.Events.Any(entry => entry is { Kind: HistoryEvent.Types.Kind.Delivery, Event: "delivered" }), "delivery is proven");
        step.Expect(history.Events.All(entry => entry.LeafHash.Length == 64), "every event has its leaf");
        step.Way(string.Create(CultureInfo.InvariantCulture, $"{history.Events.Count} 条存证叶 · evidence leaves for the first notice"));
    });

    private static Clock ClockOf(DefenceNotice notice, string clock) => notice.Exchange.Clocks.Single(one => one.Clock_ == clock);

    private Task<Delivery?> TakeAsync(string agency, DefenceNotice notice, string expected, CancellationToken stop) =>
        trays.TakeAsync(gateway[agency], notice.Exchange.Name, expected, stop);

    private Task StepAsync(string what, Func<StoryStep, Task> play) => table.PlayAsync(gateway.Civil, what, play);
}
