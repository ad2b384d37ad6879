using System.Security.Cryptography;
using System.Text;
using Grpc.AspNetCore.Server;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Rest;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Signatures;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Edge.Signatures;

/// <summary>Metadata of an endpoint that compares the body with the SHA-256 of <c>Content-Digest</c> itself, and undoes what it took of another.</summary>
internal sealed class ComparesContentDigest;

/// <summary>
/// Checks the signature of a known caller's request on either face, before its body is read. A body is compared with its signed digest while it is
/// read: who reads to the end and gets there has the body that was signed. A nonce is remembered in the store before anything is done, so that a
/// signature is taken once by all nodes; a request that dies between the two is signed anew and sent again under its request id.
/// </summary>
internal sealed class RequestSignatures(
    RequestDelegate next, IAgencyClientRegistry clients, OwnAddresses own, ILedgerStore store, TimeProvider time, IOptions<EdgeOptions> options)
{
    /// <summary>What to cover, as RFC 9421 section 5.1 says it.</summary>
    private const string Wanted =
        $"sig=(\"@method\" \"@target-uri\" \"authorization\" \"content-digest\");created;keyid;nonce;tag=\"{SignatureCheck.Tag}\"";

    private const int GrpcPrefixBytes = 5;

    private static readonly SignatureCheck Check = new(age: TimeSpan.FromMinutes(5), skew: TimeSpan.FromSeconds(60));

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.FindCaller() is { } caller && clients.Find(caller.ClientId) is { } client && await FaultAsync(context, client) is { } fault)
        {
            Refuse(context, fault);
            return;
        }

        await next(context);
    }

    /// <summary>Why the request is refused; null where it goes on, with a <see cref="TakenSignature"/> where it is signed.</summary>
    private async ValueTask<FaultCode?> FaultAsync(HttpContext context, AgencyClient client)
    {
        var headers = context.Request.Headers;
        if (!headers.ContainsKey("Signature-Input") && !headers.ContainsKey("Signature"))
        {
            return client.Signs && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && !HttpMethods.IsOptions(context.Request.Method)
                ? SignatureFaults.Required
                : null;
        }

        var (now, hasBody) = (time.GetUtcNow(), context.Request.MayHaveBody());
        var (request, verdict) = Judge(context.Request, client, hasBody, now);
        if (verdict.Outcome == SignatureOutcome.Invalid)
        {
            await clients.LookAgainAsync(context.RequestAborted); // its key may be one that another node knows since
            (request, verdict) = Judge(context.Request, clients.Find(client.ClientId) ?? client, hasBody, now);
        }

        if (verdict is not { Accepted: { Key: AgencyClientKey key } accepted })
        {
            return SignatureFaults.Of(verdict.Outcome);
        }

        var digest = hasBody ? ContentDigest.TryParse(headers["Content-Digest"].ToString()) : null;
        if (hasBody && digest is not { HasSha256: true })
        {
            return SignatureFaults.DigestMalformed;
        }

        if (!await store.TryRememberAsync([.. KeyOf(client, accepted.Nonce)], now, accepted.RefusedFrom, context.RequestAborted))
        {
            return SignatureFaults.Replayed;
        }

        context.Features.Set(new TakenSignature(request, accepted, key, digest is null ? null : Watch(context, digest)));
        return null;
    }

    /// <summary>By each name that this gateway has; the first name's verdict where it holds by none.</summary>
    private (SignedRequest Request, SignatureVerdict Verdict) Judge(HttpRequest request, AgencyClient client, bool hasBody, DateTimeOffset now)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var tried = own.All.Select(origin =>
        {
            var signed = new SignedRequest(request.Method, origin, target, name => request.Headers[name]);
            return (signed, Check.Check(signed, hasBody, kid => client.FindKey(kid, now), now));
        });
        (SignedRequest, SignatureVerdict)? first = null;
        foreach (var one in tried)
        {
            if (one.Item2.Outcome == SignatureOutcome.Accepted)
            {
                return one;
            }

            first ??= one;
        }

        return first ?? throw new InvalidOperationException("a gateway has a public address");
    }

    /// <summary>Lets the body be compared while it is read. Calls keep it as evidence; uploads do not: their documents are evidence of their own.</summary>
    private KeptBody? Watch(HttpContext context, ContentDigest digest)
    {
        var endpoint = context.GetEndpoint()?.Metadata;
        if (endpoint?.GetMetadata<ComparesContentDigest>() is not null)
        {
            return null;
        }

        var compared = digest.Watch(context.Request.Body, () => Mismatch(context));
        if (endpoint?.GetMetadata<GrpcMethodMetadata>() is null)
        {
            context.Request.Body = compared;
            return null;
        }

        var kept = new KeptBody(compared, options.Value.RequestBytesMax + GrpcPrefixBytes);
        context.Request.Body = kept;
        return kept;
    }

    /// <summary>What a reader is stopped by, in the form that its face carries outside.</summary>
    private static Exception Mismatch(HttpContext context)
    {
        Fault[] faults = [new(SignatureFaults.DigestDiffers)];
        if (RestCall.Of(context) is not null)
        {
            return new RefusalException(faults);
        }

        context.Features.Set(new RefusedCall(OperationOf(context), faults));
        return Refusals.ToRpcException(faults, Refusals.TraceId(context));
    }

    private static void Refuse(HttpContext context, FaultCode code)
    {
        if (code == SignatureFaults.Required || code == SignatureFaults.Uncovered)
        {
            context.Response.Headers["Accept-Signature"] = Wanted;
        }

        Fault[] faults = [new(code)];
        context.Features.Set(new RefusedCall(OperationOf(context), faults));
        _ = context.TryRefuse(faults) || GrpcAnswers.TryRefuse(context, faults);
    }

    private static byte[] KeyOf(AgencyClient client, string nonce) => SHA256.HashData(Encoding.UTF8.GetBytes($"signature\0{client.ClientId}\0{nonce}"));

    private static string OperationOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
}
