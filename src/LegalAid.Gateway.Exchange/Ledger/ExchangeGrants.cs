using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>
/// Asks the sharing matrix of the active snapshot about exchanges, by civil date. An agency that left the directory is granted nothing. The place of a
/// matter is that of the organ that opened it.
/// </summary>
internal sealed class ExchangeGrants(ISnapshotSource configuration, CivilClock civil)
{
    /// <summary>Whether an exchange of the type may be opened.</summary>
    public static bool MayOpen(ConfigurationSnapshot snapshot, Asker asker, ExchangeType type, DateOnly today)
    {
        var caller = snapshot.Agencies.Find(asker.Agency);
        return caller is not null && snapshot.Sharing.Decide(new SharingQuestion(caller, SharedObject.Take(type.Id, type.Opening.Name), today)
        {
            Purpose = asker.Purpose,
            Place = caller.Region,
        }) is SharingDecision.Allowed;
    }

    /// <summary>Whether a party may take the step now.</summary>
    public static bool MayTake(ConfigurationSnapshot snapshot, Asker asker, ExchangeState state, StepName step, DateOnly today) =>
        Decide(snapshot, asker, SharedObject.Take(state.Type.Id, step), today, AtHand(state), state) is SharingDecision.Allowed;

    /// <summary>What of the exchange's view comes through; null where the agency does not see the exchange at all.</summary>
    public Granted? View(Asker asker, ExchangeState state) =>
        state.RolesOf(asker.Agency).Any() ? Grant(asker, SharedObject.View(state.Type.Id), AtHand(state), state) : null;

    /// <summary>Whether a message that was sent to the party may be shown to it: whole or not at all (null).</summary>
    public Granted? MayReceive(Asker asker, ExchangeState state, string messageEvent) =>
        Grant(asker, Message(state.Type.Id, messageEvent, state.Type), AtHand(state), state);

    /// <summary>
    /// Whether a delivery may be handed out by what its row and its exchange's say: a message that is addressed to a role needs no look at the state.
    /// No (null) is not final: a row may ask for the parties, which only the state knows.
    /// </summary>
    public Granted? MayDeliver(DeliveryRow delivery, ExchangeRow exchange, ExchangeType type) =>
        MayDeliver(delivery, type, new ExchangeAtHand(NoParties, new StateName(exchange.State), new RoleName(delivery.Role)), state: null);

    /// <summary>The same with the state at hand; this is final.</summary>
    public Granted? MayDeliver(DeliveryRow delivery, ExchangeState state) =>
        MayDeliver(delivery, state.Type, AtHand(state) with { Addressed = new RoleName(delivery.Role) }, state);

    /// <summary>
    /// The types of which the agency may see some exchange: what no state and no role would let through. A list looks among these only. None: it sees
    /// nothing, whatever it asks.
    /// </summary>
    public ImmutableArray<string> TypesInView(Asker asker, ImmutableArray<string> among)
    {
        var snapshot = configuration.Current;
        if (snapshot.Agencies.Find(asker.Agency) is not { } caller)
        {
            return [];
        }

        var today = civil.Now.CivilDate();
        return
        [
            .. from type in snapshot.Types.Keys
               where (among.IsDefaultOrEmpty || among.Contains(type.Value))
                   && snapshot.Sharing.CouldAllow(new SharingQuestion(caller, SharedObject.View(type), today) { Purpose = asker.Purpose })
               select type.Value,
        ];
    }

    private static readonly ImmutableSortedDictionary<string, AgencyId> NoParties =
        ImmutableSortedDictionary.Create<string, AgencyId>(StringComparer.Ordinal);

    private Granted? MayDeliver(DeliveryRow delivery, ExchangeType type, ExchangeAtHand exchange, ExchangeState? state) =>
        Grant(delivery.Recipient, Message(type.Id, delivery.Event, type), exchange, state);

    private Granted? Grant(Asker asker, SharedObject about, ExchangeAtHand exchange, ExchangeState? state)
    {
        var snapshot = configuration.Current; // once: the grant and the digest are of one matrix
        return Decide(snapshot, asker, about, civil.Now.CivilDate(), exchange, state) is SharingDecision.Allowed allowed
            ? new Granted(allowed, snapshot.Digest)
            : null;
    }

    /// <summary>A step's message, or what a clock says.</summary>
    private static SharedObject Message(ExchangeTypeId id, string messageEvent, ExchangeType type) =>
        type.FindStep(new StepName(messageEvent)) is { } step ? SharedObject.Receive(id, step.Name) : SharedObject.Clocks(id);

    private static ExchangeAtHand AtHand(ExchangeState state) => new(state.Parties, state.State);

    private static SharingDecision Decide(
        ConfigurationSnapshot snapshot, Asker asker, SharedObject about, DateOnly today, ExchangeAtHand exchange, ExchangeState? state) =>
        snapshot.Agencies.Find(asker.Agency) is not { } caller
            ? new SharingDecision.Denied(Missed.Subject, Nearest: null)
            : snapshot.Sharing.Decide(new SharingQuestion(caller, about, today)
            {
                Purpose = asker.Purpose,
                Exchange = exchange,
                Place = state is not null && state.Parties.TryGetValue(state.Type.Opener.Value, out var organ) ? snapshot.Agencies.Find(organ)?.Region : null,
            });
}
