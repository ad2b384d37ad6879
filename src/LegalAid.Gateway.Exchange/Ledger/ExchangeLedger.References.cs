using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>What an exchange refers to when it is opened.</summary>
public sealed partial class ExchangeLedger
{
    /// <summary>
    /// The faults of the openings' references. What the caller may not see is answered like what is not there, and so is what the type cannot refer to. The purpose of the call is
    /// not asked: it is that of the exchange that is opened, and the other one has its own.
    /// </summary>
    private async ValueTask<List<Fault>> ReferenceFaultsAsync(OpenCommand command, ExchangeType type, CancellationToken cancellationToken)
    {
        var faults = new List<Fault>();
        if (type.Reference is not { } reference)
        {
            return faults;
        }

        var path = reference.Path.Tail; // it stands in the opening step's section, which is the payload
        foreach (var (index, opening) in command.Openings.Index())
        {
            if (path.FindText(opening.Payload) is { Length: > 0 } name && !await SeesAsync(command.Caller, name, reference, cancellationToken))
            {
                faults.Add(new Fault(LedgerFaults.ReferenceUnknown, $"[{index}].payload.{path}"));
            }
        }

        return faults;
    }

    private async ValueTask<bool> SeesAsync(AgencyId caller, string name, ReferenceDefinition reference, CancellationToken cancellationToken) =>
        ExchangeId.TryParseResourceName(name, out var id)
        && await _vault.LoadForAsync(caller, id, withDocuments: false, cancellationToken) is { } loaded
        && _grants.View(caller, loaded.Reading.State) is not null
        && reference.Types.Contains(loaded.Reading.State.Type.Id);
}
