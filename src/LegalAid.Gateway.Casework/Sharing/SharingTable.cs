using System.Collections.Immutable;

namespace LegalAid.Gateway.Casework.Sharing;

/// <summary>The matrix as a table for people: one line for each row, with how many agencies of the directory it is for.</summary>
public static class SharingTable
{
    public static ImmutableArray<string> Head { get; } =
        ["授权行 ROW", "机构 WHO", "数 N", "对象 MAY", "目的 FOR", "依据 BASIS", "条件 WHEN", "字段 FIELDS", "限额 QUOTA", "有效期 VALID", "责任 OWNER"];

    /// <summary>As many cells as the head has, in the order of the files.</summary>
    public static IEnumerable<ImmutableArray<string>> LinesOf(SharingMatrix matrix) => matrix.Rows.Select(row => (ImmutableArray<string>)
    [
        row.Id,
        WhoOf(row.Who),
        $"{matrix.MembersOf(row).Count}",
        MayOf(row.Objects),
        string.Join(", ", row.Purposes),
        $"{row.Basis} ({row.Basis.MarkText})",
        WhenOf(row.When),
        row.Fields.IsEverything ? "*" : string.Join(", ", row.Fields.Paths),
        row.Quota is { } quota ? $"{quota.Count}/{quota.Period.ToString().ToLowerInvariant()}" : "-",
        $"{row.From:yyyy-MM-dd}..{(row.Until is { } until ? $"{until:yyyy-MM-dd}" : "")}",
        row.Owner.Value,
    ]);

    private static string WhoOf(SharingSubject who)
    {
        var names = who.Agencies.IsEmpty && who.Kinds.IsEmpty ? "everyone" : string.Join(", ", who.Agencies.Select(agency => agency.Value).Concat(who.Kinds));
        return who.Region is null ? names : $"{names} {(who.Subtree ? "within" : "in")} {who.Region}";
    }

    /// <summary>The kind, and what there is of it by name: <c>take defence-notice.court: submit, amend</c>.</summary>
    private static string MayOf(ImmutableArray<SharedObject> objects)
    {
        var kind = objects[0].Kind.ToString().ToLowerInvariant();
        var parts = objects.GroupBy(about => about.Name, about => about.Part, StringComparer.Ordinal).ToList();
        var steps = string.Join(", ", parts[0].Where(part => part.Length > 0));
        var names = string.Join(", ", parts.Select(part => part.Key));
        return steps.Length == 0 ? $"{kind} {names}" : $"{kind} {names}: {steps}";
    }

    private static string WhenOf(RowCondition when)
    {
        string[] terms =
        [
            when.Party ? "party" : "",
            when.Roles.IsEmpty ? "" : $"role {string.Join(" | ", when.Roles)}",
            when.States.IsEmpty ? "" : $"state {string.Join(" | ", when.States)}",
            when.OwnRegion ? "own-region" : "",
        ];
        var given = string.Join(", ", terms.Where(term => term.Length > 0));
        return given.Length == 0 ? "-" : given;
    }
}
