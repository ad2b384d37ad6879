using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Evidence.Verification;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Exchange.Tests.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Evidence;

/// <summary>Who read what, as it is kept: in both stores, before a verifier, over an erasure.</summary>
public sealed class AccessEvidenceTests(SharedPostgres server)
{
    private const string Person = "office-clerk-0042";
    private const string Address = "203.0.113.77";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Access_InEitherStore_IsFoundByExchangeAndTimeAndTellsItsPersonToTheRingOnly(bool postgres)
    {
        var (audited, first, second) = await AuditedWorld.CreateAsync(postgres ? await server.NewOptionsAsync() : null);
        await using var owner = audited;
        var evidence = Evidence(audited.World);
        var view = Grant("view-row", ["notice.caseNumber"]);
        await evidence.RecordAsync(Access([new SeenObject(first, null, view), new SeenObject(second, null, view)]), Cancellation);
        await evidence.RecordAsync(Access([]), Cancellation);
        await audited.GrowAsync();

        using var archive = audited.OpenArchive();
        var all = archive.ListAccesses(null, Guid.Empty, Guid.AllBitsSet, 10);
        var ofSecond = Assert.Single(archive.ListAccesses(second.Value, Guid.Empty, Guid.AllBitsSet, 10));
        Assert.Equal(2, all.Count);
        Assert.Equal(all[1].Id, Assert.Single(archive.ListAccesses(null, all[0].Id, Guid.AllBitsSet, 10)).Id);
        Assert.Empty(archive.ListAccesses(null, Guid.Empty, all[0].Id, 10));
        Assert.Empty(archive.ListAccesses(Guid.Empty, Guid.Empty, Guid.AllBitsSet, 10));
        Assert.Null(ofSecond.Exchange); // a party's list of what happened does not tell who else reads
        Assert.DoesNotContain(await audited.World.Store.ListLeavesAsync(second, null, 100, Cancellation), leaf => leaf.Kind == LeafKinds.Access);

        var stated = Assert.IsType<StatedAccess>(StatedAccess.Read(ofSecond.Entry));
        Assert.Equal(
            ("court-system", "legalaid.exchange.v1.ExchangeService/GetExchange", "legal-aid-case", "call-row", "whole", "digest-1"),
            (stated.Client, stated.Operation, stated.Purpose, Assert.Single(stated.Rules), stated.Fields, stated.Configuration));
        var sight = Assert.Single(stated.Seen);
        Assert.Equal([first.ToString(), second.ToString()], sight.Exchanges);
        Assert.Equal(("view-row", "notice.caseNumber"), (Assert.Single(sight.Rules), sight.Fields));
        Assert.Equal(new AccessPerson(Person, Address), AccessPerson.Open(audited.World.Keys, stated.Leaf, stated.Sealed));
        var text = Encoding.UTF8.GetString(ofSecond.Entry);
        Assert.DoesNotContain(Person, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Address, text, StringComparison.Ordinal);

        var (findings, tally) = await audited.VerifyAsync();
        Assert.Empty(findings);
        Assert.Equal(2, tally.Accesses);
    }

    [Theory]
    [InlineData("DELETE FROM leaf WHERE kind = 'access'", "INDEX_GAP", "log/")]
    [InlineData("UPDATE leaf SET entry = CAST(replace(CAST(entry AS TEXT), 'court-system', 'other-system') AS BLOB) WHERE kind = 'access'", "LEAF_HASH", "leaves/")]
    [InlineData("UPDATE leaf SET agency = 'other' WHERE kind = 'access'", "LEAF_ROW", "leaves/")]
    [InlineData("UPDATE leaf SET kind = 'refusal' WHERE kind = 'access'", "LEAF_ROW", "leaves/")]
    public async Task Verify_DroppedOrEdited_NamesThePlaceWithoutAnyKey(string sql, string code, string entry)
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        await Evidence(audited.World).RecordAsync(Access([new SeenObject(first, null, null)]), Cancellation);
        await audited.GrowAsync();
        Assert.Equal(1, audited.Tamper(sql));

        var (findings, _) = await audited.VerifyAsync(withRing: false);

        Assert.Contains(findings, finding => finding.Code.Code == code && finding.Entry.StartsWith(entry, StringComparison.Ordinal));
    }

    /// <summary>Leaves that a gateway never writes, but whose hashes are right: made by somebody who writes into the store before the log takes them up.</summary>
    [Theory]
    [InlineData("rules", "ACCESS_FORM")]
    [InlineData("configuration", "ACCESS_FORM")]
    [InlineData("seen", "ACCESS_FORM")]
    [InlineData("sealed", "ACCESS_SEALED")]
    public async Task Verify_ForgedWithRightHashes_IsFoundByWhatItSays(string field, string code)
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        await Evidence(audited.World).RecordAsync(Access([new SeenObject(first, null, null)]), Cancellation);
        using (var archive = audited.OpenArchive())
        {
            var leaf = Assert.Single(archive.ListAccesses(null, Guid.Empty, Guid.AllBitsSet, 10));
            var entry = JsonNode.Parse(leaf.Entry)!.AsObject(); // a leaf is an object
            entry[field] = field == "sealed" ? Convert.ToBase64String(audited.World.Keys.Seal(AccessEvidence.SealPurpose, Guid.Empty, "{}"u8)) : null;
            var forged = CanonicalJson.Canonicalise(entry);
            Assert.Equal(1, audited.Tamper("UPDATE leaf SET entry = $entry, hash = $hash WHERE kind = 'access'", ("$entry", forged), ("$hash", Leaf.Hash(forged))));
        }

        await audited.GrowAsync();
        var (findings, _) = await audited.VerifyAsync();

        Assert.Equal(code, Assert.Single(findings).Code.Code);
    }

    [Fact]
    public async Task Access_OfAnErasedExchange_StandsAndOpens()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var world = audited.World;
        await Evidence(world).RecordAsync(Access([new SeenObject(first, null, null)]), Cancellation);
        await audited.GrowAsync();
        var row = await world.Store.FindExchangeAsync(first, Cancellation);
        var leaf = Leaf.Of(new LeafId(world.Ids.NewId()), LeafKinds.Erased, first, subject: null, agency: null, world.Time.GetUtcNow(), []);
        Assert.True(await world.Store.EraseAsync(first, row?.Version ?? 0, world.Time.GetUtcNow(), leaf, Cancellation));
        await audited.GrowAsync();

        var (findings, tally) = await audited.VerifyAsync();

        Assert.Empty(findings);
        Assert.Equal((1, 1), (tally.Erased, tally.Accesses));
        using var archive = audited.OpenArchive();
        var stated = StatedAccess.Read(Assert.Single(archive.ListAccesses(first.Value, Guid.Empty, Guid.AllBitsSet, 10)).Entry);
        Assert.Equal(Person, AccessPerson.Open(world.Keys, stated!.Leaf, stated.Sealed)?.OnBehalfOf); // it was read above
    }

    [Fact]
    public async Task Access_OfMoreThanOneLeafNames_HasAsManyLeavesAsItTakes()
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        await Evidence(audited.World).RecordAsync(
            Access([.. Enumerable.Range(0, 501).Select(_ => new SeenObject(new ExchangeId(audited.World.Ids.NewId()), null, null))]), Cancellation);

        using var archive = audited.OpenArchive();
        Assert.Equal(
            [500, 1], archive.ListAccesses(null, Guid.Empty, Guid.AllBitsSet, 10).Select(leaf => StatedAccess.Read(leaf.Entry)!.Seen[0].Exchanges.Length)); // each is one
    }

    private static AccessEvidence Evidence(LedgerWorld world) => new(world.Store, world.Keys, world.Time, world.Ids);

    private static Access Access(IReadOnlyList<SeenObject> seen) =>
        new(SmallExchange.CourtId, "court-system", "legalaid.exchange.v1.ExchangeService/GetExchange", Grant("call-row", ["*"])) { OnBehalfOf = Person, From = Address, Seen = seen };

    private static Granted Grant(string row, IReadOnlyCollection<string> fields) => new(
        new SharingDecision.Allowed(
            [
                new SharingRow
                {
                    Id = row, Who = new SharingSubject([], [], null, Subtree: false), Objects = [SharedObject.Fact("x")], Purposes = [Purpose.LegalAidCase],
                    Basis = new LegalBasis("法律援助法", "51", Certainty.Statute), When = RowCondition.None, Fields = FieldList.Of(fields), Quota = null,
                    From = new DateOnly(2022, 1, 1), Until = null, Owner = SmallExchange.CourtId, File = "sharing/test.yaml", Line = 1,
                },
            ],
            Purpose.LegalAidCase, FieldList.Of(fields)),
        "digest-1");
}
