using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Grpc.Core;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Contracts.Cooperation.V1;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Contracts.Mailbox.V1;
using LegalAid.Gateway.Demo.Agencies;
using ClockState = LegalAid.Gateway.Contracts.Exchanges.V1.Clock.Types.State;

namespace LegalAid.Gateway.Demo;

/// <summary>
/// Two cities, each with a gateway and a store of its own: they enrol each other, and a check of facts and a service of documents cross over and come back. After each step both
/// gateways are asked, each by its own city's centre, and the receipts of both are verified by the keys that each publishes.
/// </summary>
public sealed class PeerStory(DemoCity nanning, DemoCity liuzhou, Province province, DemoSeeds seeds, InTrays trays, StoryTable table)
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 9, 9, 0, 0, CivilTime.Offset);

    /// <summary>The cooperation that is told of, as the origin saw it last.</summary>
    private Cooperation _cooperation = new();

    /// <summary>Whose application it is that the facts are checked for.</summary>
    private readonly WageApplicant _applicant = new(nanning[Story.AidCentre], seeds, nanning.Gateway.Civil);

    private AgencySystem Origin => nanning[Story.AidCentre];

    private AgencySystem Asked => liuzhou[City.LiuzhouCentre];

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        await EnrolAsync(cancellationToken);
        await AppliedAsync(cancellationToken);
        await FactsAskedAsync(cancellationToken);
        await FactsInHandAsync(cancellationToken);
        await FactsBackAsync(cancellationToken);
        await DocumentsOverAsync(cancellationToken);
        await DocumentsServedAsync(cancellationToken);
    }

    private Task EnrolAsync(CancellationToken stop) => StepAsync("南宁、柳州两市网关互相登记，各凭自治区司法厅签署的目录条目\nTwo cities' gateways enrol each other by signed entries of the directory", async step =>
    {
        await ToAsync(Monday);
        var faults = await Task.WhenAll(nanning.EnrolAsync(liuzhou, province, stop), liuzhou.EnrolAsync(nanning, province, stop));
        step.Expect(faults.All(found => found.Count == 0), $"both directories are in force, but {string.Join(' ', faults.SelectMany(found => found))}");
        var (here, there) = (await TypesAsync(Origin, stop), await TypesAsync(Asked, stop));
        step.Expect(here.Count > 0 && JsonNode.DeepEquals(here, there), "both understand the same types");
        step.Way(string.Create(
            CultureInfo.InvariantCulture,
            $"{nanning.Gateway.Rest} ⇄ {liuzhou.Gateway.Rest}\n{Province.Name} 签署 signed；{here.Count} 种业务类型摘要一致 types alike"));
    });

    /// <summary>What the papers say speaks against hardship: the gateway refuses nobody, and hands it to a person.</summary>
    private Task AppliedAsync(CancellationToken stop) => StepAsync("南宁受理欠薪申请：书面材料不足以认定困难，转人工决定，七日期限在走\nAn application for wages: by the papers no hardship, so a person decides; the seven days run", async step =>
    {
        var found = await _applicant.ApplyAsync(stop);
        step.Expect(found.State == "for-person", $"a person decides, but {found.State}");
        step.Way("南宁中心 ─gRPC→ 南宁网关");
        step.Clock(found.Exchange, "decide", ClockState.Running);
    });

    private Task FactsAskedAsync(CancellationToken stop) => StepAsync("决定前请柳州核实用工和工资：七日期限中止\nBefore that Liuzhou's centre is asked to check facts: the seven days stand still", async step =>
    {
        var outcome = await AskAsync(
            CooperationKind.VerifyFacts, "申请人称在柳州务工期间被拖欠工资", ["核实用工单位", "核实工资发放情况"], [], stop, _applicant.Exchange);
        var arrived = await TakeAsync(Asked, "request", stop);
        step.Expect(arrived?.Envelope.Sender == $"agencies/{Story.AidCentre}", "the request is in the mailbox in Liuzhou");
        await BothAsync(step, "requested", "南宁中心 ─gRPC→ 南宁网关 ─对等签名→ 柳州网关 ─邮箱→ 柳州中心", outcome.Receipt.Jws, arrived, stop);
        step.Clock(_cooperation.Exchange, "reply", ClockState.Running);
        step.Clock((await _applicant.WhenAsync(ClockState.Paused, stop)).Exchange, "decide", ClockState.Paused);
    });

    private Task FactsInHandAsync(CancellationToken stop) => StepAsync("柳州次日同意协作，并报告进展\nLiuzhou accepts the next day, and reports how far it is", async step =>
    {
        await ToAsync(Monday.AddDays(1));
        await AcceptAsync("facts", stop);
        var outcome = await Asked.Cooperations.ReportCooperationProgressAsync(
            new ReportCooperationProgressRequest
            {
                Name = _cooperation.Name,
                RequestId = "demo-progress-facts",
                Progress = new CooperationProgress { Text = "已联系用工单位", ItemsDone = { "1" } },
            },
            cancellationToken: stop);
        var arrived = await TakeAsync(Origin, "report-progress", stop);
        await BothAsync(step, "in-hand", "柳州中心 ─gRPC→ 柳州网关 ─转送→ 南宁网关（决定）─邮箱→ 南宁中心", outcome.Receipt.Jws, arrived, stop);
        step.Clock(_cooperation.Exchange, "reply", ClockState.Met);
        step.Clock(_cooperation.Exchange, "work", ClockState.Running);
    });

    private Task FactsBackAsync(CancellationToken stop) => StepAsync("柳州反馈结果，南宁确认并办结\nThe results come back; Nanning accepts them and closes", async step =>
    {
        var outcome = await DeliverAsync("demo-results-facts", ["用工单位属实", "拖欠两个月工资属实"], [], stop);
        var arrived = await TakeAsync(Origin, "deliver-results", stop);
        step.Expect(arrived?.Envelope.Payload.Fields["results"].ListValue.Values.Count == 2, "a result for each item");
        await CloseAsync("facts", stop);
        step.Expect(await TakeAsync(Asked, "close", stop) is not null, "Liuzhou learns that it is closed");
        await BothAsync(step, "closed", "柳州中心 ─gRPC→ 柳州网关 ─转送→ 南宁网关；办结 ─对等→ 柳州", outcome.Receipt.Jws, arrived, stop);
        step.Clock(_cooperation.Exchange, "work", ClockState.Met);
        step.Clock(_cooperation.Exchange, "confirm", ClockState.Met);
        step.Clock((await _applicant.WhenAsync(ClockState.Running, stop)).Exchange, "decide", ClockState.Running);
    });

    private Task DocumentsOverAsync(CancellationToken stop) => StepAsync("南宁请柳州送达法律文书，文书随函过网关\nNanning asks Liuzhou to serve a document, which goes along", async step =>
    {
        var outcome = await AskAsync(CooperationKind.ServeDocuments, "受援人现居柳州，请代为送达", ["送达给予法律援助决定书"], ["document-to-serve"], stop);
        var arrived = await TakeAsync(Asked, "request", stop);
        await SameAsync(step, Asked, Origin, "document-to-serve", stop);
        await BothAsync(step, "requested", "南宁中心 ─gRPC，附文书→ 南宁网关 ─对等签名→ 柳州网关 ─邮箱、下载→ 柳州中心", outcome.Receipt.Jws, arrived, stop);
        step.Clock(_cooperation.Exchange, "reply", ClockState.Running);
    });

    private Task DocumentsServedAsync(CancellationToken stop) => StepAsync("柳州送达后寄回送达回证，南宁核对后办结\nServed: the proof of service comes back, and Nanning closes", async step =>
    {
        await AcceptAsync("service", stop);
        var outcome = await DeliverAsync("demo-results-service", ["已由本人签收"], ["service-receipt"], stop);
        var arrived = await TakeAsync(Origin, "deliver-results", stop);
        await SameAsync(step, Origin, Asked, "service-receipt", stop);
        await CloseAsync("service", stop);
        await BothAsync(step, "closed", "柳州中心 ─gRPC，附回证→ 柳州网关 ─转送→ 南宁网关 ─邮箱、下载→ 南宁中心", outcome.Receipt.Jws, arrived, stop);
        step.Clock(_cooperation.Exchange, "work", ClockState.Met);
        step.Clock(_cooperation.Exchange, "overall", ClockState.Met);
    });

    private async Task<CooperationOutcome> AskAsync(CooperationKind kind, string facts, string[] items, string[] documents, CancellationToken stop, string exchange = "")
    {
        var request = new RequestCooperationRequest
        {
            RequestId = $"demo-{kind}",
            Request = new CooperationRequest
            {
                Kind = kind,
                Recipient = $"agencies/{City.LiuzhouCentre}",
                Person = seeds.Person("near-threshold").As<Person>(),
                Facts = facts,
                DueDate = "2026-03-20",
                Contact = Clerk("0771-0000021"),
                LetterNumber = "青法援协〔2026〕1号",
                Exchange = exchange,
            },
            Attachments = { Documents(["cooperation-letter", .. documents]) },
        };
        request.Request.Items.AddRange(items.Index().Select(item => new CooperationItem { Number = Number(item.Index), Content = item.Item }));
        var outcome = await Origin.Cooperations.RequestCooperationAsync(request, cancellationToken: stop);
        _cooperation = outcome.Cooperation;
        return outcome;
    }

    /// <summary>A step of a centre whose gateway does not decide is passed on: what builds on it waits until its own gateway has the answer.</summary>
    private async Task AcceptAsync(string what, CancellationToken stop)
    {
        await Asked.Cooperations.AcceptCooperationAsync(
            new AcceptCooperationRequest { Name = _cooperation.Name, RequestId = $"demo-accept-{what}", Acceptance = new CooperationAcceptance { Contact = Clerk("0772-0000022") } },
            cancellationToken: stop);
        await WatchAsync(Asked, "in-hand", stop);
    }

    private async Task<CooperationOutcome> DeliverAsync(string requestId, string[] results, string[] documents, CancellationToken stop)
    {
        var request = new DeliverCooperationResultsRequest
        {
            Name = _cooperation.Name, RequestId = requestId, Results = new CooperationResults(), Attachments = { Documents(documents) },
        };
        request.Results.Results.AddRange(results.Index().Select(result => new ItemResult { Number = Number(result.Index), Outcome = ItemOutcome.Done, Result = result.Item }));
        return await Asked.Cooperations.DeliverCooperationResultsAsync(request, cancellationToken: stop);
    }

    private async Task CloseAsync(string what, CancellationToken stop)
    {
        await Origin.Cooperations.AcceptCooperationResultsAsync(
            new AcceptCooperationResultsRequest { Name = _cooperation.Name, RequestId = $"demo-confirm-{what}", Acceptance = new ResultAcceptance() }, cancellationToken: stop);
        await Origin.Cooperations.CloseCooperationAsync(
            new CloseCooperationRequest { Name = _cooperation.Name, RequestId = $"demo-close-{what}", Closing = new CooperationClosing() }, cancellationToken: stop);
    }

    /// <summary>Both gateways have the cooperation in that state, and of the message that crossed over each gave a receipt: whose centre sent it, and whose took it.</summary>
    private async Task BothAsync(StoryStep step, string state, string way, string sent, Delivery? arrived, CancellationToken stop)
    {
        _cooperation = await WatchAsync(Origin, state, stop);
        var there = await WatchAsync(Asked, state, stop);
        step.Expect(_cooperation.State == state && there.State == state, $"{state} at both, but {_cooperation.State} and {there.State}");
        var receipts = new[] { sent, arrived?.Envelope.ReceiptJws ?? "" };
        var (here, over) = await HoldsAsync(receipts[0], stop) is { } first && await HoldsAsync(receipts[1], stop) is { } second ? (first, second) : ("", "");
        step.Expect(here.Length > 0 && over.Length > 0 && here != over, $"a receipt of each gateway, but “{here}” and “{over}”");
        step.Way($"{way}\n两边均为 both {state}；回执 receipts：{here} ✔ {over} ✔");
    }

    /// <summary>Whose receipt it is: the gateway by whose published keys it verifies.</summary>
    private async Task<string?> HoldsAsync(string jws, CancellationToken stop) =>
        await ReceiptCheck.VerifyAsync(jws, Origin, stop) is not null ? "南宁" : await ReceiptCheck.VerifyAsync(jws, Asked, stop) is not null ? "柳州" : null;

    /// <summary>The cooperation at a centre's own gateway when it is in that state, or as it stands when patience ends.</summary>
    private Task<Cooperation> WatchAsync(AgencySystem centre, string state, CancellationToken stop) => Patience.WatchAsync(
        token => centre.Cooperations.WatchCooperation(new WatchCooperationRequest { Name = _cooperation.Name }, cancellationToken: token), seen => seen.State == state, stop);

    /// <summary>The document as one centre downloads it is to the byte what the other sent.</summary>
    private async Task SameAsync(StoryStep step, AgencySystem reader, AgencySystem sender, string kind, CancellationToken stop)
    {
        var read = await reader.Cooperations.GetCooperationAsync(new GetCooperationRequest { Name = _cooperation.Name }, cancellationToken: stop);
        var document = read.Exchange.Attachments.SingleOrDefault(attachment => attachment.Kind == kind);
        step.Expect(document?.Sender == $"agencies/{sender.Agency.Value}", $"the {kind} has come");
        if (document is not null)
        {
            using var content = new MemoryStream();
            using var download = reader.Attachments.DownloadAttachment(new DownloadAttachmentRequest { Name = document.Name }, cancellationToken: stop);
            await foreach (var part in download.ResponseStream.ReadAllAsync(stop))
            {
                part.Content.WriteTo(content);
            }

            step.Expect(content.ToArray().AsSpan().SequenceEqual(Documents([kind])[0].Content.Span), $"the {kind} is what was sent");
            step.Expect(Convert.ToHexStringLower(SHA256.HashData(content.ToArray())) == document.Sha256, $"the {kind} has the digest that is stated");
        }
    }

    /// <summary>Civil time goes alike in both cities.</summary>
    private async Task ToAsync(DateTimeOffset civil)
    {
        foreach (var gateway in new[] { nanning.Gateway, liuzhou.Gateway })
        {
            await gateway.AdvanceAsync(civil - gateway.Civil.Now);
        }
    }

    private Task<Delivery?> TakeAsync(AgencySystem centre, string expected, CancellationToken stop) => trays.TakeAsync(centre, _cooperation.Exchange.Name, expected, stop);

    private static async Task<JsonArray> TypesAsync(AgencySystem agency, CancellationToken stop) =>
        (await agency.GetAsync("/v1/peers/capabilities", stop)).Body?["types"]?.AsArray() ?? [];

    private static List<AttachmentContent> Documents(IEnumerable<string> kinds) =>
        [.. kinds.Select(kind => DemoSeeds.Document(kind).As<AttachmentContent>())];

    private static Contact Clerk(string phone) => new() { Name = "虚构经办人", Phone = phone };

    private static string Number(int index) => (index + 1).ToString(CultureInfo.InvariantCulture);

    private Task StepAsync(string what, Func<StoryStep, Task> play) => table.PlayAsync(nanning.Gateway.Civil, what, play);
}
