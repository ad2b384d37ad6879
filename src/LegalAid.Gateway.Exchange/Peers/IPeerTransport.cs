using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Exchange.Peers;

/// <summary>Carries parcels to other gateways: signed, over mutual TLS. A simulation puts its own network in this place.</summary>
public interface IPeerTransport
{
    /// <summary>One attempt. Throws for nothing that the network or the other gateway does.</summary>
    Task<PeerReply> SendAsync(AgencyId gateway, Channel.Peer channel, PeerParcel parcel, CancellationToken cancellationToken);
}

/// <summary>What came of an attempt: a closed set.</summary>
public abstract record PeerReply
{
    private PeerReply()
    {
    }

    /// <summary>As the cause of a delivery that it ends or puts off.</summary>
    public string Cause => PeerAttempt.CauseOf(this);

    /// <summary>The gateway answered, by its own signature.</summary>
    public sealed record Said(PeerAnswer Answer) : PeerReply;

    /// <summary>Something answered that is not the gateway's word: a proxy, an overload, a refusal of whom it does not know.</summary>
    /// <param name="Fault">A code of the table of faults that the answer names. Nobody signed it: it helps to find the cause and decides nothing.</param>
    public sealed record Status(int Code, TimeSpan? RetryAfter, string? Fault = null) : PeerReply;

    /// <summary>Nothing came back in time, or no connection was made.</summary>
    public sealed record None(bool TimedOut) : PeerReply;

    /// <summary>No TLS connection came about: the other's certificate is not trusted here, or it ended the handshake. Nothing was sent.</summary>
    public sealed record Insecure : PeerReply;

    /// <summary>The address is in none of the allowed networks; nothing was sent.</summary>
    public sealed record AddressRefused : PeerReply;

    /// <summary>The answer's signature does not hold.</summary>
    public sealed record Untrusted : PeerReply;
}
