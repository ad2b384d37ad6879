using LegalAid.Gateway.Agencies.Connectors.Batches;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Delivery.Files;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>Connectors as the composition sees them.</summary>
internal static class ConnectorServices
{
    public static IServiceCollection AddFactConnectors(this IServiceCollection services)
    {
        services.AddSingleton<ConnectorSecrets>();
        services.AddSingleton<FactConnectors>();
        services.AddSingleton<IAnswerFiles>(provider => new AnswerFiles(
            provider.GetRequiredService<FileChannelOptions>().Root, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<CivilClock>(), provider.GetRequiredService<ILogger<AnswerFiles>>()));
        return services;
    }
}
