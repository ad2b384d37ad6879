using System.Collections.Frozen;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>
/// The names of <c>legalaid.defence.v1</c> as they stand in proto3-JSON, as far as a check knows them. The generated enums are the
/// host's; here a value is text, so that a value added to the proto is no fault of an older check.
/// </summary>
internal static class DefenceTerms
{
    public const string Prosecution = "STAGE_PROSECUTION";
    public const string FirstInstance = "STAGE_FIRST_INSTANCE";
    public const string SecondInstance = "STAGE_SECOND_INSTANCE";
    public const string Retrial = "STAGE_RETRIAL";
    public const string DeathReviewStage = "STAGE_DEATH_REVIEW";
    public const string CompulsoryTreatmentStage = "STAGE_COMPULSORY_TREATMENT";

    public const string Summary = "PROCEDURE_SUMMARY";
    public const string FastTrack = "PROCEDURE_FAST_TRACK";

    public const string Minor = "GROUND_MINOR";
    public const string SensoryDisability = "GROUND_SENSORY_DISABILITY";
    public const string LimitedCapacity = "GROUND_LIMITED_CAPACITY";
    public const string LifeOrDeath = "GROUND_LIFE_OR_DEATH";
    public const string DeathReview = "GROUND_DEATH_REVIEW";
    public const string InAbsentia = "GROUND_IN_ABSENTIA";
    public const string OrdinaryTrial = "GROUND_ORDINARY_TRIAL";
    public const string CompulsoryTreatment = "GROUND_COMPULSORY_TREATMENT";

    public const string Declined = "ASSIGNMENT_ANSWER_DECLINED";
    public const string NotCompetent = "DECLINE_GROUND_NOT_COMPETENT";
    public const string OwnCounsel = "WITHDRAWAL_GROUND_OWN_COUNSEL";

    /// <summary>司发通〔2022〕49号.</summary>
    public static readonly FrozenSet<string> PilotGrounds = FrozenSet.Create(
        StringComparer.Ordinal,
        "GROUND_PILOT_THREE_YEARS", "GROUND_PILOT_GUILT_DENIED", "GROUND_PILOT_COMPLEX", "GROUND_PILOT_SOCIAL_IMPACT");

    /// <summary>The stages before a court that hears evidence.</summary>
    public static readonly FrozenSet<string> TrialStages = FrozenSet.Create(StringComparer.Ordinal, FirstInstance, SecondInstance, Retrial);

    /// <summary>The programme of <see cref="Directory.Participation"/> that the pilot is.</summary>
    public const string PilotProgramme = "full-coverage-pilot";
}
