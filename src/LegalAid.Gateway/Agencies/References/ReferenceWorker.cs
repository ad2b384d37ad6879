using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Agencies.References;

/// <summary>
/// Carries effects out as soon as a step that has one is committed here, an agency's or the gateway's own. For what was missed between the two commits it looks from the other side:
/// at exchanges that an effect could still lead on, or whose clock could stand still, and at all that refer to them.
/// </summary>
internal sealed class ReferenceWorker(
    ExchangeLedger ledger, ExchangeReader reader, ISnapshotSource configuration, ReferenceEffects effects, TimeProvider time, IOptions<ReferenceOptions> options,
    ILogger<ReferenceWorker> logger)
    : ExchangeAttendant(ledger, reader, time, options.Value.SweepInterval, options.Value.QueueMax, logger)
{
    private readonly ExchangeReader _reader = reader;

    protected override bool FollowsGateway => true;

    protected override bool Concerns(ExchangeReading advanced) => ReferenceEffects.TargetOf(advanced.State) is not null;

    protected override IEnumerable<ExchangeQuery> Standing()
    {
        var snapshot = configuration.Current;
        return from target in Referring().SelectMany(type => type.Reference?.Types ?? []).Distinct().Select(snapshot.FindType).OfType<ExchangeType>()
               from agency in snapshot.Agencies.All
               where target.Roles[0].OpenTo.Contains(agency.Kind)
               from state in target.States
               where !state.Final
               select new ExchangeQuery(agency.Id, PageMax, Types: [target.Id.Value], State: state.Name.Value);
    }

    protected override Task AttendAsync(ExchangeReading reading, CancellationToken cancellationToken) => effects.CarryOutAsync(reading, cancellationToken);

    /// <summary>Of an exchange that others may refer to: goes over those that do.</summary>
    protected override async Task AttendStandingAsync(ExchangeReading reading, CancellationToken cancellationToken)
    {
        var referring = Referring().Where(type => type.Reference?.Types.Contains(reading.State.Type.Id) == true).ToList();
        if (!MayStandStill(reading.State) && !referring.Exists(type => MayLeadOn(type, reading.State)))
        {
            return;
        }

        var queries =
            from type in referring
            group type.Id.Value by FieldOf(type) into types
            from party in reading.State.Parties.Values.Distinct()
            select new ExchangeQuery(party, PageMax, Types: [.. types], Term: _reader.TermOf(types.Key, reading.Id.ResourceName));
        foreach (var query in queries)
        {
            await foreach (var other in _reader.AllWholeAsync(query, cancellationToken))
            {
                await effects.CarryOutAsync(other, cancellationToken);
            }
        }
    }

    private IEnumerable<ExchangeType> Referring() => configuration.Current.Types.Values.Where(type => type.Reference is { Effects.IsEmpty: false });

    private static bool MayStandStill(ExchangeState state) =>
        state.Clocks.Any(run => run.IsOpen && state.Type.Clocks.Any(clock => clock.Name == run.Clock && !clock.Standstills.IsEmpty));

    /// <summary>Whether one of that type could take the exchange to another state.</summary>
    private static bool MayLeadOn(ExchangeType type, ExchangeState state) =>
        type.Reference?.Effects.Any(effect => state.Type.FindStep(effect.Take) is { To: { } to } step && to != state.State && step.From.Contains(state.State)) == true;

    /// <summary>The searchable field that holds the reference; the loader saw that there is one.</summary>
    private static string FieldOf(ExchangeType type) => type.Search.First(search => search.Value.Path == type.Reference?.Path).Name;
}
