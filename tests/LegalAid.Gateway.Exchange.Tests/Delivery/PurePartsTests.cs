using System.Net;
using System.Text;
using CsCheck;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Exchange.Tests.Delivery;

/// <summary>What delivery decides without touching anything: signature, backoff, verdict, addresses, options, slots.</summary>
public sealed class PurePartsTests
{
    private static readonly DeliveryOptions Options = new() { Issuer = new Uri("https://gateway.test") };

    // Standard Webhooks' published example.
    [Fact]
    public void Sign_PublishedVector_GivesThePublishedSignature()
    {
        var secret = PushSecret.TryParse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!; // well formed

        var signature = WebhookSignature.Of(
            "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, Encoding.UTF8.GetBytes("""{"test": 2432232314}"""), [secret]);

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_")]
    [InlineData("whsec_*")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa0=")] // 23 bytes
    public void ParseSecret_NotOne_IsNull(string? text) => Assert.Null(PushSecret.TryParse(text));

    [Fact]
    public void ParseSecret_LengthBounds_AreKept()
    {
        Assert.NotNull(PushSecret.TryParse("whsec_" + Convert.ToBase64String(new byte[24])));
        Assert.NotNull(PushSecret.TryParse("whsec_" + Convert.ToBase64String(new byte[64])));
        Assert.Null(PushSecret.TryParse("whsec_" + Convert.ToBase64String(new byte[65])));
    }

    [Fact]
    public void Backoff_AnyFailures_StaysWithinItsCeilingAndNeverShrinks() =>
        Gen.Select(Gen.Int[1, 100_000], Gen.Double[0, 0.999999], Gen.Int[1, 600_000], Gen.Int[0, 86_400_000]).Sample((failures, random, baseMs, moreMs) =>
        {
            var least = TimeSpan.FromMilliseconds(baseMs);
            var most = least + TimeSpan.FromMilliseconds(moreMs);
            var ceiling = Backoff.Ceiling(failures, least, most);
            var delay = Backoff.Delay(failures, random, least, most);
            return ceiling >= least && ceiling <= most && ceiling <= Backoff.Ceiling(failures + 1, least, most)
                && delay >= TimeSpan.Zero && delay <= ceiling;
        });

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(10, 2560)]
    [InlineData(11, 3600)]
    [InlineData(500, 3600)]
    public void BackoffCeiling_Defaults_DoublesUpToAnHour(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.Ceiling(failures, Options.BackoffBase, Options.BackoffMax));

    [Theory]
    [InlineData(200, "Delivered")]
    [InlineData(204, "Delivered")]
    [InlineData(299, "Delivered")]
    [InlineData(199, "Again")]
    [InlineData(300, "Again")]
    [InlineData(302, "Again")]
    [InlineData(308, "Again")]
    [InlineData(400, "Again")]
    [InlineData(401, "Again")]
    [InlineData(404, "Again")]
    [InlineData(408, "Again")]
    [InlineData(409, "Again")]
    [InlineData(410, "Suspend")]
    [InlineData(411, "Again")]
    [InlineData(429, "Again")]
    [InlineData(500, "Again")]
    [InlineData(502, "Again")]
    [InlineData(503, "Again")]
    [InlineData(504, "Again")]
    public void Verdict_Status_IsAsTheTableSays(int status, string expected)
    {
        var verdict = PushVerdict.Of(new PushAnswer.Answered(status, RetryAfter: null), attempts: 1, random: 0.5, Options);

        Assert.Equal(expected, verdict.GetType().Name);
        Assert.Equal($"{status}", verdict.Outcome);
        Assert.Equal(status is 429 or 502 or 503 or 504, verdict is PushVerdict.Again { Pause: not null });
    }

    [Fact]
    public void Verdict_LastAttempt_IsExhaustedAndNotBefore()
    {
        var options = Options with { AttemptsMax = 3 };
        var answer = new PushAnswer.Failed(PushFailure.Timeout);

        Assert.IsType<PushVerdict.Again>(PushVerdict.Of(answer, 2, 0.5, options));
        Assert.Equal(new PushVerdict.Dead("exhausted-timeout"), PushVerdict.Of(answer, 3, 0.5, options));
        Assert.IsType<PushVerdict.Dead>(PushVerdict.Of(answer, 4, 0.5, options));
        Assert.IsType<PushVerdict.Delivered>(PushVerdict.Of(new PushAnswer.Answered(200, null), 3, 0.5, options));
    }

    [Theory]
    [InlineData(1, 5, 5)] // the backoff of a first failure at most; longer than what was asked
    [InlineData(60, 0, 60)]
    [InlineData(3600, 0, 3600)]
    [InlineData(3601, 0, 3600)]
    [InlineData(86400, 0, 3600)]
    public void Verdict_RetryAfter_IsHonouredWithinItsBound(int askedSeconds, int backoffSeconds, int expectedSeconds)
    {
        var random = backoffSeconds / 5.0;
        var verdict = PushVerdict.Of(new PushAnswer.Answered(503, TimeSpan.FromSeconds(askedSeconds)), 1, random, Options);

        Assert.Equal(new PushVerdict.Again(TimeSpan.FromSeconds(expectedSeconds), "503", TimeSpan.FromSeconds(Math.Min(askedSeconds, 3600))), verdict);
    }

    [Fact]
    public void Verdict_Stopping_IsTriedAgainAtOnceWhateverTheAttempts() =>
        Assert.Equal(
            new PushVerdict.Again(TimeSpan.Zero, "stopping", Pause: null),
            PushVerdict.Of(new PushAnswer.Failed(PushFailure.Stopping), Options.AttemptsMax, 0.5, Options));

    [Fact]
    public void Pace_RefusalsOfOneBurst_CountOnceAndThePauseDoublesAfterEach()
    {
        var time = new FakeTimeProvider(LedgerWorld.Start);
        var pace = new LanePace(time, Options);
        Assert.Equal((0, Options.AgencyConcurrency), (pace.Strikes, pace.LeasedMax));
        var strikes = 0;
        foreach (var seconds in new[] { 4.5, 9, 18, 36, 72, 144, 270, 270 })
        {
            var until = time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
            Assert.Equal(until, pace.Refused(TimeSpan.Zero, 0.9));
            Assert.Equal(until, pace.Refused(TimeSpan.Zero, 0.9)); // another of the same burst
            Assert.Equal((++strikes, 1), (pace.Strikes, pace.LeasedMax));
            time.SetUtcNow(until);
        }

        pace.Answered(TimeSpan.FromSeconds(1));
        Assert.Equal((0, Options.AgencyConcurrency), (pace.Strikes, pace.LeasedMax));
        Assert.Equal(time.GetUtcNow() + TimeSpan.FromSeconds(4.5), pace.Refused(TimeSpan.Zero, 0.9));
    }

    /// <summary>What four senders send within a quarter of a second.</summary>
    [Theory]
    [InlineData(0, 256)]
    [InlineData(1, 256)]
    [InlineData(10, 100)]
    [InlineData(100, 10)]
    [InlineData(250, 4)]
    [InlineData(9_000, 4)]
    public void Pace_Answers_LeaseAheadByWhatTheyTake(int milliseconds, int leased)
    {
        var pace = new LanePace(new FakeTimeProvider(LedgerWorld.Start), Options);
        pace.Answered(TimeSpan.FromMilliseconds(milliseconds));
        Assert.Equal(leased, pace.LeasedMax);
    }

    [Fact]
    public void Pace_AfterRefusals_CatchesUpAtItsRateUntilNothingWaits()
    {
        var time = new FakeTimeProvider(LedgerWorld.Start);
        var pace = new LanePace(time, Options with { CatchUpRate = 100 });
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Equal(TimeSpan.Zero, pace.TakeTurn()));
        pace.Refused(TimeSpan.Zero, 0.5);
        time.Advance(TimeSpan.FromHours(1));
        pace.CaughtUp(); // nothing is known of that while it refuses
        pace.Answered(TimeSpan.FromMilliseconds(1));
        var waits = Enumerable.Range(0, 30).Select(_ => pace.TakeTurn()).ToArray();
        Assert.Equal(10, waits.Count(wait => wait == TimeSpan.Zero)); // a tenth of a second's worth at once
        Assert.Equal(TimeSpan.FromMilliseconds(200), waits[^1]);
        time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(TimeSpan.FromMilliseconds(10), pace.TakeTurn());
        pace.CaughtUp();
        Assert.Equal(TimeSpan.Zero, pace.TakeTurn());
    }

    [Fact]
    public void Pace_RefusedAfterQuickAnswers_BeginsAgainWithWhatIsSentAtATime()
    {
        var pace = new LanePace(new FakeTimeProvider(LedgerWorld.Start), Options);
        pace.Answered(TimeSpan.FromMilliseconds(1));
        pace.Refused(TimeSpan.Zero, 0.5);
        pace.Answered(TimeSpan.FromMilliseconds(200));
        Assert.Equal(5, pace.LeasedMax);
    }

    [Fact]
    public void Stock_Claim_IsHalfOfItOrWhatKeepsTheSendersGoing()
    {
        var stock = new LaneStock();
        Assert.Equal(8, stock.Claim(8));
        stock.Add(Enumerable.Repeat(new StockedDelivery(null!, default, 0), 7)); // what it is, is all the same to the stock
        Assert.False(stock.Release(1)); // one was not to be had
        for (var taken = 1; taken <= 3; taken++)
        {
            Assert.True(stock.TryTake(out _, out var hasRoom));
            Assert.False(hasRoom);
            Assert.Equal(taken == 3, stock.Release(1)); // with the one: half
        }

        Assert.Equal(4, stock.Claim(8));
        Assert.Equal(0, stock.Claim(8));
        stock.Release(3);
        Assert.Equal(0, stock.Claim(8)); // less than half, and four wait
        Assert.Equal(4, stock.TakeAll().Count);
        Assert.False(stock.TryTake(out _, out var some));
        Assert.True(some);
        Assert.Equal(3, stock.Claim(8)); // nobody has anything to send
        stock.Release(8);
        Assert.True(stock.IsEmpty);
    }

    [Fact]
    public void Pace_AskedForMore_IsHonouredAlsoWhenAskedLaterInTheBurst()
    {
        var time = new FakeTimeProvider(LedgerWorld.Start);
        var pace = new LanePace(time, Options);
        Assert.Equal(LedgerWorld.Start.AddMinutes(20), pace.Refused(TimeSpan.FromMinutes(20), 0.9));
        Assert.Equal(LedgerWorld.Start.AddMinutes(20), pace.Refused(TimeSpan.FromMinutes(10), 0.9));
        Assert.Equal(LedgerWorld.Start.AddMinutes(30), pace.Refused(TimeSpan.FromMinutes(30), 0.9));
    }

    [Theory]
    [InlineData("10.45.0.0", true)]
    [InlineData("10.45.255.255", true)]
    [InlineData("10.46.0.0", false)]
    [InlineData("10.44.255.255", false)]
    [InlineData("::ffff:10.45.1.1", true)]
    [InlineData("::ffff:10.46.1.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("fd00:45::1", true)]
    [InlineData("fd00:46::1", false)]
    public void Allows_Address_IsInAListedNetwork(string address, bool expected) =>
        Assert.Equal(expected, AllowedNetworks.TryParse(["10.45.0.0/16", "fd00:45::/32"])!.Allows(IPAddress.Parse(address))); // well formed

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("224.0.0.1")]
    [InlineData("::")]
    [InlineData("ff02::1")]
    public void Allows_NoHost_IsRefusedWhateverTheList(string address) =>
        Assert.False(AllowedNetworks.TryParse(["0.0.0.0/0", "::/0"])!.Allows(IPAddress.Parse(address))); // well formed

    [Fact]
    public void Allows_EmptyList_RefusesEverything() => Assert.False(AllowedNetworks.TryParse([])!.Allows(IPAddress.Loopback)); // well formed

    [Theory]
    [InlineData("10.45.0.0")]
    [InlineData("10.45.0.1/16")]
    [InlineData("10.45.0.0/33")]
    [InlineData("court.test/16")]
    public void ParseNetworks_NotCidr_IsNull(string text) => Assert.Null(AllowedNetworks.TryParse(["10.0.0.0/8", text]));

    [Fact]
    public void Validate_Defaults_HaveNoFault() => Assert.Empty(Options.Validate());

    [Fact]
    public void Validate_EverythingWrong_NamesEachFault()
    {
        var wrong = new DeliveryOptions
        {
            Issuer = new Uri("/relative", UriKind.Relative), AttemptTimeout = TimeSpan.Zero, OutcomeTimeout = TimeSpan.Zero, LeaseDuration = TimeSpan.Zero,
            ShutdownGrace = TimeSpan.FromMinutes(2), BackoffBase = TimeSpan.Zero, BackoffMax = TimeSpan.FromDays(2), RetryAfterMax = TimeSpan.FromDays(2),
            AttemptsMax = 0, AgencyConcurrency = 0, SharedConcurrency = -1, AnswerBytesMax = -1, SafetyInterval = TimeSpan.Zero,
            LeasedMax = 1025,
        };

        Assert.Equal(14, wrong.Validate().Count);
    }

    [Fact]
    public void Validate_LeaseShorterThanAnAttemptAndItsRecord_IsAFault()
    {
        Assert.Empty((Options with { LeaseDuration = TimeSpan.FromSeconds(25) }).Validate());
        Assert.Single((Options with { LeaseDuration = TimeSpan.FromSeconds(24) }).Validate());
    }

    [Fact]
    public void Claim_SharedSlotsUsedUp_LeavesEachLaneItsOwn()
    {
        var shared = new SharedSlots(3);
        var greedy = new LaneSlots(shared);
        var late = new LaneSlots(shared);

        Assert.Equal(2, greedy.Claim(4, wanted: 2));
        Assert.Equal(2, greedy.Claim(4, wanted: 9));
        Assert.Equal(1, late.Claim(4, wanted: 9));
        Assert.Equal(0, late.Claim(4, wanted: 9));
        Release(greedy);
        Assert.Equal(3, late.Claim(4, wanted: 9));
        Release(late);
        Assert.Equal(4, greedy.Claim(4, wanted: 9));

        static void Release(LaneSlots slots)
        {
            for (var held = 0; held < 4; held++)
            {
                slots.Release();
            }
        }
    }
}
