using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Eligibility;
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
    private const string PackSetting = "configuration-of-pack:";

    private readonly ConcurrentDictionary<(ExchangeTypeId Id, string Digest), ExchangeType> _pinned = new();
    private readonly ConcurrentDictionary<(string Id, string Digest), Adjudicator> _pinnedPacks = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
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
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await ArchiveAsync(snapshot, cancellationToken);
            Become(snapshot);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Goes over to the configuration that another node made the active one; until then this node's writes are refused. False where it is the
    /// current one. Throws <see cref="InvalidDataException"/> where this build cannot load it.
    /// </summary>
    public async Task<bool> FollowAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (await store.ActiveConfigurationAsync(cancellationToken) is not { } digest || digest == Current.Digest)
            {
                return false;
            }

            Become(await LoadArchivedAsync(digest, cancellationToken));
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Become(ConfigurationSnapshot snapshot)
    {
        _current = snapshot;
        Activated?.Invoke(this, EventArgs.Empty);
    }

    private async Task ArchiveAsync(ConfigurationSnapshot snapshot, CancellationToken cancellationToken)
    {
        var leaf = Leaf.Of(new LeafId(ids.NewId()), LeafKinds.Configuration, exchange: null, subject: null, agency: null, time.GetUtcNow(), new JsonObject
        {
            ["digest"] = snapshot.Digest,
        });
        await store.ActivateConfigurationAsync(snapshot.Digest, JsonSerializer.SerializeToUtf8Bytes(snapshot.Files), leaf, cancellationToken);
        var packs = snapshot.Eligibility.Packs.Select(pack => PackSetting + pack.Digest);
        foreach (var setting in snapshot.Types.Values.Select(type => TypeSetting + type.Digest).Concat(packs))
        {
            if (await store.FindSettingAsync(setting, cancellationToken) is null)
            {
                await store.KeepSettingAsync(setting, snapshot.Digest, cancellationToken);
            }
        }
    }

    public ValueTask<ExchangeType> PinnedTypeAsync(ExchangeTypeId id, string digest, CancellationToken cancellationToken) =>
        Current.FindType(id) is { } current && current.Digest == digest ? ValueTask.FromResult(current)
        : _pinned.TryGetValue((id, digest), out var pinned) ? ValueTask.FromResult(pinned)
        : FromArchiveAsync(id, digest, cancellationToken);

    /// <summary>The rule pack of that digest, from the active configuration or the archive: by it an earlier determination is found again.</summary>
    /// <exception cref="InvalidDataException">It is in neither: corrupt state.</exception>
    public async ValueTask<Adjudicator> PinnedPackAsync(string id, string digest, CancellationToken cancellationToken)
    {
        if (Current.Eligibility.Find(id) is { } current && current.Digest == digest)
        {
            return current;
        }

        if (_pinnedPacks.TryGetValue((id, digest), out var pinned))
        {
            return pinned;
        }

        var archived = await store.FindSettingAsync(PackSetting + digest, cancellationToken)
            ?? throw new InvalidDataException($"no archived configuration has the rule pack {id} with digest {digest}");
        var snapshot = await LoadArchivedAsync(archived, cancellationToken);
        return snapshot.Eligibility.Find(id) is { } pack && pack.Digest == digest
            ? _pinnedPacks.GetOrAdd((id, digest), pack)
            : throw new InvalidDataException($"configuration {archived} no longer gives the rule pack {id} with digest {digest}");
    }

    private async ValueTask<ExchangeType> FromArchiveAsync(ExchangeTypeId id, string digest, CancellationToken cancellationToken)
    {
        var archived = await store.FindSettingAsync(TypeSetting + digest, cancellationToken)
            ?? throw new InvalidDataException($"no archived configuration has {id} with digest {digest}");
        var snapshot = await LoadArchivedAsync(archived, cancellationToken);
        return snapshot.FindType(id) is { } type && type.Digest == digest
            ? _pinned.GetOrAdd((id, digest), type)
            : throw new InvalidDataException($"configuration {archived} no longer gives {id} with digest {digest}");
    }

    private async Task<ConfigurationSnapshot> LoadArchivedAsync(string digest, CancellationToken cancellationToken)
    {
        var content = await store.FindConfigurationAsync(digest, cancellationToken)
            ?? throw new InvalidDataException($"configuration {digest} is not in the archive");
        return load(JsonSerializer.Deserialize<ImmutableArray<ConfigurationFile>>(content)) is LoadOutcome.Loaded loaded
            ? loaded.Snapshot
            : throw new InvalidDataException($"configuration {digest} is not sound by the rules of this build");
    }
}
