using System.Security.Cryptography;
using System.Text;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Signatures;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Binding;
using LegalAid.Gateway.Identity.Signatures;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Agencies.Peers;

/// <summary>
/// Tells which gateway sends, by the signature of the request (RFC 9421), and reads its body, which must be what was signed. Where the gateway's system is enrolled with a
/// certificate, the connection must show that one too (mutual TLS, here or at a trusted terminator). A signature is taken once, by all nodes together. From then on the answer is signed.
/// </summary>
internal sealed class PeerEntrance(
    ISnapshotSource configuration, IAgencyClientRegistry clients, PeerKeys keys, OwnAddresses own, ClientCertificates certificates, ILedgerStore store, TimeProvider time,
    IOptions<EdgeOptions> options)
{
    private static readonly SignatureCheck Check = new(age: TimeSpan.FromMinutes(5), skew: TimeSpan.FromSeconds(60));

    /// <exception cref="RefusalException">Nobody that is known, or not what was signed.</exception>
    public async Task<(AgencyId Gateway, ReadOnlyMemory<byte> Body)> EnterAsync(HttpContext context)
    {
        var now = time.GetUtcNow();
        var (client, request, verdict) = Judge(context.Request, now);
        if (verdict.Outcome == SignatureOutcome.Invalid)
        {
            await clients.LookAgainAsync(context.RequestAborted); // its key may be one that another node knows since
            (client, request, verdict) = Judge(context.Request, now);
        }

        if (client is null || verdict is not { Accepted: { Key: AgencyClientKey key } accepted })
        {
            throw Refusals.Of(new Fault(SignatureFaults.Of(verdict.Outcome)));
        }

        if (!ShowsCertificate(client, context))
        {
            throw Refusals.Of(new Fault(PeerFaults.CertificateOther));
        }

        if (ContentDigest.TryParse(context.Request.Headers["Content-Digest"].ToString()) is not { HasSha256: true } digest)
        {
            throw Refusals.Of(new Fault(SignatureFaults.DigestMalformed));
        }

        var body = await ReadAsync(context, digest);
        if (!await store.TryRememberAsync([.. SHA256.HashData(Encoding.UTF8.GetBytes($"peer\0{client.ClientId}\0{accepted.Nonce}"))], now, accepted.RefusedFrom, context.RequestAborted))
        {
            throw Refusals.Of(new Fault(SignatureFaults.Replayed));
        }

        context.Features.Set(new TakenSignature(request, accepted, key, body: null));
        return (client.Agency, body);
    }

    /// <summary>By each name that this gateway has and each peer's keys; the worst that can be said of all of them where it holds by none.</summary>
    private (AgencyClient? Client, SignedRequest Request, SignatureVerdict Verdict) Judge(HttpRequest request, DateTimeOffset now)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var peers = configuration.Current.Agencies.All.Where(agency => agency.Kind == AgencyKinds.Gateway && agency.IsVouchedForAt(now)).SelectMany(agency => keys.Of(agency.Id)).ToList();
        (AgencyClient?, SignedRequest, SignatureVerdict)? first = null;
        foreach (var origin in own.All)
        {
            AgencyClient? signer = null;
            var signed = new SignedRequest(request.Method, origin, target, name => request.Headers[name]);
            var verdict = Check.Check(signed, hasBody: true, kid =>
            {
                signer = peers.FirstOrDefault(peer => peer.FindKey(kid, now) is not null);
                return signer?.FindKey(kid, now);
            }, now);
            if (verdict.Outcome == SignatureOutcome.Accepted)
            {
                return (signer, signed, verdict);
            }

            first ??= (null, signed, verdict);
        }

        return first ?? throw new InvalidOperationException("a gateway has a public address");
    }

    private bool ShowsCertificate(AgencyClient client, HttpContext context) => client.Certificate switch
    {
        null => true,
        CertificateRule.Pinned pinned => certificates.Find(context) is { } shown
            && pinned.Thumbprints.Contains(Convert.ToHexStringLower(shown.GetCertHash(HashAlgorithmName.SHA256))),
        _ => false, // a peer's certificate is pinned
    };

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, ContentDigest digest)
    {
        var max = options.Value.RequestBytesMax;
        if (context.Request.ContentLength > max)
        {
            throw Refusals.Of(Fault.With(EdgeFaults.BodyTooLarge, "", $"{max}"));
        }

        using var read = new MemoryStream();
        var body = digest.Watch(context.Request.Body, () => Refusals.Of(new Fault(SignatureFaults.DigestDiffers)));
        var buffer = new byte[64 << 10];
        while (await body.ReadAsync(buffer, context.RequestAborted) is var count and > 0)
        {
            read.Write(buffer, 0, count);
            if (read.Length > max)
            {
                throw Refusals.Of(Fault.With(EdgeFaults.BodyTooLarge, "", $"{max}"));
            }
        }

        return read.ToArray();
    }
}
