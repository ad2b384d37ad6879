using System.Text.Json;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Operations.KeyChanges;

/// <summary>
/// A key whose file a node found, and which two people have not agreed on yet: it does nothing. The store has its public half, so that it is known on every
/// node which key is agreed on, also where the file is not.
/// </summary>
/// <param name="X">Of a token key its public point; empty of others.</param>
internal sealed record WaitingKey(NamedKey Key, byte[] X, byte[] Y, DateTimeOffset FoundAt)
{
    public const string Prefix = "key-waiting/";

    public static WaitingKey? Read(string? json) => json is null ? null : JsonSerializer.Deserialize<WaitingKey>(json, KeyRecord.Options);

    public string ToJson() => JsonSerializer.Serialize(this, KeyRecord.Options);

    /// <summary>Notes that it waits. True for the first node that finds it.</summary>
    public async Task<bool> KeepAsync(ILedgerStore store, CancellationToken cancellationToken)
    {
        var text = ToJson();
        return await store.FindSettingAsync(Prefix + Key.Name, cancellationToken) is null
            && await store.KeepSettingAsync(Prefix + Key.Name, text, cancellationToken) == text;
    }
}
