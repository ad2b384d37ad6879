using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Operations.KeyChanges;

/// <summary>Kinds of the gateway's own keys (密钥).</summary>
internal enum KeyKind
{
    /// <summary>Signs access tokens.</summary>
    Token,

    /// <summary>Signs receipts and answers.</summary>
    Receipt,

    /// <summary>Signs checkpoints of the evidence log.</summary>
    Log,

    /// <summary>Wraps data keys; nothing of it is published.</summary>
    Ring,
}

/// <summary>What happens to a key.</summary>
internal enum KeyAct
{
    /// <summary>It is known to all nodes, and published where its kind is, before it does anything.</summary>
    Announced,

    /// <summary>It signs or wraps from now on.</summary>
    InUse,

    /// <summary>It is taken out: of token keys nothing it signed is taken any more, by wrapping keys nothing is wrapped.</summary>
    Retired,

    /// <summary>A node started without the file of a receipt or log key that was there.</summary>
    Gone,
}

/// <summary>A key as evidence names it.</summary>
/// <param name="Thumbprint">RFC 7638, SHA-256, base64url; null of a wrapping key, which has no public half.</param>
internal sealed record NamedKey(KeyKind Kind, string Name, string? Thumbprint);

/// <summary>The evidence of a change of the gateway's own keys.</summary>
internal static class KeyLeaf
{
    /// <param name="more">Further facts, such as from when on the key signs.</param>
    public static LeafRow Of(IIdSource ids, DateTimeOffset at, KeyAct act, NamedKey key, Authority by, JsonObject? more = null)
    {
        var facts = more ?? [];
        facts["act"] = WordOf(act);
        facts["purpose"] = WordOf(key.Kind);
        facts["key"] = key.Name;
        if (key.Thumbprint is { } thumbprint)
        {
            facts["thumbprint"] = thumbprint;
        }

        by.PutOn(facts);
        return Leaf.Of(new LeafId(ids.NewId()), LeafKinds.Key, exchange: null, subject: null, agency: null, at, facts);
    }

    public static string WordOf(KeyAct act) => act switch
    {
        KeyAct.Announced => "announced",
        KeyAct.InUse => "in-use",
        KeyAct.Retired => "retired",
        KeyAct.Gone => "gone",
        _ => throw new InvalidOperationException($"act {act}"),
    };

    public static string WordOf(KeyKind kind) => kind switch
    {
        KeyKind.Token => "token",
        KeyKind.Receipt => "receipt",
        KeyKind.Log => "log",
        KeyKind.Ring => "ring",
        _ => throw new InvalidOperationException($"kind {kind}"),
    };

    /// <summary>The kind of a word of <see cref="WordOf(KeyKind)"/>.</summary>
    public static KeyKind KindOf(string word) => Enum.GetValues<KeyKind>().Single(kind => WordOf(kind) == word);
}
