using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Writes what operators and timers do to deliveries and recipients. Adding, leasing and settling go with the groups; what was leased in vain comes back alone.</summary>
internal sealed class DeliveryWriter(SoloWrites writes, PostgresStoreOptions options)
{
    // Like a lease it waits for nobody: who has a row under way settles or leases it.
    public const string ReturnSql = """
        UPDATE delivery d SET status = 0, attempts = d.attempts - 1, lease_token = NULL, lease_until = NULL,
            relayed_at = nullif(d.relayed_at, unused.leased_at)
        FROM (
            SELECT l.exchange_id, l.recipient, l.sequence, n.leased_at
            FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS n (id, token, leased_at)
            JOIN delivery l ON l.id = n.id AND l.lease_token = n.token AND l.status = 1
            FOR NO KEY UPDATE OF l SKIP LOCKED) AS unused
        WHERE d.exchange_id = unused.exchange_id AND d.recipient = unused.recipient AND d.sequence = unused.sequence
        """;

    public const string LockRecipientsSql = "SELECT pg_advisory_xact_lock($1)";

    public const string SuspendSql = """
        INSERT INTO recipient (agency, suspended, cause, paused_until, changed_at) VALUES ($1, true, $2, NULL, $3)
        ON CONFLICT (agency) DO UPDATE SET suspended = true, cause = excluded.cause, changed_at = excluded.changed_at
        WHERE NOT recipient.suspended
        """;

    public const string GoOnSql = """
        UPDATE recipient SET suspended = false, cause = $2, paused_until = NULL, changed_at = $3
        WHERE agency = $1 AND (suspended OR paused_until > $3)
        """;

    public const string LockExchangesSql = """
        SELECT id FROM exchange WHERE id = ANY (ARRAY (SELECT exchange_id FROM delivery WHERE id = ANY ($1))) ORDER BY id FOR NO KEY UPDATE
        """;

    public const string LockStoppedSql = """
        SELECT id, exchange_id, recipient FROM delivery WHERE id = ANY ($1) AND status = $2
        ORDER BY exchange_id, recipient, sequence FOR NO KEY UPDATE
        """;

    public const string ReleaseSql =
        "UPDATE delivery SET status = 0, due_at = $2, attempts = 0 WHERE id = ANY ($1)";

    public const string WriteOffSql = "UPDATE delivery SET status = 5, settled_at = $2, overdue_at = NULL WHERE id = ANY ($1)";

    public const string RecordOverdueSql =
        "UPDATE delivery SET overdue_at = NULL WHERE id = $1 AND overdue_at IS NOT NULL AND status NOT IN (2, 5)";

    public ValueTask<bool> ReturnAsync(ImmutableArray<UnusedLease> leases, CancellationToken cancellationToken) => writes.RunAsync(
        repeatable: true, ReturnSql,
        to => to.With(leases.Select(static lease => lease.Delivery.Value).ToArray()).With(leases.Select(static lease => lease.Token).ToArray())
            .With(leases.Select(static lease => lease.LeasedAt.UtcTicks).ToArray()),
        cancellationToken);

    public ValueTask<bool> SuspendAsync(
        AgencyId recipient, bool suspended, string cause, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken) => writes.RunAsync(
        repeatable: false,
        async transaction =>
        {
            await transaction.CallAsync(LockRecipientsSql, Locks.OfRecipients(options.Schema)).ConfigureAwait(false);
            var changed = await transaction.ExecuteAsync(
                suspended ? SuspendSql : GoOnSql, to => to.With(recipient).With(cause).With(at)).ConfigureAwait(false) > 0;
            if (changed)
            {
                await transaction.AppendLeafAsync(leaf).ConfigureAwait(false);
            }

            return (changed, changed);
        },
        cancellationToken);

    /// <summary>Returns those that were changed, in the order given, with their recipients.</summary>
    public ValueTask<ImmutableArray<(DeliveryId Id, AgencyId Recipient)>> ResolveAsync(
        ImmutableArray<DeliveryId> ids, DeliveryStatus from, DeliveryStatus to, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken) =>
        writes.RunAsync(
            repeatable: false,
            async transaction =>
            {
                Guid[] asked = [.. ids.Select(static id => id.Value)];
                await transaction.ListAsync(LockExchangesSql, p => p.With(asked), static _ => true).ConfigureAwait(false);
                var found = await transaction.ListAsync(
                    LockStoppedSql, p => p.With(asked).With((int)from),
                    static row => (Id: new DeliveryId(row.Uuid(0)), Exchange: row.Uuid(1), Recipient: row.Agency(2))).ConfigureAwait(false);
                if (found.IsEmpty)
                {
                    return (ImmutableArray<(DeliveryId, AgencyId)>.Empty, false);
                }

                Guid[] changed = [.. found.Select(static row => row.Id.Value)];
                await transaction.ExecuteAsync(
                    to == DeliveryStatus.Pending ? ReleaseSql : WriteOffSql, p => p.With(changed).With(at)).ConfigureAwait(false);
                if (to == DeliveryStatus.WrittenOff)
                {
                    await transaction.ExecuteAsync(
                        GroupWriteSql.ReadyNext,
                        p => p.With(found.Select(static row => row.Exchange).ToArray()).With(found.Select(static row => row.Recipient.Value).ToArray()))
                        .ConfigureAwait(false);
                }

                await transaction.AppendLeafAsync(leaf).ConfigureAwait(false);
                var recipients = found.ToDictionary(static row => row.Id, static row => row.Recipient);
                return (ids.Distinct().Where(recipients.ContainsKey).Select(id => (id, recipients[id])).ToImmutableArray(), true);
            },
            cancellationToken);

    public ValueTask<bool> RecordOverdueAsync(DeliveryId id, LeafRow leaf, CancellationToken cancellationToken) => writes.RunAsync(
        repeatable: false,
        async transaction =>
        {
            var recorded = await transaction.ExecuteAsync(RecordOverdueSql, to => to.With(id.Value)).ConfigureAwait(false) > 0;
            if (recorded)
            {
                await transaction.AppendLeafAsync(leaf).ConfigureAwait(false);
            }

            return (recorded, recorded);
        },
        cancellationToken);
}
