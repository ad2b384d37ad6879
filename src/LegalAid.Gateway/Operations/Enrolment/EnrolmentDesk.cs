using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Enrolment;

namespace LegalAid.Gateway.Operations.Enrolment;

/// <summary>
/// Lets systems in that were invited: one shows its code and a key once, and is enrolled; later it changes its keys itself. Each is one write of the store together with its leaf: a process that dies has done all of it or nothing, and who asks again with the same
/// code and key is answered as the first time.
/// </summary>
internal sealed class EnrolmentDesk(
    ILedgerStore store, IAgencyClientRegistry clients, ClientRoll roll, GatewaySettings settings, TimeProvider time, IIdSource ids)
{
    /// <summary>How long the key before stays good when a system changes its key.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    /// <summary>Enrols the system that shows a code and its key. Throws a refusal.</summary>
    public async Task<EnrolledSystem> EnrolAsync(string code, AgencyClientKey? key, CancellationToken cancellationToken)
    {
        if (EnrolmentCode.TryHash(code) is not { } hash)
        {
            throw Refusals.Of(new Fault(EnrolmentFaults.Code, "code"));
        }

        if (key is null)
        {
            throw Refusals.Of(new Fault(EnrolmentFaults.Key, "jwk"));
        }

        var now = time.GetUtcNow();
        var kept = await store.FindSettingAsync(Invitation.Prefix + hash, cancellationToken);
        if (kept is null)
        {
            return await EnrolledByAsync(hash, key, cancellationToken) ?? throw Refusals.Of(new Fault(EnrolmentFaults.Code, "code"));
        }

        var invitation = JsonSerializer.Deserialize<Invitation>(kept, EnrolmentJson.Options) ?? throw new InvalidDataException("an invitation is null");
        if (now >= invitation.Expires)
        {
            throw Refusals.Of(new Fault(EnrolmentFaults.Code, "code"));
        }

        if (clients.All.Any(client => client.Keys.Any(other => other.Thumbprint == key.Thumbprint)))
        {
            throw Refusals.Of(new Fault(EnrolmentFaults.KeyTaken, "jwk"));
        }

        var system = new EnrolledSystem(
            invitation.Agency, invitation.ClientId, invitation.Binding, invitation.Signs, Enabled: true, hash, [new EnrolledKey(key.ToJwk(), NotAfter: null)], now);
        var leaf = EnrolmentLeaf.Of(ids, invitation.Agency, now, "enrolled", system.ClientId, new JsonObject { ["kid"] = key.Kid, ["invitedBy"] = invitation.By });
        var done = await store.ChangeSettingsAsync(
            [new(Invitation.Prefix + hash, kept, Value: null), new(system.Setting, Expected: null, system.ToJson())], leaf, cancellationToken);
        if (!done)
        {
            // Used in this instant: by this very request, sent twice, or by another.
            return await EnrolledByAsync(hash, key, cancellationToken) ?? throw Refusals.Of(new Fault(EnrolmentFaults.Code, "code"));
        }

        await roll.RefreshAsync(cancellationToken);
        return system;
    }

    /// <summary>Puts a new key before the one there is, which stays good for <see cref="Overlap"/>. Throws a refusal.</summary>
    public async Task<EnrolledSystem> ChangeKeyAsync(Caller caller, AgencyClientKey? key, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            throw Refusals.Of(new Fault(EnrolmentFaults.Key, "jwk"));
        }

        var kept = await store.FindSettingAsync(EnrolledSystem.Prefix + caller.ClientId, cancellationToken)
            ?? throw Refusals.Of(new Fault(EnrolmentFaults.Configured));
        var system = EnrolledSystem.Read(kept);
        if (system.Keys[0].Kid == key.Kid)
        {
            return system; // asked again
        }

        if (clients.All.Any(client => client.Keys.Any(other => other.Thumbprint == key.Thumbprint)))
        {
            throw Refusals.Of(new Fault(EnrolmentFaults.KeyTaken, "jwk"));
        }

        var now = time.GetUtcNow();
        var changed = system with
        {
            Keys = [new EnrolledKey(key.ToJwk(), NotAfter: null), .. system.Keys.Take(1).Select(before => before with { NotAfter = now + Overlap })],
        };
        var leaf = EnrolmentLeaf.Of(ids, caller.Agency.Value, now, "key-changed", system.ClientId, new JsonObject { ["kid"] = key.Kid, ["before"] = system.Keys[0].Kid });
        if (!await store.ChangeSettingsAsync([new(system.Setting, kept, changed.ToJson())], leaf, cancellationToken))
        {
            throw Refusals.Of(new Fault(EnrolmentFaults.Moved));
        }

        await roll.RefreshAsync(cancellationToken);
        return changed;
    }

    /// <summary>Lets a system in no more, or again. False where there is none that enrolled, or it is so already.</summary>
    public async Task<bool> SetEnabledAsync(string clientId, bool enabled, string by, CancellationToken cancellationToken)
    {
        if (await store.FindSettingAsync(EnrolledSystem.Prefix + clientId, cancellationToken) is not { } kept)
        {
            return false;
        }

        var system = EnrolledSystem.Read(kept);
        if (system.Enabled == enabled)
        {
            return false;
        }

        var leaf = EnrolmentLeaf.Of(ids, system.Agency, time.GetUtcNow(), enabled ? "let-in" : "shut-out", clientId, new JsonObject { ["by"] = by });
        var done = await store.ChangeSettingsAsync([new(system.Setting, kept, (system with { Enabled = enabled }).ToJson())], leaf, cancellationToken);
        await roll.RefreshAsync(cancellationToken);
        return done;
    }

    public async Task<ImmutableArray<EnrolledSystem>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await store.ListSettingsAsync(EnrolledSystem.Prefix, cancellationToken)).Select(row => EnrolledSystem.Read(row.Value))];

    /// <summary>The gateway as a proof over the code must name it.</summary>
    public string Audience => settings.PublicAddress.AbsoluteUri;

    private async Task<EnrolledSystem?> EnrolledByAsync(string hash, AgencyClientKey key, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).FirstOrDefault(system => system.Code == hash && system.Keys.Any(one => one.Kid == key.Kid));
}
