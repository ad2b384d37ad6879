using System.Collections.Immutable;
using System.Text.Json;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>
/// Lists a party's exchanges. The narrowest condition that is given drives: a term, a case number, a state, or membership alone; the
/// others filter. One statement each, so that the plan is chosen here and not by statistics. CROSS JOIN fixes the order of the tables.
/// </summary>
internal sealed class ExchangeLister(Connection connection)
{
    // Every id is smaller: version 7 ids begin with a time.
    private static readonly Guid AfterAll = new("ffffffff-ffff-ffff-ffff-ffffffffffff");

    private const string Filter = """
        (?3 IS NULL OR e.state = ?3) AND (?4 IS NULL OR e.case_number = ?4)
        AND (?5 IS NULL OR e.type IN (SELECT value FROM json_each(?5)))
        """;

    private const string IsParty = "EXISTS (SELECT 1 FROM party p WHERE p.exchange_id = e.id AND p.agency = ?1)";

    // One seek for each segment, and what was found is sorted: a term names few exchanges.
    private readonly Statement _byTerm = connection.Prepare($"""
        WITH RECURSIVE segment (number) AS (
            SELECT max(segment) FROM search_term UNION ALL SELECT number - 1 FROM segment WHERE number > 0)
        SELECT {ExchangeReader.Columns}
        FROM segment s CROSS JOIN search_term t ON t.segment = s.number CROSS JOIN exchange e ON e.id = t.exchange_id
        WHERE t.field = ?6 AND t.term = ?7 AND t.exchange_id < ?2 AND {IsParty} AND {Filter}
        ORDER BY t.exchange_id DESC LIMIT ?8
        """);

    private readonly Statement _byCase = connection.Prepare($"""
        SELECT {ExchangeReader.Columns} FROM exchange e INDEXED BY exchange_case
        WHERE e.case_number IS NOT NULL AND e.case_number = ?4 AND e.id < ?2 AND {IsParty} AND {Filter}
        ORDER BY e.id DESC
        """);

    // An agency in two roles gives a row for each; they are neighbours.
    private readonly Statement _byState = connection.Prepare($"""
        SELECT {ExchangeReader.Columns} FROM party p INDEXED BY party_state CROSS JOIN exchange e ON e.id = p.exchange_id
        WHERE p.agency = ?1 AND p.state = ?3 AND p.exchange_id < ?2 AND {Filter}
            AND (?5 IS NULL OR p.type IN (SELECT value FROM json_each(?5)))
        ORDER BY p.exchange_id DESC
        """);

    private readonly Statement _byParty = connection.Prepare($"""
        SELECT {ExchangeReader.Columns} FROM party p INDEXED BY party_listed CROSS JOIN exchange e ON e.id = p.exchange_id
        WHERE p.agency = ?1 AND p.exchange_id < ?2 AND {Filter}
            AND (?5 IS NULL OR p.type IN (SELECT value FROM json_each(?5)))
        ORDER BY p.exchange_id DESC
        """);

    public ImmutableArray<ExchangeRow> List(ExchangeQuery query)
    {
        var statement = query switch
        {
            { Term: not null } => _byTerm,
            { CaseNumber: not null } => _byCase,
            { State: not null } => _byState,
            _ => _byParty,
        };
        statement.With()
            .Bind(query.Party).Bind(query.Before?.Value ?? AfterAll).Bind(query.State).Bind(query.CaseNumber)
            .Bind(query.Types.IsDefaultOrEmpty ? null : JsonSerializer.Serialize(query.Types.AsEnumerable()));
        if (query.Term is { } term)
        {
            statement.Bind(term.Field).Bind(term.Term.AsSpan()).Bind(query.CountMax);
        }

        var found = ImmutableArray.CreateBuilder<ExchangeRow>();
        using var rows = statement.Query();
        while (found.Count < query.CountMax && rows.Next())
        {
            if (found.Count == 0 || found[^1].Id.Value != rows.Uuid(0))
            {
                found.Add(ExchangeReader.Read(rows));
            }
        }

        return found.ToImmutable();
    }
}
