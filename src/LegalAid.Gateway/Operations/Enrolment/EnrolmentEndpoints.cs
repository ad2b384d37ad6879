using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Limits.Anonymous;
using LegalAid.Gateway.Edge.Sharing;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Enrolment;

namespace LegalAid.Gateway.Operations.Enrolment;

/// <summary>
/// <c>POST /v1/enrolments</c>, which needs no token and a code in its place, and <c>POST /v1/enrolments:changeKey</c>, by a system that is enrolled.
/// Both take <c>csr</c> (PEM) or <c>jwk</c> with <c>proof</c>, and answer how the system calls from now on. <c>GET /v1/enrolments:readiness</c> tells any
/// system what it has here and what it lacks.
/// </summary>
internal static class EnrolmentEndpoints
{
    public const string Path = "/v1/enrolments";

    private const int BodyBytesMax = 16 * 1024;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        MaxDepth = 4,
    };

    public static void MapEnrolments(this WebApplication app)
    {
        app.MapPost(Path, EnrolAsync).Anonymous(AnonymousUse.Attempt);
        app.MapPost(Path + ":changeKey", ChangeKeyAsync);
        app.MapGet(Path + ":readiness", ReportAsync);
    }

    private static async Task EnrolAsync(HttpContext context, EnrolmentDesk desk)
    {
        var request = await ReadAsync(context);
        var code = request.Code?.Trim() ?? "";
        var system = await desk.EnrolAsync(code, KeyOf(request, desk.Audience, code), context.RequestAborted);
        await AnswerAsync(context, desk, system);
    }

    /// <summary>
    /// The proof is over the new key's own client id in place of a code. Who holds a key may do whatever its system may: a token that was asked for less than that,
    /// or that stands for a person, changes none.
    /// </summary>
    private static async Task ChangeKeyAsync(HttpContext context, EnrolmentDesk desk)
    {
        var caller = context.GetCaller();
        if (caller.Bounds is not null || caller.OnBehalfOf is not null)
        {
            throw Refusals.Of(new Fault(caller.OnBehalfOf is null ? CallFaults.TokenBounded : EdgeFaults.Denied));
        }

        var request = await ReadAsync(context);
        var system = await desk.ChangeKeyAsync(caller, KeyOf(request, desk.Audience, caller.ClientId), context.RequestAborted);
        await AnswerAsync(context, desk, system);
    }

    private static async Task ReportAsync(HttpContext context, ReadinessDesk desk)
    {
        var report = await desk.ReportAsync(context.GetCaller(), context.Connection.ClientCertificate, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsJsonAsync(report, EnrolmentJson.Told, context.RequestAborted);
    }

    private static async Task<EnrolmentRequest> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > BodyBytesMax || !context.Request.HasJsonContentType())
        {
            throw Refusals.Of(new Fault(context.Request.HasJsonContentType() ? EdgeFaults.MalformedRequest : EdgeFaults.MediaType));
        }

        var buffer = new byte[BodyBytesMax + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted);
        try
        {
            return length <= BodyBytesMax && JsonSerializer.Deserialize<EnrolmentRequest>(buffer.AsSpan(0, length), Strict) is { } request
                ? request
                : throw Refusals.Of(new Fault(EdgeFaults.MalformedRequest));
        }
        catch (JsonException)
        {
            throw Refusals.Of(new Fault(EdgeFaults.MalformedRequest));
        }
    }

    private static AgencyClientKey? KeyOf(EnrolmentRequest request, string audience, string code) =>
        request is { Csr: { } csr, Jwk: null } ? EnrolmentKey.TryReadRequest(csr)
        : request is { Csr: null, Jwk: { } jwk, Proof: { } proof } ? EnrolmentKey.TryRead(jwk, proof, audience, code)
        : null;

    private static Task AnswerAsync(HttpContext context, EnrolmentDesk desk, EnrolledSystem system)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(
            new JsonObject
            {
                ["clientId"] = system.ClientId,
                ["agency"] = AgencyId.Parse(system.Agency).ResourceName,
                ["kid"] = system.Keys[0].Kid,
                ["issuer"] = desk.Audience,
                ["tokenEndpoint"] = new Uri(new Uri(desk.Audience), "/connect/token").AbsoluteUri,
                ["binding"] = system.Binding.ToString().ToLowerInvariant(),
                ["signatures"] = system.Signs ? "required" : "accepted",
            },
            context.RequestAborted);
    }

    private sealed record EnrolmentRequest(string? Code = null, string? Csr = null, JsonElement? Jwk = null, string? Proof = null);
}
