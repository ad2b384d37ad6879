using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Operations.Staff;

namespace LegalAid.Gateway.Operations.KeyChanges;

/// <summary>
/// What the store remembers of the keys that a node reads at its start: those that sign receipts and checkpoints, and those that wrap data keys. Each that
/// a start finds new, takes into use or no longer finds is written down with its leaf, so that no key comes or goes unseen. Of token keys, which change
/// while the gateway runs, see <see cref="TokenKeyRoll"/>.
/// <para>Where staff sign in, a new key waits for two people (<see cref="WaitingKey"/>) and does nothing until the first start after they agreed on it. A
/// folder that has none of the keys that are known gets by with its newest, loudly: a bureau that lost a file must still answer.</para>
/// <para>Of several nodes that start together one writes; one that dies between two keys has the rest written by the next start.</para>
/// </summary>
internal sealed class KeyBook(ILedgerStore store, IIdSource ids, TimeProvider time, ILogger logger)
{
    public const string Prefix = "published-key/";

    /// <summary>Writes down what this node's folder has otherwise than the store remembers.</summary>
    /// <param name="fourEyes">Whether new keys wait for two people.</param>
    /// <returns>The names of the keys that may be used.</returns>
    /// <exception cref="StartRefusedException">There is none of a kind.</exception>
    public async Task<ImmutableHashSet<string>> KeepAsync(KeyFolder folder, KeyRing ring, bool fourEyes, CancellationToken cancellationToken)
    {
        var (known, wrapping) = (await ReadAsync(store, cancellationToken), await RingRecord.ReadAsync(store, cancellationToken));
        var there = NamesIn(folder, ring);
        var used = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var kind in there.GroupBy(key => key.Kind))
        {
            var before = kind.Key == KeyKind.Ring ? [.. wrapping.Keys.Select(name => new NamedKey(KeyKind.Ring, name, null))]
                : known.Values.Select(row => row.Record.Key).Where(key => key.Kind == kind.Key).ToHashSet();
            var allowed = await AllowAsync([.. kind], before, fourEyes, ring, cancellationToken);
            foreach (var key in allowed.Keys)
            {
                used.Add(key.Name);
                await (kind.Key == KeyKind.Ring
                    ? new RingRecord(store, ids, time).NoteUseAsync(key, wrapping.GetValueOrDefault(key.Name), allowed.Of(key), cancellationToken)
                    : NoteAsync(key, signs: kind.Key == KeyKind.Log || key == allowed.Keys[^1], known.GetValueOrDefault(key.Name), allowed.Of(key), cancellationToken));
            }
        }

        foreach (var (kept, record) in known.Values.Where(row => row.Record.State != KeyAct.Gone && there.All(key => key.Name != row.Record.Key.Name)))
        {
            await ChangeAsync(kept, record with { State = KeyAct.Gone, At = time.GetUtcNow() }, Authority.None, cancellationToken);
        }

        return used.ToImmutable();
    }

    /// <summary>What is remembered, by the names of keys, each with its text as the store has it.</summary>
    public static async Task<ImmutableDictionary<string, (string Kept, KeyRecord Record)>> ReadAsync(ILedgerStore store, CancellationToken cancellationToken) =>
        (await store.ListSettingsAsync(Prefix, cancellationToken)).ToImmutableDictionary(row => row.Name[Prefix.Length..], row => (row.Value, KeyRecord.Read(row.Value)));

    /// <summary>Of the keys of one kind those that may be used.</summary>
    /// <param name="there">Oldest first; at least one.</param>
    /// <param name="known">What the store remembers of the kind; nothing before the first start.</param>
    private async Task<AllowedKeys> AllowAsync(
        ImmutableArray<NamedKey> there, HashSet<NamedKey> known, bool fourEyes, KeyRing ring, CancellationToken cancellationToken)
    {
        if (!fourEyes || known.Count == 0)
        {
            return new AllowedKeys(there, null);
        }

        var unknown = there.Where(key => known.All(other => other.Name != key.Name)).ToList();
        ImmutableArray<NamedKey> allowed = [.. there.Where(known.Contains)];
        foreach (var swapped in there.Except(unknown).Except(allowed))
        {
            logger.KeySwapped(swapped.Name);
        }

        Authority? without = null;
        if (allowed.IsEmpty)
        {
            if (unknown.Count == 0)
            {
                throw new StartRefusedException($"密钥文件不是所记录的密钥 · The file of key {there[^1].Name} holds another key than is on record: restore it");
            }

            (allowed, without) = ([unknown[^1]], await WithoutAsync(unknown[^1], ring, cancellationToken));
            unknown.RemoveAt(unknown.Count - 1);
        }

        foreach (var key in unknown)
        {
            if (await new WaitingKey(key, [], [], time.GetUtcNow()).KeepAsync(store, cancellationToken))
            {
                logger.KeyWaits(key.Name);
            }
        }

        return new AllowedKeys(allowed, without);
    }

    private async Task<Authority> WithoutAsync(NamedKey key, KeyRing ring, CancellationToken cancellationToken)
    {
        const string Reason = "密钥目录中没有任何已记录的密钥 · the key folder has none of the keys on record";
        logger.KeyTakenWithoutApproval(key.Name);
        var review = await new ReviewBook(store, ring, ids, time).AddAsync(
            new JsonObject { ["what"] = ApprovalActs.TakeKey, ["key"] = key.Name }, Reason, FourEyes.OnTheMachine(ring, "start"), cancellationToken);
        return new Authority(Reason: Reason, Review: review.Value);
    }

    private async Task NoteAsync(NamedKey key, bool signs, (string? Kept, KeyRecord? Record) known, Authority by, CancellationToken cancellationToken)
    {
        var (kept, record) = known;
        var act = signs ? KeyAct.InUse : KeyAct.Announced;
        if (record is null || record.Key != key || record.State == KeyAct.Gone || (signs && record.State == KeyAct.Announced))
        {
            var approval = record?.Key == key ? record.Approval : null;
            await ChangeAsync(kept, new KeyRecord(key, act, time.GetUtcNow(), approval), by with { Approval = approval }, cancellationToken);
        }
    }

    /// <summary>Where another node was faster it has written the same.</summary>
    private async Task ChangeAsync(string? kept, KeyRecord record, Authority by, CancellationToken cancellationToken) => await store.ChangeSettingsAsync(
        [new(Prefix + record.Key.Name, kept, record.ToJson())], KeyLeaf.Of(ids, record.At, record.State, record.Key, by), cancellationToken);

    /// <summary>The keys of a folder, of each kind oldest first.</summary>
    public static ImmutableArray<NamedKey> NamesIn(KeyFolder folder, KeyRing ring)
    {
        var keys = ImmutableArray.CreateBuilder<NamedKey>();
        foreach (var (kid, key) in folder.LoadSigningKeys(SigningPurpose.Receipt))
        {
            using (key)
            {
                keys.Add(new NamedKey(KeyKind.Receipt, kid, AgencyClientKey.From(kid, key).Thumbprint));
            }
        }

        keys.AddRange(folder.LogPublicKeys().Select(key => new NamedKey(KeyKind.Log, key.Name, key.Thumbprint)));
        keys.AddRange(ring.Names.Select(name => new NamedKey(KeyKind.Ring, name, Thumbprint: null)));
        return keys.ToImmutable();
    }

    /// <param name="Keys">Oldest first; at least one.</param>
    /// <param name="Without">By what the only one is used, where it is without an approval.</param>
    private sealed record AllowedKeys(ImmutableArray<NamedKey> Keys, Authority? Without)
    {
        public Authority Of(NamedKey key) => Without is { } without && key == Keys[^1] ? without : Authority.None;
    }
}
