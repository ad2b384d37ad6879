using System.Collections.Frozen;
using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Sharing;

/// <summary>A row made ready: its agencies looked up, its answers made, so that a question that it fulfils allocates nothing.</summary>
internal sealed class SharingRule(SharingRow row, AgencyDirectory agencies)
{
    private readonly ImmutableArray<SharingDecision.Allowed> _answers =
        [.. row.Purposes.Select(purpose => new SharingDecision.Allowed([row], purpose, row.Fields))];

    public SharingRow Row => row;

    /// <summary>The agencies of the directory that the row is for.</summary>
    public FrozenSet<AgencyId> Members { get; } = agencies.All.Where(row.Who.Includes).Select(agency => agency.Id).ToFrozenSet();

    /// <summary>Everything that the question lacks. All of it is looked at whatever comes first: explain needs it, and it costs the same each time.</summary>
    public Missed Compare(in SharingQuestion question)
    {
        var missed = Members.Contains(question.Caller.Id) ? Missed.None : Missed.Subject;
        missed |= question.Purpose is null ? (row.Purposes.Length == 1 ? Missed.None : Missed.PurposeUnstated)
            : row.Purposes.Contains(question.Purpose) ? Missed.None : Missed.Purpose;
        missed |= question.On < row.From ? Missed.NotYet : Missed.None;
        missed |= row.Until is { } until && question.On >= until ? Missed.Expired : Missed.None;
        return missed | CompareCondition(question);
    }

    /// <summary>The answer to a question that lacks nothing.</summary>
    public SharingDecision.Allowed AnswerTo(Purpose? stated) =>
        stated is null ? _answers[0] : _answers[row.Purposes.IndexOf(stated)];

    private Missed CompareCondition(in SharingQuestion question)
    {
        var (when, missed) = (row.When, Missed.None);
        if (when.NeedsExchange)
        {
            missed |= question.Exchange is { } exchange ? CompareExchange(exchange, question.Caller.Id) : Missed.Party;
        }

        return when.OwnRegion && !IsOwn(question) ? missed | Missed.Place : missed;
    }

    private Missed CompareExchange(in ExchangeAtHand exchange, AgencyId caller)
    {
        var (when, missed) = (row.When, Missed.None);
        missed |= !when.Party || IsParty(exchange, caller) ? Missed.None : Missed.Party;
        missed |= when.Roles.IsEmpty || HoldsRole(exchange, caller) ? Missed.None : Missed.Role;
        return when.States.IsEmpty || when.States.Contains(exchange.State) ? missed : missed | Missed.State;
    }

    private static bool IsParty(in ExchangeAtHand exchange, AgencyId caller)
    {
        foreach (var party in exchange.Parties)
        {
            if (party.Value == caller)
            {
                return true;
            }
        }

        return false;
    }

    private bool HoldsRole(in ExchangeAtHand exchange, AgencyId caller)
    {
        foreach (var role in row.When.Roles)
        {
            if (exchange.Addressed == role || (exchange.Parties.TryGetValue(role.Value, out var holder) && holder == caller))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOwn(in SharingQuestion question)
    {
        if (question.Place is not { } place)
        {
            return false;
        }

        foreach (var served in question.Caller.Serves)
        {
            if (served.Contains(place))
            {
                return true;
            }
        }

        return question.Caller.Serves.IsEmpty && question.Caller.Region.Contains(place);
    }
}
