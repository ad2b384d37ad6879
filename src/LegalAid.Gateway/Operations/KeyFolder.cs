using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Operations;

/// <summary>Purposes of the signing keys in a key folder.</summary>
public enum SigningPurpose
{
    /// <summary>Access tokens.</summary>
    Token,

    /// <summary>Receipts.</summary>
    Receipt,
}

/// <summary>
/// The secrets of one gateway, as files that only its user may read:
/// <list type="bullet">
/// <item><c>ring/{id}.key</c>: wrapping keys of data keys, oldest first by name; <c>index.key</c>: the key of the blind indexes</item>
/// <item><c>token-{kid}.pem</c>, <c>receipt-{kid}.pem</c>: EC P-256 signing keys, all published; of tokens see <see cref="TokenKeyRoll"/>, of receipts the last by name signs</item>
/// <item><c>log-{stamp}.key</c>: Ed25519 seeds that sign checkpoints of the evidence log; all sign and all are published</item>
/// <item><c>connectors/{name}.secret</c>, <c>{name}.pem</c>, <c>{name}.ca.pem</c>: how connectors prove who they are, and whom they trust; an operator puts them there</item>
/// <item><c>push/{name}.secret</c>: secrets that pushes are signed with (Standard Webhooks, <c>whsec_…</c>)</item>
/// </list>
/// Each is a <see cref="SecretFile"/>: after a crash it is whole or not there.
/// </summary>
public sealed class KeyFolder
{
    private const string IndexFile = "index.key";
    private const string RingFolder = "ring";
    private const string PushFolder = "push";
    private const string ServiceFolder = "services";
    private const string ConnectorFolder = "connectors";
    private const string LogPrefix = "log-";
    private const string SecretPrefix = "whsec_";

    private readonly string _path;
    private readonly TimeProvider _time;

    private KeyFolder(string path, TimeProvider time) => (_path, _time) = (path, time);

    /// <summary>Whether the folder holds keys already.</summary>
    public static bool Exists(string path) => File.Exists(Path.Combine(path, IndexFile));

    /// <summary>Opens a folder that holds keys, and changes nothing in it.</summary>
    /// <exception cref="StartRefusedException">It holds none.</exception>
    public static KeyFolder Open(string path, TimeProvider time) =>
        Exists(path) ? new KeyFolder(path, time) : throw new StartRefusedException($"没有密钥目录 · There is no key folder {path}");

    /// <summary>Opens a folder; one without keys gets them. Loss of this folder is loss of all content: back it up apart from the store.</summary>
    public static KeyFolder OpenOrCreate(string path, TimeProvider time)
    {
        var folder = new KeyFolder(path, time);
        Durably.CreateFolder(Path.Combine(path, RingFolder));
        Durably.CreateFolder(Path.Combine(path, PushFolder));
        if (folder.Files(RingFolder, "*.key").IsEmpty)
        {
            folder.AddWrappingKey();
        }

        foreach (var purpose in Enum.GetValues<SigningPurpose>().Where(purpose => folder.SigningFiles(purpose).IsEmpty))
        {
            folder.AddSigningKey(purpose);
        }

        if (folder.LogFiles().IsEmpty)
        {
            folder.AddLogKey();
        }

        // The index key is written last: with it the folder counts as whole.
        if (!Exists(path))
        {
            folder.Write(IndexFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyRing.KeyBytes)));
        }

        return folder;
    }

    /// <summary>Every file of the folder by its name in it, for a backup; not the database's password, which belongs to a place and not to a store.</summary>
    public ImmutableSortedDictionary<string, byte[]> ReadFiles() => ReadFiles(_path);

    /// <summary>
    /// Whether files can be put into a folder: it holds none but the database's password, or, of a restore that was interrupted, some of the same.
    /// </summary>
    public static bool Takes(string path, ImmutableSortedDictionary<string, byte[]> files) => !Directory.Exists(path)
        || ReadFiles(path).All(there => files.TryGetValue(there.Key, out var file) && file.AsSpan().SequenceEqual(there.Value));

    /// <summary>
    /// Puts files into a folder that takes them. The index key comes last: with it the folder counts as whole, and a gateway that is started between
    /// finds a ledger without keys and stops.
    /// </summary>
    public static void PutBack(string path, ImmutableSortedDictionary<string, byte[]> files)
    {
        foreach (var (name, content) in files.OrderBy(file => file.Key == IndexFile))
        {
            var file = Path.Combine(path, name);
            Durably.CreateFolder(Path.GetDirectoryName(file)!); // it is in a folder
            if (!File.Exists(file))
            {
                SecretFile.Write(file, content);
            }
        }
    }

    /// <param name="wraps">Of which names keys may wrap; null: all. All unwrap.</param>
    public KeyRing LoadRing(Predicate<string>? wraps = null) => new(WrappingKeys(), ReadKey(Path.Combine(_path, IndexFile)), WrappingKeys, wraps);

    private ImmutableArray<RingKey> WrappingKeys() =>
    [
        .. Files(RingFolder, "*.key").Select(file => new RingKey(
            [.. Convert.FromHexString(Path.GetFileNameWithoutExtension(file).Split('-')[^1])], ReadKey(file))),
    ];

    /// <summary>The keys of a purpose, oldest first.</summary>
    /// <param name="wanted">Of which ids; null: all.</param>
    public ImmutableArray<(string Kid, ECDsa Key)> LoadSigningKeys(SigningPurpose purpose, Predicate<string>? wanted = null) =>
    [
        .. SigningFiles(purpose).Where(file => wanted is null || wanted(Path.GetFileNameWithoutExtension(file))).Select(file =>
        {
            var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(file));
            return (Path.GetFileNameWithoutExtension(file), key);
        }),
    ];

    /// <summary>The keys that sign checkpoints, oldest first.</summary>
    /// <param name="wanted">Of which names; null: all.</param>
    public LogKeys LoadLogKeys(Predicate<string>? wanted = null) =>
        new([.. LogFiles().Where(file => wanted is null || wanted(Path.GetFileNameWithoutExtension(file))).Select(ReadKey)]);

    /// <summary>Names of the keys that sign checkpoints.</summary>
    public ImmutableArray<string> LogKeyNames() => [.. LogFiles().Select(file => Path.GetFileNameWithoutExtension(file))];

    /// <summary>The public halves of the keys that sign checkpoints, under the names of their files, oldest first.</summary>
    public ImmutableArray<NoteKey> LogPublicKeys() =>
        [.. LogFiles().Select(file => new NoteSigner(Path.GetFileNameWithoutExtension(file), NoteAlgorithm.Ed25519, ReadKey(file)).Key)];

    /// <summary>Adds a key that signs checkpoints beside the others from the next start on. Returns its name.</summary>
    public string AddLogKey()
    {
        var name = $"{LogPrefix}{Stamp()}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        Write($"{name}.key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(LogKeys.SeedBytes)));
        return name;
    }

    /// <summary>A push secret (<c>whsec_…</c>), or null where there is none of that name.</summary>
    public string? FindPushSecret(string name)
    {
        var file = Path.Combine(_path, PushFolder, $"{name}.secret");
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

    /// <summary>A published service's credential, the value of its header; null where there is none of that name. An operator puts the file there.</summary>
    public string? FindServiceSecret(string name)
    {
        var file = Path.Combine(_path, ServiceFolder, $"{name}.secret");
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

    /// <summary>A connector's secret; null where there is none of that name. An operator puts the file there.</summary>
    public string? FindConnectorSecret(string name) => FindConnectorText(name, "secret");

    /// <summary>A connector's client certificate with its key, PEM; null where there is none of that name.</summary>
    public string? FindConnectorCertificate(string name) => FindConnectorText(name, "pem");

    /// <summary>The authorities that a connector trusts, PEM; null where there are none of that name.</summary>
    public string? FindConnectorAuthorities(string name) => FindConnectorText(name, "ca.pem");

    private string? FindConnectorText(string name, string ending)
    {
        var file = Path.Combine(_path, ConnectorFolder, $"{name}.{ending}");
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

    /// <summary>Makes a push secret where there is none of that name, and tells it: it is to be given to the agency.</summary>
    public string EnsurePushSecret(string name)
    {
        if (FindPushSecret(name) is { } present)
        {
            return present;
        }

        var secret = SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        Write(Path.Combine(PushFolder, $"{name}.secret"), secret);
        return secret;
    }

    /// <summary>Adds a wrapping key: new exchanges use it, old ones keep theirs. Returns its name.</summary>
    public string AddWrappingKey()
    {
        var name = $"{Stamp()}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        Write(Path.Combine(RingFolder, $"{name}.key"), Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyRing.KeyBytes)));
        return name;
    }

    /// <summary>Adds a signing key: of receipts, it signs from the next start on; of tokens, once all nodes know it. Returns its kid.</summary>
    public string AddSigningKey(SigningPurpose purpose)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var kid = $"{Prefix(purpose)}{Stamp()}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        Write($"{kid}.pem", key.ExportPkcs8PrivateKeyPem());
        return kid;
    }

    private ImmutableArray<string> SigningFiles(SigningPurpose purpose) => Files("", $"{Prefix(purpose)}*.pem");

    private ImmutableArray<string> LogFiles() => Files("", $"{LogPrefix}*.key");

    private ImmutableArray<string> Files(string folder, string pattern) =>
        [.. Directory.GetFiles(Path.Combine(_path, folder), pattern).Order(StringComparer.Ordinal)];

    private static ImmutableSortedDictionary<string, byte[]> ReadFiles(string path) => Directory.GetFiles(path, "*", SearchOption.AllDirectories)
        .Select(file => (Name: Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/'), File: file))
        .Where(file => file.Name != LedgerStores.PasswordFile && !file.Name.EndsWith(SecretFile.Unfinished, StringComparison.Ordinal))
        .ToImmutableSortedDictionary(file => file.Name, file => File.ReadAllBytes(file.File), StringComparer.Ordinal);

    private static string Prefix(SigningPurpose purpose) => purpose switch
    {
        SigningPurpose.Token => "token-",
        SigningPurpose.Receipt => "receipt-",
        _ => throw new InvalidOperationException($"purpose {purpose}"),
    };

    /// <summary>To the tick, as names order keys: one made in the same second as another comes after it all the same.</summary>
    private string Stamp() => _time.GetUtcNow().UtcDateTime.ToString("yyyyMMddHHmmssfffffff", CultureInfo.InvariantCulture);

    private static byte[] ReadKey(string file) => Convert.FromBase64String(File.ReadAllText(file).Trim());

    private void Write(string name, string text) => SecretFile.Write(Path.Combine(_path, name), text);
}
