using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Delivery.Files;

/// <summary>
/// What a file of an agency asks for, judged and done by the host, where signatures and contracts are known. Running the same file again
/// must lead to the same outcome: a crash between doing and answering repeats it.
/// </summary>
public interface IFileCommands
{
    ValueTask<FileOutcome> RunAsync(AgencyId agency, string text, CancellationToken cancellationToken);
}

/// <summary>What became of a file: a closed set.</summary>
public abstract record FileOutcome
{
    private FileOutcome()
    {
    }

    /// <summary>It is not the agency's word, or says nothing that can be done; nothing was done.</summary>
    public sealed record Unfit(EquatableList<Fault> Faults) : FileOutcome;

    /// <summary>It was done or refused, and this is to be answered.</summary>
    public sealed record Answered(JsonObject Answer) : FileOutcome;

    /// <summary>Nothing was done, and it stays where it is: its quota is used up. A refusal would be its end, as nobody sends a file again by himself.</summary>
    /// <param name="Wait">Until it may go on; the operator may let it go on sooner.</param>
    /// <param name="Reasons">What is told meanwhile.</param>
    public sealed record Waits(TimeSpan Wait, JsonObject Reasons) : FileOutcome;

    /// <summary>A delivery was acknowledged or rejected: its package leaves the outbox.</summary>
    public sealed record Settled(JsonObject Answer, DeliveryId Delivery, bool Taken) : FileOutcome;
}
