namespace LegalAid.Gateway.Casework.Duty;

/// <summary>What happens to a published roster. <see cref="Apply"/> gives the case that the new one is judged by.</summary>
public abstract record RosterChange
{
    private RosterChange()
    {
    }

    public abstract RosterCase Apply(RosterCase given);

    /// <summary>A lawyer's days off (请假); of somebody unknown it changes nothing.</summary>
    public sealed record Absence(DutyLawyerId Lawyer, Leave Leave) : RosterChange
    {
        public override RosterCase Apply(RosterCase given) => given with
        {
            Lawyers = [.. given.Lawyers.Select(lawyer => lawyer.Id == Lawyer ? lawyer with { Leave = [.. lawyer.Leave, Leave] } : lawyer)],
        };
    }

    /// <summary>A shift that is not needed any more (取消班次).</summary>
    public sealed record Cancelled(ShiftId Shift) : RosterChange
    {
        public override RosterCase Apply(RosterCase given) => given with { Shifts = [.. given.Shifts.Where(shift => shift.Id != Shift)] };
    }

    /// <summary>A shift more (增设班次).</summary>
    public sealed record Added(Shift Shift) : RosterChange
    {
        public override RosterCase Apply(RosterCase given) => given with { Shifts = [.. given.Shifts, Shift] };
    }
}
