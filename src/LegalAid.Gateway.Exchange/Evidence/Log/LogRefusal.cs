using LegalAid.Gateway.Exchange.Backup;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>
/// What a witness said against the log is kept in the store: it must not be forgotten because the witness is away at the next start. It
/// speaks of one origin; a log that begins a new one is free of it.
/// </summary>
internal static class LogRefusal
{
    private const string Setting = "log-refusal";

    /// <summary>Why a store from a backup signs nothing where no witness could tell what was signed after it.</summary>
    public static LogTrouble OfRestored(RestoredMark mark) =>
        new(LogFault.Restored, $"restored from backup {mark.BackupId}, taken {Timestamps.Format(mark.TakenAt)}");

    public static ValueTask KeepAsync(ILedgerStore store, string origin, LogTrouble trouble, CancellationToken cancellationToken) =>
        store.PutSettingAsync(Setting, $"{origin}\n{trouble.Fault}\n{trouble.Detail}", cancellationToken);

    /// <summary>What was kept against this origin, or null.</summary>
    public static async ValueTask<LogTrouble?> FindAsync(ILedgerStore store, string origin, CancellationToken cancellationToken)
    {
        var parts = (await store.FindSettingAsync(Setting, cancellationToken))?.Split('\n', 3);
        return parts is [var of, var fault, var detail] && of == origin && Enum.TryParse<LogFault>(fault, out var parsed)
            ? new LogTrouble(parsed, detail)
            : null;
    }
}
