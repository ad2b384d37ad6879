namespace LegalAid.Gateway.Casework.Eligibility.Verification;

/// <summary>
/// Ends the wait for answers that were to come by themselves and did not: the applicant has a right to a decision within days (法律援助法 43), whatever became of a file.
/// The body is then unavailable, never a no, and what it answers later still counts (<see cref="AskRecord.IsOpen"/>).
/// </summary>
public static class OverdueQuestions
{
    /// <summary>
    /// Whether all that a verification under way needs is an answer that is to come by itself, and has time yet: another look at it would change nothing. Every move enters what was
    /// learned and decides what follows in one step, so that this can be told by the record alone.
    /// </summary>
    public static bool AreWaitedFor(VerificationReading reading, ISourceRoutes routes, DateTimeOffset now)
    {
        var asks = reading.Progress.Asks;
        return asks.Any(ask => ask.Round == reading.Round) && asks.Any(ask => ask.State == AskState.Later)
            && !asks.Any(ask => ask.State == AskState.Asked || IsOverdue(ask, routes, now));
    }

    /// <summary>The record itself where nothing is overdue.</summary>
    internal static Progress End(Progress progress, ISourceRoutes routes, DateTimeOffset now) => progress.Asks.Any(ask => IsOverdue(ask, routes, now))
        ? progress with
        {
            Asks = [.. progress.Asks.Select(ask => IsOverdue(ask, routes, now) ? ask with { State = AskState.Unavailable, EndedAt = now, Fault = AskFaults.NotAnsweredInTime } : ask)],
        }
        : progress;

    private static bool IsOverdue(AskRecord ask, ISourceRoutes routes, DateTimeOffset now) =>
        ask.State == AskState.Later && (routes.AnswersWithin(ask.Agency, ask.Connector) is not { } wait || now - ask.AskedAt >= wait);
}
