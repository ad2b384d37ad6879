using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>
/// Whether a lawyer may help this person, whether a refusal and what follows it stand at the right stages, and whether a record of help says what was done. Conflicts are
/// found in what the exchange states of the co-accused and their lawyers, before anybody is named; what nobody stated the lawyer declares.
/// </summary>
internal static class HelpChecks
{
    private const string Request = "request", Stage = "stage", CoAccused = "coAccused", Plea = "HELP_SERVICE_PLEA";

    /// <summary>Stages in the order in which a case goes through them; the others come by themselves.</summary>
    private static readonly ImmutableArray<string> Stages =
        ["STAGE_INVESTIGATION", "STAGE_PROSECUTION", "STAGE_FIRST_INSTANCE", "STAGE_SECOND_INSTANCE", "STAGE_RETRIAL", "STAGE_DEATH_REVIEW"];

    /// <summary>
    /// <c>help-conflict</c>: who defends a co-accused acts for nobody else of the case; who helped a co-accused on duty may help again, which is flagged, and may not
    /// defend one of those they helped.
    /// </summary>
    public static CheckFindings Conflict(CheckInput input)
    {
        var findings = new Findings();
        const string field = "counsel.licenceNumber";
        if (input.Payload.Child("counsel").Text("licenceNumber") is not { } licence)
        {
            return findings.Result; // counsel-in-register says so
        }

        var others = Of(input.View.Child(Request)).Concat(Of(input.Payload)).ToList();
        var (defends, helped) = (others.Exists(other => other.Text("defendedBy") == licence), others.Exists(other => other.Text("helpedBy") == licence));
        var asDefender = input.Payload.Text("capacity") == "HELP_CAPACITY_DEFENCE";
        findings.FaultIf(defends, DutyFaults.ActsForCoAccused, field);
        findings.FaultIf(!defends && helped && asDefender, DutyFaults.FormerDutyLawyer, field);
        findings.FlagIf(!defends && helped && !asDefender, CheckFlags.CoAccusedHelpedBySame);
        return findings.Result;
    }

    /// <summary><c>help-refusal-stage</c>: of the stage that the request is at; after a refusal, of a later one.</summary>
    public static CheckFindings RefusalStage(CheckInput input)
    {
        var findings = new Findings();
        var refusedBefore = input.View.Child("refusal").Text(Stage);
        var present = input.View.Child(Request).Text(Stage);
        var asked = refusedBefore is null || IsLater(present, refusedBefore); // at the stage at which the request stands
        var right = asked ? input.Payload.Text(Stage) == present : IsLater(input.Payload.Text(Stage), refusedBefore);
        findings.FaultIf(!right, DutyFaults.StageWrong, Stage);
        return findings.Result;
    }

    /// <summary><c>help-later-stage</c>: whoever refused is asked again at a later stage, and not until they give in.</summary>
    public static CheckFindings LaterStage(CheckInput input)
    {
        var findings = new Findings("changes");
        findings.FaultIf(!IsLater(input.Payload.Child("changes").Text(Stage), input.View.Child("refusal").Text(Stage)), DutyFaults.StageWrong, Stage);
        return findings.Result;
    }

    /// <summary><c>help-record</c>: over, each service once, and what was done for an admission of guilt where there was one.</summary>
    public static CheckFindings Record(CheckInput input)
    {
        var findings = new Findings();
        var (start, end) = (input.Payload.Instant("startTime").At, input.Payload.Instant("endTime").At);
        findings.FaultIf(end <= start || end > input.Now, DutyFaults.RecordTimes, "endTime");
        var services = input.Payload.Texts("services");
        findings.FaultIf(services.Distinct(StringComparer.Ordinal).Count() != services.Length, DutyFaults.ServiceTwice, "services");
        findings.FaultIf(services.Contains(Plea) != input.Payload.Child("plea") is not null, DutyFaults.PleaMissing, "plea");
        return findings.Result;
    }

    private static bool IsLater(string? stage, string? than) => Stages.IndexOf(stage ?? "") > Stages.IndexOf(than ?? "");

    private static IEnumerable<JsonObject> Of(JsonObject? holder) => (holder.Field(CoAccused) as JsonArray ?? []).OfType<JsonObject>();
}
