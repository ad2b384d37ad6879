using System.Collections.Concurrent;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Eligibility;

namespace LegalAid.Gateway.Operations;

/// <summary>What is pinned to a digest: from the active configuration, else from the archive.</summary>
public sealed partial class ConfigurationArchive
{
    private readonly ConcurrentDictionary<(ExchangeTypeId Id, string Digest), ExchangeType> _pinned = new();
    private readonly ConcurrentDictionary<(string Id, string Digest), Adjudicator> _pinnedPacks = new();

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
}
