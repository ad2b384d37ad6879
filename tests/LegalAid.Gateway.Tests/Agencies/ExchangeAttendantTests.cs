using System.Collections.Concurrent;
using LegalAid.Gateway.Agencies;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Tests.Agencies;

/// <summary>What every worker of the gateway's own has of its base: it hears at once, finds what it did not hear, and one exchange that fails holds up no other.</summary>
public sealed class ExchangeAttendantTests : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly CapturedLogs _logs = new();
    private GatewayFixture _gateway = null!; // set before each test by InitializeAsync

    public async ValueTask InitializeAsync() => _gateway = await GatewayFixture.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Attend_OneThatFails_HoldsUpNoneThatComesAfterIt()
    {
        using var attendant = await StartAsync();
        var failing = await OpenAsync();
        await attendant.HasAsync(failing);
        attendant.Failing = failing;
        await WithdrawAsync(failing);

        await attendant.HasAsync(await OpenAsync());

        Assert.Single(_logs.Errors);
        await attendant.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Look_OneThatFails_HoldsUpNoneBehindItAndIsLookedAtAgain()
    {
        var (older, failing, newer) = (await OpenAsync(), await OpenAsync(), await OpenAsync());
        using var attendant = await StartAsync(failing);
        Assert.Equal((true, false, true), (attendant.Has(older), attendant.Has(failing), attendant.Has(newer)));

        attendant.Failing = null;
        _time.Advance(Interval);

        await attendant.HasAsync(failing);
        await attendant.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Attend_MoreThanMayWait_IsFoundByTheLook()
    {
        using var attendant = await StartAsync(waitingMax: 1);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        attendant.Before = go.Task;
        var attended = await OpenAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(attendant.IsBusy), "the first is attended to");
        var (waiting, dropped) = (await OpenAsync(), await OpenAsync());
        go.SetResult();
        await attendant.HasAsync(attended);
        await attendant.HasAsync(waiting);
        Assert.False(attendant.Has(dropped));

        _time.Advance(Interval);

        await attendant.HasAsync(dropped);
        await attendant.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Stop_Attendant_LeavesTheLedgerAsItWas()
    {
        var ledger = _gateway.Gateway.Services.GetRequiredService<ExchangeLedger>();
        var before = ledger.Advanced;
        using var attendant = await StartAsync();
        Assert.NotEqual(before, ledger.Advanced);

        await attendant.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(before, ledger.Advanced);
    }

    private async Task<Attendant> StartAsync(ExchangeId? failing = null, int waitingMax = 100)
    {
        var services = _gateway.Gateway.Services;
        var attendant = new Attendant(
            services.GetRequiredService<ExchangeLedger>(), services.GetRequiredService<ExchangeReader>(), _time, waitingMax, _logs.CreateLogger("attendant")) { Failing = failing };
        await attendant.StartAsync(TestContext.Current.CancellationToken);
        await attendant.Looked;
        return attendant;
    }

    private async Task<ExchangeId> OpenAsync()
    {
        var opened = (await _gateway[Notices.Court].CallAsync(Face.Rest, "OpenExchange", Notices.Of("COURT").Generic)).Required;
        return ExchangeId.TryParseResourceName((string?)opened["outcomes"]?[0]?["exchange"]?["name"] ?? "", out var id) ? id : throw new InvalidOperationException(opened.ToJsonString());
    }

    private async Task WithdrawAsync(ExchangeId id)
    {
        var withdrawn = await _gateway[Notices.Court].CallAsync(Face.Rest, "WithdrawDefenceNotice", NoticeSteps.Withdraw($"defenceNotices/{id}"));
        Assert.True(withdrawn.Accepted, withdrawn.Code);
    }

    /// <summary>Attends to a court's notices, and fails where it is told to.</summary>
    private sealed class Attendant(ExchangeLedger ledger, ExchangeReader reader, TimeProvider time, int waitingMax, ILogger logger)
        : ExchangeAttendant(ledger, reader, time, Interval, waitingMax, logger)
    {
        private readonly ConcurrentDictionary<ExchangeId, bool> _attended = [];
        private readonly TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ExchangeId? Failing { get; set; }

        /// <summary>What it waits for before it attends to what it heard of.</summary>
        public Task Before { get; set; } = Task.CompletedTask;

        public bool IsBusy { get; private set; }

        /// <summary>The end of the first look.</summary>
        public Task Looked => _looked.Task;

        public bool Has(ExchangeId id) => _attended.ContainsKey(id);

        public Task HasAsync(ExchangeId id) => Eventually.HoldsAsync(() => Task.FromResult(Has(id)), "it is attended to");

        protected override bool Concerns(ExchangeReading advanced) => true;

        protected override IEnumerable<ExchangeQuery> Standing()
        {
            yield return new ExchangeQuery(AgencyId.Parse(Notices.Court), CountMax: 2); // so that there is more than a page
            _looked.TrySetResult();
        }

        protected override async Task AttendAsync(ExchangeReading reading, CancellationToken cancellationToken)
        {
            IsBusy = true;
            await Before.WaitAsync(cancellationToken);
            await AttendStandingAsync(reading, cancellationToken);
        }

        protected override Task AttendStandingAsync(ExchangeReading reading, CancellationToken cancellationToken)
        {
            if (reading.Id == Failing)
            {
                throw new InvalidDataException("planted");
            }

            _attended[reading.Id] = true;
            return Task.CompletedTask;
        }
    }
}
