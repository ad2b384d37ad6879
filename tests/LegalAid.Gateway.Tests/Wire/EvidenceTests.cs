using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>The evidence log as a party, a stranger and a monitor without any token see it. What is checked is checked with public keys alone.</summary>
public sealed class EvidenceTests(WireFixture wire) : IClassFixture<WireFixture>
{
    private const string Nobody = "01900000-0000-7000-8000-000000000000";

    public static TheoryData<Face> BothFaces => [Face.Rest, Face.Grpc];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GatewayFixture Gateway => wire.Gateway;

    [Theory]
    [MemberData(nameof(BothFaces))]
    public async Task ProveMessage_ForAParty_VerifiesWithThePublishedKeys(Face face)
    {
        var exchange = ExchangeOf(await Gateway.NoticeInAsync("notified"));
        var message = (await LadderAsync(exchange, face))[0]["message"]!.GetValue<string>(); // every entry names its message

        var proof = await ProvedAsync(face, "ProveMessage", message);

        var entry = proof["entry"]!.GetValue<string>(); // a proof has all of these
        var said = JsonNode.Parse(Convert.FromBase64String(entry))!;
        Assert.Equal(("message", message.Split('/')[^1]), (said["kind"]!.GetValue<string>(), said["subject"]!.GetValue<string>()));
        await AssertHoldsAsync(proof);
        var byLeaf = await ProvedAsync(face, "ProveLeaf", proof["leaf"]!.GetValue<string>());
        Assert.Equal(entry, byLeaf["entry"]?.GetValue<string>());
        Assert.Equal(Whole(proof["index"]), Whole(byLeaf["index"]));
    }

    /// <summary>A receipt binds the log as it was: the head that it names is the beginning of every later one.</summary>
    [Fact]
    public async Task Receipt_OfALaterMessage_NamesACheckpointThatTheLogIsConsistentWith()
    {
        _ = await ProvedAsync(Face.Rest, "ProveMessage", (await LadderAsync(ExchangeOf(await Gateway.NoticeInAsync("notified")), Face.Rest))[0]["message"]!.GetValue<string>());
        var name = await Gateway.NoticeInAsync("notified");
        _ = await Gateway.StepAsync(Notices.AidCentre, "AssignCounsel", NoticeSteps.Assign(name));
        var pulled = await DeliveryTests.PullAsync(Gateway, Notices.FirstFirm);
        var jwks = await Gateway[Notices.Court].GetAsync("/.well-known/jwks", Cancellation);
        var claims = ReceiptCheck.Verify(pulled[^1]["envelope"]!["receiptJws"]!.GetValue<string>(), jwks.Body!); // every envelope has a receipt

        var named = claims!["checkpoint"]!;
        Assert.True(TreeHash.TryParse(named["root"]!.GetValue<string>(), out var root));
        var size = named["size"]!.GetValue<long>();
        var proof = (await Gateway[Notices.Court].CallAsync(Face.Rest, "ProveConsistency", new JsonObject { ["fromSize"] = $"{size}" })).Required;
        var last = await Gateway[Notices.Court].CallAsync(Face.Rest, "GetCheckpoint", new JsonObject { ["size"] = Whole(proof["toSize"]) });
        Assert.Equal(
            ProofFinding.Valid,
            MerkleProof.CheckConsistency(size, Whole(proof["toSize"]), root, new TreeHash(Bytes(last.Required["root"])), Path(proof)));
    }

    [Theory]
    [MemberData(nameof(BothFaces))]
    public async Task Evidence_ForWhoIsNoParty_IsAsOfNothing(Face face)
    {
        var exchange = ExchangeOf(await Gateway.NoticeInAsync("notified"));
        var message = (await LadderAsync(exchange, face))[0]["message"]!.GetValue<string>();
        var leaf = (await ProvedAsync(face, "ProveMessage", message))["leaf"]!.GetValue<string>();
        var stranger = Gateway[Notices.OtherCourt];
        var party = Gateway[Notices.Court];

        (AgencySystem Caller, string Method, string Name)[] asked =
        [
            (stranger, "ProveMessage", message), (stranger, "ProveLeaf", leaf), (stranger, "ListEvidence", exchange),
            (party, "ProveMessage", $"{exchange}/messages/{Nobody}"), (party, "ProveLeaf", $"{exchange}/leaves/{Nobody}"),
            (party, "ProveMessage", $"exchanges/{Nobody}/messages/{message.Split('/')[^1]}"), (party, "ProveLeaf", $"exchanges/{Nobody}/leaves/{leaf.Split('/')[^1]}"),
            (party, "ProveMessage", leaf.Replace("/leaves/", "/messages/", StringComparison.Ordinal)), (party, "ListEvidence", $"exchanges/{Nobody}"),
        ];
        foreach (var (caller, method, name) in asked)
        {
            var answer = await caller.CallAsync(face, method, new JsonObject { [method == "ListEvidence" ? "parent" : "name"] = name });
            Assert.Equal(("NOT_FOUND", face == Face.Rest ? 404 : 5), (answer.Code, answer.Status));
        }
    }

    [Theory]
    [MemberData(nameof(BothFaces))]
    public async Task Evidence_MalformedRequests_AreRefusedByName(Face face)
    {
        var exchange = ExchangeOf(await Gateway.NoticeInAsync("notified"));
        (string Method, JsonObject Request, string Code)[] rows =
        [
            ("ProveMessage", new() { ["name"] = $"{exchange}/messages/x" }, "RESOURCE_NAME_INVALID"),
            ("ProveMessage", new() { ["name"] = "exchanges/x/messages/" + Nobody }, "RESOURCE_NAME_INVALID"),
            ("ProveLeaf", new() { ["name"] = $"{exchange}/leaves/x" }, "RESOURCE_NAME_INVALID"),
            ("ProveLeaf", new() { ["name"] = $"{exchange}/leaves/{Nobody}", ["size"] = "-1" }, "EVIDENCE_SIZE_INVALID"),
            ("ListEvidence", new() { ["parent"] = "exchanges/x" }, "RESOURCE_NAME_INVALID"),
            ("ListEvidence", new() { ["parent"] = exchange, ["pageSize"] = -1 }, "PAGE_SIZE_INVALID"),
            ("ListEvidence", new() { ["parent"] = exchange, ["pageSize"] = 201 }, "PAGE_SIZE_INVALID"),
            ("ListEvidence", new() { ["parent"] = exchange, ["pageToken"] = "x" }, "PAGE_TOKEN_INVALID"),
            ("GetCheckpoint", new() { ["size"] = "-1" }, "EVIDENCE_SIZE_INVALID"),
            ("GetCheckpoint", new() { ["size"] = $"{long.MaxValue}" }, "EVIDENCE_BEYOND_LOG"),
            ("ProveConsistency", new() { ["fromSize"] = "-1" }, "EVIDENCE_SIZE_INVALID"),
            ("ProveConsistency", new() { ["fromSize"] = "2", ["toSize"] = "1" }, "EVIDENCE_BEYOND_LOG"),
            ("ProveConsistency", new() { ["fromSize"] = "1", ["toSize"] = $"{long.MaxValue}" }, "EVIDENCE_BEYOND_LOG"),
        ];
        foreach (var (method, request, code) in rows)
        {
            var answer = await Gateway[Notices.Court].CallAsync(face, method, request);
            Assert.True(code == answer.Code, $"{method} {request.ToJsonString()}: {answer.Code}, not {code}");
        }
    }

    [Theory]
    [MemberData(nameof(BothFaces))]
    public async Task ListEvidence_OfANoticeThatWasAnswered_ClimbsTheLadder(Face face)
    {
        var name = await Gateway.NoticeInAsync("notified");
        var exchange = ExchangeOf(name);
        Assert.Equal(["SUBMITTED+", "COMMITTED+"], Rungs(await LadderAsync(exchange, face), "submit", Notices.AidCentre));

        var delivery = (await DeliveryTests.PullAsync(Gateway, Notices.AidCentre)).Single(pulled => pulled["envelope"]!["exchange"]!.GetValue<string>() == exchange);
        var acknowledged = await Gateway[Notices.AidCentre].CallAsync(
            Face.Grpc, "AcknowledgeDelivery", new JsonObject { ["name"] = delivery["name"]!.DeepClone(), ["leaseToken"] = delivery["leaseToken"]!.DeepClone() });
        Assert.True(acknowledged.Accepted, acknowledged.Code);
        Assert.Contains("DELIVERED+", Rungs(await LadderAsync(exchange, face), "submit", Notices.AidCentre));

        _ = await Gateway.StepAsync(Notices.AidCentre, "AssignCounsel", NoticeSteps.Assign(name));
        var ladder = await LadderAsync(exchange, face);
        var rungs = Rungs(ladder, "submit", Notices.AidCentre);
        Assert.Equal(["SUBMITTED+", "COMMITTED+"], rungs[..2]);
        Assert.Equal(["DELIVERED+", "ACTED_ON+"], rungs[^2..]);

        // The leaf of every rung that has one can be proved.
        foreach (var leaf in ladder.SelectMany(entry => entry["rungs"]!.AsArray()).Select(rung => rung!["leaf"]?.GetValue<string>()).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            await AssertHoldsAsync(await ProvedAsync(face, "ProveLeaf", leaf));
        }
    }

    [Fact]
    public async Task ListEvidence_InPages_IsTheWholeLadder()
    {
        var exchange = ExchangeOf(await Gateway.NoticeInAsync("closed"));
        var whole = await LadderAsync(exchange, Face.Rest);
        var paged = new List<JsonObject>();
        var token = "";
        do
        {
            var page = (await Gateway[Notices.Court].CallAsync(
                Face.Rest, "ListEvidence", new JsonObject { ["parent"] = exchange, ["pageSize"] = 1, ["pageToken"] = token })).Required;
            paged.AddRange(page["messages"]!.AsArray().Select(entry => entry!.AsObject()));
            token = page["nextPageToken"]?.GetValue<string>() ?? "";
        }
        while (token.Length > 0);

        Assert.Equal(whole.Select(Key), paged.Select(Key));
        static string Key(JsonObject entry) => $"{entry["message"]} {entry["recipient"]}";
    }

    /// <summary>A monitor builds the root again from hash tiles, with no token.</summary>
    [Fact]
    public async Task PublicLog_WithoutToken_GivesHeadKeysAndTilesThatAgree()
    {
        _ = await ProvedAsync(Face.Rest, "ProveMessage", (await LadderAsync(ExchangeOf(await Gateway.NoticeInAsync("notified")), Face.Rest))[0]["message"]!.GetValue<string>());
        using var anyone = new HttpClient { BaseAddress = Gateway.Gateway.Rest };
        var (head, _) = await HeadAsync(anyone);

        var tiles = new List<Tile>();
        foreach (var path in TreeEdge.TilesOf(head.Size))
        {
            using var response = await anyone.GetAsync($"/log/{path}", Cancellation);
            Assert.Equal((HttpStatusCode.OK, "application/octet-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
            Assert.Contains("immutable", response.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
            tiles.Add(new Tile(path, await response.Content.ReadAsByteArrayAsync(Cancellation)));
        }

        Assert.Equal(head.Root, TreeEdge.Of(head.Size, tiles).Root);
    }

    [Theory]
    [InlineData("/log/tile/entries/000")]
    [InlineData("/log/tile/data/000")]
    [InlineData("/log/tile/0/999")]
    [InlineData("/log/tile/0/000.p/256")]
    [InlineData("/log/tile/0/x000/000")]
    [InlineData("/log/tile/7/000.p/1")]
    [InlineData("/log/tile/0/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("/log/tile/-1/000")]
    [InlineData("/log/tile/")]
    public async Task PublicLog_AnythingElse_IsNotThere(string path)
    {
        using var anyone = new HttpClient { BaseAddress = Gateway.Gateway.Rest };
        using var response = await anyone.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static string ExchangeOf(string notice) => notice.Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal);

    private async Task<List<JsonObject>> LadderAsync(string exchange, Face face) =>
    [
        .. (await Gateway[Notices.Court].CallAsync(face, "ListEvidence", new JsonObject { ["parent"] = exchange })).Required["messages"]!.AsArray()
            .Select(entry => entry!.AsObject()), // a list of objects
    ];

    private static string[] Rungs(List<JsonObject> ladder, string messageEvent, string recipient) =>
    [
        .. ladder.First(entry => entry["event"]!.GetValue<string>() == messageEvent && entry["recipient"]?.GetValue<string>() == $"agencies/{recipient}")["rungs"]!.AsArray()
            .Select(rung => $"{rung!["kind"]!.GetValue<string>()["KIND_".Length..]}{(rung["positive"]?.GetValue<bool>() == true ? '+' : '-')}"),
    ];

    /// <summary>A proof; a leaf that was just committed gets its checkpoint a moment later.</summary>
    private async Task<JsonObject> ProvedAsync(Face face, string method, string name)
    {
        FaceAnswer answer;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        do
        {
            answer = await Gateway[Notices.Court].CallAsync(face, method, new JsonObject { ["name"] = name });
        }
        while (answer.Code == "EVIDENCE_NOT_YET" && await timer.WaitForNextTickAsync(patience.Token));

        return answer.Required;
    }

    private async Task AssertHoldsAsync(JsonObject proof)
    {
        using var anyone = new HttpClient { BaseAddress = Gateway.Gateway.Rest };
        var keys = await KeysAsync(anyone);
        var note = SignedNote.Parse(Encoding.UTF8.GetBytes(proof["checkpoint"]!["note"]!.GetValue<string>()));
        Assert.Equal(NoteFinding.Valid, note!.Check(keys, out _)); // a malformed note fails here as well
        var head = Checkpoint.Parse(note.Text)!; // signed by the gateway
        var leaf = TreeHash.OfLeaf(Bytes(proof["entry"]));
        Assert.Equal(ProofFinding.Valid, MerkleProof.CheckInclusion(Whole(proof["index"]), head.Size, leaf, Path(proof), head.Root));
        Assert.NotEqual(ProofFinding.Valid, MerkleProof.CheckInclusion(Whole(proof["index"]), head.Size, TreeHash.OfNothing, Path(proof), head.Root));
    }

    internal static async Task<(Checkpoint Head, SignedNote Note)> HeadAsync(HttpClient anyone)
    {
        var text = await anyone.GetByteArrayAsync("/.well-known/gateway-checkpoint", Cancellation);
        var note = SignedNote.Parse(text)!; // checked next
        Assert.Equal(NoteFinding.Valid, note.Check(await KeysAsync(anyone), out _));
        return (Checkpoint.Parse(note.Text)!, note); // signed by the gateway
    }

    internal static async Task<NoteKey[]> KeysAsync(HttpClient anyone) =>
    [
        .. (await anyone.GetStringAsync("/.well-known/gateway-log-keys", Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(vkey => NoteKey.Parse(vkey)!), // published by the gateway
    ];

    private static TreeHash[] Path(JsonObject proof) => [.. (proof["path"]?.AsArray() ?? []).Select(hash => new TreeHash(Bytes(hash)))];

    private static byte[] Bytes(JsonNode? base64) => Convert.FromBase64String(base64!.GetValue<string>()); // the field is there

    private static long Whole(JsonNode? number) => number is null ? 0 : long.Parse(number.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture);
}
