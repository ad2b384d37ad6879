using System.Collections.Immutable;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// Lists a party's exchanges. The narrowest condition that is given drives: a term, a case number, a state, or membership alone; the others
/// filter. One statement each, so that the plan is chosen here and not by statistics.
/// </summary>
internal sealed class ExchangeLister(StoreReader reader)
{
    // Every id is smaller: version 7 ids begin with a time.
    private static readonly Guid AfterAll = new("ffffffff-ffff-ffff-ffff-ffffffffffff");

    private const string Filter = "($3::text IS NULL OR e.state = $3) AND ($4::text IS NULL OR e.case_number = $4) AND ($5::text[] IS NULL OR e.type = ANY ($5))";

    private const string IsParty = "EXISTS (SELECT 1 FROM party p WHERE p.exchange_id = e.id AND p.agency = $1)";

    // One seek for each segment (OFFSET 0 keeps the planner to it), and what was found is sorted: a term names few exchanges.
    public const string ByTermSql = $"""
        SELECT {ExchangeReader.Columns}
        FROM generate_series(0, (SELECT max(segment) FROM search_term)) AS s (number)
        CROSS JOIN LATERAL (
            SELECT t.exchange_id FROM search_term t
            WHERE t.segment = s.number AND t.field = $7 AND t.term = $8 AND t.exchange_id < $2 OFFSET 0) AS t
        CROSS JOIN LATERAL (SELECT * FROM exchange e WHERE e.id = t.exchange_id OFFSET 0) AS e
        WHERE {IsParty} AND {Filter}
        ORDER BY t.exchange_id DESC LIMIT $6
        """;

    public const string ByCaseSql = $"""
        SELECT {ExchangeReader.Columns} FROM exchange e WHERE e.case_number = $4 AND e.id < $2 AND {IsParty} AND {Filter}
        ORDER BY e.id DESC LIMIT $6
        """;

    // An agency in two roles gives a row for each; they are neighbours in the index, and one is taken.
    public const string ByStateSql = $"""
        SELECT {ExchangeReader.Columns} FROM (
            SELECT DISTINCT ON (p.exchange_id) p.exchange_id FROM party p
            WHERE p.agency = $1 AND p.state = $3 AND p.exchange_id < $2 AND ($5::text[] IS NULL OR p.type = ANY ($5))
            ORDER BY p.exchange_id DESC) AS mine JOIN exchange e ON e.id = mine.exchange_id
        WHERE {Filter}
        ORDER BY mine.exchange_id DESC LIMIT $6
        """;

    public const string ByPartySql = $"""
        SELECT {ExchangeReader.Columns} FROM (
            SELECT DISTINCT ON (p.exchange_id) p.exchange_id FROM party p
            WHERE p.agency = $1 AND p.exchange_id < $2 AND ($5::text[] IS NULL OR p.type = ANY ($5))
            ORDER BY p.exchange_id DESC) AS mine JOIN exchange e ON e.id = mine.exchange_id
        WHERE {Filter}
        ORDER BY mine.exchange_id DESC LIMIT $6
        """;

    public Task<ImmutableArray<ExchangeRow>> ListAsync(ExchangeQuery query, CancellationToken cancellationToken)
    {
        var sql = query switch
        {
            { Term: not null } => ByTermSql,
            { CaseNumber: not null } => ByCaseSql,
            { State: not null } => ByStateSql,
            _ => ByPartySql,
        };
        return reader.ListAsync(
            sql,
            to =>
            {
                to.With(query.Party).With(query.Before?.Value ?? AfterAll).With(query.State).With(query.CaseNumber)
                    .With(query.Types.IsDefaultOrEmpty ? null : query.Types.ToArray()).With((long)query.CountMax);
                if (query.Term is { } term)
                {
                    to.With(term.Field).With(term.Term);
                }
            },
            ExchangeReader.Read, cancellationToken);
    }
}
