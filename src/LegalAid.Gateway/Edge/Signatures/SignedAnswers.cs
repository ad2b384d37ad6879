using Grpc.AspNetCore.Server;
using Grpc.Core;
using LegalAid.Gateway.Edge.Rest;
using Microsoft.AspNetCore.Http.Features;

namespace LegalAid.Gateway.Edge.Signatures;

/// <summary>
/// Outermost of the REST face: who signs its requests gets signed answers, refusals included. An answer is held back until it is whole, so that
/// its digest can stand before it; one that is longer than <see cref="HeldAnswer.BytesMax"/> is signed without, but with the digest of the
/// document that it carries (<c>Repr-Digest</c>). Streams are not signed: they have no end to wait for. What says that they tell the truth is
/// in the messages themselves.
/// </summary>
internal sealed class SignedAnswers(RequestDelegate next, AnswerSigner signer)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Headers.ContainsKey("Signature-Input")
            || !context.Request.Path.StartsWithSegments(ProblemAnswers.Face, StringComparison.Ordinal)
            || context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type is MethodType.ServerStreaming or MethodType.DuplexStreaming)
        {
            await next(context);
            return;
        }

        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var held = new HeldAnswer(body, context, signer);
        context.Features.Set<IHttpResponseBodyFeature>(held);
        try
        {
            await next(context);
            await held.FinishAsync();
        }
        finally
        {
            context.Features.Set(body);
        }
    }
}
