using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Operations.Staff;

namespace LegalAid.Gateway.Operations.KeyChanges;

/// <summary>A key as it stands.</summary>
/// <param name="State">What happened to it last; null: it waits for two people.</param>
/// <param name="At">When that was; of a token key that was announced, when it signs.</param>
internal sealed record KeyLine(NamedKey Key, KeyAct? State, DateTimeOffset? At, Guid? Approval);

/// <summary>
/// Changes the gateway's own keys, by an approval or from the machine. A new key that waits is announced by one write with its leaf; a token key signs
/// after its notice, others from the next start on. From the machine, where it takes two people, only what cannot wait for them is done: a compromised
/// token key is taken out at once, and a new key is taken by whoever says why; both are reviewed afterwards.
/// </summary>
internal sealed class KeyDesk(
    ILedgerStore store, KeyFolder folder, TokenKeyRoll roll, ReviewBook reviews, ISnapshotSource configuration, KeyRing ring, GatewaySettings settings, IIdSource ids,
    TimeProvider time)
{
    private static readonly LocalizedText TakesTwo = new(
        "须双人复核：在 /console/keys 申请，由另一名管理员批准；密钥已泄露则用 --compromised。",
        "It takes two people: ask at /console/keys, and have another administrator approve; a compromised key is taken out with --compromised.");

    /// <summary>All keys that are on record and those that wait, by kind and name. Files that came since the start are found here, and wait.</summary>
    public async Task<ImmutableArray<KeyLine>> ListAsync(CancellationToken cancellationToken)
    {
        await FindNewAsync(cancellationToken);
        var now = time.GetUtcNow();
        var waiting = (await store.ListSettingsAsync(WaitingKey.Prefix, cancellationToken)).Select(row => WaitingKey.Read(row.Value)).OfType<WaitingKey>();
        var tokens = await TokenKeyRoll.ReadAsync(store, cancellationToken);
        var published = await KeyBook.ReadAsync(store, cancellationToken);
        var wrapping = await RingRecord.ReadAsync(store, cancellationToken);
        return
        [
            .. waiting.Select(key => new KeyLine(key.Key, null, key.FoundAt, null))
                .Concat(tokens.Select(key => new KeyLine(
                    key.Named(), key.Removed ? KeyAct.Retired : key.SignsFrom <= now ? KeyAct.InUse : KeyAct.Announced, key.Removed ? null : key.SignsFrom,
                    key.Removed ? key.RemovedBy : key.Approval)))
                .Concat(published.Values.Select(row => new KeyLine(row.Record.Key, row.Record.State, row.Record.At, row.Record.Approval)))
                .Concat(wrapping.Select(key => new KeyLine(
                    new NamedKey(KeyKind.Ring, key.Key, null), RingRecord.Read(key.Value).Act, null, RingRecord.Read(key.Value).Approval)))
                .OrderBy(line => line.Key.Kind).ThenBy(line => line.Key.Name, StringComparer.Ordinal),
        ];
    }

    public async Task<WaitingKey?> FindWaitingAsync(string name, CancellationToken cancellationToken) =>
        WaitingKey.Read(await store.FindSettingAsync(WaitingKey.Prefix + name, cancellationToken));

    /// <summary>Announces a key that waits. Asked again, where the process died before that was noted, it finds it done.</summary>
    public async Task<ActOutcome> TakeAsync(NamedKey key, Authority by, CancellationToken cancellationToken)
    {
        var kept = await store.FindSettingAsync(WaitingKey.Prefix + key.Name, cancellationToken);
        if (WaitingKey.Read(kept) is not { } waiting)
        {
            return (await ListAsync(cancellationToken)).Any(line => line.Key == key && line.State is not null) ? new ActOutcome(Done: true, "announced-already") : new ActOutcome(Done: false, "unknown-key");
        }

        if (waiting.Key != key)
        {
            return new ActOutcome(Done: false, "other-key");
        }

        var (change, more) = RecordOf(waiting, by);
        return await store.ChangeSettingsAsync(
            [change, new(WaitingKey.Prefix + key.Name, kept, Value: null)], KeyLeaf.Of(ids, time.GetUtcNow(), KeyAct.Announced, key, by, more), cancellationToken)
            ? new ActOutcome(Done: true, "announced")
            : new ActOutcome(Done: false, "moved");
    }

    /// <summary>Takes a token key out, from the machine. Null where it is done.</summary>
    public async Task<LocalizedText?> RetireOnMachineAsync(string kid, bool compromised, string by, string reason, CancellationToken cancellationToken)
    {
        var authority = new Authority(Operator: by, Reason: reason.Length > 0 ? reason : null);
        if (FourEyes.AreDemandedBy(configuration.Current))
        {
            if (!compromised)
            {
                return TakesTwo;
            }

            if ((await roll.FindRetirableAsync(kid, compromised, cancellationToken)).Outcome is { Fault: not RetireFault.None } refused)
            {
                return refused.Text; // before there is a review of it
            }

            var review = await ReviewAsync(new JsonObject { ["what"] = ApprovalActs.RetireKey, ["key"] = kid, ["compromised"] = true }, by, reason, cancellationToken);
            authority = authority with { Review = review };
        }

        var outcome = await roll.RetireAsync(kid, compromised, authority, cancellationToken);
        return outcome.Fault == RetireFault.None ? null : outcome.Text;
    }

    /// <summary>Takes a key that waits without waiting for two people. Null where it is done.</summary>
    public async Task<LocalizedText?> TakeOnMachineAsync(string name, string by, string reason, CancellationToken cancellationToken)
    {
        if (await FindWaitingAsync(name, cancellationToken) is not { } waiting)
        {
            return new("没有等待批准的这把密钥。", "No such key waits for an approval.");
        }

        if (string.IsNullOrWhiteSpace(reason))
        {
            return new("须说明事由 --reason。", "Say why: --reason.");
        }

        var review = await ReviewAsync(
            new JsonObject { ["what"] = ApprovalActs.TakeKey, ["key"] = name, ["thumbprint"] = waiting.Key.Thumbprint }, by, reason, cancellationToken);
        var outcome = await TakeAsync(waiting.Key, new Authority(Operator: by, Reason: reason, Review: review), cancellationToken);
        return outcome.Done ? null : new RetireOutcome(RetireFault.Moved).Text;
    }

    /// <summary>Of the kinds that are read at a start: a new file need not wait for one to be agreed on.</summary>
    private async Task FindNewAsync(CancellationToken cancellationToken)
    {
        if (!FourEyes.AreDemandedBy(configuration.Current))
        {
            return;
        }

        var (published, wrapping) = (await KeyBook.ReadAsync(store, cancellationToken), await RingRecord.ReadAsync(store, cancellationToken));
        foreach (var key in KeyBook.NamesIn(folder, folder.LoadRing()).Where(key => !published.ContainsKey(key.Name) && !wrapping.ContainsKey(key.Name)))
        {
            await new WaitingKey(key, [], [], time.GetUtcNow()).KeepAsync(store, cancellationToken);
        }
    }

    private async Task<Guid> ReviewAsync(JsonObject what, string by, string reason, CancellationToken cancellationToken) =>
        (await reviews.AddAsync(what, reason, FourEyes.OnTheMachine(ring, by), cancellationToken)).Value;

    private (SettingChange Change, JsonObject? More) RecordOf(WaitingKey waiting, Authority by)
    {
        var (key, now) = (waiting.Key, time.GetUtcNow());
        switch (key.Kind)
        {
            case KeyKind.Token:
                var from = now + settings.Tokens.KeyNotice;
                var record = new TokenKeyRecord(key.Name, waiting.X, waiting.Y, from, Removed: false, Approval: by.Approval);
                return (new SettingChange(TokenKeyRecord.Prefix + key.Name, Expected: null, record.ToJson()), new JsonObject { ["signsFrom"] = Timestamps.Format(from) });
            case KeyKind.Ring:
                return (RingRecord.Announce(key.Name, by.Approval), null);
            case KeyKind.Receipt or KeyKind.Log:
                return (new SettingChange(KeyBook.Prefix + key.Name, Expected: null, new KeyRecord(key, KeyAct.Announced, now, by.Approval).ToJson()), null);
            default:
                throw new InvalidOperationException($"kind {key.Kind}");
        }
    }
}
