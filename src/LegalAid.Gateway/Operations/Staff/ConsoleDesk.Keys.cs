using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.ConsolePages;
using LegalAid.Gateway.ConsolePages.Pages;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Identity.Staff;
using LegalAid.Gateway.Operations.KeyChanges;

namespace LegalAid.Gateway.Operations.Staff;

/// <summary>The gateway's own keys: all of the staff may look, and who may ask asks here.</summary>
internal sealed partial class ConsoleDesk
{
    private const string AskKeyPath = StaffSession.Home + "/new-key", Take = "take", Retire = "retire";

    public async Task<IResult> KeysAsync(HttpContext context)
    {
        var mayAsk = MayAsk(MemberOf(context));
        var lines = await keys.ListAsync(context.RequestAborted);
        return Page<KeysPage>(new { Visitor = VisitorOf(context), Keys = lines.Select(line => ViewOf(line, mayAsk)).ToList() });
    }

    public Task<IResult> AskKeyPageAsync(HttpContext context)
    {
        var form = new KeyForm(context.Request.Query["act"].ToString(), context.Request.Query["key"].ToString(), "");
        return Task.FromResult(form.Act is Take or Retire
            ? AskPage(context, PathOf(form), () => Page<AskKeyPage>(new { Visitor = VisitorOf(context), Form = form }))
            : Stale(context));
    }

    public Task<IResult> AskKeyAsync(HttpContext context) => AskAsync(context, $"{StaffSession.Home}", form =>
    {
        var typed = new KeyForm(form["act"].ToString(), form["key"].ToString(), form["reason"].ToString());
        return (typed.Act == Retire ? ApprovalActs.RetireKey : ApprovalActs.TakeKey, typed.Key, typed.Reason, fault => Page<AskKeyPage>(
            new { Visitor = VisitorOf(context), Form = typed, Fault = fault }, StatusCodes.Status400BadRequest));
    });

    private static string PathOf(KeyForm form) => $"{AskKeyPath}?act={form.Act}&key={Uri.EscapeDataString(form.Key)}";

    private static KeyView ViewOf(KeyLine line, bool mayAsk)
    {
        var act = line switch
        {
            { State: null } => Take,
            { State: KeyAct.InUse, Key.Kind: KeyKind.Token } => Retire,
            _ => "",
        };
        return new KeyView(
            PurposeOf(line.Key.Kind), line.Key.Name, line.Key.Thumbprint ?? "", StateOf(line.State), line.At, line.Approval,
            mayAsk && act.Length > 0 ? PathOf(new KeyForm(act, line.Key.Name, "")) : null,
            act == Take ? new("申请启用", "Ask to take it") : new("申请停用", "Ask to retire it"));
    }

    private static LocalizedText PurposeOf(KeyKind kind) => kind switch
    {
        KeyKind.Token => new("令牌", "Tokens"),
        KeyKind.Receipt => new("回执", "Receipts"),
        KeyKind.Log => new("证据日志", "Evidence log"),
        KeyKind.Ring => new("数据密钥的包裹", "Wraps data keys"),
        _ => throw new InvalidOperationException($"kind {kind}"),
    };

    private static LocalizedText StateOf(KeyAct? state) => state switch
    {
        null => new("待批准", "Waits for an approval"),
        KeyAct.Announced => new("已公布", "Announced"),
        KeyAct.InUse => new("使用中", "In use"),
        KeyAct.Retired => new("已停用", "Retired"),
        KeyAct.Gone => new("文件已移走", "Its file is gone"),
        _ => throw new InvalidOperationException($"state {state}"),
    };
}
