using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Operations.KeyChanges;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// The keys of access tokens on all nodes, while they run. A key that a node finds in its folder is announced in the store: its public half, and from
/// when on it signs (<see cref="TokenSettings.KeyNotice"/> ahead). Every node looks each second, so that by then each takes its tokens, also one that has
/// not the private half; such a node goes on signing with what it has. A key that is taken out is refused by each within the same second.
/// <para>Announcing a key, taking it into use and taking it out each are one write with a leaf (<see cref="KeyLeaf"/>). A node that dies between the file
/// and the announcement announces at its next look; of several that announce one key, the first's time stands.</para>
/// </summary>
internal sealed class TokenKeyRoll(
    KeyFolder folder, ILedgerStore store, ISigningKeys keys, GatewaySettings settings, IIdSource ids, TimeProvider time, ILogger<TokenKeyRoll> logger) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

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

            Put(await NoteUseAsync(records, cancellationToken));
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
    public async Task<string?> RetireAsync(string kid, bool compromised, KeyAuthority by, CancellationToken cancellationToken)
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

        if (!await ChangeAsync(
            record, record with { Removed = true }, KeyAct.Retired, by, compromised ? new JsonObject { ["compromised"] = true } : null, cancellationToken))
        {
            return "密钥状态同时被改动，请重试 · The key was changed at the same time: try again.";
        }

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
        [.. (await store.ListSettingsAsync(TokenKeyRecord.Prefix, cancellationToken)).Select(row => TokenKeyRecord.Read(row.Value))];

    /// <summary>Without any record nobody has a token yet, and the keys sign at once.</summary>
    private async Task<ImmutableArray<TokenKeyRecord>> AnnounceAsync(ImmutableArray<TokenKeyRecord> records, CancellationToken cancellationToken)
    {
        var from = time.GetUtcNow() + (records.IsEmpty ? TimeSpan.Zero : settings.Tokens.KeyNotice);
        foreach (var (kid, key) in _own.Where(own => records.All(record => record.Kid != own.Key)))
        {
            var record = TokenKeyRecord.Of(kid, key, from);
            if (await ChangeAsync(null, record, KeyAct.Announced, KeyAuthority.None, new JsonObject { ["signsFrom"] = Timestamps.Format(from) }, cancellationToken))
            {
                logger.TokenKeyAnnounced(kid, from);
            }
        }

        return await ReadAsync(cancellationToken);
    }

    /// <summary>Writes down that the newest key whose time has come signs, the first time that a node finds it so.</summary>
    private async Task<ImmutableArray<TokenKeyRecord>> NoteUseAsync(ImmutableArray<TokenKeyRecord> records, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (InForce(records).FirstOrDefault(record => record.SignsFrom <= now) is not { InUse: false } signs)
        {
            return records;
        }

        await ChangeAsync(signs, signs with { InUse = true }, KeyAct.InUse, KeyAuthority.None with { Approval = signs.Approval }, more: null, cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    /// <summary>False where another node changed it meanwhile.</summary>
    private ValueTask<bool> ChangeAsync(
        TokenKeyRecord? before, TokenKeyRecord after, KeyAct act, KeyAuthority by, JsonObject? more, CancellationToken cancellationToken) => store.ChangeSettingsAsync(
            [new(TokenKeyRecord.Prefix + after.Kid, before?.Kept, after.ToJson())],
            KeyLeaf.Of(ids, time.GetUtcNow(), act, after.Named(), by, more), cancellationToken);

    private static ImmutableArray<TokenKeyRecord> InForce(ImmutableArray<TokenKeyRecord> records) =>
        [.. records.Where(record => !record.Removed).OrderByDescending(record => record.SignsFrom).ThenByDescending(record => record.Kid, StringComparer.Ordinal)];

    /// <summary>The newest first: of those that sign already, it signs.</summary>
    private void Put(ImmutableArray<TokenKeyRecord> records)
    {
        var inForce = InForce(records);
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
}
