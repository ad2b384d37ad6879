using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Operations.KeyChanges;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// What the store remembers of the keys it is written under: the ring's id, and each wrapping key from the first start that wrapped by it. A node
/// whose folder lacks one of them does not start: it would serve some exchanges and fail on others.
/// </summary>
internal sealed class RingRecord(ILedgerStore store, IIdSource ids, TimeProvider time)
{
    private const string Ring = "key-ring";
    private const string Wrapping = "wrapping-key/";
    private const string InUse = "in-use";
    private const string Retired = "retired";
    private const string Announced = "announced ";
    private const int PageMax = 1000;

    /// <summary>Whether the store was ever written under a ring.</summary>
    public static async Task<bool> IsThereAsync(ILedgerStore store, CancellationToken cancellationToken) =>
        await store.FindSettingAsync(Ring, cancellationToken) is not null;

    /// <summary>The wrapping keys on record, by name, as the store has them.</summary>
    public static async Task<ImmutableDictionary<string, string>> ReadAsync(ILedgerStore store, CancellationToken cancellationToken) =>
        (await store.ListSettingsAsync(Wrapping, cancellationToken)).ToImmutableDictionary(row => row.Name[Wrapping.Length..], row => row.Value, StringComparer.Ordinal);

    /// <summary>What puts a wrapping key on record that two people agreed on, or that somebody took without: the next start uses it.</summary>
    public static SettingChange Announce(string key, Guid? approval) => new(Wrapping + key, Expected: null, $"{Announced}{approval:D}");

    /// <summary>What became last of a key on record, and by which approval.</summary>
    public static (KeyAct Act, Guid? Approval) Read(string value) => value switch
    {
        InUse => (KeyAct.InUse, null),
        Retired => (KeyAct.Retired, null),
        _ => (KeyAct.Announced, Guid.TryParseExact(value[Announced.Length..], "D", out var approval) ? approval : null),
    };

    /// <summary>Whether the store was written under this ring, whole. Of nodes that start together for the first time the first one's stands.</summary>
    /// <exception cref="StartRefusedException">The store was written under keys that the folder lacks.</exception>
    public async Task CheckAsync(KeyRing ring, CancellationToken cancellationToken)
    {
        var remembered = await store.KeepSettingAsync(Ring, ring.Id, cancellationToken);
        if (remembered != ring.Id)
        {
            throw new StartRefusedException(
                $"密钥与账本不匹配 · The ledger was written under key ring {remembered}, the key folder holds {ring.Id}: restore the folder that belongs to it");
        }

        var lacking = (await ReadAsync(store, cancellationToken)).Where(key => key.Value == InUse && !ring.Holds(key.Key)).Select(key => key.Key).ToHashSet();
        if (lacking.Count > 0)
        {
            await RetireAsync(lacking, cancellationToken);
        }
    }

    /// <summary>
    /// Records that a key of the ring is in use, unless that is on record. Every key that may wrap is recorded and not only the newest: what an earlier
    /// build wrapped by the others is not on record. Died between: the next start records the rest.
    /// </summary>
    public async Task NoteUseAsync(NamedKey key, string? kept, Authority by, CancellationToken cancellationToken)
    {
        if (kept != InUse)
        {
            var approval = kept is null ? null : Read(kept).Approval;
            await NoteAsync(key.Name, kept, InUse, KeyAct.InUse, by with { Approval = approval }, cancellationToken);
        }
    }

    /// <summary>A key that wraps nothing any more may be gone: that is what rewrapping is for.</summary>
    private async Task RetireAsync(HashSet<string> lacking, CancellationToken cancellationToken)
    {
        ExchangeId? after = null;
        while (await store.ListDataKeysAsync(after, PageMax, cancellationToken) is { IsEmpty: false } page)
        {
            if (page.Select(key => KeyRing.WrappedBy(key.DataKey)).FirstOrDefault(lacking.Contains) is { } needed)
            {
                throw new StartRefusedException(
                    $"密钥目录缺少密钥环文件 · The key folder lacks a wrapping key that exchanges need: copy ring/…-{needed}.key from the node that has it, or from a backup");
            }

            after = page[^1].Exchange;
        }

        foreach (var key in lacking)
        {
            await NoteAsync(key, InUse, Retired, KeyAct.Retired, Authority.None, cancellationToken);
        }
    }

    /// <summary>Where another node was faster it has written the same.</summary>
    private async Task NoteAsync(string key, string? kept, string state, KeyAct act, Authority by, CancellationToken cancellationToken) =>
        await store.ChangeSettingsAsync(
            [new(Wrapping + key, kept, state)], KeyLeaf.Of(ids, time.GetUtcNow(), act, new NamedKey(KeyKind.Ring, key, Thumbprint: null), by), cancellationToken);
}
