using System.Collections.Frozen;
using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>A body that takes part (机构), from <c>gateway-config/agencies/{id}.yaml</c>. Immutable.</summary>
public sealed record Agency
{
    public required AgencyId Id { get; init; }

    /// <summary>One of <see cref="AgencyKinds"/>.</summary>
    public required string Kind { get; init; }

    public required LocalizedText Title { get; init; }

    /// <summary>The body's place; its calendar is the obligated party's.</summary>
    public required RegionCode Region { get; init; }

    /// <summary>Who is told of its warnings and breaches; null where nobody is connected.</summary>
    public required AgencyId? Supervisor { get; init; }

    /// <summary>A court's code in case numbers, such as 桂0103; null for others.</summary>
    public required string? CourtCode { get; init; }

    /// <summary>For an aid centre: the regions in which it is competent (法律援助法 38). For others empty: their own region.</summary>
    public required ImmutableArray<RegionCode> Serves { get; init; }

    /// <summary>Programmes in which it takes part, with dates: such as <c>full-coverage-pilot</c> (司发通〔2022〕49号).</summary>
    public required ImmutableArray<Participation> Programmes { get; init; }

    /// <summary>How it receives.</summary>
    public required Channel Channel { get; init; }

    /// <summary>Its systems' enrolled clients.</summary>
    public required ImmutableArray<AgencyClientEntry> Clients { get; init; }

    /// <summary>Providers that vouch for its people.</summary>
    public ImmutableArray<AgencyIssuer> Issuers { get; init; } = [];

    /// <summary>How it is asked for facts.</summary>
    public ImmutableArray<FactConnector> Connectors { get; init; } = [];

    /// <summary>Who vouches for this entry; null: the operator who wrote the file.</summary>
    public SignedEntry? Entry { get; init; }

    /// <summary>Whether somebody vouches for the agency's systems and its provider.</summary>
    public bool IsVouchedForAt(DateTimeOffset now) => Entry is null || Entry.IsInForceAt(now);
}

/// <summary>Part in a programme from a civil date, until a civil date (exclusive; null: open).</summary>
public sealed record Participation(string Programme, DateOnly From, DateOnly? Until)
{
    public bool IsInForceOn(DateOnly date) => From <= date && (Until is null || date < Until);
}

/// <summary>How an agency receives its messages.</summary>
public abstract record Channel
{
    private Channel()
    {
    }

    /// <summary>It comes and fetches.</summary>
    public sealed record Mailbox : Channel;

    /// <summary>
    /// Its front-end server exchanges signed files with the gateway, in a folder of the agency's id under the exchange root of the settings.
    /// A message counts as received when the agency acknowledges it.
    /// </summary>
    public sealed record File : Channel;

    /// <summary>The gateway posts CloudEvents to it.</summary>
    /// <param name="Url">Where; http only where configuration allows plain text.</param>
    /// <param name="Secrets">Names of signing secrets in the key folder, newest first; each message is signed with all of them.</param>
    /// <param name="AllowedAddresses">Networks (CIDR) to which the host name may resolve.</param>
    public sealed record Push(Uri Url, ImmutableArray<string> Secrets, ImmutableArray<string> AllowedAddresses) : Channel;

    /// <summary>It is another city's gateway: messages go there signed (RFC 9421) and are kept there before they count as taken.</summary>
    /// <param name="Url">Its public address; http only where configuration allows plain text.</param>
    /// <param name="AllowedAddresses">Networks (CIDR) to which the host name may resolve.</param>
    public sealed record Peer(Uri Url, ImmutableArray<string> AllowedAddresses) : Channel;

    /// <summary>It belongs to another city's gateway, which takes what is for it.</summary>
    /// <param name="Gateway">An agency of kind <see cref="AgencyKinds.Gateway"/>.</param>
    public sealed record Through(AgencyId Gateway) : Channel;
}

/// <summary>A client of an agency's system.</summary>
/// <param name="ClientId">As in its assertions (RFC 7523 <c>iss</c> and <c>sub</c>).</param>
/// <param name="Jwks">Its public keys, a JSON Web Key Set as text.</param>
/// <param name="Binding">How its tokens must be bound.</param>
/// <param name="Signs">Whether its requests must be signed (RFC 9421). A signature that comes is checked either way.</param>
/// <param name="Certificate">By which certificates it may authenticate in place of a key; null: by none.</param>
public sealed record AgencyClientEntry(string ClientId, string Jwks, bool Enabled, BindingDemand Binding, bool Signs, CertificateRule? Certificate = null);

/// <summary>By which certificates a client authenticates (RFC 8705 section 2).</summary>
public abstract record CertificateRule
{
    private CertificateRule()
    {
    }

    /// <summary>By its own, whoever signed them (<c>self_signed_tls_client_auth</c>).</summary>
    /// <param name="Thumbprints">SHA-256 over the DER form, 64 lower-case hex digits; several while certificates are exchanged.</param>
    public sealed record Pinned(EquatableList<string> Thumbprints) : CertificateRule;

    /// <summary>By any that a trusted authority issued to its DNS name (<c>tls_client_auth</c> with <c>tls_client_auth_san_dns</c>).</summary>
    public sealed record DnsName(string Name) : CertificateRule;

    /// <summary>By any that a trusted authority issued to its distinguished name, as RFC 4514 writes it (<c>tls_client_auth_subject_dn</c>).</summary>
    public sealed record Subject(string Name) : CertificateRule;
}

/// <summary>To what a client's access tokens must be bound, so that nobody else can use them.</summary>
public enum BindingDemand
{
    /// <summary>To a key or a certificate, as the client chooses.</summary>
    Bound,

    /// <summary>To a key of which each request brings a proof (DPoP, RFC 9449).</summary>
    Key,

    /// <summary>To the certificate of the client's connection (RFC 8705).</summary>
    Certificate,

    /// <summary>To nothing: whoever holds a token may use it. For a trial with tools that can do no more.</summary>
    None,
}

/// <summary>The kinds of agency (domain reference, section 8).</summary>
public static class AgencyKinds
{
    public const string Court = "court";
    public const string Procuratorate = "procuratorate";
    public const string Police = "police";
    public const string DetentionCentre = "detention-centre";
    public const string Prison = "prison";
    public const string AidCentre = "aid-centre";
    public const string LawFirm = "law-firm";
    public const string JusticeBureau = "justice-bureau";

    /// <summary>Another city's gateway (外市网关): no body of the law, the way to those behind it.</summary>
    public const string Gateway = "gateway";

    /// <summary>At which lawyers are on duty (值班地点).</summary>
    public static readonly FrozenSet<string> DutyStations = new[] { DetentionCentre, Procuratorate, Court, Police, Prison }.ToFrozenSet(StringComparer.Ordinal);

    public static readonly FrozenSet<string> All = new[]
    {
        Court, Procuratorate, Police, DetentionCentre, AidCentre, LawFirm, JusticeBureau, Gateway, "state-security", Prison,
        "civil-affairs", "disabled-federation", "social-security", "trade-union", "womens-federation", "youth-league", "education",
        "ageing-commission", "finance", "notary", "forensic-institute", "hotline", "veterans", "military", "health",
        "natural-resources", "housing", "market-regulation", "tax", "political-legal-committee",
    }.ToFrozenSet(StringComparer.Ordinal);
}
