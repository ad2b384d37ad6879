using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Reads the evidence log of a gateway under test.</summary>
internal static class LogReading
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What leaves say, in the log's order, once each has its place.</summary>
    public static async Task<List<JsonNode>> LeavesAsync(ILedgerStore store, Func<JsonNode, bool> which)
    {
        var leaves = new List<JsonNode>();
        await Eventually.HoldsAsync(async () => (await store.ListUnindexedAsync(10, Cancellation)).IsEmpty, "the leaves have their places");
        for (var from = 0L; await store.ListLogAsync(from, 500, Cancellation) is { IsEmpty: false } page; from += page.Length)
        {
            leaves.AddRange(page.Select(leaf => JsonNode.Parse(leaf.Leaf.Entry) ?? throw new InvalidOperationException("a leaf is JSON")).Where(which));
        }

        return leaves;
    }

    public static Task<List<JsonNode>> LeavesOfKindAsync(ILedgerStore store, string kind) => LeavesAsync(store, leaf => Text(leaf, "kind") == kind);

    public static string? Text(JsonNode leaf, string name) => leaf[name]?.GetValue<string>();
}
