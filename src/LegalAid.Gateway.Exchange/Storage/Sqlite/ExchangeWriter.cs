using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Writes exchange rows and their parties.</summary>
internal sealed class ExchangeWriter(Connection connection)
{
    private readonly Statement _insert = connection.Prepare("""
        INSERT INTO exchange (id, type, type_digest, notice_id, version, state, final, case_number, opener, opened_at_civil, updated_at,
            next_clock_at, provisional, control, data_key, view_cipher, erase_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
        ON CONFLICT (id) DO NOTHING
        """);

    // Type, notice, opener and the time of opening never change; the data key does so by erasure and rewrapping only. None is written again.
    private readonly Statement _update = connection.Prepare("""
        UPDATE exchange SET type_digest = ?1, version = ?2, state = ?3, final = ?4, case_number = ?5, updated_at = ?6,
            next_clock_at = ?7, provisional = ?8, control = ?9, view_cipher = ?10, erase_at = ?11
        WHERE id = ?12 AND version = ?13
        """);

    private readonly Statement _isAt = connection.Prepare("SELECT 1 FROM exchange WHERE id = ?1 AND version = ?2");

    private readonly Statement _updatePartyState = connection.Prepare(
        "UPDATE party SET state = ?1 WHERE exchange_id = ?2 AND state <> ?1");

    private readonly Statement _deleteParties = connection.Prepare("DELETE FROM party WHERE exchange_id = ?1");

    private readonly Statement _insertParty = connection.Prepare("""
        INSERT INTO party (exchange_id, agency, role, type, state) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (exchange_id, agency, role) DO NOTHING
        """);

    /// <summary>Brings the exchange from the expected version to the row's. False, with nothing written, where it is at another.</summary>
    public bool TryMove(ExchangeWrite write)
    {
        var moved = write.ExpectedVersion == 0 ? Insert(write.Row) : Update(write.Row, write.ExpectedVersion);
        if (moved)
        {
            WriteParties(write);
        }

        return moved;
    }

    /// <summary>Whether the exchange is at the version.</summary>
    public bool IsAt(ExchangeId id, long version)
    {
        using var rows = _isAt.With().Bind(id.Value).Bind(version).Query();
        return rows.Next();
    }

    private bool Insert(ExchangeRow row) =>
        _insert.With()
            .Bind(row.Id.Value).Bind(row.Type).Bind(row.TypeDigest).Bind(row.NoticeId).Bind(row.Version).Bind(row.State).Bind(row.Final)
            .Bind(row.CaseNumber).Bind(row.Opener).Bind(row.OpenedAtCivil).Bind(row.UpdatedAt).Bind(row.NextClockAt)
            .Bind(row.Provisional).Bind(row.Control).Bind(row.DataKey).Bind(row.ViewCipher).Bind(row.EraseAt)
            .Execute() == 1;

    private bool Update(ExchangeRow row, long expectedVersion) =>
        _update.With()
            .Bind(row.TypeDigest).Bind(row.Version).Bind(row.State).Bind(row.Final).Bind(row.CaseNumber).Bind(row.UpdatedAt)
            .Bind(row.NextClockAt).Bind(row.Provisional).Bind(row.Control).Bind(row.ViewCipher).Bind(row.EraseAt)
            .Bind(row.Id.Value).Bind(expectedVersion)
            .Execute() == 1;

    private void WriteParties(ExchangeWrite write)
    {
        var row = write.Row;
        if (write.Parties is not { } parties)
        {
            if (write.ExpectedVersion > 0)
            {
                _updatePartyState.With().Bind(row.State).Bind(row.Id.Value).Execute();
            }

            return;
        }

        if (write.ExpectedVersion > 0)
        {
            _deleteParties.With().Bind(row.Id.Value).Execute();
        }

        foreach (var party in parties)
        {
            _insertParty.With().Bind(row.Id.Value).Bind(party.Agency).Bind(party.Role).Bind(row.Type).Bind(row.State).Execute();
        }
    }
}
