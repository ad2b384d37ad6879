using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Backup;

/// <summary>
/// Writes a backup: the parts of a store's copy, the sealed keys, the manifest, its authenticator; one zip, nothing compressed (it is ciphers), in
/// constant memory. It is written beside its place, synced, renamed, and the folder synced: a process that dies leaves at most <c>FILE.new</c>, which
/// the next one writes over, and never half a backup under the name that was asked for.
/// </summary>
public static class BackupWriter
{
    internal const string StoreFolder = "store/";
    internal const string KeysEntry = "keys.sealed";
    internal const string ManifestEntry = "manifest.json";
    internal const string AuthenticatorEntry = "manifest.mac";

    private const int IdBytes = 16;

    /// <param name="takenAt">An instant before the copy was opened.</param>
    /// <param name="keyRing">Names the ring that <paramref name="keys"/> hold.</param>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    public static async Task<BackupManifest> WriteAsync(
        string file, IStoreCopy copy, string keyRing, ImmutableSortedDictionary<string, byte[]> keys, string passphrase, DateTimeOffset takenAt,
        CancellationToken cancellationToken)
    {
        var beside = file + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // case numbers and agencies stand in it in clear
        }

        try
        {
            BackupManifest manifest;
            var stream = new FileStream(beside, options);
            await using (stream.ConfigureAwait(false))
            {
                var zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken)
                    .ConfigureAwait(false);
                await using (zip.ConfigureAwait(false))
                {
                    manifest = await FillAsync(zip, copy, keyRing, keys, passphrase, takenAt, cancellationToken).ConfigureAwait(false);
                }

                stream.Flush(flushToDisk: true);
            }

            Durably.Rename(beside, file, overwrite: false);
            return manifest;
        }
        finally
        {
            File.Delete(beside); // not there any more once it was renamed
        }
    }

    private static async Task<BackupManifest> FillAsync(
        ZipArchive zip, IStoreCopy copy, string keyRing, ImmutableSortedDictionary<string, byte[]> keys, string passphrase, DateTimeOffset takenAt,
        CancellationToken cancellationToken)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var salt = RandomNumberGenerator.GetBytes(BackupSeal.SaltBytes);
        using var seal = new BackupSeal(passphrase, salt, BackupSeal.Iterations);
        var parts = ImmutableArray.CreateBuilder<BackupPart>();
        foreach (var part in copy.Parts)
        {
            var from = await copy.OpenAsync(part, cancellationToken).ConfigureAwait(false);
            await using (from.ConfigureAwait(false))
            {
                var (bytes, sha256) = await AddAsync(zip, StoreFolder + part.Name, from, cancellationToken).ConfigureAwait(false);
                parts.Add(new BackupPart(StoreFolder + part.Name, part.Columns, bytes, sha256));
            }
        }

        using (var box = new MemoryStream(seal.Seal(id, KeyFiles.Pack(keys))))
        {
            var (bytes, sha256) = await AddAsync(zip, KeysEntry, box, cancellationToken).ConfigureAwait(false);
            parts.Add(new BackupPart(KeysEntry, [], bytes, sha256));
        }

        var head = copy.Head is { } end ? new BackupHead(end.Origin, end.Size, Convert.ToBase64String(end.Root.AsSpan())) : null;
        var manifest = new BackupManifest(
            BackupManifest.KnownFormat, id, takenAt.ToUniversalTime(), copy.Kind, copy.SchemaVersion, keyRing, head,
            new BackupDerivation(Convert.ToBase64String(salt), BackupSeal.Iterations), parts.DrainToImmutable());
        var text = manifest.ToBytes();
        using var told = new MemoryStream(text);
        using var authenticator = new MemoryStream(seal.Authenticate(text));
        _ = await AddAsync(zip, ManifestEntry, told, cancellationToken).ConfigureAwait(false);
        _ = await AddAsync(zip, AuthenticatorEntry, authenticator, cancellationToken).ConfigureAwait(false);
        return manifest;
    }

    private static async Task<(long Bytes, string Sha256)> AddAsync(ZipArchive zip, string name, Stream from, CancellationToken cancellationToken)
    {
        var entry = await zip.CreateEntry(name, CompressionLevel.NoCompression).OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (entry.ConfigureAwait(false))
        {
            return await HashedCopy.RunAsync(from, entry, cancellationToken).ConfigureAwait(false);
        }
    }
}
