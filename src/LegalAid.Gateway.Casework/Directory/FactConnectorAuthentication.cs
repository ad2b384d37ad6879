using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>How the gateway proves to an agency who it is. Secrets are named here and stand in the key folder (<c>connectors/{name}.secret</c>).</summary>
public abstract record ConnectorAuthentication
{
    private ConnectorAuthentication()
    {
    }

    /// <summary>Not at all, or by the connection's certificate alone.</summary>
    public sealed record None : ConnectorAuthentication;

    /// <summary>A secret as a header's value.</summary>
    public sealed record ApiKey(string Header, string Secret) : ConnectorAuthentication;

    /// <summary>A secret at the place <c>{{secret}}</c> of the request's body or headers, such as the password of a WS-Security header.</summary>
    public sealed record InRequest(string Secret) : ConnectorAuthentication;

    /// <summary>OAuth 2.0 client credentials (RFC 6749 section 4.4): a bearer token, kept until shortly before it ends.</summary>
    /// <param name="TokenAddress">Connected to within the connector's networks only.</param>
    /// <param name="InBody">Client id and secret go into the body; else into the Authorization header.</param>
    public sealed record ClientCredentials(Uri TokenAddress, string ClientId, string Secret, string? Scope, bool InBody) : ConnectorAuthentication;

    /// <summary>A keyed digest over a canonical string of the request, with nonce and timestamp.</summary>
    public sealed record Signed(SignatureRule Rule) : ConnectorAuthentication;
}

/// <summary>A keyed digest of RFC 2104.</summary>
public enum SignatureAlgorithm
{
    HmacSha256,

    /// <summary>HMAC over SM3 (GM/T 0004).</summary>
    HmacSm3,
}

/// <summary>How bytes are written as text.</summary>
public enum BytesForm
{
    HexLower,
    HexUpper,
    Base64,
}

/// <summary>How the timestamp is written.</summary>
public enum TimestampForm
{
    UnixMilliseconds,
    UnixSeconds,

    /// <summary>yyyyMMddHHmmss, civil time.</summary>
    Compact,
}

/// <summary>A part of the canonical string.</summary>
public enum SignedPart
{
    Method,

    /// <summary>As it goes over the wire, without query.</summary>
    Path,

    /// <summary>As it goes over the wire, without the question mark.</summary>
    Query,
    Timestamp,
    Nonce,
    KeyId,

    /// <summary>The body's digest, by the hash of the algorithm, in lower-case hex; of no bytes where there is no body.</summary>
    BodyDigest,
    Body,

    /// <summary>The secret's own text, as some interfaces want it inside the string too.</summary>
    Secret,
}

/// <summary>What is signed, with which secret, and which headers carry it.</summary>
/// <param name="Parts">In their order.</param>
/// <param name="Separator">Between two parts; may be empty.</param>
/// <param name="KeyIdHeader">Null: no header carries the key's id.</param>
/// <param name="NonceHeader">Null: there is no nonce.</param>
public sealed record SignatureRule(
    SignatureAlgorithm Algorithm, string KeyId, string Secret, BytesForm Encoding, TimestampForm Timestamp, EquatableList<SignedPart> Parts, string Separator,
    string SignatureHeader, string TimestampHeader, string? NonceHeader, string? KeyIdHeader);
