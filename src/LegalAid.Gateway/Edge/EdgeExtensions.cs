using Grpc.AspNetCore.Server.Model;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Contracts.Options.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Payloads;
using LegalAid.Gateway.Edge.Rest;
using LegalAid.Gateway.Edge.Validation;
using LegalAid.Gateway.Edge.Wire;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LegalAid.Gateway.Edge;

/// <summary>The edge as the composition sees it: one call for the services, one for the pipeline.</summary>
public static class EdgeExtensions
{
    /// <summary>
    /// Adds gRPC with JSON transcoding, strict reading on both faces, validation and the one form of errors.
    /// </summary>
    /// <param name="residentNumbers">Which resident numbers pass; null means the standard, which has no synthetic region.</param>
    public static IServiceCollection AddGatewayEdge(
        this IServiceCollection services,
        ResidentNumberRules? residentNumbers = null,
        Action<EdgeOptions>? configure = null)
    {
        var options = services.AddOptions<EdgeOptions>().ValidateDataAnnotations().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.AddSingleton(_ => new ShapeCatalogue(
            ShapeCatalogue.FilesOf(typeof(FieldRules).Assembly), IdentifierFormats.By(residentNumbers ?? ResidentNumberRules.Standard)));
        services.AddSingleton(provider => new PayloadCodec(
            provider.GetRequiredService<ShapeCatalogue>(), provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<EdgeOptions>>()));
        services.AddSingleton<RestRoutes>();
        services.AddSingleton<EdgeInterceptor>();
        // proto3 JSON, and our canonical form with it, writes 64-bit integers as strings; both are read.
        services.AddGrpc().AddJsonTranscoding(json => json.JsonSettings.WriteInt64sAsStrings = true);
        services.AddOptions<Grpc.AspNetCore.Server.GrpcServiceOptions>().Configure<Microsoft.Extensions.Options.IOptions<EdgeOptions>>(
            static (grpc, edge) =>
            {
                grpc.Interceptors.Add<EdgeInterceptor>();
                grpc.MaxReceiveMessageSize = edge.Value.RequestBytesMax;
                grpc.MaxSendMessageSize = null;
                grpc.EnableDetailedErrors = false;
            });
        ReplaceMethodProvider(services);
        return services;
    }

    /// <summary>
    /// The REST face's two rings. What <paramref name="between"/> adds (authentication, authorisation, rate limits) runs after the outer
    /// ring, which answers errors, and before the inner one, which reads the body: nobody unknown makes the gateway read one. Routing must
    /// have run before (it has in a WebApplication).
    /// </summary>
    public static IApplicationBuilder UseGatewayEdge(this IApplicationBuilder app, Action<IApplicationBuilder>? between = null)
    {
        _ = app.ApplicationServices.GetRequiredService<ShapeCatalogue>(); // a contract the edge cannot check stops the start
        app.UseMiddleware<ProblemAnswers>();
        between?.Invoke(app);
        app.UseMiddleware<StrictReader>();
        return app;
    }

    /// <summary>Refuses a REST request from a middleware: the edge's outer ring writes the problem. False outside the REST face.</summary>
    public static bool TryRefuse(this HttpContext context, params IReadOnlyList<Fault> faults)
    {
        if (RestCall.Of(context) is not { } call)
        {
            return false;
        }

        call.Refuse(faults);
        return true;
    }

    /// <summary>A codec by itself, for what reads payloads before there is a host: the configuration's own checks.</summary>
    public static PayloadCodec CreatePayloadCodec() => new(
        new ShapeCatalogue(ShapeCatalogue.FilesOf(typeof(FieldRules).Assembly), IdentifierFormats.By(ResidentNumberRules.Standard)),
        Microsoft.Extensions.Options.Options.Create(new EdgeOptions()));

    private static void ReplaceMethodProvider(IServiceCollection services)
    {
        var own = services.SingleOrDefault(service =>
            service.ServiceType == typeof(IServiceMethodProvider<>)
            && service.ImplementationType?.Name.StartsWith("BinderServiceMethodProvider", StringComparison.Ordinal) == true)
            ?? throw new InvalidOperationException("Grpc.AspNetCore no longer registers the method provider that the strict one replaces.");
        services.Remove(own);
        services.TryAddEnumerable(ServiceDescriptor.Singleton(typeof(IServiceMethodProvider<>), typeof(StrictMethodProvider<>)));
    }
}
