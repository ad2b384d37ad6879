using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Agencies.Holdings;

/// <summary>Settles claims as they come, one's own or the copy of another's, and looks over those that are held here.</summary>
internal sealed class HoldingWorker(ExchangeLedger ledger, ExchangeReader reader, HoldingDesk desk, ISnapshotSource configuration, TimeProvider time, ILogger<HoldingWorker> logger)
    : ExchangeAttendant(ledger, reader, time, Interval, WaitingMax, logger)
{
    private const int WaitingMax = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override bool Concerns(ExchangeReading advanced) => advanced.State.Type.Id.Value == HoldingDesk.Type;

    protected override IEnumerable<ExchangeQuery> Standing() =>
        from agency in configuration.Current.Agencies.All
        where agency.Kind == AgencyKinds.AidCentre && agency.Channel is not Channel.Through
        select new ExchangeQuery(agency.Id, PageMax, Types: [HoldingDesk.Type], State: HoldingDesk.Held);

    protected override Task AttendAsync(ExchangeReading reading, CancellationToken cancellationToken) => desk.AttendAsync(reading, cancellationToken);
}
