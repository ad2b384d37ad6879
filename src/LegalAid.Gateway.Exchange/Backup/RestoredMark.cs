using System.Globalization;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Backup;

/// <summary>
/// Says in a store that it came out of a backup, and which. It is written before the store is put in place, so no gateway ever sees a restored store
/// without it; while it stands, the evidence log signs nothing (see <c>LogSequencer</c>).
/// </summary>
/// <param name="BackupId">The backup's id.</param>
public sealed record RestoredMark(string BackupId, DateTimeOffset TakenAt)
{
    public const string Setting = "restored-from";

    /// <summary>The mark that stands in a store, or null.</summary>
    public static async ValueTask<RestoredMark?> FindAsync(ILedgerStore store, CancellationToken cancellationToken) =>
        Parse(await store.FindSettingAsync(Setting, cancellationToken).ConfigureAwait(false));

    /// <summary>Takes the mark away: the log was compared, or an operator has decided.</summary>
    public static ValueTask ClearAsync(ILedgerStore store, CancellationToken cancellationToken) => store.PutSettingAsync(Setting, "", cancellationToken);

    /// <summary>A mark from its text; null where there is none.</summary>
    /// <exception cref="InvalidDataException">It was changed.</exception>
    public static RestoredMark? Parse(string? text) => text switch
    {
        null or "" => null,
        _ when text.Split(' ') is [var id, var taken]
            && DateTimeOffset.TryParseExact(taken, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) => new RestoredMark(id, at),
        _ => throw new InvalidDataException($"the setting {Setting} cannot be read"),
    };

    public override string ToString() => $"{BackupId} {TakenAt.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)}";
}
