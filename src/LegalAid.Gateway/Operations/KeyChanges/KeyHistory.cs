using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Operations.KeyChanges;

/// <summary>
/// The verb <c>keys history</c>: what happened to the gateway's own keys, from the evidence, beside a running gateway or at rest. Exit 0: told; 2: misuse.
/// It tells what leaves say; whether any is missing or was edited, <c>verify store</c> finds.
/// </summary>
internal static class KeyHistory
{
    private const int PageMax = 2048;


    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(Func<ParseResult, GatewayHostOptions> optionsOf)
    {
        var json = new Option<bool>("--json") { Description = "供程序读取，每行一条 · For machines, one a line." };
        var store = new Option<string?>("--store") { Description = "SQLite 账本；不填则用配置中的 · A SQLite ledger; without it the configured one.", HelpName = "FILE" };
        var command = new Command("history", "密钥的公布、启用与停用，以存证为准 · What happened to the gateway's keys, by the evidence.") { json, store };
        command.SetAction(async (arguments, _) =>
        {
            try
            {
                using var opened = OpenedArchive.Open(arguments.GetValue(store), keyFolder: null, () => optionsOf(arguments));
                Write(opened.Archive, arguments.GetValue(json));
                return 0;
            }
            catch (Exception misuse) when (misuse is MisuseException or StartRefusedException or StoreRefusedException)
            {
                await Console.Error.WriteLineAsync(misuse.Message);
                return CommandLine.Misuse;
            }
        });
        return command;
    }

    private static void Write(ILedgerArchive archive, bool json)
    {
        var table = new TextTable("时间 time", "变更 act", "用途 purpose", "密钥 key", "指纹 thumbprint", "依据 by", "说明 note");
        foreach (var leaf in Leaves(archive))
        {
            if (JsonNode.Parse(leaf.Entry) is not JsonObject entry)
            {
                continue; // no leaf of ours: verify store has a finding for it
            }

            if (json)
            {
                Console.Out.WriteLine(entry.ToJsonString(Readable));
                continue;
            }

            string Text(string name) => entry[name]?.GetValue<string>() ?? "";
            table.Add(
                CivilText.Seconds(leaf.CommittedAt), Text("act"), Text("purpose"), Text("key"), Text("thumbprint"),
                Text("approval") is { Length: > 0 } approval ? approval : Text("operator"), NoteOf(entry, Text("review"), Text("reason")));
        }

        if (!json && !table.IsEmpty)
        {
            table.Write(Console.Out);
        }
        else if (!json)
        {
            Console.Out.WriteLine("没有密钥变更记录 · No change of a key is on record.");
        }
    }

    private static string NoteOf(JsonObject entry, string review, string reason) => string.Join(' ', new[]
    {
        entry["compromised"]?.GetValue<bool>() == true ? "已泄露 compromised" : "",
        entry["withoutApproval"]?.GetValue<bool>() == true ? $"未经批准 without approval, {review}" : "",
        reason,
    }.Where(part => part.Length > 0));

    /// <summary>Those with a place in the log in its order, then those that wait for one.</summary>
    private static IEnumerable<ArchivedLeaf> Leaves(ILedgerArchive archive)
    {
        var after = (Index: long.MinValue, Id: Guid.Empty);
        while (archive.ListLog(after, PageMax) is { Count: > 0 } page)
        {
            after = (page[^1].Index ?? 0, page[^1].Id);
            foreach (var leaf in page.Where(leaf => leaf.Kind == LeafKinds.Key))
            {
                yield return leaf;
            }
        }

        var last = Guid.Empty;
        while (archive.ListUnlogged(last, PageMax) is { Count: > 0 } page)
        {
            last = page[^1].Id;
            foreach (var leaf in page.Where(leaf => leaf.Kind == LeafKinds.Key))
            {
                yield return leaf;
            }
        }
    }
}
