using LegalAid.Gateway.Edge.Sharing;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Identity;
using AccessLeaf = LegalAid.Gateway.Exchange.Evidence.Access;

namespace LegalAid.Gateway.Edge.Access;

/// <summary>
/// Keeps what a call is about to be told as evidence, before it is told (<see cref="AccessEvidence"/>). Where that fails it throws, and the call is
/// answered UNAVAILABLE with nothing of its answer.
/// </summary>
internal sealed class AccessWitness(AccessEvidence evidence) : IAccessWitness
{
    /// <summary>
    /// Keeps what was seen since the last time. Writes nothing for an operation that reads nothing of an exchange (<see cref="AccessedOperations"/>), and
    /// nothing for an answer without content, unless that there is nothing is itself the answer.
    /// </summary>
    public ValueTask KeepAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Features.Get<AdmittedCall>() is not { } call || AccessedOperations.Find(call.Operation) is not { } reads)
        {
            return ValueTask.CompletedTask;
        }

        var seen = call.Asker.Seen?.Take() ?? [];
        return seen.Count == 0 && !reads.TellsOfNothing
            ? ValueTask.CompletedTask
            : evidence.RecordAsync(Of(context, call.Operation, new Granted(call.Grant, call.Configuration), seen), cancellationToken);
    }

    /// <summary>The peer's address is the socket's own: no header of the request says where it comes from.</summary>
    public static AccessLeaf Of(HttpContext context, string operation, Granted grant, IReadOnlyList<SeenObject> seen)
    {
        var caller = context.GetCaller();
        return new AccessLeaf(caller.Agency, caller.ClientId, operation, grant)
        {
            OnBehalfOf = caller.OnBehalfOf is { } person ? $"{person.Subject} ({person.Issuer})" : null,
            From = context.Connection.RemoteIpAddress?.ToString(),
            Seen = seen,
        };
    }
}
