using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.ConsolePages;
using LegalAid.Gateway.ConsolePages.Pages;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Identity.Staff;
using LegalAid.Gateway.Operations.ConfigurationChanges;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Operations.Staff;

/// <summary>The configuration: which is active, what waits for two people, and what of it is otherwise.</summary>
internal sealed partial class ConsoleDesk
{
    private const string AskConfigurationPath = StaffSession.Home + "/new-configuration";
    private const int ProposedMax = 20;

    public async Task<IResult> ConfigurationAsync(HttpContext context)
    {
        var proposed = await archive.ListProposedAsync(context.RequestAborted);
        return Page<ConfigurationPage>(new
        {
            Visitor = VisitorOf(context),
            Active = archive.Current.Digest,
            Proposed = proposed.Take(ProposedMax).Select(one => new ProposedView(one.Digest, one.At, one.Digest == archive.Waiting, PathOfProposed(one.Digest))).ToList(),
        });
    }

    public async Task<IResult> AskConfigurationPageAsync(HttpContext context)
    {
        var digest = context.Request.Query["digest"].ToString();
        if (await ChangeOfAsync(archive.Current.Digest, digest, context.RequestAborted) is not { } change)
        {
            return Unknown(context);
        }

        var member = MemberOf(context);
        return MayAsk(member) && !HasSteppedUp(member) ? Results.Redirect(StartOf(member.Agency, PathOfProposed(digest), stepUp: true))
            : AskConfigurationPage(context, change, "", fault: null);
    }

    public async Task<IResult> AskConfigurationAsync(HttpContext context)
    {
        var digest = await FormAsync(context) is { } form ? form["digest"].ToString() : "";
        var change = await ChangeOfAsync(archive.Current.Digest, digest, context.RequestAborted);
        return await AskAsync(context, StaffSession.Home, form => (ApprovalActs.Configure, digest, form["reason"].ToString(), fault => change is null
            ? Unknown(context)
            : AskConfigurationPage(context, change, form["reason"].ToString(), fault)));
    }

    private IResult AskConfigurationPage(HttpContext context, ChangeView change, string reason, LocalizedText? fault) => Page<AskConfigurationPage>(
        new { Visitor = VisitorOf(context), Change = change, Reason = reason, Fault = fault, MayAsk = MayAsk(MemberOf(context)) },
        fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private static string PathOfProposed(string digest) => $"{AskConfigurationPath}?digest={Uri.EscapeDataString(digest)}";

    /// <summary>What a change of the configuration that is to be decided on would change; null of any other act.</summary>
    private async Task<ChangeView?> ChangeOfAsync(ApprovalRow row, CancellationToken cancellationToken) =>
        JsonNode.Parse(row.Order.AsSpan()) is JsonObject order && (row.Act == ApprovalActs.Configure ? order : order["done"]) is JsonObject change
        && change["digest"]?.GetValue<string>() is { } digest && change["from"]?.GetValue<string>() is { } from
            ? await ChangeOfAsync(from, digest, cancellationToken)
            : null;

    /// <summary>What one has otherwise than the other, with the warnings of <c>check</c>; null where either is not in the archive, or is none.</summary>
    private async Task<ChangeView?> ChangeOfAsync(string from, string digest, CancellationToken cancellationToken)
    {
        if (await archive.FindAsync(from, cancellationToken) is not LoadOutcome.Loaded before || await archive.FindAsync(digest, cancellationToken) is not LoadOutcome.Loaded after)
        {
            return null;
        }

        var change = ConfigurationChange.Between(before.Snapshot, after.Snapshot);
        return new ChangeView(
            from, digest, digest == archive.Waiting || archive.Current.Digest == digest,
            [.. change.Files.Select(file => new FileView(TextOf(file.Kind), file.Path))],
            [.. change.Rows.Select(row => new RowView(TextOf(row.Kind), row.Before, row.After))],
            change.Notices,
            [.. ConfigurationReport.WarningsOf(after, time.GetUtcNow().CivilDate()).Select(warning => warning.ToString())]);
    }

    private static LocalizedText TextOf(ChangeKind kind) => kind switch
    {
        ChangeKind.Added => new("新增", "added"),
        ChangeKind.Removed => new("删除", "removed"),
        ChangeKind.Changed => new("修改", "changed"),
        _ => throw new InvalidOperationException($"change {kind}"),
    };
}
