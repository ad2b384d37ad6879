using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using LegalAid.Gateway.Exchange.Tests.Evidence.Verification;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Exchange.Tests.Ledger;

namespace LegalAid.Gateway.Exchange.Tests.Peers;

/// <summary>Two gateways on SQLite.</summary>
public sealed class TwoGatewaysTests : TwoGatewaysConformance
{
    /// <summary>The rows of deliveries to another gateway are what the leaves say: whoever verifies either store finds nothing.</summary>
    [Fact]
    public async Task Verify_OfEitherStore_FindsNothing()
    {
        await using var cities = await StartAsync();
        var exchange = await cities.North.AskAsync();
        await cities.North.NoteAsync(exchange);
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        Assert.IsType<CommandOutcome.Accepted>(await cities.CentreTakesAsync(exchange, SmallExchange.Answer, "受理", LedgerScene.Letter()));
        await cities.UntilBothAsync(exchange, SmallExchange.Answered);

        foreach (var world in new[] { cities.North, cities.South })
        {
            var keeper = new LogKeeper(() => world.Store, world.Time);
            await keeper.GrowAsync();
            var keys = new PublicKeys(
                ImmutableDictionary<string, VerifyingKey>.Empty.Add(world.Signing.Kid, new VerifyingKey(world.Signing.Kid, world.Signing.PublicPoint)), [keeper.Log.Key], [keeper.Witness.Key]);
            var findings = new FindingList();
            using var archive = SqliteArchive.Open(Path.Combine(world.Folder.FullName, "ledger.db"));
            await new StoreVerifier(archive, new StoreQuestion { Keys = keys, Ring = world.Keys, Parallel = 1 }, findings).RunAsync(progress: null, Cancellation);
            Assert.Empty(findings.Sorted());
        }
    }
}
