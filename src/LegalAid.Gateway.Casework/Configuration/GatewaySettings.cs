using System.Net;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>How one gateway process runs, from <c>gateway-config/gateway.yaml</c>. Every key that is left out has the default named here.</summary>
public sealed record GatewaySettings
{
    /// <summary>The address under which others reach the REST face; the issuer of tokens. Required. https, or http with <see cref="AllowPlainText"/>.</summary>
    public required Uri PublicAddress { get; init; }

    /// <summary>The address under which others reach the gRPC face, where it is not <see cref="PublicAddress"/>; null: it is. Proofs of possession name it.</summary>
    public Uri? PublicGrpcAddress { get; init; }

    public ListenerSettings Listeners { get; init; } = new();

    /// <summary>How clients show certificates; null: they cannot.</summary>
    public MutualTlsSettings? MutualTls { get; init; }

    public StoreSettings Store { get; init; } = new();

    /// <summary>Folder of key files, relative to the working folder. Default <c>var/keys</c>. Secrets stand there and never in gateway-config.</summary>
    public string KeyFolder { get; init; } = "var/keys";

    /// <summary>The register of counsel, relative to gateway-config. Default <c>counsel.yaml</c>. The host loads it under that path.</summary>
    public string CounselFile { get; init; } = "counsel.yaml";

    /// <summary>Plain http is allowed: listeners beyond loopback, the public address, push addresses. Default false; for demo and test only.</summary>
    public bool AllowPlainText { get; init; }

    public LimitSettings Limits { get; init; } = new();

    public AnonymousSettings Anonymous { get; init; } = new();

    public ConnectionSettings Connections { get; init; } = new();

    public DocumentSettings Documents { get; init; } = new();

    public TokenSettings Tokens { get; init; } = new();

    public DeliverySettings Delivery { get; init; } = new();

    public OperationsSettings Operations { get; init; } = new();

    /// <summary>Root of the folders of agencies whose channel is file, each of the agency's id, relative to the work folder. Default <c>var/exchange</c>.</summary>
    public string FileExchangeFolder { get; init; } = "var/exchange";

    public EvidenceSettings Evidence { get; init; } = new();

    /// <summary>A civil time of its own, for the demo; null: civil time is the system's.</summary>
    public CivilTimeSettings? CivilTime { get; init; }
}

/// <summary>The evidence log.</summary>
public sealed record EvidenceSettings
{
    /// <summary>How long leaves are gathered before they get a checkpoint. Default 200 ms; 10 ms to 1 min.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Who cosigns the checkpoints. Default nobody; at most 16.</summary>
    public EquatableList<WitnessSetting> Witnesses { get; init; } = new([]);

    /// <summary>Witnesses that must tell what they know before anything is signed after a start. Null (default): more than half.</summary>
    public int? Quorum { get; init; }
}

/// <summary>A witness of the evidence log.</summary>
/// <param name="Address">Its submission prefix (c2sp.org/tlog-witness).</param>
/// <param name="Key">Its public key as a vkey, of type 0x04.</param>
public sealed record WitnessSetting(Uri Address, string Key);

/// <summary>Where the gateway listens.</summary>
public sealed record ListenerSettings
{
    /// <summary>REST, OpenID, console; HTTP/1.1 and 2. Default <c>http://127.0.0.1:8080</c>; port 0 takes a free one.</summary>
    public Uri Rest { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>gRPC; HTTP/2. Default <c>http://127.0.0.1:8081</c>. Not the port of REST: plain text cannot carry both.</summary>
    public Uri Grpc { get; init; } = new("http://127.0.0.1:8081");

    /// <summary>Whether both would take one port, which plain text cannot share. Port 0 is another each time.</summary>
    public bool ShareAPort => Rest.Port == Grpc.Port && Rest.Port != 0;

    /// <summary>Why nobody may listen at an address, or null. Without <paramref name="plainText"/> http stays on this machine.</summary>
    public static FaultCode? FaultOf(Uri address, bool plainText)
    {
        if ((address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps) || address.AbsolutePath != "/")
        {
            return AgencyFaults.UrlInvalid;
        }

        return address.Scheme == Uri.UriSchemeHttp && !plainText && !IsLoopback(address) ? AgencyFaults.UrlPlain : null;
    }

    private static bool IsLoopback(Uri address) =>
        IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? IPAddress.IsLoopback(ip) : address.Host == "localhost";
}

/// <summary>Where clients show certificates (RFC 8705): on a listener of their own, so that no browser is asked for one.</summary>
public sealed record MutualTlsSettings
{
    /// <summary>The address under which others reach it, for both faces. Required; https.</summary>
    public required Uri PublicAddress { get; init; }

    /// <summary>Where the gateway listens for them, REST and gRPC on one port. https. Null: only proxies bring certificates.</summary>
    public Uri? Listener { get; init; }

    /// <summary>File of the authorities' certificates (PEM) that issue to clients, relative to the working folder; null: clients have pinned ones only.</summary>
    public string? Authorities { get; init; }

    /// <summary>
    /// Networks (CIDR) of terminators whose <c>Client-Cert</c> header (RFC 9440) is believed, and who must strip it from what they are sent.
    /// Default none: the header is not looked at.
    /// </summary>
    public EquatableList<string> TrustedProxies { get; init; } = new([]);
}

/// <summary>Kinds of store.</summary>
public enum StoreKind
{
    /// <summary>Embedded, one process.</summary>
    Sqlite,

    /// <summary>A PostgreSQL server or a replicated cluster of them, for any number of gateway nodes.</summary>
    Postgres,
}

/// <summary>Whether and how the way to PostgreSQL is encrypted.</summary>
public enum PostgresTls
{
    /// <summary>The server proves by its certificate that it is the one asked for.</summary>
    VerifyFull,

    /// <summary>The server proves that the authority trusts it, under whatever name.</summary>
    VerifyCa,

    /// <summary>Encrypted, to whomever.</summary>
    Require,

    /// <summary>In clear: for a server on this machine.</summary>
    Disable,
}

/// <summary>Where the ledger is kept.</summary>
public sealed record StoreSettings
{
    public StoreKind Kind { get; init; } = StoreKind.Sqlite;

    /// <summary>SQLite: the database file, relative to the working folder. Default <c>var/gateway.db</c>.</summary>
    public string Path { get; init; } = "var/gateway.db";

    /// <summary>PostgreSQL: where it is; null with another kind.</summary>
    public PostgresSettings? Postgres { get; init; }
}

/// <summary>
/// Where PostgreSQL is. The password never stands here: it is read from <c>postgres.password</c> in the key folder, else from PGPASSFILE or PGPASSWORD.
/// </summary>
public sealed record PostgresSettings
{
    /// <summary>Host names or addresses, comma-separated, of one replicated cluster; the gateway finds the primary. Required.</summary>
    public required string Host { get; init; }

    /// <summary>Default 5432; 1 to 65,535.</summary>
    public int Port { get; init; } = 5432;

    /// <summary>Required.</summary>
    public required string Database { get; init; }

    /// <summary>Required.</summary>
    public required string User { get; init; }

    /// <summary>Schema that holds the tables. Default <c>legalaid_gateway</c>; 1 to 40 of a–z, 0–9 and _, a letter first.</summary>
    public string Schema { get; init; } = "legalaid_gateway";

    /// <summary>Default verify-full.</summary>
    public PostgresTls Tls { get; init; } = PostgresTls.VerifyFull;

    /// <summary>File of the authority's certificate, relative to the working folder; null: the system's authorities.</summary>
    public string? RootCertificate { get; init; }

    /// <summary>How many synchronous standbys must confirm each commit for the gateway to start. Default 0; 0 to 8.</summary>
    public int SynchronousStandbys { get; init; }
}

/// <summary>Bounds of requests.</summary>
public sealed record LimitSettings
{
    /// <summary>Most bytes of a request with its attachments. Default 16 MiB; 64 KiB to 256 MiB.</summary>
    public int MessageBytesMax { get; init; } = 16 << 20;

    /// <summary>Most bytes of one attachment. Default 8 MiB; 1 KiB to 192 MiB, and at most three quarters of a message, as JSON carries it in base64.</summary>
    public int AttachmentBytesMax { get; init; } = 8 << 20;

    /// <summary>Most attachments of one message. Default 20; 1 to 100.</summary>
    public int AttachmentsMax { get; init; } = 20;

    /// <summary>Most people of one notice. Default 50; 1 to 50.</summary>
    public int PeopleMax { get; init; } = 50;

    /// <summary>Most addresses of calendars of one agency that are open at a time, 1 to 100,000.</summary>
    public int CalendarsMax { get; init; } = 2_000;
}

/// <summary>Documents that are uploaded in pieces.</summary>
public sealed record DocumentSettings
{
    /// <summary>Most MiB of a document. Default 2,048; 1 to 65,536.</summary>
    public int MebibytesMax { get; init; } = 2048;

    /// <summary>Most uploads of one agency under way. Default 16; 1 to 1,000.</summary>
    public int UploadsMax { get; init; } = 16;

    /// <summary>Most MiB that one agency's uploads under way are promised together. Default 16,384; 1 to 1,048,576, and at least one document's.</summary>
    public int UploadMebibytesMax { get; init; } = 16_384;

    /// <summary>How long an upload may stand still before it is given up. Default 24 h; 1 min to 30 days.</summary>
    public TimeSpan IdleMax { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Media types that are taken, of documents that come whole too; empty: every one that the gateway can tell by its first bytes.</summary>
    public EquatableList<string> MediaTypes { get; init; } = new([]);
}

/// <summary>Access tokens.</summary>
public sealed record TokenSettings
{
    /// <summary>How long a token lives. Default 5 min; 30 s to 60 min.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long before it signs a new key is announced to all nodes, and published. Default 15 min; 2 s to 24 h.</summary>
    public TimeSpan KeyNotice { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Who issues them in the place of this gateway, such as a province's provider; null: this gateway does.</summary>
    public TokenProviderSettings? Provider { get; init; }
}

/// <summary>A provider in the place of the gateway's own.</summary>
public sealed record TokenProviderSettings
{
    /// <summary>Its name, algorithms and the networks in which it is reached; its keys by its discovery document.</summary>
    public required AgencyIssuer Issuer { get; init; }

    /// <summary>The <c>aud</c> that means this gateway.</summary>
    public required string Audience { get; init; }

    /// <summary>This gateway's name there, for introspection.</summary>
    public required string ClientId { get; init; }

    /// <summary>The longest life of a token that is taken. Default 10 min; 30 s to 60 min.</summary>
    public TimeSpan LifetimeMax { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether it is asked if tokens in use were revoked. Default true.</summary>
    public bool Introspects { get; init; } = true;
}

/// <summary>Pushing messages out.</summary>
public sealed record DeliverySettings
{
    /// <summary>Attempts before a delivery goes to the dead letters. Default 500, with the other defaults about ten days; 1 to 10,000.</summary>
    public int AttemptsMax { get; init; } = 500;

    /// <summary>The wait after the first failure, doubled after each. Default 2 s; 100 ms to 10 min.</summary>
    public TimeSpan BackoffBase { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait. Default 1 h; 100 ms to 24 h, and not under the base.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long one attempt may take. Default 10 s; 1 s to 2 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most pushes to one agency at a time. Default 4; 1 to 64.</summary>
    public int AgencyConcurrency { get; init; } = 4;

    /// <summary>After how long a delivery that was not made is recorded as not made in time; it goes on. Default 24 h; 1 min to 30 d.</summary>
    public TimeSpan OverdueAfter { get; init; } = TimeSpan.FromHours(24);
}

/// <summary>How operators reach a running gateway.</summary>
public sealed record OperationsSettings
{
    /// <summary>Whether the gateway listens on <c>gateway.sock</c> in its work folder for the operators' verbs. Default true.</summary>
    public bool Socket { get; init; } = true;
}

/// <summary>A civil time apart from the system's. System time (leases, tokens, signatures) stays true.</summary>
public sealed record CivilTimeSettings
{
    /// <summary>The civil instant at which the gateway first starts; null: now.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>How many times faster civil time runs. Default 1; 1 to 1,000,000.</summary>
    public int Rate { get; init; } = 1;
}
