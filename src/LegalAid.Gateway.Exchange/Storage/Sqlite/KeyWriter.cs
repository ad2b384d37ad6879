using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Writes holds and search terms: of each only what differs from what stands.</summary>
internal sealed class KeyWriter(Connection connection)
{
    private readonly Statement _listHolds = connection.Prepare("SELECT key FROM hold WHERE exchange_id = ?1");

    private readonly Statement _releaseHold = connection.Prepare("DELETE FROM hold WHERE key = ?1 AND exchange_id = ?2");

    private readonly Statement _claimHold = connection.Prepare(
        "INSERT INTO hold (key, exchange_id) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING");

    private readonly Statement _findOwner = connection.Prepare("SELECT exchange_id FROM hold WHERE key = ?1");

    private readonly Statement _listTerms = connection.Prepare("SELECT segment, field, term FROM search_term WHERE exchange_id = ?1");

    private readonly Statement _deleteTerm = connection.Prepare(
        "DELETE FROM search_term WHERE segment = ?1 AND field = ?2 AND term = ?3 AND exchange_id = ?4");

    // Row ids count up, so the segment is that of the exchanges that were opened before and after.
    private readonly Statement _insertTerm = connection.Prepare("""
        INSERT INTO search_term (segment, field, term, exchange_id) VALUES ((SELECT rowid / 1024 FROM exchange WHERE id = ?3), ?1, ?2, ?3)
        ON CONFLICT (segment, field, term, exchange_id) DO NOTHING
        """);

    /// <summary>Releases the exchange's keys that are not among those to keep.</summary>
    public void ReleaseHolds(ExchangeId exchange, ImmutableArray<HoldKey> kept)
    {
        foreach (var key in ListHolds(exchange))
        {
            if (!kept.Any(hold => hold.Value.AsSpan().SequenceEqual(key)))
            {
                _releaseHold.With().Bind(key).Bind(exchange.Value).Execute();
            }
        }
    }

    /// <summary>Claims keys in sorted order. Returns the other exchange that owns one, or null where all are now this exchange's.</summary>
    public ExchangeId? ClaimHolds(ExchangeId exchange, ImmutableArray<HoldKey> holds)
    {
        foreach (var hold in holds.Sort(static (a, b) => a.Value.AsSpan().SequenceCompareTo(b.Value.AsSpan())))
        {
            if (_claimHold.With().Bind(hold.Value.AsSpan()).Bind(exchange.Value).Execute() == 0
                && FindOwner(hold) is var owner && owner != exchange)
            {
                return owner;
            }
        }

        return null;
    }

    /// <summary>Makes the terms those by which the exchange is found.</summary>
    public void ReplaceTerms(ExchangeId exchange, ImmutableArray<SearchTerm> terms, bool isNew)
    {
        var standing = isNew ? [] : ListTerms(exchange);
        foreach (var (segment, field, term) in standing)
        {
            if (!terms.Any(kept => kept.Field == field && kept.Term.AsSpan().SequenceEqual(term)))
            {
                _deleteTerm.With().Bind(segment).Bind(field).Bind(term).Bind(exchange.Value).Execute();
            }
        }

        foreach (var term in terms.Where(term => !standing.Any(kept => kept.Field == term.Field && term.Term.AsSpan().SequenceEqual(kept.Term))))
        {
            _insertTerm.With().Bind(term.Field).Bind(term.Term.AsSpan()).Bind(exchange.Value).Execute();
        }
    }

    private List<byte[]> ListHolds(ExchangeId exchange)
    {
        var keys = new List<byte[]>();
        using var rows = _listHolds.With().Bind(exchange.Value).Query();
        while (rows.Next())
        {
            keys.Add(rows.Blob(0));
        }

        return keys;
    }

    private ExchangeId FindOwner(HoldKey hold)
    {
        using var rows = _findOwner.With().Bind(hold.Value.AsSpan()).Query();
        return rows.Next()
            ? new ExchangeId(rows.Uuid(0))
            : throw new InvalidOperationException("a hold is taken, yet is not there");
    }

    private List<(long Segment, string Field, byte[] Term)> ListTerms(ExchangeId exchange)
    {
        var terms = new List<(long, string, byte[])>();
        using var rows = _listTerms.With().Bind(exchange.Value).Query();
        while (rows.Next())
        {
            terms.Add((rows.Int64(0), rows.Text(1), rows.Blob(2)));
        }

        return terms;
    }
}
