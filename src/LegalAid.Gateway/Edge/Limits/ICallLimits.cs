using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Quotas;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Edge.Limits;

/// <summary>Counts calls against the quotas of the rows that granted them.</summary>
public interface ICallLimits
{
    /// <summary>Counts a call that the gate has just let in, and tells the caller how its quotas stand, in headers. A stream is one call.</summary>
    /// <exception cref="RefusalException">A quota is used up (<see cref="LimitFaults.QuotaUsedUp"/>).</exception>
    /// <exception cref="StoreUnavailableException">It cannot be counted at present.</exception>
    ValueTask CountAsync(HttpContext context, SharingDecision.Allowed grant, CancellationToken cancellationToken);

    /// <summary>Counts a command that came as a file, against the same quotas as a call.</summary>
    /// <returns>Null where it may go on; else what it waits for, and how long.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be counted at present.</exception>
    ValueTask<QuotaWait?> CountAsync(QuotaUser user, SharingDecision.Allowed grant, CancellationToken cancellationToken);
}

/// <summary>A quota that is used up.</summary>
/// <param name="Wait">Until its window ends.</param>
public sealed record QuotaWait(Fault Fault, TimeSpan Wait);
