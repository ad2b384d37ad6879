using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Delivery.Files;

/// <summary>
/// Handles one agency's inbox. A file is read only when two looks found it the same: who copies instead of renaming is not read half-way.
/// Then, in this order: do what it asks; put the answer into the outbox; move a settled package out of the outbox; move the file to
/// <c>done</c>. Where the process dies between any two, the file is still in the inbox and is done again: the same request id gives the same
/// answer, an acknowledgement that was recorded is recorded already, and what was moved is moved already. What waits for its quota stays in the inbox, with
/// <c>{name}.waiting.json</c> in the outbox until it is answered, and holds up no other file.
/// </summary>
internal sealed class FileInbox(
    AgencyId agency, FileFolders folders, IFileCommands commands, ReceiptSigner signer, TimeProvider system, FileChannelOptions options,
    ILogger logger)
{
    /// <summary>The <c>typ</c> of an answer.</summary>
    public const string AnswerType = "legalaid-answer+jws";

    /// <summary>Longest name in UTF-8: what is put beside a file is named after it, and a file system takes 255 bytes.</summary>
    private const int NameBytesMax = 200;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, DateTimeOffset> _putOff = new(StringComparer.Ordinal);

    private Dictionary<string, (long Length, DateTime Written)> _seen = new(StringComparer.Ordinal);

    /// <summary>Handles what stands still. Returns the deliveries that were settled.</summary>
    public async Task<IReadOnlyList<DeliveryId>> LookAsync(CancellationToken cancellationToken)
    {
        var settled = new List<DeliveryId>();
        var before = _seen;
        _seen = new Dictionary<string, (long, DateTime)>(StringComparer.Ordinal);
        var handled = 0;
        foreach (var file in new DirectoryInfo(folders.Inbox).EnumerateFileSystemInfos().Where(file => !file.Name.StartsWith('.')).OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            var state = (file is FileInfo { LinkTarget: null } plain ? plain.Length : 0, file.LastWriteTimeUtc);
            if (handled == options.HandledMax || !before.TryGetValue(file.Name, out var known) || known != state || IsPutOff(file.Name))
            {
                _seen[file.Name] = state;
                continue;
            }

            handled++;
            if (await TryHandleAsync(file, cancellationToken) is { } delivery)
            {
                settled.Add(delivery);
            }
        }

        foreach (var gone in _putOff.Keys.Where(name => !_seen.ContainsKey(name) && !before.ContainsKey(name)).ToArray())
        {
            _putOff.Remove(gone);
        }

        return settled;
    }

    private bool IsPutOff(string name) => _putOff.TryGetValue(name, out var until) && until > system.GetUtcNow();

    /// <summary>The file's edge: what fails is tried again after a while, and holds up no other file.</summary>
    private async Task<DeliveryId?> TryHandleAsync(FileSystemInfo file, CancellationToken cancellationToken)
    {
        try
        {
            _putOff.Remove(file.Name);
            return await HandleAsync(file, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (e is not StoreUnavailableException) // the store has said that itself
            {
                Log.FileFailed(logger, e, agency);
            }

            PutOff(file, options.RetryInterval);
            return null;
        }
    }

    /// <summary>Of the folder's files alone, as what was seen of them: one that is gone is forgotten with the next look.</summary>
    private void PutOff(FileSystemInfo file, TimeSpan time) => _putOff[file.Name] = system.GetUtcNow() + time;

    private async Task<DeliveryId?> HandleAsync(FileSystemInfo file, CancellationToken cancellationToken)
    {
        if (file is not FileInfo { LinkTarget: null } plain)
        {
            await RejectAsync(file, [new Fault(FileFaults.NotPlain)], cancellationToken);
            return null;
        }

        if (IsTooLong(file.Name))
        {
            await RejectAsync(file, [Fault.With(FileFaults.NameTooLong, "", $"{NameBytesMax}")], cancellationToken);
            return null;
        }

        if (plain.Length > options.FileBytesMax)
        {
            await RejectAsync(file, [Fault.With(FileFaults.TooLarge, "", $"{options.FileBytesMax}")], cancellationToken);
            return null;
        }

        switch (await commands.RunAsync(agency, await ReadAsync(plain, cancellationToken), cancellationToken))
        {
            case FileOutcome.Unfit unfit:
                await RejectAsync(file, unfit.Faults, cancellationToken);
                return null;
            case FileOutcome.Answered answered:
                await AnswerAsync(file, answered.Answer, cancellationToken);
                return null;
            case FileOutcome.Waits waits:
                await LetWaitAsync(file, waits, cancellationToken);
                return null;
            case FileOutcome.Settled settled:
                var folder = settled.Taken ? folders.Done : folders.Rejected;
                foreach (var package in Directory.GetFiles(folders.Outbox, "*" + FilePackage.EndOf(settled.Delivery)))
                {
                    AtomicFiles.Move(package, folder, Path.GetFileName(package));
                }

                await AnswerAsync(file, settled.Answer, cancellationToken);
                return settled.Delivery;
            case var other:
                throw new InvalidOperationException($"outcome {other}");
        }
    }

    /// <summary>The text, at most the bound of it: a file that grows meanwhile is cut off, and then it is not signed.</summary>
    private async Task<string> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[(int)Math.Min(file.Length, options.FileBytesMax)];
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(bytes, 0, read);
    }

    /// <summary>Looked at again before its time: the quota may have been raised.</summary>
    private async Task LetWaitAsync(FileSystemInfo file, FileOutcome.Waits waits, CancellationToken cancellationToken)
    {
        if (!File.Exists(WaitingName(file)))
        {
            waits.Reasons["file"] = file.Name;
            waits.Reasons["until"] = Timestamps.Format(system.GetUtcNow() + waits.Wait);
            await AtomicFiles.PutAsync(folders.Outbox, Path.GetFileName(WaitingName(file)), waits.Reasons.ToJsonString(Readable), cancellationToken);
            Log.FileWaits(logger, agency, waits.Wait);
        }

        PutOff(file, waits.Wait < options.RetryInterval ? waits.Wait : options.RetryInterval);
    }

    private string WaitingName(FileSystemInfo file) => Path.Combine(folders.Outbox, $"{file.Name}.waiting.json");

    private async Task AnswerAsync(FileSystemInfo file, JsonObject answer, CancellationToken cancellationToken)
    {
        answer["file"] = file.Name;
        await AtomicFiles.PutAsync(folders.Outbox, $"{file.Name}.answer.jws", signer.Sign(answer, AnswerType), cancellationToken);
        File.Delete(WaitingName(file));
        AtomicFiles.Move(file.FullName, folders.Done, file.Name);
        Log.FileHandled(logger, agency);
    }

    private async Task RejectAsync(FileSystemInfo file, IEnumerable<Fault> faults, CancellationToken cancellationToken)
    {
        var (name, reasons) = (RejectedName(file.Name), FileReasons.Of(faults));
        reasons["file"] = file.Name;
        await AtomicFiles.PutAsync(folders.Rejected, $"{name}.reason.json", reasons.ToJsonString(Readable), cancellationToken);
        if (file is DirectoryInfo { LinkTarget: null } directory)
        {
            Directory.Move(directory.FullName, FreeName(name));
        }
        else
        {
            AtomicFiles.Move(file.FullName, folders.Rejected, name); // a link itself is moved, never what it points to
        }

        Log.FileRejected(logger, agency, (string?)reasons["faults"]?[0]?["code"] ?? "");
    }

    /// <summary>Its own name, or one made of it, the same each time, where that leaves no room for the reason's.</summary>
    private static string RejectedName(string name) => IsTooLong(name)
        ? $"long-name-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8))}"
        : name;

    private static bool IsTooLong(string name) => Encoding.UTF8.GetByteCount(name) > NameBytesMax;

    private string FreeName(string name)
    {
        var path = Path.Combine(folders.Rejected, name);
        for (var copy = 2; Path.Exists(path); copy++)
        {
            path = Path.Combine(folders.Rejected, $"{name}.{copy}");
        }

        return path;
    }
}

/// <summary>Faults as a file says them.</summary>
public static class FileReasons
{
    public static JsonObject Of(IEnumerable<Fault> faults) => new()
    {
        ["faults"] = new JsonArray(
        [
            .. faults.Select(fault => (JsonNode)new JsonObject
            {
                ["code"] = fault.Code.Code,
                ["field"] = fault.Field,
                ["zh"] = fault.TextZh,
                ["en"] = fault.TextEn,
                ["remedyZh"] = fault.Code.RemedyZh,
                ["remedyEn"] = fault.Code.RemedyEn,
            }),
        ]),
    };
}
