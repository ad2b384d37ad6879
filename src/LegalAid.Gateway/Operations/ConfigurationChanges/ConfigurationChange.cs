using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Operations.Staff;

namespace LegalAid.Gateway.Operations.ConfigurationChanges;

/// <summary>What happened to a part of a configuration between two.</summary>
internal enum ChangeKind
{
    Added,
    Removed,
    Changed,
}

/// <summary>A file of which the text differs.</summary>
internal sealed record FileChange(ChangeKind Kind, string Path);

/// <summary>A row of the sharing matrix that differs, as <see cref="SharingTable"/> shows it.</summary>
/// <param name="Before">Null: it is new.</param>
/// <param name="After">Null: it is taken away.</param>
internal sealed record RowChange(ChangeKind Kind, ImmutableArray<string>? Before, ImmutableArray<string>? After);

/// <summary>What one configuration has otherwise than another: files, rows of the sharing matrix, and what of it concerns the people who approve. Pure.</summary>
internal sealed record ConfigurationChange(ImmutableArray<FileChange> Files, ImmutableArray<RowChange> Rows, ImmutableArray<LocalizedText> Notices)
{
    public static ConfigurationChange Between(ConfigurationSnapshot before, ConfigurationSnapshot after) =>
        new(FilesOf(before, after), RowsOf(before, after), NoticesOf(before, after));

    private static ImmutableArray<FileChange> FilesOf(ConfigurationSnapshot before, ConfigurationSnapshot after)
    {
        var (old, now) = (before.Files.ToDictionary(file => file.Path, file => file.Text, StringComparer.Ordinal), after.Files.ToDictionary(file => file.Path, file => file.Text, StringComparer.Ordinal));
        return
        [
            .. old.Keys.Union(now.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(path => (Path: path, Old: old.GetValueOrDefault(path), Now: now.GetValueOrDefault(path)))
                .Where(file => file.Old != file.Now)
                .Select(file => new FileChange(KindOf(file.Old, file.Now), file.Path)),
        ];
    }

    /// <summary>A row differs too where it says the same and is for other agencies, as when one was given another kind.</summary>
    private static ImmutableArray<RowChange> RowsOf(ConfigurationSnapshot before, ConfigurationSnapshot after)
    {
        var (old, now) = (RowsOf(before.Sharing), RowsOf(after.Sharing));
        return
        [
            .. old.Keys.Union(now.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(id => (Old: old.GetValueOrDefault(id), Now: now.GetValueOrDefault(id)))
                .Where(row => row.Old?.Whole != row.Now?.Whole)
                .Select(row => new RowChange(KindOf(row.Old, row.Now), row.Old?.Cells, row.Now?.Cells)),
        ];
    }

    private static Dictionary<string, ShownRow> RowsOf(SharingMatrix matrix) => matrix.Rows.Zip(SharingTable.LinesOf(matrix)).ToDictionary(
        row => row.First.Id,
        row => new ShownRow(row.Second, string.Join('\n', [.. row.Second, .. matrix.MembersOf(row.First).Select(agency => agency.Value).Order(StringComparer.Ordinal)])),
        StringComparer.Ordinal);

    private static ChangeKind KindOf(object? old, object? now) => old is null ? ChangeKind.Added : now is null ? ChangeKind.Removed : ChangeKind.Changed;

    private static ImmutableArray<LocalizedText> NoticesOf(ConfigurationSnapshot before, ConfigurationSnapshot after)
    {
        var notices = ImmutableArray.CreateBuilder<LocalizedText>();
        if (FourEyes.AreDemandedBy(before) && !FourEyes.AreDemandedBy(after))
        {
            notices.Add(new("此更改关闭工作人员登录：此后配置和密钥的更改不再须双人复核。", "This ends the sign-in of staff: changes of configuration and keys take two people no more."));
        }
        else if (StaffOf(before) != StaffOf(after))
        {
            notices.Add(new("此更改改变谁能登录、申请和批准。", "This changes who may sign in, ask and approve."));
        }

        if (FourEyes.AreDemandedBy(after) && !RolesOf(after).Contains(StaffRole.Administrator))
        {
            notices.Add(new("此更改后没有管理员：任何申请都无人能批准。", "After this there is no administrator: nobody could approve anything."));
        }

        return notices.ToImmutable();
    }

    private static IEnumerable<StaffRole> RolesOf(ConfigurationSnapshot snapshot) =>
        snapshot.Agencies.All.SelectMany(agency => agency.Issuers).Where(issuer => issuer.Staff is not null).SelectMany(issuer => issuer.Staff?.Roles ?? []).Select(grant => grant.Role);

    /// <summary>All by which somebody is let in, as text.</summary>
    private static string StaffOf(ConfigurationSnapshot snapshot) => string.Join('\n',
        from agency in snapshot.Agencies.All
        from issuer in agency.Issuers
        where issuer.Staff is not null
        orderby agency.Id.Value, issuer.Issuer
        select $"{agency.Id} {issuer.Issuer} {issuer.Staff?.ClientId} {string.Join(',', issuer.Staff?.StepUpAcr ?? [])} {string.Join(',', issuer.Staff?.Roles ?? [])}");

    /// <param name="Whole">With the agencies that it is for.</param>
    private sealed record ShownRow(ImmutableArray<string> Cells, string Whole);
}
