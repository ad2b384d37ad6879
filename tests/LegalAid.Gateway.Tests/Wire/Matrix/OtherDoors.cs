using LegalAid.Gateway.Tests.Federation;
using LegalAid.Gateway.Tests.Identity;
using LegalAid.Gateway.Tests.Peers;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>A door that the sharing matrix says nothing of.</summary>
/// <param name="Why">Why not.</param>
/// <param name="CoveredBy">Where what it lets through is tested.</param>
internal sealed record OtherDoor(string Door, string Why, Type CoveredBy);

/// <summary>The doors that ask nobody, or somebody else than the matrix. Short, and each with its reason: what belongs to an agency is not here.</summary>
internal static class OtherDoors
{
    private const string Public = "public: it tells of no case and no agency's business";
    private const string Calendar = "whoever has the address: it was told once, to an agency that may see what the calendar shows";
    private const string Provider = "the provider's own: it asks for the client's credential, and the token that it gives is what the matrix asks";
    private const string Peers = "other cities' gateways: they sign each request, and each exchange asks who decides on it";
    private const string SignIn = "the way in for staff: nobody is known yet";
    private const string Staff = "staff only, by their session";

    public static IReadOnlyList<OtherDoor> All { get; } =
    [
        new("* /health/live", Public, typeof(PolicyTests)),
        new("* /health/ready", Public, typeof(PolicyTests)),
        new("grpc.health.v1.Health/Check", Public, typeof(PolicyTests)),
        new("grpc.health.v1.Health/Watch", Public, typeof(PolicyTests)),
        new("GET /openapi/v1.json", Public, typeof(Edge.OpenApiTests)),
        new("GET /docs/{documentName?}", Public, typeof(Edge.OpenApiTests)),
        new("GET /docs/favicon.svg", Public, typeof(Edge.OpenApiTests)),
        new("GET /docs/scalar.js", Public, typeof(Edge.OpenApiTests)),
        new("GET /docs/scalar.aspnetcore.js", Public, typeof(Edge.OpenApiTests)),
        new("GET /.well-known/gateway-checkpoint", "public: hashes only (decision 0006)", typeof(EvidenceTests)),
        new("GET /.well-known/gateway-log-keys", "public: hashes only (decision 0006)", typeof(EvidenceTests)),
        new("GET /log/checkpoint", "public: hashes only (decision 0006)", typeof(EvidenceTests)),
        new("GET /log/tile/{**path}", "public: hashes only (decision 0006)", typeof(EvidenceTests)),
        new("GET /calendars/{token}.ics", Calendar, typeof(CalendarFeedTests)),
        new("HEAD /calendars/{token}.ics", Calendar, typeof(CalendarFeedTests)),
        new("grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "the contracts, which are published, to any caller", typeof(PolicyTests)),
        new("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "the contracts, which are published, to any caller", typeof(PolicyTests)),
        new("* " + Doors.NoMethod, "there is no such method, whoever asks", typeof(PolicyTests)),
        new("* /connect/token", Provider, typeof(TokenEndpointTests)),
        new("* /connect/revoke", Provider, typeof(RevocationTests)),
        new("* /connect/introspect", Provider, typeof(RevocationTests)),
        new("* /.well-known/openid-configuration", Public, typeof(TokenEndpointTests)),
        new("* /.well-known/jwks", Public, typeof(TokenEndpointTests)),
        new("* /.well-known/oauth-protected-resource", Public, typeof(StandInProviderTests)),
        new("POST /v1/enrolments", "the way in for systems: it asks for a code in place of a token", typeof(EnrolmentTests)),
        new("POST /v1/peers/updates", Peers, typeof(TwoCitiesTests)),
        new("POST /v1/peers/commands", Peers, typeof(TwoCitiesTests)),
        new("POST /v1/peers/documents", Peers, typeof(TwoCitiesTests)),
        new("GET /v1/peers/capabilities", "public: names of exchange types and their digests", typeof(TwoCitiesTests)),
        new("GET /console/style.css", Public, typeof(StaffSignInTests)),
        new("GET /console/sign-in", SignIn, typeof(StaffSignInTests)),
        new("GET /console/sign-in/{agency}", SignIn, typeof(StaffSignInTests)),
        new("GET /console/sign-in/{agency}/start", SignIn, typeof(StaffSignInTests)),
        new("GET /console/", Staff, typeof(StaffSignInTests)),
        new("POST /console/sign-out", Staff, typeof(StaffSignInTests)),
        new("GET /console/approvals", Staff, typeof(ApprovalTests)),
        new("GET /console/approvals/new", Staff, typeof(ApprovalTests)),
        new("POST /console/approvals", Staff, typeof(ApprovalTests)),
        new("GET /console/approvals/new-system", Staff, typeof(EnrolmentApprovalTests)),
        new("POST /console/approvals/new-system", Staff, typeof(EnrolmentApprovalTests)),
        new("GET /console/approvals/new-key", Staff, typeof(KeyApprovalTests)),
        new("POST /console/approvals/new-key", Staff, typeof(KeyApprovalTests)),
        new("GET /console/keys", Staff, typeof(KeyApprovalTests)),
        new("GET /console/configuration", Staff, typeof(ConfigurationApprovalTests)),
        new("GET /console/approvals/new-configuration", Staff, typeof(ConfigurationApprovalTests)),
        new("POST /console/approvals/new-configuration", Staff, typeof(ConfigurationApprovalTests)),
        new("GET /console/approvals/{id:guid}", Staff, typeof(ApprovalTests)),
        new("POST /console/approvals/{id:guid}/decision", Staff, typeof(ApprovalTests)),
    ];
}
