using System.Collections.Frozen;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Edge.Sharing;

/// <summary>
/// Asks the sharing matrix of the active snapshot, by civil date. It says nothing about any exchange: its rows hold or do not hold whatever the request
/// names, so that a refusal here tells nothing of what there is. What it granted is asked again where the exchange is known.
/// </summary>
internal sealed class CallGate(ISnapshotSource configuration, CivilClock civil) : ICallGate
{
    private const string Ours = "/legalaid.";

    private static readonly FrozenDictionary<string, SharedObject> Objects =
        Operation.All.ToFrozenDictionary(operation => "/" + operation.Name, operation => SharedObject.Call(operation.Name), StringComparer.Ordinal);

    public AdmittedCall? Admit(HttpContext context, string method)
    {
        if (!Objects.TryGetValue(method, out var about))
        {
            return method.StartsWith(Ours, StringComparison.Ordinal) ? throw Refusals.Of(new Fault(EdgeFaults.Denied)) : null;
        }

        var (terms, caller) = (CallTerms.Of(context.Request.Headers), context.GetCaller());
        var before = context.Features.Get<AdmittedCall>(); // asked again: what was seen since is still to be kept
        var admitted = Ask(caller.Agency, caller.OnBehalfOf, terms, about, before?.Asker.Seen ?? new SeenObjects(), caller.Bounds);
        context.Features.Set(admitted);
        return admitted;
    }

    public AdmittedCall AdmitService(HttpContext context, AgencyId agency, string service, ExchangeAtHand? exchange)
    {
        var (terms, caller) = (CallTerms.Of(context.Request.Headers), context.GetCaller());
        var admitted = Ask(
            caller.Agency, caller.OnBehalfOf, terms, SharedObject.Service(agency, service), new SeenObjects(), caller.Bounds, exchange, otherwise: EdgeFaults.PathNotFound);
        context.Features.Set(admitted);
        return admitted;
    }

    public AdmittedCall Admit(AgencyId agency, string? purpose, string operation) =>
        Ask(agency, person: null, CallTerms.Of(purpose, exchange: null), SharedObject.Call(operation), seen: null, bounds: null);

    /// <param name="otherwise">What a call that nothing grants is told; null: that it is not granted.</param>
    private AdmittedCall Ask(
        AgencyId agency, DelegatedPerson? person, CallTerms terms, SharedObject about, SeenObjects? seen, TokenBounds? bounds,
        ExchangeAtHand? exchange = null, FaultCode? otherwise = null)
    {
        var snapshot = configuration.Current;
        if (snapshot.Agencies.Find(agency) is not { } caller)
        {
            throw Refusals.Of(new Fault(otherwise ?? EdgeFaults.Denied)); // its file was removed while its token lives
        }

        if (person?.May(caller, about.Name) == false)
        {
            throw Refusals.Of(new Fault(otherwise ?? EdgeFaults.Denied)); // the agency may, the person may not
        }

        var decision = snapshot.Sharing.Decide(new SharingQuestion(caller, about, civil.Now.CivilDate()) { Purpose = terms.Purpose, Exchange = exchange });
        return decision switch
        {
            SharingDecision.Allowed allowed when bounds?.Allow(about.Name, allowed.Purpose.Name) == false => throw Refusals.Of(new Fault(CallFaults.TokenBounded)),
            SharingDecision.Allowed allowed => new AdmittedCall(
                new Asker(agency, terms.Purpose) { Seen = seen }, allowed, terms.Exchange, about.Name, snapshot.Digest),
            SharingDecision.Denied { Missed: Missed.PurposeUnstated } => throw Refusals.Of(new Fault(CallFaults.PurposeMissing, CallTerms.PurposeHeader)),
            _ => throw Refusals.Of(new Fault(otherwise ?? EdgeFaults.Denied)),
        };
    }
}
