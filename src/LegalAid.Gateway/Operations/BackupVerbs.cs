using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Backup;

namespace LegalAid.Gateway.Operations;

/// <summary>The verbs <c>backup</c> and <c>restore</c>. Exit 0: done; 1: refused, or the backup is not whole; 2: misuse.</summary>
internal static class BackupVerbs
{
    /// <summary>Holds the passphrase where no file is named.</summary>
    public const string PassphraseVariable = "LEGALAID_BACKUP_PASSPHRASE";

    private const int PassphraseLettersMin = 12;

    private static readonly Option<string?> PassphraseFile = new("--passphrase-file")
    {
        Description = $"口令文件；不填则用环境变量 {PassphraseVariable} · File that holds the passphrase; without it, the environment variable {PassphraseVariable}.",
        HelpName = "FILE",
    };

    public static Command Backup(Func<ParseResult, GatewayHostOptions> optionsOf)
    {
        var to = new Option<string>("--to") { Description = "写入的文件，不得已存在 · File to write; must not exist.", HelpName = "FILE", Required = true };
        var command = new Command("backup", "备份账本与密钥，网关可照常运行 · Back up ledger and keys, beside a running gateway or at rest.") { to, PassphraseFile };
        command.SetAction((arguments, cancellationToken) => GuardAsync(() =>
            BackUpAsync(optionsOf(arguments), arguments.GetRequiredValue(to), PassphraseOf(arguments), cancellationToken)));
        return command;
    }

    public static Command Restore(Func<ParseResult, GatewayHostOptions> optionsOf)
    {
        var from = new Option<string>("--from") { Description = "备份文件 · The backup.", HelpName = "FILE", Required = true };
        var command = new Command(
            "restore", "把备份恢复到空处；已有的账本与密钥不会被覆盖 · Put a backup back into an empty place; nothing that is there is written over.")
        {
            from, PassphraseFile,
        };
        command.SetAction((arguments, cancellationToken) => GuardAsync(() =>
            RestoreAsync(optionsOf(arguments), arguments.GetRequiredValue(from), PassphraseOf(arguments), cancellationToken)));
        return command;
    }

    /// <summary>
    /// Keys are read before and after the store's snapshot and both go into the backup: one that was added or retired in between may be the one that the
    /// snapshot's rows are under.
    /// </summary>
    private static async Task<int> BackUpAsync(GatewayHostOptions options, string to, string passphrase, CancellationToken cancellationToken)
    {
        if (File.Exists(to))
        {
            throw new MisuseException($"文件已存在 · the file exists: {to}");
        }

        var settings = HostConfiguration.Read(options).Settings;
        var folder = KeyFolder.Open(KeyPath(options, settings), options.Time);
        var takenAt = options.Time.GetUtcNow();
        var keys = folder.ReadFiles();
        BackupManifest manifest;
        await using (var copy = await LedgerStores.CopyAsync(options, settings, to + ".store", cancellationToken))
        {
            keys = keys.SetItems(folder.ReadFiles());
            manifest = await BackupWriter.WriteAsync(to, copy, folder.LoadRing().Id, keys, passphrase, takenAt, cancellationToken);
        }

        Console.Out.WriteLine(
            $"{to}: {Told(manifest)}, {manifest.Parts.Sum(part => part.Bytes).ToString("N0", CultureInfo.InvariantCulture)} 字节 bytes, "
            + $"{keys.Count} 密钥文件 key files");
        Console.Out.WriteLine("口令另行保管；遗失则无法恢复 · Keep the passphrase elsewhere: without it nothing comes back.");
        return 0;
    }

    /// <summary>
    /// The store first, the keys last: a process that dies in between leaves a ledger that no gateway starts on, and the same restore goes on there.
    /// </summary>
    private static async Task<int> RestoreAsync(GatewayHostOptions options, string from, string passphrase, CancellationToken cancellationToken)
    {
        if (!File.Exists(from))
        {
            throw new MisuseException($"没有该文件 · there is no file {from}");
        }

        var settings = HostConfiguration.Read(options).Settings;
        using var backup = await OpenAsync(from, passphrase, cancellationToken);
        var manifest = backup.Manifest;
        var keyPath = KeyPath(options, settings);
        await using var place = LedgerStores.PlaceOf(options, settings);
        Require(place.Kind == manifest.Kind, $"备份属于 {manifest.Kind}，而配置为 {place.Kind} · The backup is of {manifest.Kind}, gateway.yaml names {place.Kind}");
        Require(
            manifest.SchemaVersion <= place.SchemaVersionMax,
            $"备份由较新的版本写成，请用该版本恢复 · The backup was written by a later build (schema {manifest.SchemaVersion}, this one knows {place.SchemaVersionMax}): restore with that");
        Require(KeyFolder.Takes(keyPath, backup.Keys), $"密钥目录非空 · The key folder {keyPath} holds other keys; restore into an empty place");
        var there = await place.LookAsync(manifest.Mark, cancellationToken);
        Require(there != PlaceFinding.Taken, "已有账本，不予覆盖 · There is a ledger already, and it is not written over");

        if (there == PlaceFinding.Empty)
        {
            await place.PutAsync(manifest.SchemaVersion, backup.StoreParts, backup.Open, manifest.Mark, cancellationToken);
        }

        KeyFolder.PutBack(keyPath, backup.Keys);
        Console.Out.WriteLine($"已恢复 · Restored: {Told(manifest)}");
        Console.Out.WriteLine(settings.Evidence.Witnesses.Any()
            ? "全部见证方作答之前，证据日志不签名 · The evidence log signs nothing before all its witnesses have told what they know."
            : "没有见证方：运行 reconcile 之前，证据日志不签名 · No witness is configured: the evidence log signs nothing until you run reconcile.");
        return 0;
    }

    private static async Task<OpenedBackup> OpenAsync(string file, string passphrase, CancellationToken cancellationToken) =>
        await OpenedBackup.OpenAsync(file, passphrase, cancellationToken) switch
        {
            BackupOpening.Opened opened => opened.Backup,
            BackupOpening.Damaged damaged => throw new StartRefusedException($"备份已损坏，未作任何改动 · The backup is damaged; nothing was changed: {damaged.What}"),
            BackupOpening.WrongPassphrase => throw new StartRefusedException("口令不符，或备份被改动 · Another passphrase, or the backup was changed"),
            BackupOpening.UnknownFormat unknown => throw new StartRefusedException($"未知的备份格式 · Format {unknown.Format} is of a later build"),
            var other => throw new InvalidOperationException($"opening {other}"),
        };

    private static string Told(BackupManifest manifest) =>
        $"{manifest.Kind} {manifest.TakenAt:O} {(manifest.Head is { } head ? $"{head.Origin} {head.Size}" : "没有日志 no log")} ({manifest.Id})";

    /// <summary>The first line of the file, or the variable. Never an argument: those stand in the list of processes and in the shell's memory.</summary>
    private static string PassphraseOf(ParseResult arguments)
    {
        var passphrase = arguments.GetValue(PassphraseFile) is { } file
            ? File.Exists(file) ? File.ReadLines(file).FirstOrDefault() : throw new MisuseException($"没有该文件 · there is no file {file}")
            : Environment.GetEnvironmentVariable(PassphraseVariable);
        return passphrase is { Length: >= PassphraseLettersMin }
            ? passphrase
            : throw new MisuseException(
                $"口令至少 {PassphraseLettersMin} 个字符，用 --passphrase-file 或 {PassphraseVariable} 给出 · The passphrase has at least {PassphraseLettersMin} letters and comes by --passphrase-file or {PassphraseVariable}");
    }

    private static string KeyPath(GatewayHostOptions options, GatewaySettings settings) => Path.Combine(options.WorkingFolder, settings.KeyFolder);

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new StartRefusedException(otherwise);
        }
    }

    private static async Task<int> GuardAsync(Func<Task<int>> act)
    {
        try
        {
            return await CommandLine.GuardAsync(act);
        }
        catch (MisuseException misuse)
        {
            await Console.Error.WriteLineAsync(misuse.Message);
            return CommandLine.Misuse;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or InvalidDataException or DbException)
        {
            await Console.Error.WriteLineAsync(failed.Message);
            return 1;
        }
    }
}
