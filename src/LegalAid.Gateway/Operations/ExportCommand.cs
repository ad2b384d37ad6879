using System.CommandLine;
using System.Security.Cryptography;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Evidence.Bundle;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// The verb <c>export-case</c>. It reads the ledger beside a running gateway or at rest. The bundle is written beside its place, flushed and
/// renamed: a process that dies leaves no half bundle under the name that was asked for.
/// </summary>
internal static class ExportCommand
{
    private const string Court = "court";

    public static Command Create(Func<ParseResult, GatewayHostOptions> optionsOf)
    {
        var exchange = new Argument<string>("exchange") { Description = "业务，exchanges/… · The exchange." };
        var to = new Option<string>("--to") { Description = "写入的文件（zip，不得已存在） · File to write; must not exist.", HelpName = "FILE", Required = true };
        var reader = new Option<string>("--for")
        {
            Description = "court：全部；机构代码：仅其发出或收到的内容 · court: everything; an agency: what it sent or received.", HelpName = "AGENCY|court", Required = true,
        };
        var store = new Option<string>("--store") { Description = "SQLite 账本；不填则用配置中的 · A SQLite ledger; without it the configured one.", HelpName = "FILE" };
        var keyFolder = new Option<string>("--key-folder") { Description = "密钥目录；不填则用配置中的 · Key folder; without it the configured one.", HelpName = "FOLDER" };
        var command = new Command("export-case", "导出案卷包，可交付法院 · Export a case bundle that a judge could be handed.")
        {
            exchange, to, reader, store, keyFolder, VerifyCommand.LogKeys, VerifyCommand.Witnesses,
        };
        command.SetAction(async (arguments, _) =>
        {
            try
            {
                if (!ExchangeId.TryParseResourceName(arguments.GetRequiredValue(exchange), out var id))
                {
                    throw new MisuseException("不是业务名称 · no exchange's name: exchanges/{uuid}");
                }

                using var opened = OpenedArchive.Open(arguments.GetValue(store), arguments.GetValue(keyFolder), () => optionsOf(arguments));
                return Export(id, ReaderOf(arguments.GetRequiredValue(reader)), arguments.GetRequiredValue(to), opened, VerifyCommand.KeysOf(arguments));
            }
            catch (Exception misuse) when (misuse is MisuseException or StartRefusedException or StoreRefusedException)
            {
                await Console.Error.WriteLineAsync(misuse.Message);
                return CommandLine.Misuse;
            }
        });
        return command;
    }

    private static string? ReaderOf(string text) =>
        text == Court ? null
        : AgencyId.TryParse(text, out var agency) ? agency.Value
        : throw new MisuseException($"不是机构代码 · no agency's id: {text}");

    private static int Export(ExchangeId exchange, string? reader, string to, OpenedArchive opened, PublicKeys given)
    {
        var keys = opened.Keys ?? throw new MisuseException("须给密钥目录 · --key-folder is needed");
        var signing = keys.LoadSigningKeys(SigningPurpose.Receipt)[^1];
        using (signing.Key)
        {
            var exporter = new CaseExporter(opened.Archive, keys.LoadRing(), opened.Trusted(given), new ManifestSigner(signing.Kid, signing.Key));
            try
            {
                return Write(exporter, exchange, reader, to);
            }
            catch (Exception damaged) when (damaged is CryptographicException or InvalidDataException)
            {
                Console.Error.WriteLine($"账本有损，请先核验 · The store is damaged; run verify store. {damaged.Message}");
                return 1;
            }
        }
    }

    private static int Write(CaseExporter exporter, ExchangeId exchange, string? reader, string to)
    {
        if (File.Exists(to))
        {
            throw new MisuseException($"文件已存在 · the file exists: {to}");
        }

        var beside = to + ".new";
        CaseSummary? summary;
        try
        {
            using var file = new FileStream(beside, FileMode.Create, FileAccess.ReadWrite);
            summary = exporter.Write(exchange.Value, reader, file);
            file.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }

        if (summary is null)
        {
            File.Delete(beside);
            Console.Error.WriteLine("没有该业务，或该机构不是参与方 · There is no such exchange, or the agency is no party to it.");
            return 1;
        }

        Durably.Rename(beside, to, overwrite: false);
        Console.Out.WriteLine($"{to}: {summary.Messages} 消息 messages, {summary.Attachments} 附件 documents, {summary.Leaves} 条目 leaves");
        if (summary.Pending > 0)
        {
            Console.Out.WriteLine($"其中 {summary.Pending} 条尚未进入日志，待新检查点发布后重新导出 · {summary.Pending} leaves are not logged yet: export again after the next checkpoint.");
        }

        return 0;
    }
}
