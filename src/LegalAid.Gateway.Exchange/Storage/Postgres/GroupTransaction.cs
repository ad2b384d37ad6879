using LegalAid.Gateway.Exchange.Ledger;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// One group in one transaction and two round trips: lock and read; decide in memory; write and commit (a third where keys are remembered). Where a unit is refused the others lose
/// nothing, and nothing is rolled back.
/// </summary>
internal sealed class GroupTransaction(NpgsqlConnection connection, PostgresStoreOptions options, List<Pending> group, bool inDoubt)
{
    private readonly List<PendingUnit> _units = [.. group.OfType<PendingUnit>()];
    private readonly List<PendingLease> _leases = [.. group.OfType<PendingLease>()];
    private readonly List<PendingRemember> _remembers = [.. group.OfType<PendingRemember>()];
    private readonly GroupFacts _facts = new();

    private const int ForgottenForEach = 16;

    /// <summary>Whether COMMIT was sent: from then on a lost connection leaves the outcome open.</summary>
    public bool CommitSent { get; private set; }

    /// <summary>Runs it and sets the results of the group; complete them only when this has returned. Returns what it leaves to do.</summary>
    public async Task<StoreSignal> RunAsync()
    {
        var begun = await ReadAsync().ConfigureAwait(false);
        var decision = new GroupDecision(_facts) { InDoubt = inDoubt };
        foreach (var pending in _units)
        {
            pending.Result = decision.Decide(pending);
        }

        await WriteAsync(decision, begun).ConfigureAwait(false);
        return decision.Writes.Signal;
    }

    /// <summary>Locks and reads, in the order of <see cref="Locks"/>. False where the group needs none of it.</summary>
    private async Task<bool> ReadAsync()
    {
        var batch = new PipelinedBatch(connection);
        batch.Add(GroupReadSql.Begin);
        var writes = _units.SelectMany(static pending => pending.Unit.Exchanges).ToList();
        var settlements = _units.SelectMany(static pending => pending.Unit.Settlements).ToList();
        if (_units.Exists(static pending => pending.Unit.Configuration is not null))
        {
            batch.Call(GroupReadSql.LockConfiguration).With(Locks.OfConfiguration(options.Schema));
            batch.Query(GroupReadSql.ReadConfiguration, row => _facts.Configuration = row.GetString(0));
        }

        ReadIdempotency(batch);
        var unmoved = _units.Select(static pending => pending.Unit.Unmoved?.Exchange).OfType<ExchangeId>();
        if (writes.Count > 0 || settlements.Count > 0 || unmoved.Any())
        {
            batch.Query(GroupReadSql.LockExchanges, row => _facts.Versions.Add(new ExchangeId(row.Uuid(0)), row.GetInt64(1)))
                .With([.. writes.Select(static write => write.Row.Id).Concat(unmoved).Select(static id => id.Value)])
                .With([.. settlements.Select(static settlement => settlement.Delivery.Value)]);
        }

        ReadUploads(batch, writes);
        ReadHolds(batch, writes);
        ReadDeliveries(batch, settlements);
        if (inDoubt)
        {
            batch.Query(GroupReadSql.FindWitnesses, row => _facts.Witnesses.Add(new LeafId(row.Uuid(0))))
                .With([.. _units.Select(static pending => pending.Witness).OfType<LeafRow>().Select(static leaf => leaf.Id.Value)]);
        }

        if (batch.Count == 1)
        {
            return false; // leases, leaves and keys to remember need no look
        }

        await batch.RunAsync(options.CommitTimeout).ConfigureAwait(false);
        return true;
    }

    private void ReadIdempotency(PipelinedBatch batch)
    {
        var claims = _units.Select(static pending => pending.Unit.Idempotency).OfType<IdempotencyRow>()
            .DistinctBy(static row => KeyBytes.Of(row.Key)).ToList();
        if (claims.Count == 0)
        {
            return;
        }

        AddColumns(batch.Add(GroupReadSql.ClaimIdempotency), claims);
        batch.Query(GroupReadSql.ReadIdempotency, row =>
        {
            var standing = ExchangeReader.ReadIdempotency(row);
            _facts.Idempotency.Add(KeyBytes.Of(standing.Key), standing);
        }).With(claims.Column(static row => row.Key.ToArray()));
    }

    private void ReadUploads(PipelinedBatch batch, List<ExchangeWrite> writes)
    {
        var uploaded = writes.SelectMany(static write => write.Attachments).Where(static attachment => attachment.Row.ChunkCount > 0)
            .Select(static attachment => attachment.Row.Id.Value).ToArray();
        if (uploaded.Length > 0)
        {
            batch.Query(
                GroupReadSql.LockUploads,
                row => _facts.Uploads.Add(new AttachmentId(row.Uuid(0)), (new ExchangeId(row.Uuid(1)), row.GetInt32(2), row.GetInt64(3)))).With(uploaded);
        }
    }

    private void ReadHolds(PipelinedBatch batch, List<ExchangeWrite> writes)
    {
        var claims = writes.SelectMany(static write => (write.Holds ?? []).Select(hold => (Key: hold.Value.ToArray(), write.Row.Id))).ToList();
        Guid[] replaced = [.. writes.Where(static write => write is { Holds: not null, ExpectedVersion: > 0 }).Select(static write => write.Row.Id.Value)];
        if (claims.Count == 0 && replaced.Length == 0)
        {
            return;
        }

        var keys = claims.Column(static claim => claim.Key);
        batch.Add(GroupReadSql.ClaimHolds).With(keys).With(claims.Column(static claim => claim.Id.Value)).With(replaced);
        batch.Query(GroupReadSql.ReadHolds, row =>
        {
            var (key, owner) = (new KeyBytes(row.Blob(0)), new ExchangeId(row.Uuid(1)));
            (row.GetBoolean(2) ? _facts.ClaimedHolds : _facts.Holds).Add(key, owner);
        }).With(keys).With(replaced);
    }

    private void ReadDeliveries(PipelinedBatch batch, List<DeliverySettlement> settlements)
    {
        if (settlements.Count == 0)
        {
            return;
        }

        batch.Query(GroupReadSql.LockDeliveries, row => _facts.Deliveries.Add(
            new DeliveryId(row.Uuid(0)),
            new StandingDelivery(
                new ExchangeId(row.Uuid(1)), row.Agency(2), row.GetInt64(3), (DeliveryStatus)row.GetInt16(4), row.Instant(5), row.UuidOrNull(6))))
            .With([.. settlements.Select(static settlement => settlement.Delivery.Value)]);
        if (settlements.Exists(static settlement => settlement.PauseRecipientUntil is not null || settlement.SuspendRecipient is not null))
        {
            batch.Call(GroupReadSql.LockRecipients).With(Locks.OfRecipients(options.Schema));
            batch.Query(
                GroupReadSql.ReadRecipients, row => _facts.Recipients.Add(row.Agency(0), (row.GetBoolean(1), row.InstantOrNull(2))))
                .With([.. settlements.Select(static settlement => settlement.Delivery.Value)]);
        }
    }

    private async Task WriteAsync(GroupDecision decision, bool begun)
    {
        var batch = new PipelinedBatch(connection);
        if (!begun)
        {
            batch.Add(GroupReadSql.Begin);
        }

        new GroupWriter(batch, decision.Writes).Write();
        PassIdempotency(batch, decision.Writes);
        PassHolds(batch, decision);
        foreach (var lease in _leases)
        {
            AddLease(batch, lease);
        }

        AddRemembers(batch);
        if (inDoubt)
        {
            batch.Call(GroupWriteSql.Barrier);
        }

        if (_remembers.Count > 0)
        {
            // Keys are not tried again once COMMIT was sent: a connection that broke while nobody used it is to be found out before.
            await batch.RunAsync(options.CommitTimeout).ConfigureAwait(false);
            batch = new PipelinedBatch(connection);
        }

        batch.Add(GroupWriteSql.Commit);
        CommitSent = true;
        await batch.RunAsync(options.CommitTimeout).ConfigureAwait(false);
    }

    /// <summary>Keys were claimed for the first unit that named them: where that one was refused, they pass to the one that was not, or back.</summary>
    private void PassIdempotency(PipelinedBatch batch, GroupWrites writes)
    {
        var first = new Dictionary<KeyBytes, IdempotencyRow>();
        foreach (var row in _units.Select(static pending => pending.Unit.Idempotency).OfType<IdempotencyRow>())
        {
            first.TryAdd(KeyBytes.Of(row.Key), row);
        }

        var claimed = first.Where(claim => !_facts.Idempotency.ContainsKey(claim.Key)).ToList();
        var unused = claimed.Where(claim => !writes.Idempotency.ContainsKey(claim.Key)).ToList();
        if (unused.Count > 0)
        {
            batch.Add(GroupWriteSql.ReturnIdempotency).With(unused.Column(static claim => claim.Key.ToArray()));
        }

        var passed = claimed
            .Where(claim => writes.Idempotency.TryGetValue(claim.Key, out var kept) && !ReferenceEquals(kept, claim.Value))
            .Select(claim => writes.Idempotency[claim.Key]).ToList();
        if (passed.Count > 0)
        {
            AddColumns(batch.Add(GroupWriteSql.PutIdempotency), passed);
        }
    }

    private void PassHolds(PipelinedBatch batch, GroupDecision decision)
    {
        var standing = _facts.Holds.Concat(_facts.ClaimedHolds).ToList();
        var released = standing.Where(hold => !decision.Owners.ContainsKey(hold.Key)).ToList();
        if (released.Count > 0)
        {
            batch.Add(GroupWriteSql.ReleaseHolds).With(released.Column(static hold => hold.Key.ToArray()));
        }

        var passed = standing.Where(hold => decision.Owners.TryGetValue(hold.Key, out var owner) && owner != hold.Value)
            .Select(hold => (hold.Key, Owner: decision.Owners[hold.Key])).ToList();
        if (passed.Count > 0)
        {
            batch.Add(GroupWriteSql.PassHolds).With(passed.Column(static hold => hold.Key.ToArray())).With(passed.Column(static hold => hold.Owner.Value));
        }
    }

    /// <summary>
    /// The last locks that a group takes: whoever is waited for has nothing left but to commit. A statement takes a key once, so equal ones, which are
    /// rare, go in rounds, each after the one before.
    /// </summary>
    private void AddRemembers(PipelinedBatch batch)
    {
        if (_remembers.Count == 0)
        {
            return;
        }

        var rounds = _remembers.GroupBy(static one => one.Key).SelectMany(static equal => equal.Select(static (one, round) => (one, round)))
            .GroupBy(static entry => entry.round, static entry => entry.one).OrderBy(static round => round.Key);
        foreach (var round in rounds)
        {
            var (asked, taken) = (round.ToList(), new HashSet<KeyBytes>());
            batch.Query(
                GroupWriteSql.Remember,
                row => taken.Add(new KeyBytes(row.Blob(0))),
                () => asked.ForEach(one => one.Result = taken.Contains(one.Key)))
                .With(asked.Column(static one => one.Key.ToArray())).With(asked.Column(static one => one.Expires.UtcTicks)).With(asked.Column(static one => one.Now.UtcTicks));
        }

        batch.Add(GroupWriteSql.Forget).With(_remembers.Min(static one => one.Now)).With((long)ForgottenForEach * _remembers.Count);
    }

    private static void AddLease(PipelinedBatch batch, PendingLease lease)
    {
        var request = lease.Request;
        var leased = new List<DeliveryRow>();
        lease.Result = [];
        batch.Query(GroupWriteSql.Lease, row => leased.Add(DeliveryReader.Read(row)), () =>
            {
                leased.Sort(static (a, b) => (a.DueAt, a.Id.Value).CompareTo((b.DueAt, b.Id.Value)));
                lease.Result = [.. leased];
            })
            .With(request.Recipients.Select(static agency => agency.Value).ToArray())
            .With(request.Now).With(request.Until).With(request.Token).With((long)request.CountMax);
    }

    private static void AddColumns(NpgsqlParameterCollection to, List<IdempotencyRow> rows) =>
        to.With(rows.Column(static row => row.Key.ToArray())).With(rows.Column(static row => row.Digest.ToArray()))
            .With(rows.Column(static row => row.Exchange.Value)).With(rows.Column(static row => row.CommittedAt.UtcTicks))
            .With(rows.Column(static row => row.AnswerCipher));
}
