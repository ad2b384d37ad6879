using LegalAid.Gateway.Casework.Duty.Drafting;

namespace LegalAid.Gateway.Casework.Duty;

/// <summary>
/// The drafter to compare with: shifts in order of time, lawyers by turns in order of their ids; who breaks a hard rule is passed over
/// and waits for the next round. Where nobody fits the place stays open: it takes nothing back.
/// </summary>
public static class RoundRobinDrafter
{
    /// <summary>The same case gives the same roster.</summary>
    /// <exception cref="ArgumentException">The case has faults by <see cref="RosterCaseRules.Check"/>.</exception>
    public static Roster Draft(RosterCase given)
    {
        if (RosterCaseRules.Check(given).Count > 0)
        {
            throw new ArgumentException("the case is faulty", nameof(given));
        }

        var compiled = new CompiledCase(given);
        var plan = new Plan(compiled);
        var turns = new LinkedList<int>(Enumerable.Range(0, compiled.Lawyers.Length));
        for (var shift = 0; shift < compiled.Shifts.Length; shift++)
        {
            for (var node = turns.First; node is not null && plan.OpenOf(shift) > 0;)
            {
                var (turn, next) = (node, node.Next);
                if (plan.Fits(turn.Value, shift))
                {
                    plan.Add(turn.Value, shift);
                    turns.Remove(turn);
                    turns.AddLast(turn);
                }

                node = next == turn ? null : next;
            }
        }

        return plan.ToRoster();
    }
}
