namespace LegalAid.Gateway.Identity.Provider;

/// <summary>Names and addresses of this provider, all derived from the configured issuer: a Host header never changes them.</summary>
internal sealed class ProviderNames
{
    public const string TokenPath = "connect/token";
    public const string RevocationPath = "connect/revoke";
    public const string IntrospectionPath = "connect/introspect";
    public const string DiscoveryPath = ".well-known/openid-configuration";
    public const string KeysPath = ".well-known/jwks";

    public ProviderNames(Uri issuer, Uri? mutualTls = null)
    {
        Issuer = issuer.AbsoluteUri;
        var root = Issuer.EndsWith('/') ? Issuer : Issuer + "/";
        TokenEndpoint = new Uri(root + TokenPath);
        KeysEndpoint = new Uri(root + KeysPath);
        RevocationEndpoint = new Uri(root + RevocationPath);
        IntrospectionEndpoint = new Uri(root + IntrospectionPath);
        IssuerForms = [root, root[..^1]];
        MutualTlsRoot = mutualTls is null ? null : new Uri(mutualTls.AbsoluteUri.TrimEnd('/') + "/");
        MutualTlsTokenEndpoint = MutualTlsRoot is null ? null : new Uri(MutualTlsRoot, TokenPath);
    }

    /// <summary>The <c>iss</c> of our tokens.</summary>
    public string Issuer { get; }

    public Uri TokenEndpoint { get; }

    public Uri KeysEndpoint { get; }

    public Uri RevocationEndpoint { get; }

    public Uri IntrospectionEndpoint { get; }

    /// <summary>Where clients show certificates, with a last slash; null where they cannot.</summary>
    public Uri? MutualTlsRoot { get; }

    /// <summary>The token endpoint where clients show certificates; null where they cannot.</summary>
    public Uri? MutualTlsTokenEndpoint { get; }

    /// <summary>With and without the last slash: RFC 3986 makes them one for a bare authority, and people write either.</summary>
    public IReadOnlyList<string> IssuerForms { get; }
}
