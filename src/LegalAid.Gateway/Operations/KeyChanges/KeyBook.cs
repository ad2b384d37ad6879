using System.Collections.Immutable;
using System.Text.Json;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Operations.KeyChanges;

/// <summary>
/// What the store remembers of the keys that sign receipts and checkpoints, which a node reads at its start: each that a start finds new, takes into use
/// or no longer finds is written down with its leaf, so that no published key comes or goes unseen. Of token keys, which change while the gateway
/// runs, see <see cref="TokenKeyRoll"/>; of wrapping keys <see cref="RingRecord"/>.
/// <para>Of several nodes that start together one writes; one that dies between two keys has the rest written by the next start.</para>
/// </summary>
internal sealed class KeyBook(ILedgerStore store, IIdSource ids, TimeProvider time)
{
    public const string Prefix = "published-key/";

    /// <summary>Writes down what this node's folder has otherwise than the store remembers.</summary>
    public async Task KeepAsync(KeyFolder folder, CancellationToken cancellationToken)
    {
        var known = await ReadAsync(store, cancellationToken);
        var there = NamesIn(folder);
        foreach (var (key, signs) in there)
        {
            var (kept, record) = known.GetValueOrDefault(key.Name);
            var act = signs ? KeyAct.InUse : KeyAct.Announced;
            if (record is null || record.State == KeyAct.Gone || (signs && record.State == KeyAct.Announced))
            {
                await NoteAsync(kept, new KeyRecord(key, act, time.GetUtcNow(), record?.Approval), KeyAuthority.None with { Approval = record?.Approval }, cancellationToken);
            }
        }

        foreach (var (kept, record) in known.Values.Where(known => known.Record.State != KeyAct.Gone && there.All(key => key.Key.Name != known.Record.Key.Name)))
        {
            await NoteAsync(kept, record with { State = KeyAct.Gone, At = time.GetUtcNow() }, KeyAuthority.None, cancellationToken);
        }
    }

    /// <summary>What is remembered, by the names of keys, each with its text as the store has it.</summary>
    public static async Task<ImmutableDictionary<string, (string Kept, KeyRecord Record)>> ReadAsync(ILedgerStore store, CancellationToken cancellationToken) =>
        (await store.ListSettingsAsync(Prefix, cancellationToken)).ToImmutableDictionary(row => row.Name[Prefix.Length..], row => (row.Value, KeyRecord.Read(row.Value)));

    /// <summary>Where another node was faster it has written the same.</summary>
    private async Task NoteAsync(string? kept, KeyRecord record, KeyAuthority by, CancellationToken cancellationToken) => await store.ChangeSettingsAsync(
        [new(Prefix + record.Key.Name, kept, record.ToJson())], KeyLeaf.Of(ids, record.At, record.State, record.Key, by), cancellationToken);

    /// <summary>The keys of a folder, and whether each signs: the newest receipt key, and every log key.</summary>
    private static ImmutableArray<(NamedKey Key, bool Signs)> NamesIn(KeyFolder folder)
    {
        var receipts = folder.LoadSigningKeys(SigningPurpose.Receipt);
        var keys = ImmutableArray.CreateBuilder<(NamedKey, bool)>();
        foreach (var (kid, key) in receipts)
        {
            using (key)
            {
                keys.Add((new NamedKey(KeyKind.Receipt, kid, AgencyClientKey.From(kid, key).Thumbprint), kid == receipts[^1].Kid));
            }
        }

        keys.AddRange(folder.LogPublicKeys().Select(key => (new NamedKey(KeyKind.Log, key.Name, key.Thumbprint), true)));
        return keys.ToImmutable();
    }
}

/// <summary>A key as the store remembers it.</summary>
/// <param name="State">The last thing that happened to it.</param>
/// <param name="At">When that was.</param>
/// <param name="Approval">What two people agreed on; null where it took nobody's.</param>
internal sealed record KeyRecord(NamedKey Key, KeyAct State, DateTimeOffset At, Guid? Approval)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public static KeyRecord Read(string json) => JsonSerializer.Deserialize<KeyRecord>(json, Options) ?? throw new InvalidDataException("the record of a key is none");

    public string ToJson() => JsonSerializer.Serialize(this, Options);
}
