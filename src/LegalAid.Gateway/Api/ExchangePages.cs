using System.Collections.Immutable;
using Grpc.Core;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Api;

/// <summary>A page of exchanges as every face lists them.</summary>
/// <param name="NextToken">Empty: there is no further page.</param>
internal readonly record struct ExchangePage(ImmutableArray<ExchangeReading> Readings, string NextToken);

/// <summary>Reads pages of exchanges for the caller.</summary>
internal static class ExchangePages
{
    /// <param name="question">The other fields of the request, in one text; see <see cref="PageTokens"/>.</param>
    public static async Task<ExchangePage> PageAsync(this ExchangeReader reader, ExchangeQuery query, string question, string pageToken, ServerCallContext context)
    {
        var before = PageTokens.Read(pageToken, question);
        var readings = await reader.ListAsync(query with { Before = before is { } last ? new ExchangeId(last) : null }, context.Asker(), context.CancellationToken);
        return new ExchangePage(readings, readings.Length == query.CountMax ? PageTokens.Next(readings[^1].Id.Value, question) : "");
    }
}
