using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Grpc.Core;
using LegalAid.Gateway.Benchmarks.Gateway;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>
/// What the gateway adds to a verification: from the moment at which a centre meant to call until it has the determination, less the time that the slowest body of each
/// wave really took, read off the body's own clock. Calls come in an open loop over gRPC on loopback, each about another person. The floor asks the same bodies in the same
/// waves over HTTP and does nothing else. Callers, gateway and bodies share the process and the processor.
/// </summary>
internal static class VerificationOverhead
{
    private const int WarmUp = 2_000;

    private static readonly TimeSpan Sooner = TimeSpan.FromMilliseconds(40), Later = TimeSpan.FromMilliseconds(60);

    private static readonly (string Fact, string Value, string Ground)[] AtHand =
    [
        ("matter", "labour-pay", "FACT_GROUND_STATED"), ("has-counsel", "false", "FACT_GROUND_STATED"), ("other-scope", "false", "FACT_GROUND_STATED"),
        ("family-dispute", "false", "FACT_GROUND_STATED"), ("birth-date", "1985-06-15", "FACT_GROUND_STATED"), ("migrant-worker", "false", "FACT_GROUND_DOCUMENT"),
        ("returning-worker", "false", "FACT_GROUND_DOCUMENT"), ("unemployed", "false", "FACT_GROUND_DOCUMENT"),
    ];

    private static readonly (string Fact, string Value, string Ground)[] Papers =
    [
        ("register", "none", "FACT_GROUND_DOCUMENT"), ("fixed-livelihood", "true", "FACT_GROUND_DOCUMENT"), ("spending-cause", "none", "FACT_GROUND_DOCUMENT"),
    ];

    /// <param name="Papers">Whether the applicant brings papers for what civil affairs know.</param>
    /// <param name="Register">What civil affairs answer.</param>
    /// <param name="Waves">Who is asked, wave by wave; of each wave its slowest.</param>
    private sealed record Scenario(string Name, bool Papers, string Register, string[][] Waves);

    private static readonly Scenario[] Scenarios =
    [
        new("one body", Papers: false, "01", [["civil-affairs"]]),
        new("two bodies at once", Papers: true, "00", [["social-security", "natural-resources"]]),
        new("one, then two at once", Papers: false, "00", [["civil-affairs"], ["social-security", "natural-resources"]]),
    ];

    public static async Task RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var count = settings.Scaled((int)(settings.Rate * settings.Longest.TotalSeconds));
        await using var civil = await BareBody.StartAsync("civil-affairs", "nanning-civil-affairs", "http://127.0.0.1:8083", "/api/relief/query", "param.sfzh", Sooner);
        await using var social = await BareBody.StartAsync("social-security", "nanning-social-security", "http://127.0.0.1:8085", "/v2/insured:lookup", "aac002", Sooner);
        await using var realty = await BareBody.StartAsync("natural-resources", "nanning-natural-resources", "http://127.0.0.1:8089", "/realty/holdings", "holder.certNo", Later);
        social.Answer = """{"person":{"migrant":false,"returned":false,"livelihood":true,"unemploymentCertificate":false},"wages":{"householdPerHead":100000,"own":100000}}"""u8.ToArray();
        realty.Answer = """{"status":"FOUND","holdings":{"household":{"beyondHome":false,"worth":0},"own":{"beyondHome":false,"worth":0}}}"""u8.ToArray();
        BareBody[] bodies = [civil, social, realty];
        Report.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"verification, {settings.Store.Name}: {settings.Rate:0} a second, gaps of chance, {count} a run; civil affairs and social security take {Sooner.TotalMilliseconds:0} ms, natural resources {Later.TotalMilliseconds:0}; one process"));
        var rows = new List<IReadOnlyList<string>>();
        foreach (var scenario in Scenarios)
        {
            civil.Answer = System.Text.Encoding.UTF8.GetBytes($$$"""{"code":"0","data":{"jzlb":"{{{scenario.Register}}}","gdsh":"1","zcyy":"0"}}""");
            var (floors, reals) = (new List<OverheadRun>(), new List<OverheadRun>());
            for (var pair = 0; pair <= settings.Pairs; pair++)
            {
                var (floor, real) = pair % 2 == 0 ? (await FloorAsync(pair), await RealAsync(pair)) : Swapped(await RealAsync(pair), await FloorAsync(pair));
                Report.Progress(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{scenario.Name}, pair {pair} of {settings.Pairs}: floor {floor.P50:0.00} {floor.P99:0.00}, real {real.P50:0.00} {real.P99:0.00} ms, {real.Wrong} wrong, load {Conditions.LoadAverage()}"));
                if (pair > 0)
                {
                    floors.Add(floor);
                    reals.Add(real);
                }
            }

            rows.Add(OverheadRun.Row(scenario.Name, floors, reals));

            async Task<OverheadRun> FloorAsync(int seed)
            {
                using var http = new HttpClient();
                return await MeasureAsync(number => AskDirectlyAsync(http, scenario, bodies, NumberOf(number), cancellationToken), seed);
            }

            async Task<OverheadRun> RealAsync(int seed)
            {
                await using var gateway = await VerifyingGateway.StartAsync(settings.Store, bodies, cancellationToken);
                var client = gateway.Client;
                var requests = Enumerable.Range(0, WarmUp + count).Select(number => RequestOf(scenario, number)).ToImmutableArray();
                return await MeasureAsync(
                    async number => await VerifyAsync(client, requests[number], cancellationToken) is { } outcome && IsAsExpected(outcome, scenario), seed);
            }

            async Task<OverheadRun> MeasureAsync(Func<int, Task<bool>> call, int seed)
            {
                foreach (var body in bodies)
                {
                    body.Forget();
                }

                var right = new bool[WarmUp + count];
                _ = await OpenLoop.RunAsync(settings.Rate, WarmUp, seed, async number => right[number] = await call(number));
                var run = await OpenLoop.RunAsync(settings.Rate, count, seed, async number => right[WarmUp + number] = await call(WarmUp + number));
                return OverheadRun.Of(
                    run, number => Waves(scenario, bodies, NumberOf(WarmUp + number)), right.Count(one => !one) + bodies.Sum(body => body.AskedTwice));
            }
        }

        Report.Table(OverheadRun.Heads, rows);
    }

    private static (OverheadRun Floor, OverheadRun Real) Swapped(OverheadRun real, OverheadRun floor) => (floor, real);

    /// <summary>Of each wave the body that answered last; empty where one was not asked, and then the answer was not as expected either.</summary>
    private static ImmutableArray<BodyTimes> Waves(Scenario scenario, BareBody[] bodies, string number)
    {
        var waves = scenario.Waves.Select(wave => wave.Select(name => bodies.Single(body => body.Name == name).Of(number)).ToList()).ToList();
        return waves.Exists(wave => wave.Contains(null)) ? [] : [.. waves.Select(wave => wave.OfType<BodyTimes>().MaxBy(times => times.Answered))];
    }

    private static async Task<bool> AskDirectlyAsync(HttpClient http, Scenario scenario, BareBody[] bodies, string number, CancellationToken cancellationToken)
    {
        var good = true;
        foreach (var wave in scenario.Waves)
        {
            var asked = await Task.WhenAll(wave.Select(async name =>
            {
                var body = bodies.Single(body => body.Name == name);
                using var question = new ByteArrayContent(body.QuestionOf(number));
                using var answer = await http.PostAsync(new Uri(body.Address, body.Path), question, cancellationToken);
                return answer.IsSuccessStatusCode && (await answer.Content.ReadAsByteArrayAsync(cancellationToken)).Length == body.Answer.Length;
            }));
            good &= asked.All(one => one);
        }

        return good;
    }

    /// <summary>What the centre was told; null where it was told that something is away, which is not as expected.</summary>
    private static async Task<VerificationOutcome?> VerifyAsync(
        EligibilityService.EligibilityServiceClient client, VerifyEligibilityRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await client.VerifyEligibilityAsync(request, cancellationToken: cancellationToken);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.ResourceExhausted)
        {
            Report.Progress(e.Status.Detail);
            return null;
        }
    }

    /// <summary>Granted, after the planned bodies in the planned waves confirmed, and nobody else was asked.</summary>
    private static bool IsAsExpected(VerificationOutcome outcome, Scenario scenario)
    {
        var asks = outcome.Verification.Progress?.Asks ?? [];
        var waves = asks.GroupBy(ask => ask.AskTime).OrderBy(wave => wave.Key.ToDateTimeOffset()).Select(wave => wave.Select(ask => ask.Body).Order(StringComparer.Ordinal));
        return outcome.Verification.State == "granted" && outcome.Receipt.Jws.Length > 0
            && asks.All(ask => ask.State is AskState.Confirmed or AskState.Refuted)
            && waves.Select(wave => string.Join(' ', wave)).SequenceEqual(scenario.Waves.Select(wave => string.Join(' ', wave.Order(StringComparer.Ordinal))));
    }

    private static string NumberOf(int serial) =>
        (string?)SyntheticPeople.Adult(serial)["residentNumber"] ?? throw new InvalidOperationException("a synthetic person without a number");

    private static VerifyEligibilityRequest RequestOf(Scenario scenario, int serial)
    {
        var person = SyntheticPeople.Adult(serial);
        return VerifyEligibilityRequest.Parser.ParseJson(new JsonObject
        {
            ["requestId"] = NoticeSteps.NewRequestId(),
            ["application"] = new JsonObject
            {
                ["person"] = person,
                ["receivedDate"] = "2026-03-02",
                ["place"] = "450103",
                ["facts"] = new JsonArray(
                [
                    .. AtHand.Concat(scenario.Papers ? Papers : []).Select(stated => (JsonNode)new JsonObject
                    {
                        ["fact"] = stated.Fact, ["value"] = stated.Value, ["ground"] = stated.Ground,
                    }),
                ]),
                ["authorisation"] = new JsonObject { ["people"] = new JsonArray(person.DeepClone()), ["expireDate"] = "2026-12-31", ["paperSha256"] = new string('a', 64) },
            },
        }.ToJsonString());
    }
}
