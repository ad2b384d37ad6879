using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Operations.KeyChanges;
using LegalAid.Gateway.Operations.Staff;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// The keys of access tokens on all nodes, while they run. A key that a node finds in its folder is announced in the store: its public half, and from
/// when on it signs (<see cref="TokenSettings.KeyNotice"/> ahead). Every node looks each second, so that by then each takes its tokens, also one that has
/// not the private half; such a node goes on signing with what it has. A key that is taken out is refused by each within the same second.
/// <para>Where staff sign in, a new key waits for two people (<see cref="WaitingKey"/>) and is not announced before they agreed on it; a node that has the
/// private half of no announced key announces its newest all the same, loudly, as without any it could let nobody in.</para>
/// <para>Announcing a key, taking it into use and taking it out each are one write with a leaf (<see cref="KeyLeaf"/>). A node that dies between the file
/// and the announcement announces at its next look; of several that announce one key, the first's time stands.</para>
/// </summary>
internal sealed class TokenKeyRoll(
    KeyFolder folder, ILedgerStore store, ISigningKeys keys, ISnapshotSource configuration, ReviewBook reviews, KeyRing ring, GatewaySettings settings, IIdSource ids,
    TimeProvider time, ILogger<TokenKeyRoll> logger) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A token may be shown for so long after its life: clocks differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly HashSet<string> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ECDsa> _own = new(StringComparer.Ordinal);
    private ImmutableArray<(string Kid, bool Own)> _inForce = [];

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

            var records = await ReadAsync(store, cancellationToken);
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
    /// Takes a key out, on every node: unless it is compromised, a key stays as long as a token of its may live, and the only one stays in any case.
    /// </summary>
    public async Task<RetireOutcome> RetireAsync(string kid, bool compromised, Authority by, CancellationToken cancellationToken)
    {
        var (record, outcome) = await FindRetirableAsync(kid, compromised, cancellationToken);
        if (record is null || outcome.Fault != RetireFault.None)
        {
            return outcome;
        }

        var more = compromised ? new JsonObject { ["compromised"] = true } : null;
        if (!await ChangeAsync(record, record with { Removed = true, RemovedBy = by.Approval }, KeyAct.Retired, by, more, cancellationToken))
        {
            return new RetireOutcome(RetireFault.Moved);
        }

        await RefreshAsync(cancellationToken);
        return outcome;
    }

    /// <summary>The key, and whether it can be taken out now.</summary>
    public async Task<(TokenKeyRecord? Key, RetireOutcome Outcome)> FindRetirableAsync(string kid, bool compromised, CancellationToken cancellationToken)
    {
        var records = await ReadAsync(store, cancellationToken);
        if (records.FirstOrDefault(record => record.Kid == kid) is not { } record)
        {
            return (null, new RetireOutcome(RetireFault.UnknownKey));
        }

        if (record.Removed)
        {
            return (record, new RetireOutcome(RetireFault.RetiredAlready));
        }

        var now = time.GetUtcNow();
        var others = records.Where(other => other.Kid != kid && !other.Removed && other.SignsFrom <= now).ToList();
        if (others.Count == 0)
        {
            return (record, new RetireOutcome(RetireFault.OnlyKey));
        }

        var until = others.Max(other => other.SignsFrom) + settings.Tokens.Lifetime + Skew;
        return (record, !compromised && now < until ? new RetireOutcome(RetireFault.TokensLive, until) : new RetireOutcome(RetireFault.None));
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

    public static async Task<ImmutableArray<TokenKeyRecord>> ReadAsync(ILedgerStore store, CancellationToken cancellationToken) =>
        [.. (await store.ListSettingsAsync(TokenKeyRecord.Prefix, cancellationToken)).Select(row => TokenKeyRecord.Read(row.Value))];

    /// <summary>Without any record nobody has a token yet, and the keys sign at once.</summary>
    private async Task<ImmutableArray<TokenKeyRecord>> AnnounceAsync(ImmutableArray<TokenKeyRecord> records, CancellationToken cancellationToken)
    {
        var from = time.GetUtcNow() + (records.IsEmpty ? TimeSpan.Zero : settings.Tokens.KeyNotice);
        var unknown = _own.Where(own => records.All(record => record.Kid != own.Key)).OrderBy(own => own.Key, StringComparer.Ordinal).ToList();
        if (FourEyes.AreDemandedBy(configuration.Current) && !records.IsEmpty)
        {
            var without = records.Any(record => !record.Removed && IsOwn(record)) ? null : unknown[^1].Key;
            foreach (var (kid, key) in unknown.Where(own => own.Key != without))
            {
                await WaitAsync(kid, key, cancellationToken);
            }

            if (without is not null)
            {
                await AnnounceAsync(TokenKeyRecord.Of(without, _own[without], time.GetUtcNow()), await WithoutAsync(without, cancellationToken), cancellationToken);
            }
        }
        else
        {
            foreach (var (kid, key) in unknown)
            {
                await AnnounceAsync(TokenKeyRecord.Of(kid, key, from), Authority.None, cancellationToken);
            }
        }

        return await ReadAsync(store, cancellationToken);
    }

    private async Task AnnounceAsync(TokenKeyRecord record, Authority by, CancellationToken cancellationToken)
    {
        if (await ChangeAsync(null, record, KeyAct.Announced, by, new JsonObject { ["signsFrom"] = Timestamps.Format(record.SignsFrom) }, cancellationToken))
        {
            logger.TokenKeyAnnounced(record.Kid, record.SignsFrom);
        }
    }

    private async Task WaitAsync(string kid, ECDsa key, CancellationToken cancellationToken)
    {
        var record = TokenKeyRecord.Of(kid, key, default);
        if (_waiting.Add(kid) && await new WaitingKey(record.Named(), record.X, record.Y, time.GetUtcNow()).KeepAsync(store, cancellationToken))
        {
            logger.KeyWaits(kid);
        }
    }

    private async Task<Authority> WithoutAsync(string kid, CancellationToken cancellationToken)
    {
        const string Reason = "本节点没有任何已公布密钥的私钥 · the node has the private half of no announced key";
        logger.KeyTakenWithoutApproval(kid);
        var review = await reviews.AddAsync(
            new JsonObject { ["what"] = ApprovalActs.TakeKey, ["key"] = kid }, Reason, FourEyes.OnTheMachine(ring, "start"), cancellationToken);
        return new Authority(Reason: Reason, Review: review.Value);
    }

    /// <summary>Writes down that the newest key whose time has come signs, the first time that a node finds it so.</summary>
    private async Task<ImmutableArray<TokenKeyRecord>> NoteUseAsync(ImmutableArray<TokenKeyRecord> records, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (InForce(records).FirstOrDefault(record => record.SignsFrom <= now) is not { InUse: false } signs)
        {
            return records;
        }

        await ChangeAsync(signs, signs with { InUse = true }, KeyAct.InUse, Authority.None with { Approval = signs.Approval }, more: null, cancellationToken);
        return await ReadAsync(store, cancellationToken);
    }

    /// <summary>False where another node changed it meanwhile.</summary>
    private ValueTask<bool> ChangeAsync(
        TokenKeyRecord? before, TokenKeyRecord after, KeyAct act, Authority by, JsonObject? more, CancellationToken cancellationToken) => store.ChangeSettingsAsync(
            [new(TokenKeyRecord.Prefix + after.Kid, before?.Kept, after.ToJson())],
            KeyLeaf.Of(ids, time.GetUtcNow(), act, after.Named(), by, more), cancellationToken);

    private static ImmutableArray<TokenKeyRecord> InForce(ImmutableArray<TokenKeyRecord> records) =>
        [.. records.Where(record => !record.Removed).OrderByDescending(record => record.SignsFrom).ThenByDescending(record => record.Kid, StringComparer.Ordinal)];

    /// <summary>The newest first: of those that sign already, it signs. A file of another key than was announced by its name is as none.</summary>
    private void Put(ImmutableArray<TokenKeyRecord> records)
    {
        var inForce = InForce(records);
        ImmutableArray<(string Kid, bool Own)> now = [.. inForce.Select(record => (record.Kid, IsOwn(record)))];
        if (now.SequenceEqual(_inForce))
        {
            return;
        }

        foreach (var (kid, _) in now.Where(key => !key.Own && _own.ContainsKey(key.Kid)))
        {
            logger.KeySwapped(kid);
        }

        keys.Replace([.. inForce.Select(record => new SigningKeyEntry(
            record.Kid, IsOwn(record) ? _own[record.Kid] : record.ToKey(), NotBefore: record.SignsFrom, Retired: !IsOwn(record)))]);
        _inForce = now;
    }

    /// <summary>Whether the private half is in this node's folder.</summary>
    private bool IsOwn(TokenKeyRecord record) => _own.TryGetValue(record.Kid, out var key) && TokenKeyRecord.Of(record.Kid, key, default).IsOf(record);

    public override void Dispose()
    {
        base.Dispose();
        _turn.Dispose();
    }
}
