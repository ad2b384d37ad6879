using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>
/// The same calls on two gateways that begin alike, over REST on one and over gRPC on the other, where time stands still: every answer,
/// accepted or refused, is the same to the letter but for random ids and signatures.
/// </summary>
public sealed class FacesAgreeTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Calls_OverRestAndOverGrpc_GetTheSameAnswers()
    {
        var serial = SyntheticPeople.NextSerial() * 100;
        var rest = await PlayAsync(Face.Rest, serial);
        var grpc = await PlayAsync(Face.Grpc, serial);

        Assert.Equal(rest.Select(line => line.Call), grpc.Select(line => line.Call));
        foreach (var (one, other) in rest.Zip(grpc))
        {
            Assert.True(one.Answer == other.Answer, $"{one.Call}\nREST {one.Answer}\ngRPC {other.Answer}");
        }

        output.WriteLine($"{rest.Count} calls, {rest.Count(line => line.Answer.StartsWith("refused", StringComparison.Ordinal))} of them refused");
        Assert.True(rest.Count > 60);
    }

    private static async Task<List<(string Call, string Answer)>> PlayAsync(Face face, int serial)
    {
        var time = new FakeTimeProvider(Demo.DemoSettings.CivilStart);
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = time });
        var script = new Script(gateway, face, serial);
        await script.KindsAsync();
        await script.StepsAsync();
        await script.GenericAsync();
        await script.ReadsAsync();
        await script.MailboxAsync();
        await script.DirectoryAsync();
        return script.Lines;
    }

    /// <summary>The calls, with what each needs of the ones before.</summary>
    private sealed class Script(GatewayFixture gateway, Face face, int serial)
    {
        private readonly Normal _normal = new();
        private readonly List<string> _notices = [];
        private int _request;

        public List<(string Call, string Answer)> Lines { get; } = [];

        public async Task KindsAsync()
        {
            foreach (var (kind, i) in Notices.Kinds.Select((kind, i) => (kind, i)))
            {
                var sample = Notices.Of(kind, serial + i);
                await CallAsync(sample.Organ, "SubmitDefenceNotice", sample.Request);
                await CallAsync(sample.Organ, "SubmitDefenceNotice", sample.Request); // the first answer again
                var changed = sample.Request.DeepClone().AsObject();
                changed["requestId"] = $"another-{serial}-{i}";
                await CallAsync(sample.Organ, "SubmitDefenceNotice", changed); // open already
            }

            var several = Notices.Of("COURT", serial + 20);
            var second = Notices.Of("COURT", serial + 21).Request["people"]![0]!.DeepClone(); // every sample has a person
            second["notice"]!["caseNumber"] = several.Notice["caseNumber"]!.DeepClone(); // and a case
            several.Request["people"]!.AsArray().Add(second);
            await CallAsync(several.Organ, "SubmitDefenceNotice", several.Request);
            several.Request.Remove("kind");
            await CallAsync(several.Organ, "SubmitDefenceNotice", several.Request);
        }

        public async Task StepsAsync()
        {
            var name = await OpenAsync("COURT", 30);
            await CallAsync(Notices.Court, "AmendDefenceNotice", NoticeSteps.Amend(name));
            await CallAsync(Notices.Court, "AssignCounsel", NoticeSteps.Assign(name)); // not the court's
            await CallAsync(Notices.AidCentre, "AssignCounsel", NoticeSteps.Assign(name));
            await CallAsync(Notices.AidCentre, "AssignCounsel", NoticeSteps.Assign(name)); // not twice
            await CallAsync(Notices.FirstFirm, "RespondToAssignment", NoticeSteps.Answer(name, "DECLINED", "利益冲突"));
            await CallAsync(Notices.AidCentre, "AssignCounsel", NoticeSteps.Assign(name, NoticeSteps.SecondCounsel));
            await CallAsync(Notices.SecondFirm, "RespondToAssignment", NoticeSteps.Answer(name));
            await CallAsync(Notices.AidCentre, "ReplaceCounsel", NoticeSteps.Replace(name, NoticeSteps.FirstCounsel));
            await CallAsync(Notices.Court, "ReportCounselRefusal", NoticeSteps.Refuse(name));
            await CallAsync(Notices.Court, "RenotifyDefence", NoticeSteps.Renotify(name));
            await CallAsync(Notices.AidCentre, "AssignCounsel", NoticeSteps.Assign(name));
            await CallAsync(Notices.FirstFirm, "RespondToAssignment", NoticeSteps.Answer(name));
            await CallAsync(Notices.AidCentre, "CloseDefenceNotice", NoticeSteps.Close(name));
            await CallAsync(Notices.Court, "WithdrawDefenceNotice", NoticeSteps.Withdraw(name)); // closed

            await CallAsync(Notices.AidCentre, "DeclineDefenceNotice", NoticeSteps.Decline(await OpenAsync("POLICE", 31)));
            await CallAsync(Notices.Police, "WithdrawDefenceNotice", NoticeSteps.Withdraw(await OpenAsync("POLICE", 32)));
            await CallAsync(Notices.AidCentre, "TerminateDefence", NoticeSteps.Terminate(await OpenAsync("PROCURATORATE", 33)));
        }

        public async Task GenericAsync()
        {
            var sample = Notices.Of("COURT", serial + 40);
            var opened = await CallAsync(sample.Organ, "OpenExchange", sample.Generic);
            var name = opened.Required["outcomes"]![0]!["exchange"]!["name"]!.GetValue<string>(); // accepted
            await CallAsync(Notices.AidCentre, "TakeStep", NoticeSteps.Take(name, "assign-counsel", NoticeSteps.Assign("")["assignment"]!.DeepClone().AsObject()));
            await CallAsync(Notices.FirstFirm, "TakeStep", NoticeSteps.Take(name, "request-visit", NoticeSteps.Visit));
            await CallAsync(Notices.DetentionCentre, "TakeStep", NoticeSteps.Take(name, "arrange-visit", new JsonObject { ["visitTime"] = "2026-03-03T10:00:00+08:00" }));
            await CallAsync(Notices.DetentionCentre, "TakeStep", NoticeSteps.Take(name, "sing", []));
            var added = await CallAsync(Notices.Court, "CreateAttachment", new JsonObject
            {
                ["parent"] = name, ["requestId"] = "placeholder", ["attachment"] = Notices.Document("judgment"),
            });
            var reference = new JsonObject { ["name"] = added.Required["name"]!.DeepClone(), ["sha256"] = added.Required["sha256"]!.DeepClone() }; // accepted
            await CallAsync(Notices.Court, "AmendDefenceNotice", Naming(name, reference));
            await CallAsync(Notices.Court, "AmendDefenceNotice", Naming(name, reference, reference.DeepClone())); // twice
            reference["sha256"] = new string('0', 64);
            await CallAsync(Notices.Court, "AmendDefenceNotice", Naming(name, reference)); // of another content
            foreach (var reader in new[] { Notices.Court, Notices.AidCentre, Notices.FirstFirm, Notices.DetentionCentre, Notices.OtherCourt })
            {
                await CallAsync(reader, "GetExchange", new JsonObject { ["name"] = name });
                await CallAsync(reader, "ListHistory", new JsonObject { ["parent"] = name });
            }
        }

        public async Task ReadsAsync()
        {
            foreach (var notice in _notices)
            {
                await CallAsync(Notices.AidCentre, "GetDefenceNotice", new JsonObject { ["name"] = notice });
            }

            await CallAsync(Notices.AidCentre, "ListDefenceNotices", []);
            await CallAsync(Notices.AidCentre, "ListDefenceNotices", new JsonObject { ["state"] = "notified", ["pageSize"] = 2 });
            await CallAsync(Notices.AidCentre, "ListExchanges", new JsonObject { ["type"] = "exchangeTypes/defence-notice.police" });
            var sample = Notices.Of("COURT", serial + 30);
            await CallAsync(Notices.Court, "SearchDefenceNotices", new JsonObject { ["caseNumber"] = sample.Notice["caseNumber"]!.DeepClone() }); // it has one
            await CallAsync(Notices.Court, "SearchDefenceNotices", new JsonObject { ["residentNumber"] = sample.Person["residentNumber"]!.DeepClone() });
            await CallAsync(Notices.OtherCourt, "SearchDefenceNotices", new JsonObject { ["residentNumber"] = sample.Person["residentNumber"]!.DeepClone() });
        }

        public async Task MailboxAsync()
        {
            foreach (var recipient in new[] { Notices.AidCentre, Notices.Court, Notices.FirstFirm, Notices.DetentionCentre })
            {
                var pulled = await CallAsync(recipient, "PullDeliveries", new JsonObject { ["maxDeliveries"] = 3, ["leaseDuration"] = "30s" });
                foreach (var delivery in pulled.Required["deliveries"]?.AsArray() ?? [])
                {
                    var lease = new JsonObject { ["name"] = delivery!["name"]!.DeepClone(), ["leaseToken"] = delivery["leaseToken"]!.DeepClone() }; // it has both
                    await CallAsync(recipient, "AcknowledgeDelivery", lease);
                    await CallAsync(recipient, "AcknowledgeDelivery", lease); // harmless
                }
            }
        }

        public async Task DirectoryAsync()
        {
            await CallAsync(Notices.Court, "WhoAmI", []);
            await CallAsync(Notices.Court, "ListAgencies", new JsonObject { ["kind"] = "court", ["pageSize"] = 2 });
            await CallAsync(Notices.Court, "ListAgencies", new JsonObject { ["region"] = "450100" });
            await CallAsync(Notices.Court, "GetAgency", new JsonObject { ["name"] = $"agencies/{Notices.AidCentre}" });
            await CallAsync(Notices.Court, "ListExchangeTypes", []);
            await CallAsync(Notices.Court, "GetExchangeType", new JsonObject { ["name"] = "exchangeTypes/defence-notice.court" });
        }

        private static JsonObject Naming(string exchange, params JsonNode[] references)
        {
            var request = NoticeSteps.Amend(exchange.Replace("exchanges/", "defenceNotices/", StringComparison.Ordinal));
            request["referencedAttachments"] = new JsonArray([.. references.Select(reference => reference.DeepClone())]);
            return request;
        }

        private async Task<string> OpenAsync(string kind, int number)
        {
            var sample = Notices.Of(kind, serial + number);
            var answer = await CallAsync(sample.Organ, "SubmitDefenceNotice", sample.Request);
            var name = answer.Required["outcomes"]![0]!["notice"]!["name"]!.GetValue<string>(); // accepted
            _notices.Add(name);
            return name;
        }

        /// <summary>Calls, and writes down what came; request ids are the script's own, so that both plays have the same.</summary>
        private async Task<FaceAnswer> CallAsync(string agency, string method, JsonObject request)
        {
            if (request.ContainsKey("requestId") && method is not ("SubmitDefenceNotice" or "OpenExchange"))
            {
                request["requestId"] = $"script-{serial}-{++_request:D4}";
            }

            var answer = await gateway[agency].CallAsync(face, method, request);
            Lines.Add((
                $"{Lines.Count + 1} {agency} {method}",
                answer.Accepted ? _normal.Of(answer.Message) : $"refused {answer.Code} {string.Join(", ", answer.Faults)}"));
            return answer;
        }
    }
}
