using System.Collections.Immutable;

namespace LegalAid.Gateway.Casework.Sharing;

/// <summary>The matrix as a table for people: a line for each row, with how many agencies of the directory it is for. A cell may have several lines.</summary>
public static class SharingTable
{
    public static ImmutableArray<string> Head { get; } = ["授权行 ROW", "机构 WHO", "可做 MAY", "条件 ON THESE TERMS"];

    /// <summary>As many cells as the head has, in the order of the files.</summary>
    public static IEnumerable<ImmutableArray<string>> LinesOf(SharingMatrix matrix) => matrix.Rows.Select(row => (ImmutableArray<string>)
    [
        $"{row.Id}\n({row.Owner})",
        $"{WhoOf(row.Who)}\n({matrix.MembersOf(row).Count})",
        MayOf(row.Objects),
        TermsOf(row),
    ]);

    private static string WhoOf(SharingSubject who)
    {
        var names = who.Agencies.IsEmpty && who.Kinds.IsEmpty ? "everyone" : string.Join(", ", who.Agencies.Select(agency => agency.Value).Concat(who.Kinds));
        return who.Region is null ? names : $"{names} {(who.Subtree ? "within" : "in")} {who.Region}";
    }

    /// <summary>The kind, what there is of it by name, and the steps: <c>take defence-notice.{court, police}: submit, amend</c>.</summary>
    private static string MayOf(ImmutableArray<SharedObject> objects)
    {
        var kind = objects[0].Kind.ToString().ToLowerInvariant();
        var parts = objects.GroupBy(about => about.Name, about => about.Part, StringComparer.Ordinal).ToList();
        var steps = string.Join(", ", parts[0].Where(part => part.Length > 0));
        var names = string.Join("\n", parts.GroupBy(part => Family(part.Key), part => part.Key, StringComparer.Ordinal).Select(Named));
        return steps.Length == 0 ? $"{kind} {names}" : $"{kind} {names}: {steps}";
    }

    private static string Named(IGrouping<string, string> family) =>
        family.ToList() is [var one] ? one : $"{family.Key}{{{string.Join(", ", family.Select(name => name[family.Key.Length..]))}}}";

    /// <summary>What several names have in common: the service of an operation, the type of its variants.</summary>
    private static string Family(string name) => name[..(Math.Max(name.LastIndexOf('/'), name.Contains('/', StringComparison.Ordinal) ? 0 : name.LastIndexOf('.')) + 1)];

    private static string TermsOf(SharingRow row)
    {
        string[] terms =
        [
            $"for {string.Join(", ", row.Purposes)}",
            $"by {row.Basis} ({row.Basis.MarkText})",
            WhenOf(row.When),
            row.Fields.IsEverything ? "" : $"sees {string.Join(", ", row.Fields.Paths)}",
            row.Quota is { } quota ? $"at most {quota.Count} a {quota.PeriodName} by {string.Join(" and ", quota.SubjectNames)}" : "",
            $"from {row.From:yyyy-MM-dd}{(row.Until is { } until ? $" until {until:yyyy-MM-dd}" : "")}",
        ];
        return string.Join('\n', terms.Where(term => term.Length > 0));
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
        return given.Length == 0 ? "" : $"when {given}";
    }
}
