namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Appends evidence leaves, not yet indexed.</summary>
internal sealed class LeafWriter(Connection connection)
{
    private readonly Statement _insert = connection.Prepare("""
        INSERT INTO leaf (id, kind, exchange_id, subject, agency, committed_at, entry, hash, log_index)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL)
        """);

    public void Append(LeafRow row) =>
        _insert.With()
            .Bind(row.Id.Value).Bind(row.Kind).Bind(row.Exchange?.Value).Bind(row.Subject).Bind(row.Agency).Bind(row.CommittedAt)
            .Bind(row.Entry).Bind(row.Hash)
            .Execute();
}
