using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using LegalAid.Gateway.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Nothing is anonymous but health, discovery, documents and the token endpoint. New methods and endpoints are found by themselves.</summary>
public sealed class PolicyTests(WireFixture wire) : IClassFixture<WireFixture>
{
    private const string Probe = "x";

    /// <summary>Every endpoint that anybody may reach; one more or less must be meant.</summary>
    private static readonly string[] Open =
    [
        "/.well-known/gateway-checkpoint", "/.well-known/gateway-log-keys",
        "/calendars/{token}.ics", "/console/sign-in", "/console/sign-in/{agency}", "/console/sign-in/{agency}/start", "/console/style.css",
        "/docs/favicon.svg", "/docs/{documentName?}", "/docs/scalar.aspnetcore.js", "/docs/scalar.js", "/grpc.health.v1.Health/Check",
        "/grpc.health.v1.Health/Watch", "/grpc.health.v1.Health/{unimplementedMethod:grpcunimplemented}", "/health/live", "/health/ready", "/log/checkpoint", "/log/tile/{**path}",
        "/openapi/v1.json", "/v1/enrolments", "/v1/peers/capabilities", "/v1/peers/commands", "/v1/peers/documents", "/v1/peers/updates",
    ];

    public static TheoryData<string> Methods => [.. Faces.Methods.Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Method_WithoutToken_IsUnauthenticatedOverBothFaces(string name)
    {
        using var http = new HttpClient { BaseAddress = wire.Gateway.Gateway.Rest };
        using var channel = GrpcChannel.ForAddress(wire.Gateway.Gateway.Grpc);
        await RefusesAsync(name, http, channel, "TOKEN_MISSING");
    }

    [Fact]
    public async Task Methods_WithATokenOfAnotherGateway_AreUnauthenticatedOverBothFaces()
    {
        await using var other = await GatewayFixture.StartAsync();
        var token = await other[Notices.Court].TokenAsync(CancellationToken.None);
        using var http = new HttpClient { BaseAddress = wire.Gateway.Gateway.Rest, DefaultRequestHeaders = { { "Authorization", $"Bearer {token}" } } };
        using var channel = GrpcChannel.ForAddress(wire.Gateway.Gateway.Grpc, new GrpcChannelOptions
        {
            HttpClient = new HttpClient { DefaultRequestHeaders = { { "Authorization", $"Bearer {token}" } } },
            DisposeHttpClient = true,
        });

        foreach (var method in Faces.Methods)
        {
            await RefusesAsync(method.Name, http, channel, "TOKEN_INVALID");
        }
    }

    [Fact]
    public async Task Token_AfterItsLife_IsExpired()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Demo.DemoSettings.CivilStart);
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = time });
        var token = await gateway[Notices.Court].TokenAsync(CancellationToken.None);
        using var http = new HttpClient { BaseAddress = gateway.Gateway.Rest, DefaultRequestHeaders = { { "Authorization", $"Bearer {token}" } } };
        var method = Faces.Methods.Single(method => method.Name == "WhoAmI");

        time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.True((await Faces.CallRestAsync(http, method, [], CancellationToken.None)).Accepted);
        time.Advance(TimeSpan.FromMinutes(2));
        var late = await Faces.CallRestAsync(http, method, [], CancellationToken.None);
        Assert.Equal((401, "TOKEN_EXPIRED"), (late.Status, late.Code));
        Assert.True((await gateway[Notices.Court].CallAsync(Face.Rest, "WhoAmI", [])).Accepted); // the system fetched a new one
    }

    [Fact]
    public void Endpoints_OpenToAnybody_AreTheseAndNoOthers()
    {
        var endpoints = wire.Gateway.Gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        var open = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText?.Trim('/')).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        Assert.Equal(Open.Order(StringComparer.Ordinal), open);
    }

    /// <summary>What the declaration says is what the wire does: each other endpoint is asked without a token.</summary>
    [Fact]
    public async Task Endpoints_NotOpen_AnswerUnauthorisedWithoutAToken()
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = wire.Gateway.Gateway.Rest };
        var asked = 0;
        foreach (var endpoint in wire.Gateway.Gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null))
        {
            var path = string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part =>
                part is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : Probe))));
            var verb = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0] ?? "POST";
            using var message = new HttpRequestMessage(new HttpMethod(verb), $"/{path}");
            if (verb == "POST")
            {
                message.Content = Faces.Body("{}", path.StartsWith("v1/", StringComparison.Ordinal) ? "application/json" : "application/grpc");
            }

            using var response = await http.SendAsync(message, TestContext.Current.CancellationToken);

            // A bare gRPC path answers in gRPC's form: 200, with the status in the headers. A page sends a browser to the sign-in.
            var status = response.Headers.TryGetValues("grpc-status", out var grpc) ? grpc.Single()
                : path.StartsWith("console", StringComparison.Ordinal) && response.Headers.Location?.AbsolutePath == "/console/sign-in" ? "sign-in"
                : $"{(int)response.StatusCode}";
            Assert.True(status is "401" or "16" or "sign-in", $"{verb} /{path}: {status}");
            asked++;
        }

        Assert.True(asked > 60, $"{asked} endpoints");
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/docs/")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/jwks")]
    public async Task Page_OpenToAnybody_IsServed(string path)
    {
        using var http = new HttpClient { BaseAddress = wire.Gateway.Gateway.Rest };
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Health_OverGrpcWithoutToken_Serves()
    {
        using var channel = GrpcChannel.ForAddress(wire.Gateway.Gateway.Grpc);
        var raw = new Method<byte[], byte[]>(MethodType.Unary, "grpc.health.v1.Health", "Check", Marshallers.Create(b => b, b => b), Marshallers.Create(b => b, b => b));
        var answer = await channel.CreateCallInvoker().AsyncUnaryCall(raw, null, default, []);
        Assert.Equal<byte>([0x08, 0x01], answer); // status: SERVING
    }

    [Theory]
    [InlineData("grpc.reflection.v1alpha.ServerReflection")]
    [InlineData("grpc.reflection.v1.ServerReflection")]
    public async Task Reflection_NeedsAToken(string service)
    {
        using var channel = GrpcChannel.ForAddress(wire.Gateway.Gateway.Grpc);
        var refused = await Assert.ThrowsAsync<RpcException>(() => ReflectAsync(channel.CreateCallInvoker(), service));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        if (service.Contains("v1alpha", StringComparison.Ordinal))
        {
            var listed = System.Text.Encoding.UTF8.GetString(await ReflectAsync(wire.Gateway[Notices.Court].Invoker, service));
            Assert.Contains("legalaid.defence.v1.DefenceService", listed, StringComparison.Ordinal);
        }
    }

    private static async Task<byte[]> ReflectAsync(CallInvoker invoker, string service)
    {
        var raw = new Method<byte[], byte[]>(
            MethodType.DuplexStreaming, service, "ServerReflectionInfo", Marshallers.Create(b => b, b => b), Marshallers.Create(b => b, b => b));
        using var call = invoker.AsyncDuplexStreamingCall(raw, null, default);
        try
        {
            await call.RequestStream.WriteAsync([0x3A, 0x01, (byte)'*']); // list_services: "*"
            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException)
        {
            // Ended before all was sent: the answer says why.
        }

        return await call.ResponseStream.MoveNext(CancellationToken.None) ? call.ResponseStream.Current : [];
    }

    private static async Task RefusesAsync(string name, HttpClient http, GrpcChannel channel, string code)
    {
        var method = Faces.Method(name);
        if (Faces.IsRest(method))
        {
            var rest = await Faces.CallRestAsync(http, method, [], CancellationToken.None);
            Assert.Equal((name, 401, code), (name, rest.Status, rest.Code));
        }

        var grpc = await Faces.CallGrpcAsync(channel.CreateCallInvoker(), method, Array.Empty<byte>(), CancellationToken.None);
        Assert.Equal((name, (int)StatusCode.Unauthenticated, code), (name, grpc.Status, grpc.Code));
    }
}
