using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Edge.Sharing;

/// <summary>What is wrong with the terms under which a call comes.</summary>
[FaultRows]
public static class CallFaults
{
    public static readonly FaultCode PurposeUnknown = new("PURPOSE_UNKNOWN", FaultKind.Invalid, FaultActor.CallerSystem,
        "没有该使用目的", "There is no such purpose",
        "使用 docs/configure.md 所列的使用目的", "Use a purpose that docs/configure.md lists");

    public static readonly FaultCode PurposeMissing = new("PURPOSE_MISSING", FaultKind.Denied, FaultActor.CallerSystem,
        "此操作有多种授权目的，须写明使用目的", "This operation is granted for several purposes, and the call states none",
        "在 gateway-purpose 中写明使用目的", "State the purpose in gateway-purpose");

    public static readonly FaultCode TokenBounded = new("TOKEN_BOUNDED", FaultKind.Denied, FaultActor.CallerSystem,
        "访问令牌取得时已限定操作或使用目的，不含此次调用", "The access token was asked for other operations or purposes only",
        "取一个范围更大的令牌，或不限定", "Fetch a token with wider authorization_details, or without");

    public static readonly FaultCode TermMalformed = new("CALL_TERM_MALFORMED", FaultKind.Invalid, FaultActor.CallerSystem,
        "gateway-purpose 或 gateway-exchange 格式不正确", "gateway-purpose or gateway-exchange is malformed",
        "各写一次，以 UTF-8 百分号编码", "Give each once, as percent-encoded UTF-8");
}
