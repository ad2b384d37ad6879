using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Edge.Sharing;

/// <summary>The one place that every call passes, over whichever face, before its content is looked at: may this agency knock with this operation?</summary>
public interface ICallGate
{
    /// <summary>
    /// Admits a call that came over HTTP and leaves an <see cref="AdmittedCall"/> on the context; null for a method that is not of our contracts, such as
    /// health. Asked again for each message of a stream that is answered: a grant that ended ends the stream.
    /// </summary>
    /// <param name="method">As gRPC has it, with the leading slash.</param>
    /// <exception cref="RefusalException">No row grants it, or the call's purpose or exchange is malformed.</exception>
    AdmittedCall? Admit(HttpContext context, string method);

    /// <summary>
    /// The same for a published service, whether there is one of that name or not: what is not granted is answered as what does not exist.
    /// </summary>
    /// <param name="exchange">What the call travels with, where the caller is party to it; null: no row holds that asks for one.</param>
    /// <exception cref="RefusalException">No row grants it (<see cref="EdgeFaults.PathNotFound"/>), or the call's purpose or exchange is malformed.</exception>
    AdmittedCall AdmitService(HttpContext context, AgencyId agency, string service, ExchangeAtHand? exchange);

    /// <summary>The same for a command that came as a file.</summary>
    AdmittedCall Admit(AgencyId agency, string? purpose, string operation);
}

/// <summary>A call that the sharing matrix granted.</summary>
/// <param name="Asker">Who asks the ledger, with the purpose as stated.</param>
/// <param name="Grant">The rows that it rests on, the purpose that they gave, and what of the answer comes through.</param>
/// <param name="Exchange">What the call says it belongs to: a resource name or a case number; null where it says nothing.</param>
/// <param name="Operation">Full name of the method, without the leading slash.</param>
/// <param name="Configuration">Digest of the configuration whose matrix decided.</param>
public sealed record AdmittedCall(Asker Asker, SharingDecision.Allowed Grant, string? Exchange, string Operation, string Configuration);
