namespace LegalAid.Gateway.Agencies.References;

/// <summary>How exchanges follow those that refer to them.</summary>
internal sealed class ReferenceOptions
{
    /// <summary>Exchanges whose steps wait to be carried out elsewhere; further ones wait for the sweep. Default 10,000.</summary>
    public int QueueMax { get; set; } = 10_000;

    /// <summary>How often what was missed is looked for; at the start at once. Default 5 min.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>What references need.</summary>
internal static class ReferenceServices
{
    public static IServiceCollection AddReferences(this IServiceCollection services)
    {
        services.AddOptions<ReferenceOptions>();
        services.AddSingleton<ReferenceEffects>();
        services.AddHostedService<ReferenceWorker>();
        return services;
    }
}
