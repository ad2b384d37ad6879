namespace LegalAid.Gateway.Casework.Checks;

/// <summary>The checks and finders that exchange types may use, by the names that <c>exchange-types/*.yaml</c> have for them.</summary>
public static class StandardChecks
{
    public static CheckCatalogue Catalogue { get; } = new(
        new Dictionary<string, Check>(StringComparer.Ordinal)
        {
            ["person-identity"] = IdentityChecks.Submitted,
            ["amended-identity"] = IdentityChecks.Amended,
            ["case-number-of-organ"] = CaseNumberChecks.Submitted,
            ["amended-case-number"] = CaseNumberChecks.Amended,
            ["aid-centre-competence"] = CompetenceChecks.AidCentre,
            ["article-25"] = GroundChecks.Submitted,
            ["amended-article-25"] = GroundChecks.Amended,
            ["ground-compulsory-treatment"] = GroundChecks.Requires(DefenceTerms.CompulsoryTreatment),
            ["ground-in-absentia"] = GroundChecks.Requires(DefenceTerms.InAbsentia),
            ["ground-death-review"] = GroundChecks.Requires(DefenceTerms.DeathReview),
            ["ground-pilot"] = GroundChecks.Requires(DefenceTerms.PilotGrounds.Order(StringComparer.Ordinal)),
            ["found-time"] = TimeChecks.Found,
            ["judgment-served"] = TimeChecks.JudgmentServed,
            ["hearing-ahead"] = TimeChecks.Hearing,
            ["amended-hearing"] = TimeChecks.AmendedHearing,
            ["amendment-content"] = AnswerChecks.AmendmentContent,
            ["counsel-in-register"] = CounselChecks.InRegister,
            ["counsel-practice-years"] = CounselChecks.PracticeYears,
            ["counsel-wish"] = CounselChecks.Wish,
            ["counsel-differs"] = CounselChecks.Differs,
            ["decline-reason"] = AnswerChecks.DeclineReason,
            ["decline-competence"] = CompetenceChecks.Decline,
            ["withdrawal-counsel"] = AnswerChecks.WithdrawalCounsel,
            ["detention-centre-known"] = CompetenceChecks.DetentionCentre,
            ["reviewing-court"] = CompetenceChecks.ReviewingCourt,
            ["pilot-in-force"] = CompetenceChecks.Pilot,
            ["applicant-identity"] = IdentityChecks.Applicant,
            ["application-facts"] = ApplicationChecks.Facts,
            ["application-authorisation"] = ApplicationChecks.Authorisation,
            ["application-pack"] = ApplicationChecks.Pack,
            ["supplement-facts"] = ApplicationChecks.AddedFacts,
            ["supplement-authorisation"] = ApplicationChecks.AddedAuthorisation,
            ["change-facts"] = ApplicationChecks.Changed,
            ["question-answer"] = QuestionChecks.Answer,
            ["correction-request"] = CorrectionChecks.Requested,
            ["corrected-value"] = CorrectionChecks.Corrected,
            ["cooperation-recipient"] = CooperationChecks.Asked,
            ["cooperation-items"] = CooperationChecks.Items,
            ["cooperation-due"] = CooperationChecks.Due,
            ["cooperation-amendment"] = CooperationChecks.Amendment,
            ["forward-new-centre"] = CooperationChecks.Forward,
            ["date-proposed"] = CooperationChecks.Proposed,
            ["date-as-proposed"] = CooperationChecks.Agreed,
            ["items-answered"] = CooperationChecks.Answered,
            ["items-returned"] = CooperationChecks.Returned,
            ["holding-claim"] = CooperationChecks.Claimed,
        },
        new Dictionary<string, PartyFinder>(StringComparer.Ordinal)
        {
            ["competent-aid-centre"] = CompetenceChecks.CompetentAidCentre,
        },
        CheckFlags.All);
}
