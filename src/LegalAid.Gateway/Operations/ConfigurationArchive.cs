using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Operations.Staff;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// The active configuration and every one before it. An exchange is pinned to its type's digest; where the active configuration has
/// another definition, the one of that digest is read from the archive. Activation is a ledger event.
/// <para>Where staff sign in by the active configuration (<see cref="FourEyes"/>), another one is archived as proposed and becomes active once two people
/// agreed on its digest, in the place of the one that they saw; until then the active one goes on, also over a start.</para>
/// </summary>
public sealed partial class ConfigurationArchive(ILedgerStore store, Func<ImmutableArray<ConfigurationFile>, LoadOutcome> load, TimeProvider time, IIdSource ids)
    : ISnapshotSource
{
    private const string TypeSetting = "configuration-of-type:";
    private const string PackSetting = "configuration-of-pack:";
    private const string ProposalSetting = "configuration-proposal/";
    private const string ApprovedSetting = "configuration-approved/";
    private const int TriesMax = 8;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile ConfigurationSnapshot? _current;
    private volatile string? _folder;

    /// <summary>Raised after another configuration became active.</summary>
    public event EventHandler? Activated;

    public ConfigurationSnapshot Current => _current ?? throw new InvalidOperationException("no configuration is active yet");

    /// <summary>Digest of what this node's folder held when it was last read and two people have not agreed on; null: it holds the active one.</summary>
    public string? Waiting => _folder is { } folder && folder != _current?.Digest ? folder : null;

    /// <summary>
    /// Begins, with what the folder holds. Before the first activation, and where nobody could approve, that becomes the active one; else the active one goes on,
    /// and what the folder holds is proposed.
    /// </summary>
    /// <exception cref="StartRefusedException">The active one is not sound by the rules of this build, and may not be replaced without two people.</exception>
    public async Task StartAsync(ConfigurationSnapshot folder, CancellationToken cancellationToken)
    {
        if (await store.ActiveConfigurationAsync(cancellationToken) is { } active && active != folder.Digest)
        {
            var files = await FilesAsync(active, cancellationToken);
            if (load(files) is LoadOutcome.Loaded loaded)
            {
                Become(loaded.Snapshot);
            }
            else if (FourEyes.MayBeDemandedBy(files))
            {
                throw new StartRefusedException(
                    $"现行配置 {active} 不符合本版本的规则，而更改须双人复核：configuration activate --offline --without-approval --reason … · The active configuration {active} is not "
                    + "sound by the rules of this build, and changing it takes two people: configuration activate --offline --without-approval --reason …");
            }
        }

        await (_current is null ? ActivateAsync(folder, cancellationToken) : OfferAsync(folder, cancellationToken));
        _folder = folder.Digest;
    }

    /// <summary>Makes what the folder holds the active configuration, or proposes it. True where it became active, or was.</summary>
    public async Task<bool> OfferAsync(ConfigurationSnapshot folder, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _folder = folder.Digest;
            for (var tries = 0; tries < TriesMax; tries++)
            {
                // Judged by what is active now, which another node may have changed.
                if (await store.ActiveConfigurationAsync(cancellationToken) is { } active && active != Current.Digest)
                {
                    Become(await LoadArchivedAsync(active, cancellationToken));
                }

                if (folder.Digest != Current.Digest && FourEyes.AreDemandedBy(Current))
                {
                    await ProposeAsync(folder, cancellationToken);
                    return false;
                }

                if (await ArchiveAsync(folder, Current.Digest, Authority.None, mark: null, cancellationToken) != ActivationOutcome.Moved)
                {
                    Become(folder);
                    return true;
                }
            }

            throw new StoreUnavailableException("the configuration changes all the while", new TimeoutException());
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Makes a proposed configuration the active one, by an approval, in the place of the one that was active when it was asked for. Where the process died
    /// before that was noted, it finds it done.
    /// </summary>
    public async Task<ActOutcome> TakeAsync(string digest, string from, ApprovalId approval, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var mark = $"{ApprovedSetting}{approval}";
            if (await store.FindSettingAsync(mark, cancellationToken) is not null)
            {
                return new ActOutcome(Done: true, "active-already");
            }

            if (load(await FilesAsync(digest, cancellationToken)) is not LoadOutcome.Loaded { Snapshot: var snapshot })
            {
                return new ActOutcome(Done: false, "unsound"); // by the rules of a build since
            }

            var outcome = await ArchiveAsync(snapshot, from, new Authority(Approval: approval.Value), mark, cancellationToken);
            if (outcome == ActivationOutcome.Moved)
            {
                return new ActOutcome(Done: false, "changed-since");
            }

            Become(snapshot);
            return new ActOutcome(Done: true, outcome == ActivationOutcome.Activated ? "active" : "active-already");
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Archives a snapshot and makes it the active one, whichever was: for a first start, and where two people cannot be waited for.</summary>
    public Task ActivateAsync(ConfigurationSnapshot snapshot, CancellationToken cancellationToken) => ActivateAsync(snapshot, Authority.None, cancellationToken);

    internal async Task ActivateAsync(ConfigurationSnapshot snapshot, Authority by, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            for (var tries = 0; tries < TriesMax; tries++)
            {
                var active = await store.ActiveConfigurationAsync(cancellationToken);
                if (await ArchiveAsync(snapshot, active, by, mark: null, cancellationToken) != ActivationOutcome.Moved)
                {
                    Become(snapshot);
                    return;
                }
            }

            throw new StoreUnavailableException("the configuration changes all the while", new TimeoutException());
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Which is the active one, and whether changing it takes two people; also where this build cannot load it.</summary>
    internal async Task<(string? Active, bool FourEyes)> StandingAsync(CancellationToken cancellationToken)
    {
        if (await store.ActiveConfigurationAsync(cancellationToken) is not { } active)
        {
            return (null, false);
        }

        var files = await FilesAsync(active, cancellationToken);
        return (active, load(files) is LoadOutcome.Loaded { Snapshot: var snapshot } ? FourEyes.AreDemandedBy(snapshot) : FourEyes.MayBeDemandedBy(files));
    }

    /// <summary>What was proposed and is not the active one, newest first.</summary>
    internal async Task<ImmutableArray<ProposedConfiguration>> ListProposedAsync(CancellationToken cancellationToken) =>
    [
        .. (await store.ListSettingsAsync(ProposalSetting, cancellationToken))
            .Select(row => new ProposedConfiguration(row.Name[ProposalSetting.Length..], Timestamps.Parse(row.Value)))
            .Where(proposed => proposed.Digest != Current.Digest).OrderByDescending(proposed => proposed.At),
    ];

    /// <summary>What comes of loading an archived configuration now; null where there is none of the digest.</summary>
    internal async Task<LoadOutcome?> FindAsync(string digest, CancellationToken cancellationToken) =>
        await store.FindConfigurationAsync(digest, cancellationToken) is { } content ? load(JsonSerializer.Deserialize<ImmutableArray<ConfigurationFile>>(content)) : null;

    /// <summary>Died between: it is in the archive and not proposed; the next look at the folder proposes it.</summary>
    private async Task ProposeAsync(ConfigurationSnapshot snapshot, CancellationToken cancellationToken)
    {
        await store.ArchiveConfigurationAsync(snapshot.Digest, ContentOf(snapshot), cancellationToken);
        await store.PutSettingAsync(ProposalSetting + snapshot.Digest, Timestamps.Format(time.GetUtcNow()), cancellationToken);
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

    /// <summary>
    /// Archives it and makes it the active one, then notes where its types and packs are found. Where the process dies in between, the next start notes them: no
    /// exchange was opened under them before this returned. A note once made stays, as what it names is kept.
    /// </summary>
    private async Task<ActivationOutcome> ArchiveAsync(
        ConfigurationSnapshot snapshot, string? from, Authority by, string? mark, CancellationToken cancellationToken)
    {
        var facts = new JsonObject { ["digest"] = snapshot.Digest };
        if (from is not null)
        {
            facts["from"] = from;
        }

        by.PutOn(facts);
        var leaf = Leaf.Of(new LeafId(ids.NewId()), LeafKinds.Configuration, exchange: null, subject: null, agency: null, time.GetUtcNow(), facts);
        var outcome = await store.ActivateConfigurationAsync(new ConfigurationActivation(snapshot.Digest, ContentOf(snapshot), from, leaf, mark), cancellationToken);
        if (outcome == ActivationOutcome.Moved)
        {
            return outcome;
        }

        var packs = snapshot.Eligibility.Packs.Select(pack => PackSetting + pack.Digest);
        foreach (var setting in snapshot.Types.Values.Select(type => TypeSetting + type.Digest).Concat(packs))
        {
            if (await store.FindSettingAsync(setting, cancellationToken) is null)
            {
                await store.KeepSettingAsync(setting, snapshot.Digest, cancellationToken);
            }
        }

        return outcome;
    }

    private static byte[] ContentOf(ConfigurationSnapshot snapshot) => JsonSerializer.SerializeToUtf8Bytes(snapshot.Files);

    private async Task<ConfigurationSnapshot> LoadArchivedAsync(string digest, CancellationToken cancellationToken) =>
        load(await FilesAsync(digest, cancellationToken)) is LoadOutcome.Loaded loaded
            ? loaded.Snapshot
            : throw new InvalidDataException($"configuration {digest} is not sound by the rules of this build");

    private async Task<ImmutableArray<ConfigurationFile>> FilesAsync(string digest, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<ImmutableArray<ConfigurationFile>>(
            await store.FindConfigurationAsync(digest, cancellationToken) ?? throw new InvalidDataException($"configuration {digest} is not in the archive"));
}

/// <summary>A configuration that some node's folder held, and two people have not agreed on.</summary>
/// <param name="At">When it was last read.</param>
internal sealed record ProposedConfiguration(string Digest, DateTimeOffset At);
