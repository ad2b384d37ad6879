using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LegalAid.Gateway.Identity.Federation;

/// <summary>
/// Keeps the library from reading the subject token, which it takes for one of its own. <see cref="Delegations"/> judges it, once it is known
/// which client shows it.
/// </summary>
internal sealed class LeaveSubjectToken : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessAuthenticationContext>()
            .UseSingletonHandler<LeaveSubjectToken>()
            .SetOrder(OpenIddictServerHandlers.EvaluateValidatedTokens.Descriptor.Order + 500)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.EndpointType == OpenIddictServerEndpointType.Token && context.Request.IsTokenExchangeGrantType())
        {
            context.ExtractSubjectToken = context.RequireSubjectToken = context.ValidateSubjectToken = context.RejectSubjectToken = false;
            context.ExtractActorToken = context.RequireActorToken = context.ValidateActorToken = context.RejectActorToken = false;
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// Says in a token for whom its client acts (RFC 8693 section 4.1): <c>sub</c> is the person, <c>act</c> the client and whoever acted before it.
/// The library keeps these claims for its own use: they are written last.
/// </summary>
internal sealed class NameActor : IOpenIddictServerHandler<GenerateTokenContext>
{
    /// <summary>Whose name <c>sub</c> is: a subject is unique within its issuer only.</summary>
    public const string SubjectIssuerClaim = "sub_iss";

    /// <summary>The claims by which the person was let in, as <c>[claim, value]</c>. What they allow is asked of the configuration at each call.</summary>
    public const string GrantsClaim = "grants";

    private const string Property = "legalaid.delegation";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
            .UseSingletonHandler<NameActor>()
            .SetOrder(OpenIddictServerHandlers.Protection.GenerateIdentityModelToken.Descriptor.Order - 600)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public static void Put(OpenIddictServerTransaction transaction, DelegationVerdict verdict) => transaction.SetProperty(Property, verdict);

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.Transaction.GetProperty<DelegationVerdict>(Property) is { Person: { } person } verdict)
        {
            var claims = context.SecurityTokenDescriptor.Claims ??= new Dictionary<string, object>(StringComparer.Ordinal);
            var actor = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = context.ClientId ?? throw new InvalidOperationException("no client") };
            if (verdict.Actors.ValueKind == JsonValueKind.Object)
            {
                actor["act"] = verdict.Actors;
            }

            claims["act"] = actor;
            claims[SubjectIssuerClaim] = person.Issuer;
            claims[GrantsClaim] = person.Grants.Select(grant => new[] { grant.Claim, grant.Value }).ToArray();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>For whom a token of ours is; null: for nobody but its client. False where it names an actor that is not its client, or is otherwise not ours.</summary>
    public static bool TryRead(JsonElement claims, string clientId, out DelegatedPerson? person)
    {
        person = null;
        if (!claims.TryGetProperty("act", out var actor))
        {
            return true;
        }

        if (actor.ValueKind != JsonValueKind.Object || JoseJson.Text(actor, "sub") != clientId
            || JoseJson.Text(claims, "sub") is not { Length: > 0 } subject || JoseJson.Text(claims, SubjectIssuerClaim) is not { Length: > 0 } issuer
            || !claims.TryGetProperty(GrantsClaim, out var grants) || grants.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        var read = new List<ClaimRule>();
        foreach (var grant in grants.EnumerateArray())
        {
            if (grant.ValueKind != JsonValueKind.Array || grant.GetArrayLength() != 2
                || grant[0].ValueKind != JsonValueKind.String || grant[1].ValueKind != JsonValueKind.String)
            {
                return false;
            }

            read.Add(new ClaimRule(grant[0].GetString() ?? "", grant[1].GetString() ?? ""));
        }

        person = new DelegatedPerson(issuer, subject, new(read));
        return true;
    }
}
