using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Exchange.Clocks;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>What one organ gives notice of, again and again.</summary>
/// <param name="Seed">The case of <c>seeds/</c> it is made after.</param>
/// <param name="CaseNumber">The case number of the n-th.</param>
/// <param name="ByRest">REST, else gRPC.</param>
internal sealed record OrganScript(string Seed, NoticeKind Kind, Func<int, string> CaseNumber, bool ByRest, bool HasHearing)
{
    public static readonly OrganScript Court = new(
        "minor-theft", NoticeKind.Court, number => Text($"（2026）桂0103刑初{number}号"), ByRest: true, HasHearing: true);

    public static readonly OrganScript Police = new(
        "deaf-fraud", NoticeKind.Police, number => Text($"A45010352000020260{number:00000}"), ByRest: false, HasHearing: false);

    public static readonly OrganScript Procuratorate = new(
        "three-co-accused", NoticeKind.Procuratorate, number => Text($"南青检刑诉〔2026〕{number}号"), ByRest: false, HasHearing: false);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}

/// <summary>
/// An organ at work: gives notice, says it twice, amends, withdraws. Each request is asked until it is answered; what the answer says is
/// written down.
/// </summary>
internal sealed class OrganDesk(
    AgencySystem agency, OrganScript script, DemoSeeds seeds, CivilClock civil, Journal journal, PersistentCalls calls, Dice dice, TimeProvider time)
{
    private const int HearingAfterDays = 100;
    private static readonly JsonParser Json = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    private string Name => agency.Agency.Value;

    /// <summary>Works until told to stop, and ends what it has begun.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        for (var number = 1; !stop.IsCancellationRequested; number++)
        {
            await PlayAsync(number, abort);
            await Task.Delay(TimeSpan.FromMilliseconds(200 + dice.Roll($"{Name} pause {number}", 500)), time, abort);
        }
    }

    private async Task PlayAsync(int number, CancellationToken abort)
    {
        var request = Request(number);
        var notices = await SubmitAsync(request, abort);
        if (Chance($"repeat {number}", 0.3))
        {
            await SubmitAsync(request, abort);
        }

        foreach (var (index, notice) in notices.Index())
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{Name}-{number}-{index}");
            if (Chance($"amend {key}", 0.25))
            {
                await AmendAsync(notice, $"{key}-amend", abort);
            }

            if (Chance($"withdraw {key}", 0.2))
            {
                await WithdrawAsync(notice, $"{key}-withdraw", abort);
            }
        }
    }

    private JsonObject Request(int number)
    {
        var request = seeds.Request(script.Seed, KindText(script.Kind));
        request["requestId"] = string.Create(CultureInfo.InvariantCulture, $"{Name}-{number}-submit");
        foreach (var person in request["people"]!.AsArray()) // the seeds' own form
        {
            var notice = person!["notice"]!.AsObject();
            notice["caseNumber"] = script.CaseNumber(number);
            notice["foundTime"] = Instant(civil.Now.AddHours(-2));
            if (script.HasHearing)
            {
                notice["hearing"] = new JsonObject { ["startTime"] = Instant(civil.Now.AddDays(HearingAfterDays)), ["place"] = "第三法庭" };
            }
        }

        return request;
    }

    private async Task<IReadOnlyList<DefenceNotice>> SubmitAsync(JsonObject request, CancellationToken abort)
    {
        var id = request["requestId"]!.GetValue<string>(); // set above
        var answer = script.ByRest
            ? await ByRestAsync<SubmitDefenceNoticeResponse>(id, "/v1/defenceNotices", request, abort)
            : await ByGrpcAsync(id, token => agency.Defence.SubmitDefenceNoticeAsync(
                Json.Parse<SubmitDefenceNoticeRequest>(request.ToJsonString()), cancellationToken: token), abort);
        if (answer is null)
        {
            return [];
        }

        foreach (var (index, outcome) in answer.Outcomes.Index())
        {
            journal.Acknowledge(
                $"submit {id}", index, request["people"]!.AsArray().Count, Name, "submit", outcome.Notice.Exchange.Name, outcome.Notice.Exchange.NoticeId,
                outcome.Receipt);
        }

        return [.. answer.Outcomes.Select(outcome => outcome.Notice)];
    }

    private async Task AmendAsync(DefenceNotice notice, string id, CancellationToken abort)
    {
        var request = new AmendDefenceNoticeRequest
        {
            Name = notice.Name,
            RequestId = id,
            Amendment = new Amendment { Reason = "更正联系方式", Changes = new NoticeChanges { Remarks = $"补充说明 {id}" } },
        };
        Note("amend", id, notice, script.ByRest
            ? await ByRestAsync<DefenceNoticeOutcome>(id, $"/v1/{notice.Name}:amend", Body(request), abort)
            : await ByGrpcAsync(id, token => agency.Defence.AmendDefenceNoticeAsync(request, cancellationToken: token), abort));
    }

    private async Task WithdrawAsync(DefenceNotice notice, string id, CancellationToken abort)
    {
        var request = new WithdrawDefenceNoticeRequest
        {
            Name = notice.Name,
            RequestId = id,
            Withdrawal = new Withdrawal { Ground = WithdrawalGround.OwnCounsel, OwnCounselName = "虚构自聘律师" },
        };
        Note("withdraw", id, notice, script.ByRest
            ? await ByRestAsync<DefenceNoticeOutcome>(id, $"/v1/{notice.Name}:withdraw", Body(request), abort)
            : await ByGrpcAsync(id, token => agency.Defence.WithdrawDefenceNoticeAsync(request, cancellationToken: token), abort));
    }

    private void Note(string step, string id, DefenceNotice notice, DefenceNoticeOutcome? outcome)
    {
        if (outcome is not null)
        {
            journal.Acknowledge($"{step} {id}", 0, 1, Name, step, notice.Exchange.Name, notice.Exchange.NoticeId, outcome.Receipt);
        }
    }

    private async Task<T?> ByRestAsync<T>(string id, string path, JsonObject body, CancellationToken abort)
        where T : class, IMessage<T>, new()
    {
        var answer = await calls.UntilAnsweredAsync(id, token => agency.PostAsync(path, body, token), abort);
        if (answer.Succeeded)
        {
            return Json.Parse<T>(answer.Body!.ToJsonString()); // 200 has a body
        }

        journal.Fault($"{id} was refused: {answer.Status} {answer.Code}");
        return null;
    }

    private async Task<T?> ByGrpcAsync<T>(string id, Func<CancellationToken, AsyncUnaryCall<T>> call, CancellationToken abort)
        where T : class
    {
        try
        {
            return await calls.UntilAnsweredAsync(id, async token => await call(token), abort);
        }
        catch (RpcException refused)
        {
            journal.Fault($"{id} was refused: {refused.Status.Detail}");
            return null;
        }
    }

    /// <summary>A request's JSON without its name, which stands in the path.</summary>
    private static JsonObject Body(IMessage request)
    {
        var body = JsonNode.Parse(JsonFormatter.Default.Format(request))!.AsObject(); // a message is an object
        body.Remove("name");
        return body;
    }

    private bool Chance(string what, double of) => dice.Roll($"{Name} {what}") < of;

    private static string Instant(DateTimeOffset at) => at.ToCivil().ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static string KindText(NoticeKind kind) => kind switch
    {
        NoticeKind.Court => "NOTICE_KIND_COURT",
        NoticeKind.Police => "NOTICE_KIND_POLICE",
        NoticeKind.Procuratorate => "NOTICE_KIND_PROCURATORATE",
        _ => throw new InvalidOperationException($"kind {kind}"),
    };
}
