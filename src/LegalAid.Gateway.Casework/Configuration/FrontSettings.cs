using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>What nobody needs a token for, by network and minute: an IPv4 address, or an IPv6 /64. Each node counts for itself.</summary>
public sealed record AnonymousSettings
{
    /// <summary>
    /// Failed attempts of one network in a minute, before it is refused unseen for the rest of it: token requests by no client, wrong enrolment codes, sign-ins that
    /// come to nothing. Default 60; 1 to 10,000.
    /// </summary>
    public int FailuresMax { get; init; } = 60;

    /// <summary>
    /// Failed attempts of all networks in a minute, before each has a tenth of <see cref="FailuresMax"/>, at least one. A network without failures is never refused
    /// by it. Default 1,200; up to 1,000,000, and not under <see cref="FailuresMax"/>.
    /// </summary>
    public int FailuresAllMax { get; init; } = 1_200;

    /// <summary>Requests of one network in a minute: the public log, discovery, documents, sign-in pages. Default 1,200; 1 to 100,000.</summary>
    public int RequestsMax { get; init; } = 1_200;

    /// <summary>
    /// Requests of all networks in a minute, before each has a tenth of <see cref="RequestsMax"/>, at least one. Default 24,000; up to 10,000,000, and not under
    /// <see cref="RequestsMax"/>.
    /// </summary>
    public int RequestsAllMax { get; init; } = 24_000;

    /// <summary>
    /// Networks that are counted by themselves in a minute; what further ones do counts for all together alone. Default 10,000, about a megabyte; 100 to 1,000,000.
    /// </summary>
    public int NetworksMax { get; init; } = 10_000;

    /// <summary>
    /// Networks (CIDR) of proxies whose <c>X-Forwarded-For</c> is believed, as far as they wrote it: from the right, up to the first address that is none of theirs.
    /// Default none: the header is not looked at.
    /// </summary>
    public EquatableList<string> TrustedProxies { get; init; } = new([]);

    /// <summary>
    /// Whether connections from this machine are counted by their address. Default false: they are its terminator's or its operator's, and one count for everybody
    /// behind a terminator would shut all of them out with one.
    /// </summary>
    public bool CountLoopback { get; init; }
}

/// <summary>What one connection, and all of them, may ask of the server before anything is known of the caller.</summary>
public sealed record ConnectionSettings
{
    /// <summary>Open connections of a node; further ones are closed at once. Default 10,000; 10 to 1,000,000.</summary>
    public int ConnectionsMax { get; init; } = 10_000;

    /// <summary>Streams of an HTTP/2 connection at a time; further ones are refused (REFUSED_STREAM). Default 100; 1 to 1,000.</summary>
    public int StreamsMax { get; init; } = 100;

    /// <summary>Streams that a caller may reset on one connection in ten seconds, before it is closed. Default 200; 1 to 100,000.</summary>
    public int ResetsMax { get; init; } = 200;

    /// <summary>Header fields of a request. Default 100; 20 to 1,000. Above it: 431.</summary>
    public int HeadersMax { get; init; } = 100;

    /// <summary>KiB of a request's headers together. Default 32; 8 to 256. Above it: 431, and over HTTP/2 from twice as much on the connection ends.</summary>
    public int HeaderKibibytesMax { get; init; } = 32;

    /// <summary>How long a request's headers may take. Default 15 s; 1 s to 2 min.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection without a request stays open. Default 130 s; 1 s to 1 h.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(130);
}
