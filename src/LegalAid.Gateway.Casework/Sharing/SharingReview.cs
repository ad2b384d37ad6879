using System.Collections.Frozen;
using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Sharing;

/// <summary>What an operator should know of a matrix that is sound: rows that have ended or will, that nothing uses, that add nothing.</summary>
/// <param name="offered">Facts and services that this gateway can reach; <see cref="ConfigurationSnapshot.Offered"/>.</param>
public sealed class SharingReview(ConfigurationSnapshot snapshot, IReadOnlySet<SharedObject> offered)
{
    /// <summary>How long before its end a row is warned of: time enough for its owner to decide.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromDays(30);

    private readonly SharingMatrix _matrix = snapshot.Sharing;

    /// <summary>By file and line. A row that has ended is warned of as that alone.</summary>
    /// <param name="today">The civil date.</param>
    public ImmutableArray<ConfigurationFault> WarningsOn(DateOnly today) => [.. _matrix.Rows.SelectMany(row => WarningsOf(row, today))];

    private IEnumerable<ConfigurationFault> WarningsOf(SharingRow row, DateOnly today)
    {
        if (row.Until is { } until && until <= today)
        {
            return [Warning(row, SharingFaults.RowExpired, $"{until:yyyy-MM-dd}")];
        }

        var warnings = new List<ConfigurationFault>();
        if (row.Until is { } end && end <= today.AddDays(Notice.Days))
        {
            warnings.Add(Warning(row, SharingFaults.RowExpiring, $"{end:yyyy-MM-dd}"));
        }

        if (!IsUsed(row))
        {
            warnings.Add(Warning(row, SharingFaults.RowUnused));
        }
        else if (_matrix.Rows.FirstOrDefault(other => Shadows(other, row)) is { } wider)
        {
            warnings.Add(Warning(row, SharingFaults.RowShadowed, wider.Id));
        }

        return warnings;
    }

    /// <summary>Whether an agency of the directory could ever be granted something that exists.</summary>
    private bool IsUsed(SharingRow row)
    {
        var members = _matrix.MembersOf(row);
        return members.Count > 0 && row.Objects.Any(about => IsUsed(about, row, members));
    }

    private bool IsUsed(SharedObject about, SharingRow row, FrozenSet<AgencyId> members)
    {
        var type = snapshot.FindType(new ExchangeTypeId(about.Name));
        var step = type?.FindStep(new StepName(about.Part));
        return about.Kind switch
        {
            SharedKind.Call => true,
            SharedKind.Take when step is { IsOpening: true } => !step.IsGateways && members.Any(member => type?.Roles[0].OpenTo.Contains(snapshot.Agencies.Get(member).Kind) == true),
            SharedKind.Take => step is not null && InOne(row, step.By),
            SharedKind.Receive => step is not null && InOne(row, step.DeliverTo),
            SharedKind.View => type is not null && InOne(row, [.. from role in type.Roles where !role.Reads.IsEmpty select role.Name]),
            SharedKind.Clocks => type is { Clocks.IsEmpty: false },
            SharedKind.Fact or SharedKind.Service => offered.Contains(about),
            _ => throw new InvalidOperationException($"kind {about.Kind}"),
        };
    }

    private static bool InOne(SharingRow row, ImmutableArray<RoleName> roles) =>
        !roles.IsEmpty && (row.When.Roles.IsEmpty || row.When.Roles.Any(roles.Contains));

    /// <summary>Whether whatever a row grants is granted by another without it. Of two alike, the later one is shadowed.</summary>
    private bool Shadows(SharingRow wide, SharingRow row) =>
        IsNoNarrower(wide, row) && (!IsNoNarrower(row, wide) || _matrix.Rows.IndexOf(wide) < _matrix.Rows.IndexOf(row));

    private bool IsNoNarrower(SharingRow wide, SharingRow row) =>
        wide.Id != row.Id
        && row.Objects.All(wide.Objects.Contains)
        && _matrix.MembersOf(row).IsSubsetOf(_matrix.MembersOf(wide))
        && row.Purposes.All(wide.Purposes.Contains)
        && (wide.Purposes.Length == 1 || row.Purposes.Length > 1) // the one purpose of a row goes to a call that states none
        && wide.When.IsNoNarrowerThan(row.When)
        && wide.Fields.Covers(row.Fields)
        && (wide.Quota is null || wide.Quota == row.Quota)
        && wide.From <= row.From
        && (wide.Until is null || wide.Until >= row.Until);

    private static ConfigurationFault Warning(SharingRow row, FaultCode code, params string[] arguments) =>
        new(Fault.With(code, "", [row.Id, .. arguments]), row.File, row.Line, Column: 1);
}
