using System.Net;
using System.Text.Json.Nodes;
using Grpc.Core;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Contracts.Mailbox.V1;
using LegalAid.Gateway.Edge.Access;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Every read leaves one leaf that says who read what by which rule, before a byte of it is out; without it nothing is.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class AccessAuditTests : IAsyncLifetime
{
    private const string Absent = "0197a3b1-0000-7000-8000-000000000000";

    /// <summary>What tells nothing of a case, only gives back what the call itself brought, or has a leaf of its own in the commit that it makes.</summary>
    private static readonly string[] Unaudited =
    [
        "legalaid.attachment.v1.AttachmentService/GetUpload", "legalaid.directory.v1.DirectoryService/GetAgency", "legalaid.directory.v1.DirectoryService/GetExchangeType",
        "legalaid.directory.v1.DirectoryService/ListAgencies", "legalaid.directory.v1.DirectoryService/ListExchangeTypes",
        "legalaid.duty.v1.DutyCalendarService/GetCalendarFeed", "legalaid.duty.v1.DutyCalendarService/ListCalendarFeeds",
        "legalaid.duty.v1.RosterService/ExportRoster", "legalaid.evidence.v1.EvidenceService/GetCheckpoint",
        "legalaid.evidence.v1.EvidenceService/ProveConsistency",
    ];

    private GatewayFixture _gateway = null!; // set before each test by InitializeAsync
    private NoticeSample _sample = null!; // likewise
    private string _id = "";

    private string CaseNumber => _sample.Notice["caseNumber"]!.GetValue<string>(); // each notice has one

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayFixture.StartAsync();
        _sample = Notices.Of("COURT");
        _id = (await _gateway.NoticeInAsync("assigned", _sample)).Split('/')[1];
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    /// <summary>The table above and the edge's hold every method whose name says that it reads.</summary>
    [Fact]
    public void Operations_ThatRead_AreAuditedOrSayWhyNot()
    {
        string[] reading = ["Get", "List", "Search", "Prove", "Download", "Pull", "Receive", "Find", "Export", "Watch", "Read", "Explain"];
        var read = Operation.All.Select(operation => operation.Name).Where(name => reading.Any(verb => name.Split('/')[1].StartsWith(verb, StringComparison.Ordinal)));
        Assert.Equal(read, AccessedOperations.Names.Concat(Unaudited).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("GetExchange", "operations-exchanges", "defence-organ-views")]
    [InlineData("GetDefenceNotice", "operations-exchanges", "defence-organ-views")]
    [InlineData("ListHistory", "operations-exchanges", "defence-organ-views")]
    [InlineData("ListEvidence", "operations-evidence", null)]
    [InlineData("ListExchanges", "operations-exchanges", "defence-organ-views")]
    [InlineData("ListDefenceNotices", "operations-exchanges", "defence-organ-views")]
    [InlineData("SearchDefenceNotices", "operations-exchanges", "defence-organ-views")]
    public async Task Read_OverEitherFace_LeavesOneLeafThatSaysAll(string operation, string rule, string? view)
    {
        foreach (var face in Enum.GetValues<Face>())
        {
            var before = _gateway.Store.Accesses().Count;
            Assert.True((await _gateway[Notices.Court].CallAsync(face, operation, Request(operation, _id))).Accepted);

            var leaf = Assert.Single(_gateway.Store.Accesses().Skip(before));
            Assert.Equal(
                (Notices.Court, _gateway[Notices.Court].ClientId, rule, "whole"),
                (Text(leaf, "agency"), Text(leaf, "client"), Text(leaf["rules"]!, 0), Text(leaf, "fields"))); // every leaf has all of them
            Assert.EndsWith("/" + operation, Text(leaf, "operation"), StringComparison.Ordinal);
            Assert.Equal(_gateway.Gateway.Services.GetRequiredService<ConfigurationArchive>().Current.Digest, Text(leaf, "configuration"));
            var sight = leaf["seen"]![0]!; // it saw something
            Assert.Contains(_id, sight["exchanges"]!.AsArray().Select(exchange => exchange!.GetValue<string>())); // a list of texts
            Assert.Equal(view, sight["rules"] is { } rules ? Text(rules, 0) : null);
            Assert.DoesNotContain("127.0.0.1", leaf.ToJsonString(), StringComparison.Ordinal);
        }
    }

    /// <summary>An answer that there is nothing is one; what is hidden or absent shows nothing and is refused with the same evidence.</summary>
    [Fact]
    public async Task Read_OfNothing_LeavesALeafWhereThatIsTheAnswerAndARefusalElse()
    {
        foreach (var face in Enum.GetValues<Face>())
        {
            var (accesses, refusals) = (_gateway.Store.Accesses().Count, _gateway.Store.Refusals().Count);
            foreach (var name in new[] { _id, Absent })
            {
                Assert.Equal("NOT_FOUND", (await _gateway[Notices.OtherCourt].CallAsync(face, "GetExchange", Request("GetExchange", name))).Code);
            }

            Assert.Equal((accesses, refusals + 2), (_gateway.Store.Accesses().Count, _gateway.Store.Refusals().Count));
            foreach (var number in new[] { CaseNumber, "（2031）桂0103刑初99999号" })
            {
                Assert.Empty((await _gateway[Notices.OtherCourt].CallAsync(face, "SearchDefenceNotices", new JsonObject { ["caseNumber"] = number })).Required);
            }

            var searches = _gateway.Store.Accesses().Skip(accesses).ToList();
            Assert.Equal(2, searches.Count);
            Assert.All(searches, leaf => Assert.Empty(leaf["seen"]!.AsArray())); // every leaf has the list
            Assert.DoesNotContain(searches, leaf => leaf.ToJsonString().Contains("99999", StringComparison.Ordinal));
            Assert.Empty((await _gateway[Notices.SecondFirm].CallAsync(face, "PullDeliveries", [])).Required);
            Assert.Equal(2, _gateway.Store.Accesses().Skip(accesses).Count()); // an empty mailbox says nothing of anybody
        }
    }

    [Fact]
    public async Task Mailbox_PulledAndStreamed_LeavesALeafForEachBatchBeforeIt()
    {
        var pulled = await _gateway[Notices.AidCentre].CallAsync(Face.Rest, "PullDeliveries", []);
        var leaf = _gateway.Store.Accesses()[^1];
        Assert.EndsWith("/PullDeliveries", Text(leaf, "operation"), StringComparison.Ordinal);
        Assert.Equal(
            pulled.Required["deliveries"]!.AsArray().Count, // what was handed out
            leaf["seen"]!.AsArray().Sum(sight => sight!["parts"]!.AsArray().Count)); // each has its message

        var before = _gateway.Store.Accesses().Count;
        using var stream = _gateway[Notices.Court].Mailbox.ReceiveDeliveries(new ReceiveDeliveriesRequest(), cancellationToken: Cancellation);
        Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
        var batch = Assert.Single(_gateway.Store.Accesses().Skip(before));
        Assert.EndsWith("/ReceiveDeliveries", Text(batch, "operation"), StringComparison.Ordinal);
        Assert.Contains(batch["seen"]!.AsArray(), sight => sight!["exchanges"]!.AsArray().Any(exchange => exchange!.GetValue<string>() == _id)); // the notice's own
    }

    /// <summary>Somebody else has the store's only pen: what can be read is not released, over either face, nor is one byte of a document.</summary>
    [Fact]
    public async Task Read_WhoseLeafCannotBeKept_IsRefusedAndTellsNothing()
    {
        var document = (await _gateway[_sample.Organ].CallAsync(Face.Rest, "GetExchange", Request("GetExchange", _id))).Required["attachments"]![0]!["name"]!.GetValue<string>(); // a notice has one
        var path = new Uri($"/v1/{document}:download", UriKind.Relative);
        using var good = await _gateway[_sample.Organ].Rest.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Assert.Equal(document.Split('/')[^1], Text(_gateway.Store.Accesses()[^1]["seen"]![0]!["parts"]!, 0)); // it names the document
        var before = _gateway.Store.Accesses().Count;

        await using var other = new SqliteConnection($"Data Source={Path.Combine(_gateway.WorkingFolder, "var", "gateway.db")};Pooling=False");
        await other.OpenAsync(Cancellation);
        await using (var held = await other.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, Cancellation))
        {
            await Task.WhenAll(
                RefusedAsync(Face.Rest, "GetExchange"), RefusedAsync(Face.Grpc, "GetExchange"), RefusedAsync(Face.Rest, "SearchDefenceNotices"), RefusedAsync(Face.Grpc, "ListEvidence"),
                DownloadRefusedAsync(path), StreamRefusedAsync(document));
        }

        await Eventually.HoldsAsync(
            async () => (await _gateway[_sample.Organ].CallAsync(Face.Grpc, "GetExchange", Request("GetExchange", _id))).Accepted, "the pen is free again");
        Assert.Equal(before + 1, _gateway.Store.Accesses().Count);
    }

    [Fact]
    public async Task Verb_AskedWhoReadANotice_ListsThemWithAddressAndRule()
    {
        await _gateway[Notices.Court].CallAsync(Face.Grpc, "GetExchange", Request("GetExchange", _id));
        await _gateway[Notices.AidCentre].CallAsync(Face.Rest, "ListExchanges", []);
        var (database, keys) = (Path.Combine(_gateway.WorkingFolder, "var", "gateway.db"), Path.Combine(_gateway.WorkingFolder, "var", "keys"));

        var told = await CapturedConsole.RunAsync("accesses", "--exchange", $"exchanges/{_id}", "--store", database, "--key-folder", keys);
        var blind = await CapturedConsole.RunAsync("accesses", "--exchange", $"exchanges/{_id}", "--agency", Notices.Court, "--store", database);
        var nobody = await CapturedConsole.RunAsync("accesses", "--exchange", $"exchanges/{Absent}", "--store", database);
        var json = await CapturedConsole.RunAsync("accesses", "--json", "--from", "2000-01-01T00:00:00Z", "--until", "2001-01-01T00:00:00Z", "--store", database);
        var misused = await CapturedConsole.RunAsync("accesses", "--exchange", _id, "--store", database);

        Assert.True(told.Code == 0, told.Error);
        Assert.Contains(told.Output.Split('\n'), line => line.Contains(Notices.Court, StringComparison.Ordinal) && line.Contains("127.0.0.1", StringComparison.Ordinal)
            && line.Contains("ExchangeService/GetExchange", StringComparison.Ordinal) && line.Contains("defence-organ-views", StringComparison.Ordinal));
        Assert.Contains(told.Output.Split('\n'), line => line.Contains(Notices.AidCentre, StringComparison.Ordinal) && line.Contains("ListExchanges", StringComparison.Ordinal));
        Assert.DoesNotContain(Notices.AidCentre, blind.Output, StringComparison.Ordinal);
        Assert.Contains("(密封 sealed)", blind.Output, StringComparison.Ordinal);
        Assert.Contains("没有查阅记录 · Nobody did.", nobody.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (json.Code, json.Output));
        Assert.Equal(CommandLine.Misuse, misused.Code);
    }

    private async Task RefusedAsync(Face face, string operation)
    {
        var answer = await _gateway[_sample.Organ].CallAsync(face, operation, Request(operation, _id));
        Assert.Equal((face, operation, "UNAVAILABLE"), (face, operation, answer.Code));
        Assert.Null(answer.Message);
    }

    private async Task DownloadRefusedAsync(Uri path)
    {
        using var response = await _gateway[_sample.Organ].Rest.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Null(response.Content.Headers.ContentDisposition);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    private async Task StreamRefusedAsync(string document)
    {
        using var stream = _gateway[_sample.Organ].Attachments.DownloadAttachment(new DownloadAttachmentRequest { Name = document }, cancellationToken: Cancellation);
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(async () => await stream.ResponseStream.MoveNext(Cancellation))).StatusCode);
    }

    private JsonObject Request(string operation, string id) => operation switch
    {
        "GetExchange" => new JsonObject { ["name"] = $"exchanges/{id}" },
        "GetDefenceNotice" => new JsonObject { ["name"] = $"defenceNotices/{id}" },
        "ListHistory" or "ListEvidence" => new JsonObject { ["parent"] = $"exchanges/{id}" },
        "SearchDefenceNotices" => new JsonObject { ["caseNumber"] = CaseNumber },
        _ => [],
    };

    private static string Text(JsonNode of, string field) => of[field]!.GetValue<string>(); // the leaf has the field

    private static string Text(JsonNode of, int at) => of[at]!.GetValue<string>(); // the list has as many
}
