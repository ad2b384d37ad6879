using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Exchange.Feeds;
using LegalAid.Gateway.Testing;
using Microsoft.Data.Sqlite;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Calendars of duty at their addresses, as a calendar program that knows nothing but the address meets them; what it gets is read by Mozilla's ical.js.</summary>
public sealed class CalendarFeedTests
{
    private const string Station = Notices.DetentionCentre, Lawyer = "14501201510000011", Unknown = "/calendars/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics";

    private readonly StandingTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Tomorrow => new(DateOnly.FromDateTime(DemoSettings.CivilStart.DateTime).AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(8));

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Calendar_OfALawyer_OpensInAThirdPartysParserFieldByField(Face face)
    {
        await using var gateway = await StartAsync();
        var accepted = await BookAsync(gateway, 9, 12, "am/1", step: "accept");
        _ = await BookAsync(gateway, 13, 14, "noon/1"); // offered, and no more
        var cancelled = await BookAsync(gateway, 15, 17, "pm/1", step: "publish");
        await DutyShiftTests.TakeAsync(gateway, Notices.AidCentre, cancelled, "release", new JsonObject { ["reason"] = "取消" });
        _ = await BookAsync(gateway, 9, 12, "am/2", counsel: NoticeSteps.SecondCounsel, step: "publish"); // another's
        var address = await CreateAsync(gateway, Notices.AidCentre, "lawyer", Lawyer, face);

        using var response = await GetAsync(gateway, address);
        var text = await response.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal((HttpStatusCode.OK, "text/calendar; charset=utf-8"), (response.StatusCode, response.Content.Headers.ContentType?.ToString()));
        Assert.Equal("max-age=900, private", response.Headers.CacheControl?.ToString());
        Assert.Equal(["no-referrer"], response.Headers.GetValues("Referrer-Policy"));
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
        Assert.DoesNotContain("虚构甲律师", text, StringComparison.Ordinal); // one's own calendar needs no name
        Assert.Equal(
            [
                $"{IdOf(accepted)}|值班 南宁市第一看守所|南宁市第一看守所 一楼会见室|{Utc(9)}|{Utc(12)}|CONFIRMED",
                $"{IdOf(cancelled)}|值班 南宁市第一看守所|南宁市第一看守所 一楼会见室|{Utc(15)}|{Utc(17)}|CANCELLED",
            ],
            await EventsAsync(text));
    }

    [Fact]
    public async Task Calendar_OfAStation_NamesWhoComesOnceItIsPublished()
    {
        await using var gateway = await StartAsync();
        var name = await BookAsync(gateway, 9, 12, "am/1", step: "accept");
        string[] addresses = [await CreateAsync(gateway, Notices.AidCentre, "station", $"agencies/{Station}"), await CreateAsync(gateway, Station, "station", $"agencies/{Station}")];
        foreach (var address in addresses)
        {
            Assert.Empty(await EventsAsync(await TextAsync(gateway, address))); // what is not published is no business of the station's
        }

        await DutyShiftTests.TakeAsync(gateway, Notices.AidCentre, name, "publish", new JsonObject { ["station"] = $"agencies/{Station}" });
        foreach (var address in addresses)
        {
            Assert.Equal([$"{IdOf(name)}|值班 南宁市第一看守所 虚构甲律师|南宁市第一看守所 一楼会见室|{Utc(9)}|{Utc(12)}|CONFIRMED"], await EventsAsync(await TextAsync(gateway, address)));
        }
    }

    [Fact]
    public async Task Calendar_OfALawyerWhoIsSubstituted_GoesOverToTheOther()
    {
        await using var gateway = await StartAsync();
        var name = await BookAsync(gateway, 9, 12, "am/1", step: "publish");
        var (first, second) = (await CreateAsync(gateway, Notices.FirstFirm, "lawyer", Lawyer), await CreateAsync(gateway, Notices.SecondFirm, "lawyer", "14501201210000042"));
        Assert.Single(await EventsAsync(await TextAsync(gateway, first)));
        Assert.Empty(await EventsAsync(await TextAsync(gateway, second)));

        await DutyShiftTests.TakeAsync(gateway, Notices.FirstFirm, name, "propose-substitute", new JsonObject { ["counsel"] = NoticeSteps.SecondCounsel, ["reason"] = "开庭冲突" });
        await DutyShiftTests.TakeAsync(gateway, Notices.SecondFirm, name, "take-over", new JsonObject { ["changes"] = new JsonObject { ["counsel"] = NoticeSteps.SecondCounsel } });

        Assert.Empty(await EventsAsync(await TextAsync(gateway, first)));
        Assert.Single(await EventsAsync(await TextAsync(gateway, second)));
    }

    /// <summary>Firms and stations see the shifts that they are party to, and a centre no other centre's.</summary>
    [Fact]
    public async Task Calendar_OfAnotherCentre_ShowsNothingOfTheFirstsShifts()
    {
        await using var gateway = await StartAsync();
        _ = await BookAsync(gateway, 9, 12, "am/1", step: "publish");

        Assert.Empty(await EventsAsync(await TextAsync(gateway, await CreateAsync(gateway, Notices.CityAidCentre, "lawyer", Lawyer))));
        Assert.Single(await EventsAsync(await TextAsync(gateway, await CreateAsync(gateway, Notices.AidCentre, "lawyer", Lawyer))));
    }

    [Fact]
    public async Task Calendar_OnceTheGrantIsGone_IsEmpty()
    {
        await using var gateway = await StartAsync();
        _ = await BookAsync(gateway, 9, 12, "am/1", step: "publish");
        var address = await CreateAsync(gateway, Notices.AidCentre, "lawyer", Lawyer);
        var rows = await File.ReadAllTextAsync(Path.Combine(GatewayFixture.ConfigurationFolder, "sharing", "duty.yaml"), Cancellation);
        await gateway.StopAsync();
        gateway.Overlay = [new ConfigurationFile("sharing/duty.yaml", rows.Replace("kinds: [aid-centre] }\n    may: { view: [duty-shift] }", "kinds: [hotline] }\n    may: { view: [duty-shift] }", StringComparison.Ordinal))];
        await gateway.StartAgainAsync();

        Assert.Empty(await EventsAsync(await TextAsync(gateway, address)));
    }

    [Fact]
    public async Task Calendar_LongOver_LeavesOldShiftsOut()
    {
        await using var gateway = await StartAsync();
        _ = await BookAsync(gateway, 9, 12, "am/1", step: "publish");
        var address = await CreateAsync(gateway, Notices.AidCentre, "lawyer", Lawyer);

        _time.Now = Tomorrow.AddHours(12) + TimeSpan.FromDays(92) - TimeSpan.FromTicks(1);
        Assert.Single(await EventsAsync(await TextAsync(gateway, address)));
        _time.Now += TimeSpan.FromTicks(1);
        Assert.Empty(await EventsAsync(await TextAsync(gateway, address)));
    }

    [Fact]
    public async Task Read_WithTheTagItHas_IsToldThatNothingChangedAndLeavesNoLeaf()
    {
        await using var gateway = await StartAsync();
        var name = await BookAsync(gateway, 9, 12, "am/1", step: "accept");
        var address = await CreateAsync(gateway, Notices.AidCentre, "lawyer", Lawyer);
        using var first = await GetAsync(gateway, address);
        var access = gateway.Store.Accesses()[^1];
        var before = gateway.Store.Accesses().Count;

        using var second = await GetAsync(gateway, address, first.Headers.ETag);
        Assert.Equal((HttpStatusCode.NotModified, first.Headers.ETag), (second.StatusCode, second.Headers.ETag));
        Assert.Equal(before, gateway.Store.Accesses().Count);
        Assert.Equal(("GET /calendars/{token}.ics", Notices.AidCentre, $"[\"{IdOf(name)}\"]"), (
            access["operation"]!.GetValue<string>(), access["agency"]!.GetValue<string>(), access["seen"]![0]!["exchanges"]!.ToJsonString())); // an access has all three

        await DutyShiftTests.TakeAsync(gateway, Notices.AidCentre, name, "publish", new JsonObject { ["station"] = $"agencies/{Station}" });
        using var third = await GetAsync(gateway, address, first.Headers.ETag);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
        Assert.NotEqual(first.Headers.ETag, third.Headers.ETag);

        using var head = new HttpRequestMessage(HttpMethod.Head, address);
        using var fourth = await SendAsync(gateway, head);
        Assert.Equal((HttpStatusCode.OK, third.Headers.ETag, 0), (fourth.StatusCode, fourth.Headers.ETag, (await fourth.Content.ReadAsByteArrayAsync(Cancellation)).Length));
    }

    /// <summary>Who read it cannot be kept: the calendar is not told, and the program comes again.</summary>
    [Fact]
    public async Task Read_WhoseLeafCannotBeKept_TellsNothing()
    {
        await using var gateway = await StartAsync();
        await BookAsync(gateway, 9, 12, "am/1", step: "accept");
        var address = await CreateAsync(gateway, Notices.AidCentre, "lawyer", Lawyer);
        await using var other = new SqliteConnection($"Data Source={Path.Combine(gateway.WorkingFolder, "var", "gateway.db")};Pooling=False");
        await other.OpenAsync(Cancellation);
        await using (await other.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, Cancellation))
        {
            using var refused = await GetAsync(gateway, address);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/problem+json"), (refused.StatusCode, refused.Content.Headers.ContentType?.MediaType));
            Assert.DoesNotContain("BEGIN:VCALENDAR", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }

        await Eventually.HoldsAsync(
            async () =>
            {
                using var told = await GetAsync(gateway, address);
                return told.StatusCode == HttpStatusCode.OK;
            },
            "the pen is free again");
    }

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Create_BeyondWhatAnAgencyMayHave_IsRefusedUntilOneIsRevoked(Face face)
    {
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = _time, Adjust = settings => settings with { Limits = settings.Limits with { CalendarsMax = 1 } } });
        await CreateAsync(gateway, Notices.AidCentre, "lawyer", Lawyer, face);
        var request = new JsonObject { ["requestId"] = NoticeSteps.NewRequestId(), ["station"] = $"agencies/{Station}" };

        Assert.Equal("CALENDARS_TOO_MANY", (await gateway[Notices.AidCentre].CallAsync(face, "CreateCalendarFeed", request.DeepClone().AsObject())).Code);
        var name = (await gateway[Notices.AidCentre].CallAsync(face, "ListCalendarFeeds", [])).Required["calendarFeeds"]![0]!["name"]!.DeepClone(); // one was created
        await gateway[Notices.AidCentre].CallAsync(face, "RevokeCalendarFeed", new JsonObject { ["name"] = name });

        Assert.True((await gateway[Notices.AidCentre].CallAsync(face, "CreateCalendarFeed", request)).Accepted);
    }

    /// <summary>What was revoked, what is over, what never was and what is no token at all: one answer, but for its trace.</summary>
    [Fact]
    public async Task Read_RevokedExpiredUnknownOrMalformed_IsToldTheSame()
    {
        await using var gateway = await StartAsync();
        _ = await BookAsync(gateway, 9, 12, "am/1", step: "accept");
        var revoked = await CreateFeedAsync(gateway, Notices.AidCentre, new JsonObject { ["lawyer"] = Lawyer });
        var ending = await CreateFeedAsync(gateway, Notices.AidCentre, new JsonObject { ["lawyer"] = Lawyer, ["expireTime"] = Stamp(_time.Now.AddHours(1)) });
        foreach (var feed in new[] { revoked, ending })
        {
            Assert.Single(await EventsAsync(await TextAsync(gateway, AddressOf(feed))));
        }

        var name = NameOf(revoked);
        var answer = (await gateway[Notices.AidCentre].CallAsync(Face.Rest, "RevokeCalendarFeed", new JsonObject { ["name"] = name })).Required;
        Assert.Equal(
            answer.ToJsonString(), (await gateway[Notices.AidCentre].CallAsync(Face.Grpc, "RevokeCalendarFeed", new JsonObject { ["name"] = name })).Required.ToJsonString()); // again is harmless
        Assert.NotNull(answer["revokeTime"]);
        _time.Now += TimeSpan.FromHours(1) - TimeSpan.FromTicks(1);
        Assert.Single(await EventsAsync(await TextAsync(gateway, AddressOf(ending))));
        _time.Now += TimeSpan.FromTicks(1);

        var told = new List<string>();
        foreach (var path in new[] { AddressOf(revoked), AddressOf(ending), Unknown, "/calendars/x.ics", $"/calendars/{new string('!', 43)}.ics", "/calendars/%E2%98%83.ics", AddressOf(ending).Replace(".ics", "A.ics", StringComparison.Ordinal) })
        {
            using var response = await GetAsync(gateway, path);
            var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!.AsObject(); // a problem is an object
            problem.Remove("traceId");
            told.Add($"{response.StatusCode} {string.Join(';', response.Headers.Where(header => header.Key != "Date").Select(header => $"{header.Key}={string.Join(',', header.Value)}"))} {problem.ToJsonString()}");
        }

        Assert.StartsWith("NotFound ", Assert.Single(told.Distinct(StringComparer.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Create_Repeated_GivesTheSameFeedAndNoAddress(Face face)
    {
        await using var gateway = await StartAsync();
        var request = new JsonObject { ["requestId"] = NoticeSteps.NewRequestId(), ["lawyer"] = Lawyer };
        var first = (await gateway[Notices.AidCentre].CallAsync(face, "CreateCalendarFeed", request)).Required;
        var again = (await gateway[Notices.AidCentre].CallAsync(face == Face.Rest ? Face.Grpc : Face.Rest, "CreateCalendarFeed", request)).Required;

        Assert.Equal(first["feed"]!.ToJsonString(), again["feed"]!.ToJsonString()); // both have one
        Assert.Null(again["address"]);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(gateway, AddressOf(first))).StatusCode);
        request["lawyer"] = "14501201210000042";
        Assert.Equal("REQUEST_ID_REUSED", (await gateway[Notices.AidCentre].CallAsync(face, "CreateCalendarFeed", request)).Code);
        Assert.Single((await gateway[Notices.AidCentre].CallAsync(face, "ListCalendarFeeds", [])).Required["calendarFeeds"]!.AsArray()); // it is a list
    }

    [Fact]
    public async Task Create_OfWhatThereIsNotOrForLongerThanAllowed_IsRefusedWithItsCode()
    {
        await using var gateway = await StartAsync();
        var now = _time.Now;
        (JsonObject Request, string Code)[] cases =
        [
            ([], "lawyer CALENDAR_SUBJECT_ONE"),
            (new JsonObject { ["lawyer"] = Lawyer, ["station"] = $"agencies/{Station}" }, "lawyer CALENDAR_SUBJECT_ONE"),
            (new JsonObject { ["lawyer"] = "14501201510000099" }, "lawyer COUNSEL_NOT_IN_REGISTER"),
            (new JsonObject { ["station"] = "agencies/nowhere" }, "station PARTY_UNKNOWN"),
            (new JsonObject { ["station"] = $"agencies/{Notices.FirstFirm}" }, "station PARTY_WRONG_KIND"),
            (new JsonObject { ["lawyer"] = Lawyer, ["expireTime"] = Stamp(now) }, "expireTime CALENDAR_EXPIRY_OUT_OF_RANGE"),
            (new JsonObject { ["lawyer"] = Lawyer, ["expireTime"] = Stamp(now + FeedDesk.LifeMax + TimeSpan.FromTicks(1)) }, "expireTime CALENDAR_EXPIRY_OUT_OF_RANGE"),
            (new JsonObject { ["lawyer"] = Lawyer, ["expireTime"] = Stamp(now + FeedDesk.LifeMax) }, ""),
            (new JsonObject { ["lawyer"] = Lawyer, ["expireTime"] = Stamp(now + TimeSpan.FromTicks(1)) }, ""),
        ];
        foreach (var (request, code) in cases)
        {
            request["requestId"] = NoticeSteps.NewRequestId();
            var answer = await gateway[Notices.AidCentre].CallAsync(Face.Rest, "CreateCalendarFeed", request);
            Assert.Equal((request.ToJsonString(), code), (request.ToJsonString(), string.Join(' ', answer.Faults)));
        }

        var missing = "calendarFeeds/0197a3b1-0000-7000-8000-000000000000";
        Assert.Equal("NOT_FOUND", (await gateway[Notices.AidCentre].CallAsync(Face.Rest, "GetCalendarFeed", new JsonObject { ["name"] = missing })).Code);
        Assert.Equal("RESOURCE_NAME_INVALID", (await gateway[Notices.AidCentre].CallAsync(Face.Rest, "GetCalendarFeed", new JsonObject { ["name"] = "calendarFeeds/x" })).Code);
    }

    [Fact]
    public async Task List_InPages_GivesEachFeedOnceNewestFirst()
    {
        await using var gateway = await StartAsync();
        var created = new List<string>();
        for (var count = 0; count < 3; count++)
        {
            created.Insert(0, NameOf(await CreateFeedAsync(gateway, Notices.AidCentre, new JsonObject { ["station"] = $"agencies/{Station}" })));
        }

        _ = await CreateFeedAsync(gateway, Notices.CityAidCentre, new JsonObject { ["station"] = $"agencies/{Station}" });
        var (listed, token) = (new List<string>(), "");
        do
        {
            var page = (await gateway[Notices.AidCentre].CallAsync(Face.Rest, "ListCalendarFeeds", new JsonObject { ["pageSize"] = 2, ["pageToken"] = token })).Required;
            listed.AddRange(page["calendarFeeds"]!.AsArray().Select(feed => feed!["name"]!.GetValue<string>())); // each page has some
            token = page["nextPageToken"]?.GetValue<string>() ?? "";
        }
        while (token.Length > 0);

        Assert.Equal(created, listed);
        var forged = await gateway[Notices.AidCentre].CallAsync(Face.Rest, "ListCalendarFeeds", new JsonObject { ["pageToken"] = new string('!', 32) });
        Assert.Equal("PAGE_TOKEN_INVALID", forged.Code);
    }

    /// <summary>Neither log nor trace nor store nor evidence says the token; nor do log, evidence and the feed's row say the licence number, which is public in the archived register.</summary>
    [Fact]
    public async Task Token_IsNowhereButInTheAnswer()
    {
        await using var gateway = await StartAsync();
        _ = await BookAsync(gateway, 9, 12, "am/1", step: "accept");
        var path = await CreateAsync(gateway, Notices.AidCentre, "lawyer", Lawyer);
        var token = path.Split('/')[^1].Replace(".ics", "", StringComparison.Ordinal);
        var traced = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = activity => activity.SetTag("url.path", path), // as instrumentations do
            ActivityStopped = activity =>
            {
                lock (traced)
                {
                    traced.Add($"{activity.DisplayName} {string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))}");
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var from = gateway.Logs.Count;
        foreach (var address in new[] { path, path.Replace(".ics", "", StringComparison.Ordinal), path.ToUpperInvariant().Replace("/CALENDARS", "/Calendars", StringComparison.Ordinal) })
        {
            using var response = await GetAsync(gateway, address);
        }

        await gateway.StopAsync();
        string[] lines;
        lock (traced)
        {
            lines = [.. traced];
        }

        Assert.Contains(lines, line => line.Contains("url.path=/calendars/-", StringComparison.Ordinal));
        Assert.Contains(gateway.Logs.LinesFrom(from), line => line.Contains("/calendars/{token}.ics", StringComparison.Ordinal));
        Assert.DoesNotContain(lines.Where(line => line.Contains("/calendars/", StringComparison.Ordinal)), line => line.Contains(token, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(gateway.Logs.LinesFrom(0), line => line.Contains(token, StringComparison.OrdinalIgnoreCase) || line.Contains(Lawyer, StringComparison.Ordinal));
        Assert.Empty(gateway.Store.FindInClear([token]));
        Assert.DoesNotContain(gateway.Store.Leaves(), leaf => leaf.Contains(Lawyer, StringComparison.Ordinal));
        Assert.Equal(0, gateway.Store.Count("calendar_feed", $"instr(lawyer_cipher, CAST('{Lawyer}' AS BLOB)) > 0"));
        Assert.Equal(1, gateway.Store.Count("leaf", "kind = 'calendar-feed'"));
    }

    private Task<GatewayFixture> StartAsync() => GatewayFixture.StartAsync(new GatewayStart { Time = _time });

    /// <summary>A shift of tomorrow, of the first lawyer at the detention centre unless said otherwise; its name.</summary>
    private static async Task<string> BookAsync(GatewayFixture gateway, int from, int to, string slot, JsonObject? counsel = null, string? step = null)
    {
        var booking = DutyShiftTests.Booking(from, to, slot, Station, counsel);
        booking["place"] = "一楼会见室";
        var name = DutyShiftTests.Name((await DutyShiftTests.BookAsync(gateway, Face.Grpc, booking)).Required);
        if (step == "accept")
        {
            await DutyShiftTests.TakeAsync(gateway, Notices.FirstFirm, name, step, new JsonObject { ["phone"] = "0771-0000011" });
        }
        else if (step == "publish")
        {
            await DutyShiftTests.TakeAsync(gateway, Notices.AidCentre, name, step, new JsonObject { ["station"] = $"agencies/{Station}" });
        }

        return name;
    }

    private static async Task<string> CreateAsync(GatewayFixture gateway, string agency, string field, string value, Face face = Face.Rest) =>
        AddressOf(await CreateFeedAsync(gateway, agency, new JsonObject { [field] = value }, face));

    private static async Task<JsonObject> CreateFeedAsync(GatewayFixture gateway, string agency, JsonObject request, Face face = Face.Rest)
    {
        request["requestId"] = NoticeSteps.NewRequestId();
        return (await gateway[agency].CallAsync(face, "CreateCalendarFeed", request)).Required;
    }

    private static string NameOf(JsonObject created) => created["feed"]!["name"]!.GetValue<string>(); // a feed has a name

    private static string AddressOf(JsonObject created) => new Uri(created["address"]!.GetValue<string>()).AbsolutePath; // told once

    private static string IdOf(string exchange) => exchange.Split('/')[1];

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture);

    private static string Utc(int hour) => Tomorrow.AddHours(hour).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>As a calendar program: no token, no header of ours.</summary>
    private static async Task<HttpResponseMessage> SendAsync(GatewayFixture gateway, HttpRequestMessage message)
    {
        using var http = new HttpClient { BaseAddress = gateway.Gateway.Rest };
        return await http.SendAsync(message, Cancellation);
    }

    private static async Task<HttpResponseMessage> GetAsync(GatewayFixture gateway, string path, EntityTagHeaderValue? held = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        if (held is not null)
        {
            message.Headers.IfNoneMatch.Add(held);
        }

        return await SendAsync(gateway, message);
    }

    private static async Task<string> TextAsync(GatewayFixture gateway, string path)
    {
        using var response = await GetAsync(gateway, path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }

    private static async Task<List<string>> EventsAsync(string text)
    {
        var said = JsonNode.Parse(await NodeTools.AskAsync("ical.js", "read-calendar.cjs", new JsonObject { ["text"] = text }, Cancellation))!.AsObject(); // the program prints an object
        return [.. said["events"]!.AsArray().Select(one => string.Join('|', one!.AsObject().Where(field => field.Key != "sequence").Select(field => field.Value?.ToString())))]; // it has events
    }

    /// <summary>The clock on the wall stands until it is set, and timers run as they do: weeks pass without each of their seconds.</summary>
    private sealed class StandingTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DemoSettings.CivilStart;

        public override DateTimeOffset GetUtcNow() => Now.ToUniversalTime();
    }
}
