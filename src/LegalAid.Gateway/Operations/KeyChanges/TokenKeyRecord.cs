using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Operations.KeyChanges;

/// <summary>A token key as the nodes tell each other of it, in a setting of its own.</summary>
/// <param name="SignsFrom">From when on it signs; the latest of those that sign does.</param>
/// <param name="Removed">No node takes its tokens any more.</param>
/// <param name="InUse">The leaf that says that it signs is written.</param>
/// <param name="Approval">What two people agreed on when it was announced; null where it took nobody's.</param>
/// <param name="RemovedBy">The same when it was taken out.</param>
internal sealed record TokenKeyRecord(string Kid, byte[] X, byte[] Y, DateTimeOffset SignsFrom, bool Removed, bool InUse = false, Guid? Approval = null, Guid? RemovedBy = null)
{
    public const string Prefix = "token-key/";

    /// <summary>Its text in the store, as it was read: what a change of it expects to find. Null of a new one.</summary>
    [JsonIgnore]
    public string? Kept { get; private init; }

    public static TokenKeyRecord Of(string kid, ECDsa key, DateTimeOffset signsFrom)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new TokenKeyRecord(kid, point.X ?? [], point.Y ?? [], signsFrom, Removed: false);
    }

    public static TokenKeyRecord Read(string json) =>
        (JsonSerializer.Deserialize<TokenKeyRecord>(json) ?? throw new InvalidDataException("the record of a token key is none")) with { Kept = json };

    public string ToJson() => JsonSerializer.Serialize(this);

    public ECDsa ToKey() => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = X, Y = Y } });

    /// <summary>Whether it is the same key.</summary>
    public bool IsOf(TokenKeyRecord other) => X.AsSpan().SequenceEqual(other.X) && Y.AsSpan().SequenceEqual(other.Y);

    public NamedKey Named()
    {
        using var key = ToKey();
        return new NamedKey(KeyKind.Token, Kid, AgencyClientKey.From(Kid, key).Thumbprint);
    }
}
