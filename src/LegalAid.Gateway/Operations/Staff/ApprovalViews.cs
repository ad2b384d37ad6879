using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.ConsolePages;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Identity.Staff;
using LegalAid.Gateway.Operations.Enrolment;

namespace LegalAid.Gateway.Operations.Staff;

/// <summary>Approvals and what became of a sign-in, in words for people.</summary>
internal static class ApprovalViews
{
    public static ApprovalView Of(ApprovalRow row) => new(
        row.Id.Value, ActOf(row.Act), row.Act == ApprovalActs.Review ? ReviewOf(row.Status) : StatusOf(row.Status), row.Act == ApprovalActs.Review, row.Status == ApprovalStatus.Asked, TargetOf(row), Encoding.UTF8.GetString(row.Order.AsSpan()),
        row.Digest, row.Reason, row.AskedName, row.AskedAt, row.ExpiresAt, row.DecidedName, row.DecidedAt, row.DecisionReason, row.Outcome);

    /// <summary>As it stands now: one that nobody decided in time shows as expired before the worker writes it down.</summary>
    public static ApprovalView Of(ApprovalRow row, DateTimeOffset now) =>
        row.Status == ApprovalStatus.Asked && now >= row.ExpiresAt ? Of(row with { Status = ApprovalStatus.Expired }) : Of(row);

    public static LocalizedText FaultOf(string fault) => fault switch
    {
        "reason" => new("请填写 500 字以内的理由。", "Give a reason of at most 500 characters."),
        "unknown-exchange" => new("没有这个往来编号。", "There is no exchange of this id."),
        "erased-already" => new("该往来的内容已经删除。", "Its content is erased already."),
        "unknown-configuration" => new("没有等待批准的这份配置。", "No such configuration waits for an approval."),
        "active-already" => new("该配置已经生效。", "It is the active configuration already."),
        "unsound" => new("该配置不符合本版本的规则。", "The configuration is not sound by the rules of this build."),
        "unknown-key" => new("没有这把密钥。", "There is no such key."),
        "retired-already" => new("该密钥已停用。", "The key is taken out already."),
        "only-key" => new("没有其他已生效的密钥，先轮换。", "No other key signs yet: rotate first."),
        "tokens-live" => new("此密钥签发的令牌尚未全部到期，请稍后申请。", "Tokens of this key may still be about: ask later."),
        "not-final" => new("该往来尚未办结，不能删除。", "The exchange is not closed: it cannot be erased."),
        _ => Enum.GetValues<InviteFault>().FirstOrDefault(one => InviteFaults.WordOf(one) == fault) is not InviteFault.None and var invite
            ? InviteFaults.TextOf(invite)
            : new("无法申请。", "It cannot be asked for."),
    };

    public static LocalizedText TextOf(DecideOutcome outcome) => outcome switch
    {
        DecideOutcome.Closed => new("该申请已有决定或已过期。", "It was decided already, or has expired."),
        DecideOutcome.SamePerson => new("申请人不能审批自己的申请。", "Whoever asked does not decide."),
        DecideOutcome.OtherDigest => new("页面显示的内容与申请不一致，请重新查看。", "What the page showed is not what was asked for: look at it again."),
        DecideOutcome.Unknown or DecideOutcome.Decided => throw new InvalidOperationException($"{outcome} is answered otherwise"),
        _ => throw new InvalidOperationException($"outcome {outcome}"),
    };

    public static LocalizedText TextOf(SignInOutcome outcome) => outcome switch
    {
        SignInOutcome.NoProvider => new("该机构没有可用于登录网关的身份提供方。", "The agency has no provider whose people run this gateway."),
        SignInOutcome.ProviderUnavailable => new("暂时无法连接身份提供方，请稍后再试。", "The provider cannot be reached now. Try again later."),
        SignInOutcome.UnknownSignIn => new("登录已超时，或不是由本浏览器发起。", "The sign-in took too long, or was not begun in this browser."),
        SignInOutcome.WrongIssuer => new("应答来自另一个身份提供方，已拒绝。", "The answer is of another provider, and was refused."),
        SignInOutcome.ProviderRefused => new("身份提供方未允许登录。", "The provider did not let you in."),
        SignInOutcome.CodeRefused or SignInOutcome.TokenRefused => new("身份提供方的应答不可信，已拒绝。", "The provider's answer cannot be trusted, and was refused."),
        SignInOutcome.NotFresh => new("验证身份的时间过早或强度不足。", "The sign-in is too old, or not strong enough."),
        SignInOutcome.NoRole => new("您在本网关没有角色，请联系本单位管理员。", "You have no role here. Ask your agency's administrator."),
        SignInOutcome.SeveralRoles => new("您同时具有多个角色；操作员、审计员、管理员必须由不同的人担任。", "You have several roles: operator, auditor and administrator must be different people."),
        SignInOutcome.Accepted => throw new InvalidOperationException("an accepted sign-in is no refusal"),
        _ => throw new InvalidOperationException($"outcome {outcome}"),
    };

    private static string TargetOf(ApprovalRow row) =>
        JsonNode.Parse(row.Order.AsSpan()) is { } order ? (order["exchange"] ?? order["terms"]?["clientId"] ?? order["key"] ?? order["done"]?["key"] ?? order["digest"] ?? order["done"]?["digest"])?.GetValue<string>() ?? "" : "";

    private static LocalizedText ActOf(string act) => act switch
    {
        ApprovalActs.Erase => new("提前删除往来内容", "Erase an exchange early"),
        ApprovalActs.Invite => new("登记机构系统", "Let a system enrol"),
        ApprovalActs.Configure => new("启用配置更改", "Activate a changed configuration"),
        ApprovalActs.TakeKey => new("启用新密钥", "Take a new key into use"),
        ApprovalActs.RetireKey => new("停用令牌密钥", "Retire a token key"),
        ApprovalActs.Review => new("事后复核：未经批准的操作", "Review of what was done without an approval"),
        _ => new(act, act), // of a later build
    };

    private static LocalizedText ReviewOf(ApprovalStatus status) => status switch
    {
        ApprovalStatus.Asked => new("待事后复核", "Waits for its review"),
        ApprovalStatus.Approved or ApprovalStatus.Done => new("已复核", "Reviewed"),
        ApprovalStatus.Refused => new("复核有异议", "Objected to"),
        ApprovalStatus.Expired => new("逾期未复核", "Not reviewed in time"),
        _ => StatusOf(status),
    };

    private static LocalizedText StatusOf(ApprovalStatus status) => status switch
    {
        ApprovalStatus.Asked => new("待审批", "Waits for a decision"),
        ApprovalStatus.Approved => new("已批准，待执行", "Approved, being carried out"),
        ApprovalStatus.Refused => new("未批准", "Refused"),
        ApprovalStatus.Expired => new("已过期", "Expired"),
        ApprovalStatus.Done => new("已执行", "Done"),
        ApprovalStatus.Failed => new("未能执行", "Could not be done"),
        _ => throw new InvalidOperationException($"status {status}"),
    };
}
