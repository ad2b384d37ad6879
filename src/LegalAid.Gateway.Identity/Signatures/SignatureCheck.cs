namespace LegalAid.Gateway.Identity.Signatures;

/// <summary>What became of a request's signature: one member per check that can fail, in the order of the checks.</summary>
public enum SignatureOutcome
{
    Accepted,
    Malformed,
    Uncovered,
    Expired,
    NotYetValid,

    /// <summary>Unknown key, other algorithm or bad signature: which of them is not told.</summary>
    Invalid,
}

/// <summary>A verdict, and of an accepted signature what it is.</summary>
public readonly record struct SignatureVerdict(SignatureOutcome Outcome, AcceptedSignature? Accepted = null);

/// <summary>A signature that holds: what must be remembered so that it is not taken again, and what shows it to others later.</summary>
/// <param name="Nonce">Chosen by the signer, once for each signature.</param>
/// <param name="RefusedFrom">The instant from which its time alone refuses the signature.</param>
/// <param name="Base">The text that was signed.</param>
public sealed record AcceptedSignature(
    string KeyId, ISignatureKey Key, string Nonce, DateTimeOffset RefusedFrom, ReadOnlyMemory<byte> Base, ReadOnlyMemory<byte> Signature);

/// <summary>
/// The house's rules for a signed request (RFC 9421 section 3.2), apart from replay and from the body against its digest: a pure function
/// of the request, the instant and the keys. Exactly one signature: of two, one good, nobody could say which one the sender meant.
/// </summary>
/// <param name="age">How old a signature may be.</param>
/// <param name="skew">How far another's clock may be off.</param>
public sealed class SignatureCheck(TimeSpan age, TimeSpan skew)
{
    /// <summary>The <c>tag</c> of every signature for this gateway: one made for another purpose with the same key is none here.</summary>
    public const string Tag = "legalaid";

    private const int NonceCharsMax = 128;

    /// <summary>Fields that change what a request means: where one is there, the signature covers it.</summary>
    internal static readonly string[] MeaningFields = ["authorization", "content-digest", "idempotency-key", "gateway-purpose", "gateway-exchange"];

    /// <param name="hasBody">Whether a body may come: then <c>content-digest</c> must be covered.</param>
    /// <param name="findKey">A key of the caller's own by its id; never another's.</param>
    public SignatureVerdict Check(SignedRequest request, bool hasBody, Func<string, ISignatureKey?> findKey, DateTimeOffset now)
    {
        if (ReadOne(request.Fields("signature-input"), request.Fields("signature")) is not var (input, signature)
            || input.Parameters.Find("created") is not BareItem.Integer { Value: >= 0 and < 10_000_000_000 } created
            || input.Parameters.Find("keyid") is not BareItem.Text { Value: { Length: > 0 } kid }
            || input.Parameters.Find("nonce") is not BareItem.Text { Value: { Length: >= 1 and <= NonceCharsMax } nonce }
            || input.Parameters.Find("tag") is not BareItem.Text { Value: Tag }
            || input.Parameters.Find("expires") is not (null or BareItem.Integer { Value: >= 0 and < 10_000_000_000 })
            || input.Parameters.Find("alg") is not (null or BareItem.Text))
        {
            return new(SignatureOutcome.Malformed);
        }

        if (!Covers(input, request, hasBody) || SignatureBase.TryBuild(input, request.ValueOf) is not { } signed)
        {
            return new(SignatureOutcome.Uncovered);
        }

        var made = DateTimeOffset.FromUnixTimeSeconds(created.Value);
        var end = made + age + skew;
        if (input.Parameters.Find("expires") is BareItem.Integer own && DateTimeOffset.FromUnixTimeSeconds(own.Value) is var earlier && earlier < end)
        {
            end = earlier;
        }

        if (now >= end)
        {
            return new(SignatureOutcome.Expired);
        }

        if (made > now + skew)
        {
            return new(SignatureOutcome.NotYetValid);
        }

        return findKey(kid) is { } key
            && (input.Parameters.Find("alg") is not BareItem.Text named || named.Value == key.Algorithm)
            && key.Verifies(signed, signature.Span)
                ? new(SignatureOutcome.Accepted, new AcceptedSignature(kid, key, nonce, end, signed, signature))
                : new(SignatureOutcome.Invalid);
    }

    /// <summary>The one signature and its input, under one label; null where there is not exactly one of each.</summary>
    internal static (FieldMember.InnerList Input, ReadOnlyMemory<byte> Signature)? ReadOne(IReadOnlyList<string?> inputLines, IReadOnlyList<string?> signatureLines)
    {
        if (inputLines is not [{ } inputs] || signatureLines is not [{ } signatures]
            || DictionaryReader.TryRead(inputs) is not { Count: 1 } input || DictionaryReader.TryRead(signatures) is not { Count: 1 } signature)
        {
            return null;
        }

        var (label, member) = input.First();
        return member is FieldMember.InnerList list
            && signature.TryGetValue(label, out var found) && found is FieldMember.Single { Value: BareItem.Bytes { Value: var bytes } }
                ? (list, bytes)
                : null;
    }

    private static bool Covers(FieldMember.InnerList input, SignedRequest request, bool hasBody)
    {
        var covered = input.Items.Where(item => item.Parameters.All.IsEmpty).Select(item => (item.Value as BareItem.Text)?.Value).ToHashSet(StringComparer.Ordinal);
        return covered.Contains("@method")
            && (covered.Contains("@target-uri") || (covered.Contains("@authority") && covered.Contains("@path") && covered.Contains("@query")))
            && (!hasBody || covered.Contains("content-digest"))
            && MeaningFields.All(field => covered.Contains(field) || request.Fields(field).Count == 0);
    }
}
