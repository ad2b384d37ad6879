using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Storage.Sqlite;

namespace LegalAid.Gateway.Operations;

/// <summary>A ledger as its auditor reads it, and what of its gateway is at hand to trust.</summary>
/// <param name="Keys">Its key folder; null: none was given, and what is sealed stays so.</param>
/// <param name="Settings">Its settings; null where a store was named by its file.</param>
internal sealed record OpenedArchive(ILedgerArchive Archive, KeyFolder? Keys, GatewaySettings? Settings) : IDisposable
{
    /// <summary>The SQLite ledger and key folder that were named, or the store and key folder of the configuration.</summary>
    /// <exception cref="StartRefusedException">There is no such key folder, or the configuration is not one.</exception>
    /// <exception cref="Exchange.Storage.StoreRefusedException">There is no such ledger.</exception>
    public static OpenedArchive Open(string? database, string? keyFolder, Func<GatewayHostOptions> optionsOf)
    {
        if (database is not null)
        {
            return new OpenedArchive(SqliteArchive.Open(database), FolderOf(keyFolder), Settings: null);
        }

        var options = optionsOf();
        var settings = HostConfiguration.Read(options).Settings;
        var folder = FolderOf(keyFolder ?? Path.Combine(options.WorkingFolder, settings.KeyFolder));
        return new OpenedArchive(LedgerStores.OpenArchive(options, settings), folder, settings);
    }

    /// <summary>
    /// The keys that were given; for what was not, those of the key folder and the witnesses of gateway.yaml. They are the operator's own: an
    /// auditor from elsewhere gives the published ones.
    /// </summary>
    public PublicKeys Trusted(PublicKeys given) => new(
        given.Receipts ?? (Keys is null ? null : PublishedKeys.OfReceipts(Keys)),
        given.Logs.IsEmpty ? [.. Archive.Origins().SelectMany(origin => KeysOf(origin))] : given.Logs,
        given.Witnesses.IsEmpty && Settings is not null ? [.. HostEvidence.OptionsOf(Settings).Witnesses.Select(witness => witness.Key)] : given.Witnesses);

    public void Dispose() => Archive.Dispose();

    /// <summary>A log key bears the origin as its name; the origins are the store's, which goes on under a new one after a reconciliation.</summary>
    private ImmutableArray<NoteKey> KeysOf(string origin) => Keys is null || !NoteKey.IsName(origin) ? [] : Keys.LoadLogKeys().Of(origin);

    private static KeyFolder? FolderOf(string? path) => path is null ? null : KeyFolder.Open(path, TimeProvider.System);
}
