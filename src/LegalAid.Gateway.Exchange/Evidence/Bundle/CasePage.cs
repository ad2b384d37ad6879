using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Evidence.Verification;

namespace LegalAid.Gateway.Exchange.Evidence.Bundle;

/// <summary>The readable page of a bundle: Chinese first, self-contained, without scripts, fit for print. It proves nothing; the files beside it do.</summary>
internal static class CasePage
{
    private const string Style = """
        body{font:15px/1.6 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}
        h1{font-size:1.5em;border-bottom:2px solid #222}h2{font-size:1.2em;margin-top:2em}h3{font-size:1em;margin-bottom:.2em}
        table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.3em .5em;text-align:left;vertical-align:top}th{background:#f2f2f2}
        small,.en{color:#666}pre{white-space:pre-wrap;word-break:break-word;background:#f7f7f7;padding:.6em;border:1px solid #ddd}
        code{word-break:break-all}.no{color:#a00}.section{break-inside:avoid}
        @media print{body{max-width:none;margin:0;font-size:11pt}a{color:inherit;text-decoration:none}pre{background:none}}
        """;

    private static readonly TimeSpan Civil = TimeSpan.FromHours(8);

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Render(
        CaseSelection selection, IReadOnlyList<BundledMessage> messages, IReadOnlyList<BundledAttachment> attachments, ArchivedCheckpoint? checkpoint, CaseProofs proofs)
    {
        var page = new StringBuilder();
        var title = selection.Exchange.CaseNumber is { Length: > 0 } number ? number : EntryName.Exchange(selection.Exchange.Id);
        page.Append("<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>").Append(Text($"案卷包 {title}"))
            .Append("</title><style>").Append(Style).Append("</style></head><body>\n<h1>案卷包 <span class=\"en\">Case bundle</span> ").Append(Text(title)).Append("</h1>\n");
        Facts(page, selection);
        Timeline(page, selection, proofs);
        page.Append("<h2>往来内容 <span class=\"en\">What was said</span></h2>\n");
        foreach (var message in messages)
        {
            Message(page, message);
        }

        Attachments(page, attachments);
        Log(page, checkpoint);
        return page.Append("</body></html>\n").ToString();
    }

    private static void Facts(StringBuilder page, CaseSelection selection)
    {
        page.Append("<table>");
        Row(page, "业务 <small>Exchange</small>", Code(EntryName.Exchange(selection.Exchange.Id)));
        Row(page, "类型 <small>Type</small>", Code(selection.Exchange.Type));
        Row(page, "状态 <small>State</small>", Text(selection.Exchange.State));
        Row(page, "参与方 <small>Parties</small>", string.Join("<br>", selection.Parties.Select(party => $"{Text(party.Agency)} <small>{Text(party.Role)}</small>")));
        Row(page, "范围 <small>For</small>", selection.Reader is { } reader ? $"{Text(reader)}：仅其发出或收到的内容 <small>what it sent or received</small>" : "全部 <small>everything</small>");
        if (selection.Exchange.DataKey is null)
        {
            Row(page, "内容 <small>Content</small>", "已依保存期限抹除，证明仍然成立 <small>erased after its retention period; the proofs still hold</small>");
        }

        page.Append("</table>\n");
    }

    /// <summary>Who knew what when, and what shows it. A time without a leaf is the gateway's record alone, and says so.</summary>
    private static void Timeline(StringBuilder page, CaseSelection selection, CaseProofs proofs)
    {
        var events = new Dictionary<Guid, string>();
        var lines = new List<(DateTimeOffset At, int Order, string What, string Who, string Shown)>();
        foreach (var (row, leaf, stated) in selection.Messages)
        {
            events[row.Id] = $"{row.Sequence} {row.Event}";
            lines.Add((stated.At, 0, $"提交并入账 <small>committed</small> {Text(events[row.Id])}", Text(stated.Agency ?? "网关 gateway"), Shown(proofs, leaf)));
        }

        foreach (var (row, leaf, stated) in selection.Attachments)
        {
            lines.Add((stated.At, 1, $"附件入账 <small>document</small> {Text(row.Kind)}", Text(row.Sender), Shown(proofs, leaf)));
        }

        foreach (var delivery in selection.Deliveries.Where(delivery => delivery.RelayedAt is not null))
        {
            lines.Add((delivery.RelayedAt.GetValueOrDefault(), 2, $"转送 <small>relayed</small> {Text(events.GetValueOrDefault(delivery.Message, delivery.Event))}", Text(delivery.Recipient), "网关记录 <small>record only</small>"));
        }

        foreach (var (leaf, stated) in selection.Others)
        {
            var about = Guid.TryParse(stated.Message, out var message) ? events.GetValueOrDefault(message, stated.Event) : stated.Event;
            lines.Add((stated.At, 3, $"{Rung(stated)} {Text(about)} <small>{Text(stated.Outcome)}</small>", Text(stated.Agency ?? "网关 gateway"), Shown(proofs, leaf)));
        }

        page.Append("<h2>经过：何人何时知悉何事 <span class=\"en\">Who knew what when</span></h2>\n<table><tr><th>时间（北京）<br><small>civil time</small></th><th>事项 <small>event</small></th><th>机构 <small>agency</small></th><th>证据 <small>evidence</small></th></tr>\n");
        foreach (var (at, _, what, who, shown) in lines.OrderBy(line => line.At).ThenBy(line => line.Order).ThenBy(line => line.What, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Time(at)}</td><td>{what}</td><td>{who}</td><td>{shown}</td></tr>\n");
        }

        page.Append("</table>\n");
    }

    private static void Message(StringBuilder page, BundledMessage message)
    {
        page.Append(CultureInfo.InvariantCulture, $"<div class=\"section\"><h3>{message.Row.Sequence} {Text(message.Row.Event)} <small>{Time(message.Stated.At)} {Text(message.Stated.Agency ?? "网关 gateway")} → {Text(string.Join("、", message.Stated.Recipients))}</small></h3>");
        page.Append(message.Opened is { } opened ? $"<pre>{Text(Pretty(opened.Payload))}</pre>" : "<p>内容已抹除 <small>erased</small></p>");
        if (message.Opened is not null)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p><small>{Link($"{message.Name}.json", "内容 payload")} · {Link($"{message.Name}.receipt.jws", "回执 receipt")} · {Link(message.Evidence.LeafFile, "日志条目 leaf")}{Signed(message)}</small></p>");
        }

        page.Append("</div>\n");
    }

    private static string Signed(BundledMessage message) => message.Stated.SignedBy is { Length: > 0 } kid
        ? $" · {Link($"{message.Name}.signed.txt", "发送方签名 signed by its sender")} {Code(kid)}"
        : "";

    private static void Attachments(StringBuilder page, IReadOnlyList<BundledAttachment> attachments)
    {
        if (attachments.Count == 0)
        {
            return;
        }

        page.Append("<h2>附件 <span class=\"en\">Documents</span></h2>\n<table><tr><th>文件 <small>file</small></th><th>种类 <small>kind</small></th><th>字节 <small>bytes</small></th><th>SHA-256</th></tr>\n");
        foreach (var attachment in attachments)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{(attachment.Names is { } names ? Link(attachment.File, names.FileName) : "已抹除 <small>erased</small>")}</td><td>{Text(attachment.Row.Kind)}</td><td>{attachment.Row.SizeBytes}</td><td>{Code(attachment.Names?.Sha256 ?? "")}</td></tr>\n");
        }

        page.Append("</table>\n");
    }

    private static void Log(StringBuilder page, ArchivedCheckpoint? checkpoint)
    {
        page.Append("<h2>证据日志 <span class=\"en\">Evidence log</span></h2>\n");
        if (checkpoint is null)
        {
            page.Append("<p class=\"no\">尚无检查点：本包不能证明各条目在日志之中。 <small>There is no checkpoint yet: nothing here is proved to be in the log.</small></p>\n");
            return;
        }

        page.Append(CultureInfo.InvariantCulture, $"<p>各条目均可推出下列检查点（{Link(BundleNames.Checkpoint, BundleNames.Checkpoint)}），核验方法见 {Link(BundleNames.Instructions, BundleNames.Instructions)}。<br><small>Every leaf leads to this checkpoint; how to verify is told there.</small></p><table>");
        Row(page, "日志 <small>Origin</small>", Code(checkpoint.Origin));
        Row(page, "条目数 <small>Size</small>", checkpoint.Size.ToString(CultureInfo.InvariantCulture));
        Row(page, "根 <small>Root</small>", Code(Convert.ToBase64String(checkpoint.Root)));
        Row(page, "签署 <small>Signed by</small>", string.Join("<br>", SignedNote.Parse(checkpoint.Note)?.Signatures.Select(signature => Text(signature.Name)) ?? []));
        page.Append("</table>\n");
    }

    private static string Rung(StatedLeaf leaf) => leaf.Kind switch
    {
        LeafKinds.Delivered => "送达 <small>delivered</small>",
        LeafKinds.NotDelivered => "<span class=\"no\">未送达 <small>not delivered</small></span>",
        LeafKinds.Erased => "内容抹除 <small>erased</small>",
        var kind => Text(kind),
    };

    private static string Shown(CaseProofs proofs, ArchivedLeaf leaf) => proofs.Find(leaf.Id) switch
    {
        { ProofFile.Length: > 0 } proven => $"{Link(proven.ProofFile, string.Create(CultureInfo.InvariantCulture, $"日志第 {leaf.Index} 条"))}",
        _ => "<span class=\"no\">尚未入日志 <small>not logged yet</small></span>",
    };

    private static void Row(StringBuilder page, string name, string value) => page.Append(CultureInfo.InvariantCulture, $"<tr><th>{name}</th><td>{value}</td></tr>");

    private static string Time(DateTimeOffset at) => at.ToOffset(Civil).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Link(string file, string text) => $"<a href=\"{Text(string.Join('/', file.Split('/').Select(Uri.EscapeDataString)))}\">{Text(text)}</a>";

    private static string Code(string text) => $"<code>{Text(text)}</code>";

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Pretty(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement, Readable);
    }
}
