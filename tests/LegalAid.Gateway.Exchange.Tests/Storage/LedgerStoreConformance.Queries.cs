using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

public abstract partial class LedgerStoreConformance
{
    private const string CaseNumber = "（2026）桂0103刑初12号";

    [Fact]
    public async Task List_Paged_NewestFirstWithoutGapOrDouble()
    {
        var openings = Enumerable.Range(0, 7).Select(_ => Rows.Opening()).ToArray();
        await CommitAsync(openings);
        var seen = new List<ExchangeId>();
        ExchangeId? before = null;
        while (true)
        {
            var page = await Store.ListExchangesAsync(new ExchangeQuery(StoreRows.Court, 3, before), Cancellation);
            seen.AddRange(page.Select(row => row.Id));
            if (page.Length < 3)
            {
                break;
            }

            before = page[^1].Id;
        }

        Assert.Equal(openings.Select(opening => opening.Row.Id).Reverse(), seen);
    }

    [Fact]
    public async Task List_NotAParty_IsNotSeen()
    {
        await CommitAsync(Rows.Opening(Rows.Exchange() with { CaseNumber = CaseNumber }) with { Search = [StoreRows.Term("id", "x")] });
        ExchangeQuery[] queries =
        [
            new(StoreRows.Police, 10), new(StoreRows.Police, 10, State: "notified"), new(StoreRows.Police, 10, CaseNumber: CaseNumber),
            new(StoreRows.Police, 10, Term: StoreRows.Term("id", "x")),
        ];
        foreach (var query in queries)
        {
            Assert.Empty(await Store.ListExchangesAsync(query, Cancellation));
            Assert.Single(await Store.ListExchangesAsync(query with { Party = StoreRows.Court }, Cancellation));
        }
    }

    [Fact]
    public async Task List_AgencyInTwoRoles_OnceEach()
    {
        var openings = Enumerable.Range(0, 3)
            .Select(_ => Rows.Opening() with { Parties = [new PartyRow(StoreRows.Court, "notifier"), new PartyRow(StoreRows.Court, "observer")] })
            .ToArray();
        await CommitAsync(openings);
        Assert.Equal(3, (await Store.ListExchangesAsync(new ExchangeQuery(StoreRows.Court, 10), Cancellation)).Length);
        Assert.Equal(2, (await Store.ListExchangesAsync(new ExchangeQuery(StoreRows.Court, 2, State: "notified"), Cancellation)).Length);
    }

    [Fact]
    public async Task List_ByEveryCombination_SameAsFilteringAll()
    {
        string[] types = ["defence-notice", "cooperation", "duty-shift"];
        string[] states = ["notified", "assigned"];
        var rows = new List<(ExchangeRow Row, string? Term)>();
        for (var index = 0; index < 36; index++)
        {
            var row = Rows.Exchange() with
            {
                Type = types[index % 3], State = states[index % 2], CaseNumber = index % 4 == 0 ? CaseNumber : null,
            };
            var term = index % 5 == 0 ? "known" : null;
            rows.Add((row, term));
            await CommitAsync(Rows.Opening(row) with { Search = term is null ? [] : [StoreRows.Term("id", term)] });
        }

        ImmutableArray<string>[] typeSets = [default, [], ["cooperation"], ["cooperation", "duty-shift"], ["none"]];
        foreach (var typeSet in typeSets)
        {
            foreach (var state in new[] { null, "assigned", "gone" })
            {
                foreach (var caseNumber in new[] { null, CaseNumber })
                {
                    foreach (var term in new[] { null, "known" })
                    {
                        var expected = rows
                            .Where(row => typeSet.IsDefaultOrEmpty || typeSet.Contains(row.Row.Type))
                            .Where(row => state is null || row.Row.State == state)
                            .Where(row => caseNumber is null || row.Row.CaseNumber == caseNumber)
                            .Where(row => term is null || row.Term == term)
                            .Select(row => row.Row.Id).Reverse().ToArray();
                        var query = new ExchangeQuery(
                            StoreRows.Court, 100, null, typeSet, state, caseNumber, term is null ? null : StoreRows.Term("id", term));
                        Assert.Equal(expected, (await Store.ListExchangesAsync(query, Cancellation)).Select(row => row.Id));
                        if (expected.Length > 1)
                        {
                            var rest = await Store.ListExchangesAsync(query with { Before = expected[0], CountMax = 1 }, Cancellation);
                            Assert.Equal(expected[1], Assert.Single(rest).Id);
                        }
                    }
                }
            }
        }
    }

    [Fact]
    public async Task List_ByState_FollowsTheStep()
    {
        var opening = Rows.Opening();
        await CommitAsync(opening);
        await CommitAsync(StoreRows.Step(opening.Row, row => row with { State = "assigned" }));
        Assert.Empty(await Store.ListExchangesAsync(new ExchangeQuery(StoreRows.Court, 10, State: "notified"), Cancellation));
        Assert.Single(await Store.ListExchangesAsync(new ExchangeQuery(StoreRows.Court, 10, State: "assigned"), Cancellation));
    }

    [Fact]
    public async Task Search_TermsReplaced_OnlyTheNewFind()
    {
        var opening = Rows.Opening() with { Search = [StoreRows.Term("id", "old"), StoreRows.Term("name", "kept")] };
        await CommitAsync(opening);
        var next = StoreRows.Step(opening.Row) with { Search = [StoreRows.Term("name", "kept"), StoreRows.Term("id", "new")] };
        await CommitAsync(next);
        var last = StoreRows.Step(next.Row); // null: unchanged
        await CommitAsync(last);
        Assert.False(await FindsAsync("id", "old"));
        Assert.True(await FindsAsync("id", "new"));
        Assert.True(await FindsAsync("name", "kept"));
        Assert.False(await FindsAsync("id", "kept")); // the field counts
        await CommitAsync(StoreRows.Step(last.Row) with { Search = [] });
        Assert.False(await FindsAsync("name", "kept"));
    }

    /// <summary>Terms are kept in segments of 1,024: what is found in several of them comes in one order, page by page, as from one.</summary>
    [Fact]
    public async Task Search_OverManyTerms_NewestFirstAndLaterReplacedOnesToo()
    {
        const int Count = 2_300;
        var openings = Enumerable.Range(0, Count)
            .Select(index => Rows.Opening() with { Search = [StoreRows.Term("id", index % 500 == 7 ? "known" : $"other-{index}")] }).ToArray();
        foreach (var chunk in openings.Chunk(230).Reverse()) // ids and order of commit differ
        {
            await CommitAsync(chunk);
        }

        await CommitAsync(StoreRows.Step(openings[3].Row) with { Search = [StoreRows.Term("id", "known")] });
        await CommitAsync(StoreRows.Step(openings[7].Row) with { Search = [StoreRows.Term("id", "gone")] });
        var expected = new[] { 2007, 1507, 1007, 507, 3 }.Select(index => openings[index].Row.Id).ToArray();
        var query = new ExchangeQuery(StoreRows.Court, 10, Term: StoreRows.Term("id", "known"));
        Assert.Equal(expected, (await Store.ListExchangesAsync(query, Cancellation)).Select(row => row.Id));
        Assert.Equal(expected[..2], (await Store.ListExchangesAsync(query with { CountMax = 2 }, Cancellation)).Select(row => row.Id));
        Assert.Equal(expected[2..], (await Store.ListExchangesAsync(query with { Before = expected[1] }, Cancellation)).Select(row => row.Id));
    }

    [Fact]
    public async Task Clocks_Due_EarliestFirstFromTheInstantOn()
    {
        var openings = new[] { 3, 1, 2 }
            .Select(days => Rows.Opening(Rows.Exchange() with { NextClockAt = Now.AddDays(days) })).Append(Rows.Opening()).ToArray();
        Assert.Null(await Store.NextClockAtAsync(Cancellation));
        await CommitAsync(openings);
        Assert.Equal(Now.AddDays(1), await Store.NextClockAtAsync(Cancellation));
        Assert.Empty(await Store.ListClocksDueAsync(Now.AddDays(1).AddTicks(-1), 10, Cancellation));
        Assert.Equal([openings[1].Row.Id], await Store.ListClocksDueAsync(Now.AddDays(1), 10, Cancellation));
        Assert.Equal(
            [openings[1].Row.Id, openings[2].Row.Id, openings[0].Row.Id], await Store.ListClocksDueAsync(Now.AddDays(3), 10, Cancellation));
        Assert.Equal([openings[1].Row.Id], await Store.ListClocksDueAsync(Now.AddDays(3), 1, Cancellation));
        await CommitAsync(StoreRows.Step(openings[1].Row, row => row with { NextClockAt = null }));
        Assert.Equal(Now.AddDays(2), await Store.NextClockAtAsync(Cancellation));
    }

    [Fact]
    public async Task Provisional_Paged_ById()
    {
        var openings = Enumerable.Range(0, 5)
            .Select(index => Rows.Opening(Rows.Exchange() with { Provisional = index != 2 })).ToArray();
        await CommitAsync(openings);
        var first = await Store.ListProvisionalAsync(null, 2, Cancellation);
        Assert.Equal([openings[0].Row.Id, openings[1].Row.Id], first);
        Assert.Equal([openings[3].Row.Id, openings[4].Row.Id], await Store.ListProvisionalAsync(first[^1], 10, Cancellation));
    }

    [Fact]
    public async Task Registers_Configuration_ActivatedOncePerChange()
    {
        Assert.Null(await Store.ActiveConfigurationAsync(Cancellation));
        foreach (var digest in new[] { "one", "one", "two", "one" })
        {
            await ActivateAsync(digest);
            Assert.Equal(digest, await Store.ActiveConfigurationAsync(Cancellation));
        }

        await ReopenStoreAsync();
        Assert.Equal("one", await Store.ActiveConfigurationAsync(Cancellation));
        Assert.Equal(StoreRows.Bytes("two", 40), await Store.FindConfigurationAsync("two", Cancellation));
        Assert.Null(await Store.FindConfigurationAsync("three", Cancellation));
    }

    [Fact]
    public async Task Registers_Setting_LastValueStands()
    {
        Assert.Null(await Store.FindSettingAsync("name", Cancellation));
        await Store.PutSettingAsync("name", "1", Cancellation);
        await Store.PutSettingAsync("name", "值", Cancellation);
        await ReopenStoreAsync();
        Assert.Equal("值", await Store.FindSettingAsync("name", Cancellation));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public async Task Remember_AroundExpiry_ForgottenFromTheInstantOn(int ticks, bool again)
    {
        var expires = Now.AddMinutes(5);
        Assert.True(await Store.TryRememberAsync([7], Now, expires, Cancellation));
        Assert.False(await Store.TryRememberAsync([7], Now, expires.AddHours(1), Cancellation));
        await ReopenStoreAsync();
        Assert.Equal(again, await Store.TryRememberAsync([7], expires.AddTicks(ticks), expires.AddHours(1), Cancellation));
        Assert.False(await Store.TryRememberAsync([7], expires.AddTicks(ticks), expires.AddHours(1), Cancellation));
    }

    [Fact]
    public async Task Remember_ManyAtOnce_EachKeyIsTakenOnce()
    {
        var asked = await Task.WhenAll(Enumerable.Range(0, 200).Select(async number =>
        {
            var key = (byte)(number * 7 % 20);
            return (Key: key, IsNew: await Store.TryRememberAsync([key], Now, Now.AddMinutes(5), Cancellation));
        }));

        Assert.All(asked.GroupBy(one => one.Key), equal => Assert.Single(equal, one => one.IsNew));
    }

    /// <summary>What expires as it is remembered stands in nobody's way, not even in that of its neighbour in a group.</summary>
    [Fact]
    public async Task Remember_ExpiredAtOnce_IsTakenAgain()
    {
        var asked = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.TryRememberAsync([7], Now, Now, Cancellation).AsTask()));

        Assert.All(asked, Assert.True);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    public async Task Revoke_AroundExpiry_ListedUntilTheInstant(int ticks, int listed)
    {
        var expires = Now.AddMinutes(5);
        await Store.RevokeAsync([7], Now, expires, Cancellation);
        await Store.RevokeAsync([7], Now, expires.AddHours(1), Cancellation);
        await ReopenStoreAsync();

        var found = await Store.ListRevokedAsync(expires.AddTicks(ticks), 10, Cancellation);

        Assert.Equal(listed, found.Length);
        Assert.All(found, token => Assert.Equal([7], token));
    }

    [Fact]
    public async Task Revoke_ManyExpired_ThoseThatAreNotStay()
    {
        for (byte token = 0; token < 100; token++)
        {
            await Store.RevokeAsync([token], Now, Now.AddSeconds(token + 1), Cancellation);
        }

        var later = Now.AddSeconds(50);
        await Store.RevokeAsync([200], later, later.AddMinutes(1), Cancellation);

        Assert.Equal(51, (await Store.ListRevokedAsync(later, 1000, Cancellation)).Length);
        Assert.Equal(3, (await Store.ListRevokedAsync(later, 3, Cancellation)).Length);
    }

    [Fact]
    public async Task Remember_ManyExpired_ValidOnesStay()
    {
        for (byte key = 0; key < 100; key++)
        {
            Assert.True(await Store.TryRememberAsync([key], Now, Now.AddSeconds(key + 1), Cancellation));
        }

        var later = Now.AddSeconds(50);
        for (byte key = 0; key < 100; key++)
        {
            Assert.Equal(key < 50, await Store.TryRememberAsync([key], later, later.AddDays(1), Cancellation));
        }
    }

    [Fact]
    public async Task AppendLeaf_OfAnExchange_IsListed()
    {
        var id = Rows.NewExchangeId();
        var leaf = Rows.Leaf(id, "refusal") with { Subject = null, Agency = null };
        await Store.AppendLeafAsync(leaf, Cancellation);
        await Store.AppendLeafAsync(Rows.Leaf(null, "refusal"), Cancellation);
        AssertSame(leaf, Assert.Single(await Store.ListLeavesAsync(id, null, 10, Cancellation)));
    }

    private async Task<bool> FindsAsync(string field, string term)
    {
        var query = new ExchangeQuery(StoreRows.Court, 10, Term: StoreRows.Term(field, term));
        return (await Store.ListExchangesAsync(query, Cancellation)).Length == 1;
    }
}
