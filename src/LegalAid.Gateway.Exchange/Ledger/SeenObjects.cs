using LegalAid.Gateway.Casework.Sharing;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>A grant of the sharing matrix, and the digest of the configuration whose matrix gave it.</summary>
public sealed record Granted(SharingDecision.Allowed By, string Configuration);

/// <summary>Something that a reader let its caller see.</summary>
/// <param name="Part">A message, document or leaf of the exchange; null: what is seen of the exchange itself.</param>
/// <param name="Grant">What it rests on beside the grant of the call; null: on that one alone.</param>
public readonly record struct SeenObject(ExchangeId Exchange, Guid? Part, Granted? Grant);

/// <summary>
/// What one call lets its caller see. Readers add as they let it through, so that no service can forget to say so; whoever releases the answer takes it
/// and keeps it as evidence first. Belongs to one call, which does one thing at a time.
/// </summary>
public sealed class SeenObjects
{
    private List<SeenObject> _seen = [];

    public void Add(ExchangeId exchange, Guid? part = null, Granted? grant = null) => _seen.Add(new SeenObject(exchange, part, grant));

    /// <summary>What was added since it was last asked.</summary>
    public IReadOnlyList<SeenObject> Take()
    {
        if (_seen.Count == 0)
        {
            return [];
        }

        var taken = _seen;
        _seen = [];
        return taken;
    }
}
