
namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Puts a group's writes into statements, one for each table that is written.</summary>
internal sealed class GroupWriter(PipelinedBatch batch, GroupWrites writes)
{
    public void Write()
    {
        var rows = writes.Exchanges.Values;
        WriteNew([.. rows.Where(static write => write.IsNew).Select(static write => write.Row)]);
        WriteMoved([.. rows.Where(static write => !write.IsNew).Select(static write => write.Row)]);
        WriteParties();
        WriteSearch();
        WriteMessages();
        WriteSettlements();
        WriteDeliveries();
        WriteAttachments();
        WriteLeaves(batch, writes.Leaves);
        WriteRecipients();
    }

    public static void WriteLeaves(PipelinedBatch batch, List<LeafRow> rows)
    {
        if (rows.Count > 0)
        {
            batch.Add(GroupWriteSql.InsertLeaves)
                .With(rows.Column(static row => row.Id.Value)).With(rows.Column(static row => row.Kind))
                .With(rows.Column(static row => row.Exchange?.Value)).With(rows.Column(static row => row.Subject))
                .With(rows.Column(static row => row.Agency?.Value)).With(rows.Column(static row => row.CommittedAt.UtcTicks))
                .With(rows.Column(static row => row.Entry)).With(rows.Column(static row => row.Hash));
        }
    }

    private void WriteNew(List<ExchangeRow> rows)
    {
        if (rows.Count > 0)
        {
            batch.Add(GroupWriteSql.InsertExchanges)
                .With(rows.Column(static row => row.Id.Value)).With(rows.Column(static row => row.Type))
                .With(rows.Column(static row => row.TypeDigest)).With(rows.Column(static row => row.NoticeId))
                .With(rows.Column(static row => row.Version)).With(rows.Column(static row => row.State)).With(rows.Column(static row => row.Final))
                .With(rows.Column(static row => row.CaseNumber)).With(rows.Column(static row => row.Opener.Value))
                .With(rows.Column(static row => row.OpenedAtCivil.UtcTicks)).With(rows.Column(static row => row.UpdatedAt.UtcTicks))
                .With(rows.Column(static row => row.NextClockAt?.UtcTicks)).With(rows.Column(static row => row.Provisional))
                .With(rows.Column(static row => row.EraseAt?.UtcTicks)).With(rows.Column(static row => row.Control))
                .With(rows.Column(static row => row.DataKey)).With(rows.Column(static row => row.ViewCipher));
        }
    }

    private void WriteMoved(List<ExchangeRow> rows)
    {
        if (rows.Count > 0)
        {
            batch.Add(GroupWriteSql.UpdateExchanges)
                .With(rows.Column(static row => row.Id.Value)).With(rows.Column(static row => row.TypeDigest))
                .With(rows.Column(static row => row.Version)).With(rows.Column(static row => row.State)).With(rows.Column(static row => row.Final))
                .With(rows.Column(static row => row.CaseNumber)).With(rows.Column(static row => row.UpdatedAt.UtcTicks))
                .With(rows.Column(static row => row.NextClockAt?.UtcTicks)).With(rows.Column(static row => row.Provisional))
                .With(rows.Column(static row => row.EraseAt?.UtcTicks)).With(rows.Column(static row => row.Control))
                .With(rows.Column(static row => row.ViewCipher));
        }
    }

    private void WriteParties()
    {
        var moved = writes.Exchanges.Values.Where(write => !write.IsNew && !writes.Parties.ContainsKey(write.Row.Id)).ToList();
        if (moved.Count > 0)
        {
            batch.Add(GroupWriteSql.MovePartyState)
                .With(moved.Column(static write => write.Row.Id.Value)).With(moved.Column(static write => write.Row.State));
        }

        Guid[] replaced = [.. writes.Parties.Keys.Where(id => !writes.Exchanges[id].IsNew).Select(static id => id.Value)];
        if (replaced.Length > 0)
        {
            batch.Add(GroupWriteSql.DeleteParties).With(replaced);
        }

        var rows = writes.Parties.SelectMany(parties => parties.Value.Select(party => (Party: party, writes.Exchanges[parties.Key].Row))).ToList();
        if (rows.Count > 0)
        {
            batch.Add(GroupWriteSql.InsertParties)
                .With(rows.Column(static row => row.Row.Id.Value)).With(rows.Column(static row => row.Party.Agency.Value))
                .With(rows.Column(static row => row.Party.Role)).With(rows.Column(static row => row.Row.Type))
                .With(rows.Column(static row => row.Row.State));
        }
    }

    private void WriteSearch()
    {
        var rows = writes.Search.SelectMany(static terms => terms.Value.Select(term => (Id: terms.Key, Term: term))).ToList();
        var (ids, fields, terms) = (
            rows.Column(static row => row.Id.Value), rows.Column(static row => row.Term.Field), rows.Column(static row => row.Term.Term.ToArray()));
        Guid[] replaced = [.. writes.Search.Keys.Where(id => !writes.Exchanges[id].IsNew).Select(static id => id.Value)];
        if (replaced.Length > 0)
        {
            batch.Add(GroupWriteSql.DeleteTerms).With(replaced).With(ids).With(fields).With(terms);
        }

        if (rows.Count > 0)
        {
            batch.Add(GroupWriteSql.InsertTerms).With(ids).With(fields).With(terms);
        }
    }

    private void WriteMessages()
    {
        var rows = writes.Messages;
        if (rows.Count > 0)
        {
            batch.Add(GroupWriteSql.InsertMessages)
                .With(rows.Column(static row => row.Id.Value)).With(rows.Column(static row => row.Exchange.Value))
                .With(rows.Column(static row => row.Sequence)).With(rows.Column(static row => row.Event))
                .With(rows.Column(static row => row.Sender?.Value)).With(rows.Column(static row => row.StateAfter))
                .With(rows.Column(static row => row.OccurredAtCivil.UtcTicks)).With(rows.Column(static row => row.CommittedAt.UtcTicks))
                .With(rows.Column(static row => row.LeafHash)).With(rows.Column(static row => row.TraceParent))
                .With(rows.Column(static row => row.ContentCipher));
        }
    }

    private void WriteSettlements()
    {
        var rows = writes.Settlements;
        if (rows.Count == 0)
        {
            return;
        }

        batch.Add(GroupWriteSql.SettleDeliveries)
            .With(rows.Column(static row => row.Row.Exchange.Value)).With(rows.Column(static row => row.Row.Recipient.Value))
            .With(rows.Column(static row => row.Row.Sequence)).With(rows.Column(static row => (short)row.Settlement.To))
            .With(rows.Column(static row => row.DueAt.UtcTicks)).With(rows.Column(static row => row.Settlement.Outcome))
            .With(rows.Column(static row => row.Settlement.At.UtcTicks)).With(rows.Column(static row => row.Settlement.DetailCipher));
        var finished = rows.Where(static row => row.Settlement.To is DeliveryStatus.Delivered or DeliveryStatus.WrittenOff).ToList();
        if (finished.Count > 0)
        {
            batch.Add(GroupWriteSql.ReadyNext)
                .With(finished.Column(static row => row.Row.Exchange.Value)).With(finished.Column(static row => row.Row.Recipient.Value));
        }
    }

    private void WriteDeliveries()
    {
        var rows = writes.Deliveries;
        if (rows.Count > 0)
        {
            batch.Add(GroupWriteSql.InsertDeliveries)
                .With(rows.Column(static row => row.Exchange.Value)).With(rows.Column(static row => row.Delivery.Recipient.Value))
                .With(rows.Column(static row => row.Delivery.Id.Value)).With(rows.Column(static row => row.Delivery.Message.Value))
                .With(rows.Column(static row => row.Delivery.Role)).With(rows.Column(static row => row.Delivery.Event))
                .With(rows.Column(static row => row.Delivery.Overtakes)).With(rows.Column(static row => row.Delivery.DueAt.UtcTicks))
                .With(rows.Column(static row => row.Delivery.Clocked)).With(rows.Column(static row => row.Delivery.CreatedAt.UtcTicks))
                .With(rows.Column(static row => row.Delivery.OverdueAt?.UtcTicks));
        }
    }

    private void WriteAttachments()
    {
        var rows = writes.Attachments;
        if (rows.Count == 0)
        {
            return;
        }

        batch.Add(GroupWriteSql.InsertAttachments)
            .With(rows.Column(static row => row.Row.Exchange.Value)).With(rows.Column(static row => row.Row.Id.Value))
            .With(rows.Column(static row => row.Row.Sender.Value)).With(rows.Column(static row => row.Row.Kind))
            .With(rows.Column(static row => row.Row.SizeBytes)).With(rows.Column(static row => row.Row.CreatedAt.UtcTicks))
            .With(rows.Column(static row => row.Row.ChunkCount)).With(rows.Column(static row => row.Row.MetaCipher))
            .With(rows.Column(static row => row.ContentCipher));
        Guid[] uploaded = [.. rows.Where(static row => row.Row.ChunkCount > 0).Select(static row => row.Row.Id.Value)];
        if (uploaded.Length > 0)
        {
            batch.Add(GroupWriteSql.EndUploads).With(uploaded);
        }
    }

    private void WriteRecipients()
    {
        foreach (var row in writes.Pauses.Values)
        {
            batch.Add(GroupWriteSql.PauseRecipient).With(row.Agency).With(row.Cause).With(row.PausedUntil).With(row.ChangedAt);
        }

        foreach (var row in writes.Suspensions.Values)
        {
            batch.Add(GroupWriteSql.SuspendRecipient).With(row.Agency).With(row.Cause).With(row.ChangedAt);
        }
    }
}
