using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Agencies.Verification.Questions;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>What verifications need.</summary>
internal static class VerificationServices
{
    public static IServiceCollection AddVerifications(this IServiceCollection services)
    {
        services.AddOptions<VerificationOptions>();
        services.AddSingleton<AnswerRegister>();
        services.AddSingleton<SourcePipelines>();
        services.AddSingleton<SourceDesk>();
        services.AddSingleton<VerificationParts>();
        services.AddSingleton<VerificationDesk>();
        services.AddHostedService(provider => provider.GetRequiredService<VerificationDesk>());
        services.AddSingleton<OutsideNews>();
        services.AddSingleton<StatusChanges>();
        services.AddSingleton<IQuestionMailbox, QuestionMailbox>();
        services.AddSingleton<FactQuestions>();
        services.AddHostedService<AgencyStepWorker>();
        services.AddHostedService<BatchWorker>();
        services.AddHostedService<VerificationSweep>();
        return services;
    }
}
