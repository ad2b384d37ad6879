namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>
/// Applies a unit, inside a savepoint that the caller rolls back unless the outcome is Committed. Every check is a write against a
/// unique index or a version: the reads that follow a refused write only say whom it collided with.
/// </summary>
internal sealed class CommitWriter(Connection connection, DeliveryWriter deliveries, ContentWriter contents, LeafWriter leaves)
{
    private readonly ExchangeWriter _exchanges = new(connection);
    private readonly KeyWriter _keys = new(connection);

    private readonly Statement _insertIdempotency = connection.Prepare("""
        INSERT INTO idempotency (key, digest, exchange_id, committed_at, answer_cipher) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (key) DO NOTHING
        """);

    private readonly Statement _findIdempotency = connection.Prepare(ExchangeReader.FindIdempotencySql);

    private readonly Statement _insertMessage = connection.Prepare("""
        INSERT INTO message (id, exchange_id, sequence, event, sender, state_after, occurred_at_civil, committed_at, leaf_hash,
            trace_parent, content_cipher)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        """);

    private readonly Statement _activeConfiguration = connection.Prepare(ContentReader.ActiveConfigurationSql);

    public CommitOutcome Apply(CommitUnit unit, WriteEffects effects) =>
        CheckConfiguration(unit)
        ?? ClaimIdempotency(unit.Idempotency)
        ?? MoveVersions(unit)
        ?? ClaimHolds(unit)
        ?? Settle(unit, effects)
        ?? Append(unit, effects);

    private CommitOutcome? CheckConfiguration(CommitUnit unit)
    {
        if (unit.Configuration is null)
        {
            return null;
        }

        using var rows = _activeConfiguration.With().Query();
        return rows.Next() && rows.Text(0) is var active && active != unit.Configuration ? new CommitOutcome.ConfigurationMoved(active) : null;
    }

    private CommitOutcome? ClaimIdempotency(IdempotencyRow? row)
    {
        if (row is null)
        {
            return null;
        }

        var claimed = _insertIdempotency.With()
            .Bind(row.Key.AsSpan()).Bind(row.Digest.AsSpan()).Bind(row.Exchange.Value).Bind(row.CommittedAt).Bind(row.AnswerCipher)
            .Execute();
        if (claimed == 1)
        {
            return null;
        }

        return new CommitOutcome.Repeated(
            ExchangeReader.ReadIdempotency(_findIdempotency, row.Key)
            ?? throw new InvalidOperationException("an idempotency key is taken, yet is not there"));
    }

    private CommitOutcome? MoveVersions(CommitUnit unit)
    {
        foreach (var write in unit.Exchanges)
        {
            if (!_exchanges.TryMove(write) || !EndUploads(write))
            {
                return new CommitOutcome.VersionConflict(write.Row.Id);
            }
        }

        return unit.Unmoved is { } seen && !_exchanges.IsAt(seen.Exchange, seen.Version) ? new CommitOutcome.VersionConflict(seen.Exchange) : null;
    }

    private bool EndUploads(ExchangeWrite write)
    {
        foreach (var attachment in write.Attachments)
        {
            if (attachment.Row.ChunkCount > 0 && !contents.TryEndUpload(attachment.Row))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Releases for all before it claims for any, so that a key can pass from one exchange of the unit to another.</summary>
    private CommitOutcome? ClaimHolds(CommitUnit unit)
    {
        foreach (var write in unit.Exchanges)
        {
            if (write is { Holds: { } kept, ExpectedVersion: > 0 })
            {
                _keys.ReleaseHolds(write.Row.Id, kept);
            }
        }

        for (var index = 0; index < unit.Exchanges.Length; index++)
        {
            var write = unit.Exchanges[index];
            if (write.Holds is { } holds && _keys.ClaimHolds(write.Row.Id, holds) is { } owner)
            {
                return new CommitOutcome.HoldTaken(index, owner);
            }
        }

        return null;
    }

    private CommitOutcome? Settle(CommitUnit unit, WriteEffects effects)
    {
        foreach (var settlement in unit.Settlements)
        {
            if (!deliveries.Settle(settlement, effects))
            {
                return new CommitOutcome.LeaseLost(settlement.Delivery);
            }
        }

        return null;
    }

    private CommitOutcome.Committed Append(CommitUnit unit, WriteEffects effects)
    {
        foreach (var write in unit.Exchanges)
        {
            if (write.Search is { } terms)
            {
                _keys.ReplaceTerms(write.Row.Id, terms, isNew: write.ExpectedVersion == 0);
            }

            foreach (var message in write.Messages)
            {
                InsertMessage(message);
            }

            foreach (var delivery in write.Deliveries)
            {
                deliveries.Add(write.Row.Id, delivery);
                effects.Recipients.Add(delivery.Recipient);
            }

            foreach (var attachment in write.Attachments)
            {
                contents.Insert(attachment);
            }

            foreach (var leaf in write.Leaves)
            {
                leaves.Append(leaf);
            }

            effects.ClocksChanged |= write.Row.NextClockAt is not null;
        }

        return CommitOutcome.Committed.Instance;
    }

    private void InsertMessage(MessageRow row) =>
        _insertMessage.With()
            .Bind(row.Id.Value).Bind(row.Exchange.Value).Bind(row.Sequence).Bind(row.Event).Bind(row.Sender).Bind(row.StateAfter)
            .Bind(row.OccurredAtCivil).Bind(row.CommittedAt).Bind(row.LeafHash).Bind(row.TraceParent).Bind(row.ContentCipher)
            .Execute();
}
