using System.Diagnostics.Metrics;
using LegalAid.Gateway.Casework.Eligibility.Verification;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>Counts of questions to agencies. No person and no verification is named.</summary>
internal static class SourceMeters
{
    private static readonly Meter Meter = new("LegalAid.Gateway");

    private static readonly Counter<long> Questions = Meter.CreateCounter<long>("legalaid.questions.ended", "{question}", "Questions to agencies, by how they ended");

    public static void Ended(AskResult result) => Questions.Add(1, new KeyValuePair<string, object?>("state", result.Fault ?? result.State.ToString()));
}
