using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;

namespace LegalAid.Gateway.Agencies.Peers;

/// <summary>
/// Tests the way to another gateway and back, for an operator:
/// <list type="number">
/// <item>reach it and ask what it understands; where it is not reached, or has no such test, nothing is sent;</item>
/// <item>send the test (<see cref="LineTests"/>); from here on it is a message as any other.</item>
/// </list>
/// </summary>
internal sealed class PeerTestDesk(ISnapshotSource configuration, LineTests tests, PeerTransport transport, TimeProvider time)
{
    /// <param name="near">The agency of this gateway in whose name it is sent; null: the first that may.</param>
    /// <param name="far">The other's agency; null: the first behind that gateway.</param>
    /// <returns>The test, or why there can be none.</returns>
    public async Task<(PeerTest? Test, LocalizedText? Refused)> BeginAsync(AgencyId gateway, AgencyId? near, AgencyId? far, CancellationToken cancellationToken)
    {
        var snapshot = configuration.Current;
        if (snapshot.Agencies.Find(gateway) is not { Channel: Channel.Peer channel })
        {
            return (null, new($"{gateway} 不是目录中的外市网关", $"{gateway} is no other city's gateway in the directory"));
        }

        if (NearOf(snapshot, near) is not { } ours)
        {
            return (null, new("没有可用的本市机构，或没有 line-test 业务类型", "No agency of this gateway may take part, or there is no exchange type line-test"));
        }

        if (FarOf(snapshot, gateway, far) is not { } theirs)
        {
            return (null, new($"目录中没有 {gateway} 的机构（channel: through）", $"The directory has no agency behind {gateway} (channel: through), or not that one"));
        }

        // 1. Reach it.
        var began = time.GetTimestamp();
        var (types, cause) = await transport.AskCapabilitiesAsync(gateway, channel, cancellationToken);
        var took = time.GetElapsedTime(began);
        if (types is null)
        {
            return (new PeerTest(ours, theirs, took, cause, [], Exchange: null), null);
        }

        var differing = snapshot.Types.Values.Where(type => types.GetValueOrDefault(type.Id.Value) != type.Digest).Select(type => type.Id.Value).Order(StringComparer.Ordinal).ToImmutableArray();
        if (!types.ContainsKey(LineTests.Type.Value))
        {
            return (new PeerTest(ours, theirs, took, PeerFaults.TypeDiffers.Code, differing, Exchange: null), null);
        }

        // 2. Send it.
        return await tests.SendAsync(ours, theirs, cancellationToken) is { } exchange
            ? (new PeerTest(ours, theirs, took, Cause: "", differing, exchange), null)
            : (null, new("业务类型 line-test 不允许这两个机构", "The exchange type line-test does not let these two take part"));
    }

    /// <summary>How far it is; null where there is no such test.</summary>
    public ValueTask<LineTestReading?> LookAsync(ExchangeId exchange, CancellationToken cancellationToken) => tests.ReadAsync(exchange, cancellationToken);

    private static AgencyId? NearOf(ConfigurationSnapshot snapshot, AgencyId? wanted)
    {
        var kinds = snapshot.FindType(LineTests.Type)?.Roles[0].OpenTo ?? [];
        return snapshot.Agencies.All
            .Where(agency => kinds.Contains(agency.Kind) && agency.Channel is not (Channel.Through or Channel.Peer) && (wanted is null || agency.Id == wanted))
            .Select(agency => (AgencyId?)agency.Id).Order().FirstOrDefault();
    }

    private static AgencyId? FarOf(ConfigurationSnapshot snapshot, AgencyId gateway, AgencyId? wanted) => snapshot.Agencies.All
        .Where(agency => agency.Channel is Channel.Through through && through.Gateway == gateway && (wanted is null || agency.Id == wanted))
        .Select(agency => (AgencyId?)agency.Id).Order().FirstOrDefault();
}

/// <summary>A test that was begun.</summary>
/// <param name="Reaching">How long it took to reach the other, or to fail.</param>
/// <param name="Cause">Why the other was not reached or has no such test, as a delivery's cause; empty: it was reached.</param>
/// <param name="Differing">Exchange types of this gateway that the other lacks or has in another version.</param>
/// <param name="Exchange">Null: nothing was sent.</param>
internal sealed record PeerTest(AgencyId Near, AgencyId Far, TimeSpan Reaching, string Cause, ImmutableArray<string> Differing, ExchangeId? Exchange);
