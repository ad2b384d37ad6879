using LegalAid.Gateway.Api.Cooperation;
using LegalAid.Gateway.Api.Documents;
using LegalAid.Gateway.Api.Duty;
using LegalAid.Gateway.Api.Eligibility;
using LegalAid.Gateway.Api.OpenApi;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Edge.Limits.Anonymous;
using LegalAid.Gateway.Exchange.Delivery.Files;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Feeds;
using LegalAid.Gateway.Operations;

namespace LegalAid.Gateway.Api;

/// <summary>The services and what stands beside them. Everything needs a caller but health, discovery, the documents, the log's hashes and calendars, whose address is the key.</summary>
internal static class ApiEndpoints
{
    public static IServiceCollection AddGatewayApi(this IServiceCollection services)
    {
        services.AddSingleton<ExchangeMapping>();
        services.AddSingleton<DefenceMapping>();
        services.AddSingleton<IncomingDocuments>();
        services.AddSingleton<ExchangeCommands>();
        services.AddSingleton<TypedCommands>();
        services.AddSingleton<TypedFaces>();
        services.AddSingleton<CallerStreams>();
        services.AddSingleton<ExchangeWatch>();
        services.AddSingleton<IFileCommands, FileCommands>();
        services.AddSingleton<DefenceApi>();
        services.AddSingleton<ExchangeApi>();
        services.AddSingleton<AttachmentApi>();
        services.AddSingleton<MailboxApi>();
        services.AddSingleton<DirectoryApi>();
        services.AddSingleton<EligibilityMapping>();
        services.AddSingleton<Assessments>();
        services.AddSingleton<EligibilityApi>();
        services.AddSingleton<CooperationMapping>();
        services.AddSingleton<CooperationApi>();
        services.AddSingleton<ShiftMapping>();
        services.AddSingleton<ShiftApi>();
        services.AddSingleton<HelpMapping>();
        services.AddSingleton<HelpApi>();
        services.AddSingleton<RosterApi>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<FeedDesk>(provider, provider.GetRequiredService<GatewaySettings>().Limits.CalendarsMax));
        services.AddSingleton<DutyCalendars>();
        services.AddSingleton<DutyCalendarApi>();
        services.AddSingleton<EvidenceReader>();
        services.AddSingleton<EvidenceApi>();
        services.AddGrpcReflection();
        services.AddSingleton<StoreHealth>();
        services.AddGrpcHealthChecks().AddCheck<StoreHealth>("store");
        return services;
    }

    public static void MapGatewayApi(this WebApplication app)
    {
        app.MapGrpcService<DefenceApi>();
        app.MapGrpcService<ExchangeApi>();
        app.MapGrpcService<AttachmentApi>();
        app.MapGrpcService<MailboxApi>();
        app.MapGrpcService<DirectoryApi>();
        app.MapUploads();
        app.MapDownloads();
        app.MapGrpcService<EvidenceApi>();
        app.MapGrpcService<EligibilityApi>();
        app.MapGrpcService<CooperationApi>();
        app.MapGrpcService<ShiftApi>();
        app.MapGrpcService<HelpApi>();
        app.MapGrpcService<RosterApi>();
        app.MapGrpcService<DutyCalendarApi>();
        app.MapCalendars();
        app.MapGrpcReflectionService();
        app.MapGrpcHealthChecksService().Anonymous(AnonymousUse.Free);
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).Anonymous(AnonymousUse.Free);
        app.MapHealthChecks("/health/ready").Anonymous(AnonymousUse.Free);
        app.MapPublicLog();
        app.MapGatewayOpenApi();
    }

}
