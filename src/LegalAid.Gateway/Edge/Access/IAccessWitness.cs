using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Edge.Access;

/// <summary>The one place that the answer of a read passes before it is released, over whichever face.</summary>
public interface IAccessWitness
{
    /// <summary>Keeps what was seen since the last time as evidence, durably. Nothing, where the call reads nothing of an exchange.</summary>
    /// <exception cref="StoreUnavailableException">It is not kept: release nothing.</exception>
    ValueTask KeepAsync(HttpContext context, CancellationToken cancellationToken);
}
