using System.Collections.Frozen;

namespace LegalAid.Gateway.Edge.Access;

/// <summary>How an operation reads.</summary>
/// <param name="TellsOfNothing">Whether an empty answer says something of a case or a person: that there is none.</param>
internal sealed record AccessedOperation(bool TellsOfNothing);

/// <summary>
/// The operations whose answers are kept as access evidence: those that show something of an exchange to a caller who adds nothing to it. A step or an
/// upload is not among them: its own leaf, in its own commit, says who did it, and its answer goes to that same agency. Nor are the directory, checkpoints
/// and consistency proofs, which tell nothing of any case. A mailbox is: the leaf of a delivery comes with the recipient's acknowledgement, and who pulls
/// and never acknowledges has read all the same. A test holds the list against the contracts.
/// </summary>
internal static class AccessedOperations
{
    private static readonly AccessedOperation One = new(TellsOfNothing: false);
    private static readonly AccessedOperation Many = new(TellsOfNothing: true);

    private static readonly FrozenDictionary<string, AccessedOperation> ByName = new Dictionary<string, AccessedOperation>(StringComparer.Ordinal)
    {
        ["legalaid.attachment.v1.AttachmentService/DownloadAttachment"] = One,
        ["legalaid.cooperation.v1.CooperationService/GetCooperation"] = One,
        ["legalaid.cooperation.v1.CooperationService/ListCooperations"] = Many,
        ["legalaid.cooperation.v1.CooperationService/SearchCooperations"] = Many,
        ["legalaid.cooperation.v1.CooperationService/WatchCooperation"] = One,
        ["legalaid.defence.v1.DefenceService/GetDefenceNotice"] = One,
        ["legalaid.defence.v1.DefenceService/ListDefenceNotices"] = Many,
        ["legalaid.defence.v1.DefenceService/SearchDefenceNotices"] = Many,
        ["legalaid.duty.v1.HelpRequestService/GetHelpRequest"] = One,
        ["legalaid.duty.v1.HelpRequestService/ListHelpRequests"] = Many,
        ["legalaid.duty.v1.HelpRequestService/SearchHelpRequests"] = Many,
        ["legalaid.duty.v1.HelpRequestService/WatchHelpRequest"] = One,
        ["legalaid.duty.v1.ShiftService/GetShift"] = One,
        ["legalaid.duty.v1.ShiftService/ListShifts"] = Many,
        ["legalaid.duty.v1.ShiftService/SearchShifts"] = Many,
        ["legalaid.duty.v1.ShiftService/WatchShift"] = One,
        ["legalaid.eligibility.v1.EligibilityService/ExplainVerification"] = One,
        ["legalaid.eligibility.v1.EligibilityService/GetVerification"] = One,
        ["legalaid.eligibility.v1.EligibilityService/ListVerifications"] = Many,
        ["legalaid.eligibility.v1.EligibilityService/SearchVerifications"] = Many,
        ["legalaid.eligibility.v1.EligibilityService/WatchVerification"] = One,
        ["legalaid.evidence.v1.EvidenceService/ListEvidence"] = One,
        ["legalaid.evidence.v1.EvidenceService/ProveLeaf"] = One,
        ["legalaid.evidence.v1.EvidenceService/ProveMessage"] = One,
        ["legalaid.exchange.v1.ExchangeService/GetExchange"] = One,
        ["legalaid.exchange.v1.ExchangeService/ListExchanges"] = Many,
        ["legalaid.exchange.v1.ExchangeService/ListHistory"] = One,
        ["legalaid.mailbox.v1.MailboxService/PullDeliveries"] = One,
        ["legalaid.mailbox.v1.MailboxService/ReceiveDeliveries"] = One,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>How the operation reads; null where it is none of them.</summary>
    public static AccessedOperation? Find(string operation) => ByName.GetValueOrDefault(operation);
}
