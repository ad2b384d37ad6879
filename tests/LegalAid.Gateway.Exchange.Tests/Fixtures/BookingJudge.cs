namespace LegalAid.Gateway.Exchange.Tests.Fixtures;

/// <summary>
/// Judges a run by nothing but what the callers were told. A booking surely stands from its answer to the call that gives it back, and may stand from its call to the answer of
/// that; so two that collide and both surely stand at one moment are an overlap, and a refusal with nothing that may have stood in its way refused free time.
/// </summary>
internal static class BookingJudge
{
    /// <summary>What is wrong; nothing where every promise was kept.</summary>
    public static IReadOnlyList<string> Judge(BookingOutcome outcome)
    {
        BookingAttempt[] all = [.. outcome.Tried, .. outcome.Quarters];
        var accepted = all.Where(attempt => attempt.Accepted).ToList();
        var found = new List<string>();
        for (var index = 0; index < accepted.Count; index++)
        {
            found.AddRange(accepted.Skip(index + 1).Where(other => Overlap(accepted[index], other)).Select(other => $"overlap: {accepted[index].Booking} and {other.Booking}"));
        }

        foreach (var refused in all.Where(attempt => !attempt.Accepted))
        {
            if (refused.Code != "ALREADY_OPEN")
            {
                found.Add($"refused by {refused.Code}: {refused.Booking}");
            }
            else if (!accepted.Exists(other => MayExplain(other, refused)))
            {
                found.Add($"free time refused: {refused.Booking}");
            }
        }

        return found;
    }

    private static bool Overlap(BookingAttempt one, BookingAttempt other) =>
        one.Booking.Collides(other.Booking)
        && one.Ended < (other.ReleaseBegan ?? long.MaxValue) && other.Ended < (one.ReleaseBegan ?? long.MaxValue);

    private static bool MayExplain(BookingAttempt standing, BookingAttempt refused) =>
        standing.Booking.Collides(refused.Booking) && standing.Began < refused.Ended && refused.Began < (standing.ReleaseEnded ?? long.MaxValue);
}
