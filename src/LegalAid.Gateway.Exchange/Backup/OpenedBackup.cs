using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;

namespace LegalAid.Gateway.Exchange.Backup;

/// <summary>What a file turned out to be.</summary>
public abstract record BackupOpening
{
    private BackupOpening()
    {
    }

    /// <summary>A backup, every byte of which was verified.</summary>
    public sealed record Opened(OpenedBackup Backup) : BackupOpening;

    /// <summary>Not a backup, or not whole; says what differs.</summary>
    public sealed record Damaged(string What) : BackupOpening;

    /// <summary>Whole, and of another passphrase; or somebody made its manifest and digests anew.</summary>
    public sealed record WrongPassphrase : BackupOpening;

    /// <summary>Of a later build.</summary>
    public sealed record UnknownFormat(int Format) : BackupOpening;
}

/// <summary>A verified backup. Its file must not be changed while it is open; it is held open for that.</summary>
public sealed class OpenedBackup : IDisposable
{
    private const int ManifestBytesMax = 1 << 20;

    private readonly ZipArchive _zip;

    private OpenedBackup(ZipArchive zip, BackupManifest manifest, ImmutableSortedDictionary<string, byte[]> keys) =>
        (_zip, Manifest, Keys) = (zip, manifest, keys);

    public BackupManifest Manifest { get; }

    /// <summary>The key folder's files.</summary>
    public ImmutableSortedDictionary<string, byte[]> Keys { get; }

    /// <summary>The parts of the store.</summary>
    public ImmutableArray<StorePart> StoreParts =>
    [
        .. Manifest.Parts.Where(part => part.Name.StartsWith(BackupWriter.StoreFolder, StringComparison.Ordinal))
            .Select(part => new StorePart(part.Name[BackupWriter.StoreFolder.Length..], part.Columns)),
    ];

    /// <summary>
    /// Verifies a file as a whole before anything of it is used: entries and manifest name the same, each has its length and SHA-256, the manifest is
    /// authentic under the passphrase, the keys open.
    /// </summary>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static async Task<BackupOpening> OpenAsync(string file, string passphrase, CancellationToken cancellationToken)
    {
        var stream = new FileStream(file, new FileStreamOptions { Options = FileOptions.Asynchronous, Share = FileShare.Read });
        ZipArchive? zip = null;
        BackupOpening? opening = null;
        try
        {
            zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null, cancellationToken).ConfigureAwait(false);
            opening = await VerifyAsync(zip, passphrase, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            opening = new BackupOpening.Damaged(e.Message); // no zip, or an entry's own headers are broken
        }
        finally
        {
            if (opening is not BackupOpening.Opened)
            {
                zip?.Dispose();
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }

        return opening;
    }

    /// <summary>Opens a part of the store.</summary>
    public Stream Open(StorePart part) => Entry(_zip, BackupWriter.StoreFolder + part.Name).Open();

    public void Dispose() => _zip.Dispose();

    private static async Task<BackupOpening> VerifyAsync(ZipArchive zip, string passphrase, CancellationToken cancellationToken)
    {
        var text = await ReadAsync(zip, BackupWriter.ManifestEntry, ManifestBytesMax, cancellationToken).ConfigureAwait(false);
        if (BackupManifest.Parse(text) is not { } manifest)
        {
            return new BackupOpening.Damaged("the manifest cannot be read");
        }

        if (manifest.Format != BackupManifest.KnownFormat)
        {
            return new BackupOpening.UnknownFormat(manifest.Format);
        }

        if (await DifferenceAsync(zip, manifest, cancellationToken).ConfigureAwait(false) is { } difference)
        {
            return new BackupOpening.Damaged(difference);
        }

        var authenticator = await ReadAsync(zip, BackupWriter.AuthenticatorEntry, HMACSHA256.HashSizeInBytes, cancellationToken).ConfigureAwait(false);
        var salt = new byte[BackupSeal.SaltBytes];
        if (!Convert.TryFromBase64String(manifest.Derivation.Salt, salt, out var saltBytes) || saltBytes != salt.Length
            || manifest.Derivation.Iterations is < 1 or > BackupSeal.IterationsMax)
        {
            return new BackupOpening.Damaged("the manifest's derivation is none");
        }

        using var seal = new BackupSeal(passphrase, salt, manifest.Derivation.Iterations);
        if (!seal.IsAuthentic(text, authenticator))
        {
            return new BackupOpening.WrongPassphrase();
        }

        var box = await ReadAsync(zip, BackupWriter.KeysEntry, KeyFiles.BytesMax, cancellationToken).ConfigureAwait(false);
        return new BackupOpening.Opened(new OpenedBackup(zip, manifest, KeyFiles.Unpack(seal.Open(manifest.Id, box)))); // authentic, so it opens
    }

    /// <summary>The first thing in which the entries are not what the manifest says, or null.</summary>
    private static async Task<string?> DifferenceAsync(ZipArchive zip, BackupManifest manifest, CancellationToken cancellationToken)
    {
        string[] expected = [.. manifest.Parts.Select(part => part.Name), BackupWriter.ManifestEntry, BackupWriter.AuthenticatorEntry];
        if (!zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal)))
        {
            return "the archive has other entries than its manifest";
        }

        foreach (var part in manifest.Parts)
        {
            var entry = await Entry(zip, part.Name).OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (entry.ConfigureAwait(false))
            {
                var (bytes, sha256) = await HashedCopy.RunAsync(entry, Stream.Null, cancellationToken).ConfigureAwait(false);
                if (bytes != part.Bytes || sha256 != part.Sha256)
                {
                    return $"{part.Name} has {bytes} bytes and another digest than was written";
                }
            }
        }

        return null;
    }

    private static async Task<byte[]> ReadAsync(ZipArchive zip, string name, int bytesMax, CancellationToken cancellationToken)
    {
        var entry = Entry(zip, name);
        if (entry.Length > bytesMax)
        {
            throw new InvalidDataException($"{name} is larger than {bytesMax} bytes");
        }

        var stream = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var content = new byte[entry.Length];
            await stream.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
            return content;
        }
    }

    private static ZipArchiveEntry Entry(ZipArchive zip, string name) =>
        zip.GetEntry(name) ?? throw new InvalidDataException($"the archive has no entry {name}");
}
