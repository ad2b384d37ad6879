using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// The keys of access tokens on all nodes, while they run. A key that a node finds in its folder is announced in the store: its public half, and from
/// when on it signs (<see cref="TokenSettings.KeyNotice"/> ahead). Every node looks each second, so that by then each takes its tokens, also one that has
/// not the private half; such a node goes on signing with what it has. A key that is taken out is refused by each within the same second.
/// <para>A node that dies between the file and the announcement announces at its next look; of several that announce one key, the first's time stands.</para>
/// </summary>
internal sealed class TokenKeyRoll(
    KeyFolder folder, ILedgerStore store, ISigningKeys keys, GatewaySettings settings, TimeProvider time, ILogger<TokenKeyRoll> logger) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const string Prefix = "token-key/";

    /// <summary>A token may be shown for so long after its life: clocks differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, ECDsa> _own = new(StringComparer.Ordinal);
    private ImmutableArray<TokenKeyRecord> _inForce = [];

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken); // before anything listens
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Looks at the folder and the store. The next token, and the next call, see what is found.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            foreach (var (kid, key) in folder.LoadSigningKeys(SigningPurpose.Token, kid => !_own.ContainsKey(kid)))
            {
                _own.Add(kid, key);
            }

            var records = await ReadAsync(cancellationToken);
            if (_own.Keys.Any(kid => records.All(record => record.Kid != kid)))
            {
                records = await AnnounceAsync(records, cancellationToken);
            }

            Put(records);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Takes a key out, on every node. Null where it is done; else why not: unless it is compromised, a key stays as long as a token of its may live, and
    /// the only one stays in any case.
    /// </summary>
    public async Task<string?> RetireAsync(string kid, bool compromised, CancellationToken cancellationToken)
    {
        var records = await ReadAsync(cancellationToken);
        if (records.FirstOrDefault(record => record.Kid == kid) is not { Removed: false } record)
        {
            return $"没有在用的密钥 {kid} · No key {kid} is in use.";
        }

        var now = time.GetUtcNow();
        var others = records.Where(other => other.Kid != kid && !other.Removed && other.SignsFrom <= now).ToList();
        if (others.Count == 0)
        {
            return "没有其他已生效的密钥，先 keys rotate token · No other key signs yet: keys rotate token first.";
        }

        var until = others.Max(other => other.SignsFrom) + settings.Tokens.Lifetime + Skew;
        if (!compromised && now < until)
        {
            return $"此前签发的令牌可用至 {until:O}，届时再试；密钥已泄露则用 --compromised · Tokens of it may live until {until:O}: try again then, or use --compromised.";
        }

        await store.PutSettingAsync(Prefix + kid, JsonSerializer.Serialize(record with { Removed = true }), cancellationToken);
        await RefreshAsync(cancellationToken);
        return null;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RefreshAsync(stoppingToken);
                }
                catch (Exception away) when (away is StoreUnavailableException or IOException or CryptographicException)
                {
                    // What is known stays. A file that is not whole yet is read at the next look.
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    private async Task<ImmutableArray<TokenKeyRecord>> ReadAsync(CancellationToken cancellationToken) =>
    [
        .. (await store.ListSettingsAsync(Prefix, cancellationToken)).Select(row =>
            JsonSerializer.Deserialize<TokenKeyRecord>(row.Value) ?? throw new InvalidDataException($"the record {row.Name} is none")),
    ];

    /// <summary>Without any record nobody has a token yet, and the keys sign at once.</summary>
    private async Task<ImmutableArray<TokenKeyRecord>> AnnounceAsync(ImmutableArray<TokenKeyRecord> records, CancellationToken cancellationToken)
    {
        var from = time.GetUtcNow() + (records.IsEmpty ? TimeSpan.Zero : settings.Tokens.KeyNotice);
        foreach (var (kid, key) in _own.Where(own => records.All(record => record.Kid != own.Key)))
        {
            var point = key.ExportParameters(includePrivateParameters: false).Q;
            var record = new TokenKeyRecord(kid, point.X ?? [], point.Y ?? [], from, Removed: false);
            await store.KeepSettingAsync(Prefix + kid, JsonSerializer.Serialize(record), cancellationToken);
            logger.TokenKeyAnnounced(kid, from);
        }

        return await ReadAsync(cancellationToken);
    }

    /// <summary>The newest first: of those that sign already, it signs.</summary>
    private void Put(ImmutableArray<TokenKeyRecord> records)
    {
        ImmutableArray<TokenKeyRecord> inForce =
            [.. records.Where(record => !record.Removed).OrderByDescending(record => record.SignsFrom).ThenByDescending(record => record.Kid, StringComparer.Ordinal)];
        if (inForce.Select(record => record.Kid).SequenceEqual(_inForce.Select(record => record.Kid), StringComparer.Ordinal))
        {
            return;
        }

        keys.Replace([.. inForce.Select(record => new SigningKeyEntry(
            record.Kid, _own.GetValueOrDefault(record.Kid) ?? record.ToKey(), NotBefore: record.SignsFrom, Retired: !_own.ContainsKey(record.Kid)))]);
        _inForce = inForce;
    }

    public override void Dispose()
    {
        base.Dispose();
        _turn.Dispose();
    }

    /// <summary>A key as the nodes tell each other of it.</summary>
    private sealed record TokenKeyRecord(string Kid, byte[] X, byte[] Y, DateTimeOffset SignsFrom, bool Removed)
    {
        public ECDsa ToKey() => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = X, Y = Y } });
    }
}
