using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// The active configuration and every one before it. An exchange is pinned to its type's digest; where the active configuration has
/// another definition, the one of that digest is read from the archive. Activation is a ledger event.
/// </summary>
public sealed class ConfigurationArchive(ILedgerStore store, Func<ImmutableArray<ConfigurationFile>, LoadOutcome> load, TimeProvider time, IIdSource ids)
    : ISnapshotSource
{
    private const string TypeSetting = "configuration-of-type:";

    private readonly ConcurrentDictionary<(ExchangeTypeId Id, string Digest), ExchangeType> _pinned = new();
    private volatile ConfigurationSnapshot? _current;

    /// <summary>Raised after another configuration became active.</summary>
    public event EventHandler? Activated;

    public ConfigurationSnapshot Current => _current ?? throw new InvalidOperationException("no configuration is active yet");

    /// <summary>
    /// Archives a snapshot and makes it the active one, then notes where its types are found. Where the process dies in between, the
    /// next start notes them: no exchange was opened under them before this returned. A note once made stays, as what it names is kept.
    /// </summary>
    public async Task ActivateAsync(ConfigurationSnapshot snapshot, CancellationToken cancellationToken)
    {
        var leaf = Leaf.Of(new LeafId(ids.NewId()), LeafKinds.Configuration, exchange: null, subject: null, agency: null, time.GetUtcNow(), new JsonObject
        {
            ["digest"] = snapshot.Digest,
        });
        await store.ActivateConfigurationAsync(snapshot.Digest, JsonSerializer.SerializeToUtf8Bytes(snapshot.Files), leaf, cancellationToken);
        foreach (var setting in snapshot.Types.Values.Select(type => TypeSetting + type.Digest))
        {
            if (await store.FindSettingAsync(setting, cancellationToken) is null)
            {
                await store.PutSettingAsync(setting, snapshot.Digest, cancellationToken);
            }
        }

        _current = snapshot;
        Activated?.Invoke(this, EventArgs.Empty);
    }

    public ValueTask<ExchangeType> PinnedTypeAsync(ExchangeTypeId id, string digest, CancellationToken cancellationToken) =>
        Current.FindType(id) is { } current && current.Digest == digest ? ValueTask.FromResult(current)
        : _pinned.TryGetValue((id, digest), out var pinned) ? ValueTask.FromResult(pinned)
        : FromArchiveAsync(id, digest, cancellationToken);

    private async ValueTask<ExchangeType> FromArchiveAsync(ExchangeTypeId id, string digest, CancellationToken cancellationToken)
    {
        var snapshot = await store.FindSettingAsync(TypeSetting + digest, cancellationToken)
            ?? throw new InvalidDataException($"no archived configuration has {id} with digest {digest}");
        var content = await store.FindConfigurationAsync(snapshot, cancellationToken)
            ?? throw new InvalidDataException($"configuration {snapshot} is not in the archive");
        var files = JsonSerializer.Deserialize<ImmutableArray<ConfigurationFile>>(content);
        if (load(files) is not LoadOutcome.Loaded loaded || loaded.Snapshot.FindType(id) is not { } type || type.Digest != digest)
        {
            throw new InvalidDataException($"configuration {snapshot} no longer gives {id} with digest {digest}");
        }

        return _pinned.GetOrAdd((id, digest), type);
    }
}
