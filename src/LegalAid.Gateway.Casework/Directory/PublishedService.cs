using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>An agency's own API (对外服务) that others call through the gateway, as <c>/svc/{agency}/{name}/…</c>. Who may, for what, and which fields of its answers come through, the sharing matrix says.</summary>
/// <param name="Address">What the calls' paths stand under; no query, no trailing slash needed.</param>
/// <param name="AllowedAddresses">Networks in CIDR form to which the host may resolve; anything else is not connected to.</param>
/// <param name="Credential">The agency's own, which callers never see; null: it asks for none.</param>
/// <param name="Timeout">For the whole call, answer included.</param>
/// <param name="AnswerBytesMax">A longer answer is refused whole.</param>
public sealed record PublishedService(
    AgencyId Agency, string Name, LocalizedText Title, Uri Address, ImmutableArray<string> AllowedAddresses, ServiceCredential? Credential,
    ImmutableArray<ServiceCall> Calls, TimeSpan Timeout, int AnswerBytesMax);

/// <summary>A header, and the name of the secret that is its value.</summary>
public sealed record ServiceCredential(string Header, string Secret);

/// <summary>A call that a service takes.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Query">Names of the query's parameters, each at most once.</param>
public sealed record ServiceCall(string Method, ServicePath Path, ImmutableArray<string> Query);
