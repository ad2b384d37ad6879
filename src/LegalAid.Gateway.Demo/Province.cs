using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration.Agencies;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Demo;

/// <summary>The region's justice department, which vouches for gateways: what <c>legalaid-gateway directory key</c> and <c>directory sign</c> do for it.</summary>
public sealed class Province : IDisposable
{
    public const string Name = "guangxi-justice-department";

    private static readonly TimeSpan Term = TimeSpan.FromDays(365);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly AgencyClientKey _public;

    public Province() => _public = AgencyClientKey.From(AgencyClientKey.From("key", _key).Thumbprint, _key);

    /// <summary>What a gateway that trusts it has as <c>directory.yaml</c>.</summary>
    public string Directory => new JsonObject
    {
        ["signers"] = new JsonArray(new JsonObject
        {
            ["name"] = Name, ["regions"] = new JsonArray("450000"), ["jwks"] = new JsonObject { ["keys"] = new JsonArray(_public.ToJwk()) },
        }),
    }.ToJsonString();

    /// <summary>A signed entry of the directory, <c>agencies/{agency}.jws</c>.</summary>
    public string Vouch(string agency, string yaml)
    {
        var now = TimeProvider.System.GetUtcNow();
        return EntryFile.Sign(_key, _public.Kid, Name, agency, yaml, now, now + Term);
    }

    public void Dispose() => _key.Dispose();
}
