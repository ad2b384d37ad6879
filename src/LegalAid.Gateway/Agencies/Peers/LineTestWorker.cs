using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Agencies.Peers;

/// <summary>Answers other gateways' tests (<see cref="LineTests"/>) as they come, and looks for those that a process which died left unanswered.</summary>
internal sealed class LineTestWorker(ExchangeLedger ledger, ExchangeReader reader, LineTests tests, ISnapshotSource configuration, TimeProvider time, ILogger<LineTestWorker> logger)
    : ExchangeAttendant(ledger, reader, time, Interval, WaitingMax, logger)
{
    private const int WaitingMax = 1_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override bool Concerns(ExchangeReading advanced) => LineTests.IsToAnswer(advanced);

    /// <summary>Where no other gateway is in the directory there is nothing to look for.</summary>
    protected override IEnumerable<ExchangeQuery> Standing()
    {
        var agencies = configuration.Current.Agencies.All;
        return agencies.Any(agency => agency.Channel is Channel.Peer)
            ? agencies.Where(agency => agency.Channel is not (Channel.Through or Channel.Peer)).Select(agency => new ExchangeQuery(agency.Id, PageMax, Types: [LineTests.Type.Value], State: LineTests.Sent))
            : [];
    }

    protected override Task AttendAsync(ExchangeReading reading, CancellationToken cancellationToken) => tests.AnswerAsync(reading, cancellationToken);
}
