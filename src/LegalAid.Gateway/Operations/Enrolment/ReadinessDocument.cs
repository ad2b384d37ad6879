using System.Collections.Immutable;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Operations.Enrolment;

/// <summary>What a connected system has and what it lacks, as <c>GET /v1/enrolments:readiness</c> answers it to the system itself.</summary>
/// <param name="Ready">No finding blocks.</param>
/// <param name="EnrolledAt">Null where it stands in the configuration.</param>
/// <param name="Binding">To what its tokens must be bound, and to what the one of this call is.</param>
/// <param name="Signatures"><c>required</c> or <c>accepted</c>.</param>
/// <param name="Certificate">Null where it authenticates by none and showed none.</param>
/// <param name="Operations">What the sharing matrix grants its agency today, and for which purposes; where a token is bounded, what is left of that.</param>
internal sealed record ReadinessDocument(
    bool Ready, DateTimeOffset At, string ClientId, string Agency, DateTimeOffset? EnrolledAt, ReadyBinding Binding, string Signatures,
    ImmutableArray<ReadyKey> Keys, ReadyCertificate? Certificate, ImmutableArray<ReadyOperation> Operations, ReadyDelivery Delivery,
    ImmutableArray<ReadyFinding> Findings);

internal sealed record ReadyBinding(string Demanded, string Shown);

/// <param name="NotAfter">Until when it is good; null: until another takes its place.</param>
internal sealed record ReadyKey(string Kid, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter);

/// <param name="Rule">By which certificates it authenticates: <c>pinned</c>, <c>dns</c> or <c>subject</c>; empty: by none.</param>
/// <param name="NotAfter">When the one of this connection ends; null where it showed none.</param>
internal sealed record ReadyCertificate(string Rule, DateTimeOffset? NotAfter);

internal sealed record ReadyOperation(string Operation, string Zh, string En, ImmutableArray<string> Purposes);

/// <summary>How its agency receives, and what is on its way to it.</summary>
/// <param name="Channel"><c>mailbox</c>, <c>push</c> or <c>file</c>.</param>
/// <param name="OldestWaiting">When the oldest that waits was committed.</param>
/// <param name="Stopped">Messages that a person must let go on: dead letters and parked ones.</param>
/// <param name="SuspendedFor">Why everything is held back; empty: it is not.</param>
/// <param name="PausedUntil">Before when nothing more is tried; null: it is.</param>
internal sealed record ReadyDelivery(
    string Channel, long Waiting, DateTimeOffset? OldestWaiting, long Stopped, string SuspendedFor, DateTimeOffset? PausedUntil);

/// <param name="Blocks">Without a remedy the system cannot do its work; otherwise it is advice.</param>
internal sealed record ReadyFinding(string Code, bool Blocks, string Zh, string En);

/// <summary>What a report finds wrong, or could be better: a pure function of its parts.</summary>
internal static class ReadyFindings
{
    /// <summary>So long before a certificate ends it is time for another.</summary>
    private static readonly TimeSpan CertificateWarning = TimeSpan.FromDays(30);

    /// <summary>Whoever fetches comes more often than that.</summary>
    private static readonly TimeSpan FetchedWithin = TimeSpan.FromDays(1);

    public static ImmutableArray<ReadyFinding> Of(AgencyClient client, ReadinessDocument report, int pushSecretsMissing) =>
    [
        .. If(report.Operations.IsEmpty, "NOTHING_GRANTED", blocks: true,
            "共享授权未授予本机构任何操作：请网关管理员授权", "The sharing matrix grants your agency nothing: ask the gateway's administrator"),
        .. If(client is { Signs: true, Keys.Count: 0 }, "NO_SIGNING_KEY", blocks: true,
            "须对请求签名，而未登记公钥：请网关管理员登记", "Your requests must be signed and no key of yours is enrolled: ask the gateway's administrator"),
        .. If(pushSecretsMissing > 0, "PUSH_SECRET_MISSING", blocks: true,
            "推送签名密钥尚未生成：请网关管理员运行 keys push-secret", "A secret by which pushes are signed is not there yet: the gateway's administrator makes it by keys push-secret"),
        .. If(report.Delivery.SuspendedFor.Length > 0, "DELIVERY_SUSPENDED", blocks: true,
            $"投递已暂停（{report.Delivery.SuspendedFor}）：请网关管理员恢复", $"Delivery to you is suspended ({report.Delivery.SuspendedFor}): ask the gateway's administrator to resume it"),
        .. If(report.Delivery.PausedUntil > report.At, "DELIVERY_PAUSED", blocks: false,
            "接收端未能收下，网关稍后再试：请检查接收端", "Your receiver did not take a message, and the gateway waits before the next: look at your receiver"),
        .. If(report.Delivery.Stopped > 0, "MESSAGES_STOPPED", blocks: false,
            $"有 {report.Delivery.Stopped} 件未能投递：处理后请网关管理员重新投递", $"{report.Delivery.Stopped} messages could not be delivered: when you can take them, ask the gateway's administrator to replay them"),
        .. If(report.Delivery is { Channel: not "push", OldestWaiting: { } oldest } && report.At - oldest > FetchedWithin, "MESSAGES_UNFETCHED", blocks: false,
            "有消息等待一天以上未取：请定时接收", "Messages have waited for more than a day: fetch them regularly"),
        .. If(report.Certificate?.NotAfter is { } ends && ends - report.At < CertificateWarning, "CERTIFICATE_ENDS", blocks: false,
            "证书将在 30 天内到期：请更换", "Your certificate ends within 30 days: have another"),
        .. If(client.Binding == Casework.Directory.BindingDemand.None, "TOKENS_UNBOUND", blocks: false,
            "令牌未与密钥绑定，仅供试用：正式使用请改用 DPoP 或证书", "Tokens are bound to nothing, which is for a trial: bind them by DPoP or a certificate"),
    ];

    private static IEnumerable<ReadyFinding> If(bool found, string code, bool blocks, string zh, string en) =>
        found ? [new ReadyFinding(code, blocks, zh, en)] : [];
}
