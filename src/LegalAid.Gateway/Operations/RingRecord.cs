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
    private const int PageMax = 1000;

    /// <summary>Whether the store was ever written under a ring.</summary>
    public static async Task<bool> IsThereAsync(ILedgerStore store, CancellationToken cancellationToken) =>
        await store.FindSettingAsync(Ring, cancellationToken) is not null;

    /// <summary>
    /// Records the ring of this start. Of nodes that start together the first one's stands. Every key of the ring is recorded and not only the
    /// newest: what an earlier build wrapped by the others is not on record. Each has a leaf. Died between: the next start records the rest.
    /// </summary>
    /// <exception cref="StartRefusedException">The store was written under keys that the folder lacks.</exception>
    public async Task KeepAsync(KeyRing ring, CancellationToken cancellationToken)
    {
        var remembered = await store.KeepSettingAsync(Ring, ring.Id, cancellationToken);
        if (remembered != ring.Id)
        {
            throw new StartRefusedException(
                $"密钥与账本不匹配 · The ledger was written under key ring {remembered}, the key folder holds {ring.Id}: restore the folder that belongs to it");
        }

        var known = await store.ListSettingsAsync(Wrapping, cancellationToken);
        var lacking = known.Where(key => key.Value == InUse).Select(key => key.Name[Wrapping.Length..]).Where(key => !ring.Holds(key)).ToHashSet();
        if (lacking.Count > 0)
        {
            await RetireAsync(lacking, cancellationToken);
        }

        foreach (var key in ring.Names.Where(key => !known.Contains((Wrapping + key, InUse))))
        {
            var kept = known.FirstOrDefault(other => other.Name == Wrapping + key).Value;
            await NoteAsync(key, kept, InUse, KeyAct.InUse, cancellationToken);
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
            await NoteAsync(key, InUse, Retired, KeyAct.Retired, cancellationToken);
        }
    }

    /// <summary>Where another node was faster it has written the same.</summary>
    private async Task NoteAsync(string key, string? kept, string state, KeyAct act, CancellationToken cancellationToken) => await store.ChangeSettingsAsync(
        [new(Wrapping + key, kept, state)],
        KeyLeaf.Of(ids, time.GetUtcNow(), act, new NamedKey(KeyKind.Ring, key, Thumbprint: null), KeyAuthority.None), cancellationToken);
}
