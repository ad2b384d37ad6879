using System.Security.Cryptography;
using LegalAid.Gateway.Identity.Signatures;

namespace LegalAid.Gateway.Identity.Client;

/// <summary>
/// Signs every request of an <see cref="HttpClient"/> (RFC 9421) under the house's rules (<see cref="SignatureCheck"/>), unary gRPC calls included.
/// It stands below <see cref="AgencyTokenHandler"/>, so that the token is covered too. A body is read into memory for its digest; a stream of
/// messages has none that could be told in advance and is not for this handler.
/// </summary>
/// <param name="kid">Id of the key as enrolled.</param>
/// <param name="sign">Signs by ES256, 64 bytes (RFC 7518 3.4). Several at a time.</param>
public sealed class RequestSigningHandler(string kid, Func<byte[], byte[]> sign, TimeProvider time) : DelegatingHandler
{
    private const int NonceBytes = 16;

    /// <param name="key">The private key on P-256; stays the caller's.</param>
    public RequestSigningHandler(string kid, ECDsa key, TimeProvider time)
        : this(kid, content => key.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation), time)
    {
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Content is { } content)
        {
            await content.LoadIntoBufferAsync(cancellationToken);
            Put(request, "Content-Digest", ContentDigest.Of(await content.ReadAsByteArrayAsync(cancellationToken)));
        }

        var (input, signed) = Sign(SignedMessages.Of(request));
        Put(request, "Signature-Input", $"sig={input}");
        Put(request, "Signature", $"sig={signed}");
        return await base.SendAsync(request, cancellationToken);
    }

    private (FieldMember.InnerList Input, BareItem.Bytes Signature) Sign(SignedRequest request)
    {
        var input = new FieldMember.InnerList(
            [
                .. new[] { "@method", "@target-uri" }.Concat(SignatureCheck.MeaningFields.Where(field => request.Fields(field).Count > 0))
                    .Select(name => new FieldItem(new BareItem.Text(name), FieldParameters.None)),
            ],
            new FieldParameters(
            [
                new("created", new BareItem.Integer(time.GetUtcNow().ToUnixTimeSeconds())),
                new("keyid", new BareItem.Text(kid)),
                new("nonce", new BareItem.Text(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NonceBytes)))),
                new("tag", new BareItem.Text(SignatureCheck.Tag)),
            ]));
        var signed = SignatureBase.TryBuild(input, request.ValueOf) ?? throw new InvalidOperationException("a header holds what cannot be signed");
        return (input, new BareItem.Bytes(sign(signed)));
    }

    /// <summary>A request that is sent again is signed anew.</summary>
    private static void Put(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }
}
