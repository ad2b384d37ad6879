using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Exchange.Peers;

/// <summary>What a gateway answers another: a closed set.</summary>
public abstract record PeerAnswer
{
    private PeerAnswer()
    {
    }

    /// <summary>It is kept, now or since before.</summary>
    /// <param name="Receipt">The receipt of the message here, a compact JWS.</param>
    public sealed record Taken(string Receipt) : PeerAnswer;

    /// <summary>One before it has not come.</summary>
    /// <param name="Expected">Its number in the stream.</param>
    public sealed record OutOfOrder(long Expected) : PeerAnswer;

    /// <summary>Of a part: how much of the document is kept, this part included where it was taken; the sender goes on from there.</summary>
    public sealed record Holds(long Bytes) : PeerAnswer;

    /// <summary>It is not taken; of a step: decided so.</summary>
    public sealed record Refused(ImmutableArray<Fault> Faults) : PeerAnswer;
}
