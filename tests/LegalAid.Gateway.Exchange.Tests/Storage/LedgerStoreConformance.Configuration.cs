using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

public abstract partial class LedgerStoreConformance
{
    [Fact]
    public async Task Commit_ByTheActiveConfiguration_Committed()
    {
        await CommitAsync(StoreRows.Unit(Rows.Opening()) with { Configuration = "none was ever activated" });
        await ActivateAsync("one");
        await CommitAsync(StoreRows.Unit(Rows.Opening()) with { Configuration = "one" });
        await CommitAsync(StoreRows.Unit(Rows.Opening())); // not asked
    }

    [Fact]
    public async Task Commit_ByAnotherConfiguration_RefusedBeforeAnythingElse()
    {
        await ActivateAsync("one");
        var opening = Rows.Opening();
        var unit = StoreRows.Unit(opening) with { Configuration = "one", Idempotency = Rows.Idempotency(opening.Row.Id, "request") };
        await CommitAsync(unit);
        await ActivateAsync("two");
        Assert.Equal(new CommitOutcome.ConfigurationMoved("two"), await Store.CommitAsync(unit, Cancellation));
        Assert.IsType<CommitOutcome.Repeated>(await Store.CommitAsync(unit with { Configuration = "two" }, Cancellation));
    }

    [Fact]
    public async Task Commit_AfterAnotherConfigurationBecameActive_NoneByTheOneBefore()
    {
        await ActivateAsync("one");
        var openings = Enumerable.Range(0, 200).Select(_ => Rows.Opening()).ToArray();
        var activating = ActivateAsync("two");
        var outcomes = await TogetherAsync(openings, opening => StoreRows.Unit(opening) with { Configuration = "one" });
        await activating;
        Assert.All(outcomes, outcome => Assert.True(outcome is CommitOutcome.Committed or CommitOutcome.ConfigurationMoved { Active: "two" }));
        var late = await Store.CommitAsync(StoreRows.Unit(Rows.Opening()) with { Configuration = "one" }, Cancellation);
        Assert.Equal(new CommitOutcome.ConfigurationMoved("two"), late);
    }

    [Fact]
    public async Task Signal_AnotherConfigurationBecameActive_SaidOnce()
    {
        await ActivateAsync("one");
        var signalled = new TaskCompletionSource<StoreSignal>(TaskCreationOptions.RunContinuationsAsynchronously);
        Store.Signal = signal => signalled.TrySetResult(signal);
        await ActivateAsync("one"); // it is already
        await ActivateAsync("two");
        var signal = await signalled.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Cancellation);
        Assert.True(signal.ConfigurationChanged);
        Assert.Equal("two", await Store.ActiveConfigurationAsync(Cancellation));
    }

    [Fact]
    public async Task Configuration_ArchivedOnly_IsThereAndNotActive()
    {
        await Store.ArchiveConfigurationAsync("proposed", StoreRows.Bytes("proposed", 40), Cancellation);
        await Store.ArchiveConfigurationAsync("proposed", StoreRows.Bytes("something else", 40), Cancellation); // the first stands
        Assert.Null(await Store.ActiveConfigurationAsync(Cancellation));
        Assert.Equal(StoreRows.Bytes("proposed", 40), await Store.FindConfigurationAsync("proposed", Cancellation));

        await ActivateAsync("proposed");

        Assert.Equal("proposed", await Store.ActiveConfigurationAsync(Cancellation));
        Assert.Equal(StoreRows.Bytes("proposed", 40), await Store.FindConfigurationAsync("proposed", Cancellation));
    }

    [Fact]
    public async Task Configuration_InThePlaceOfOneThatIsNotActive_Moved()
    {
        Assert.Equal(ActivationOutcome.Moved, await Store.ActivateConfigurationAsync(Activation("one", "none was ever activated", "mark"), Cancellation));
        Assert.Equal(ActivationOutcome.Activated, await Store.ActivateConfigurationAsync(Activation("one", from: null, "mark"), Cancellation));
        Assert.Equal(ActivationOutcome.Moved, await Store.ActivateConfigurationAsync(Activation("two", from: null), Cancellation));
        Assert.Equal(ActivationOutcome.Moved, await Store.ActivateConfigurationAsync(Activation("two", "three", "mark of two"), Cancellation));
        Assert.Equal(ActivationOutcome.AlreadyActive, await Store.ActivateConfigurationAsync(Activation("one", "three", "mark of one"), Cancellation));

        Assert.Equal("one", await Store.ActiveConfigurationAsync(Cancellation));
        Assert.Equal("one", await Store.FindSettingAsync("mark", Cancellation));
        Assert.Null(await Store.FindSettingAsync("mark of two", Cancellation));
        Assert.Null(await Store.FindSettingAsync("mark of one", Cancellation));
        Assert.Single(await Store.ListUnindexedAsync(10, Cancellation)); // one leaf
        await ReopenStoreAsync();
        Assert.Equal("one", await Store.FindSettingAsync("mark", Cancellation));
    }

    /// <summary>Of several that were decided on the same one, one becomes active.</summary>
    [Fact]
    public async Task Configuration_SeveralInThePlaceOfOne_OneIsActivated()
    {
        await ActivateAsync("one");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(index => Store.ActivateConfigurationAsync(Activation($"next {index}", "one"), Cancellation).AsTask()));
        Assert.Single(outcomes, outcome => outcome == ActivationOutcome.Activated);
        Assert.Equal(7, outcomes.Count(outcome => outcome == ActivationOutcome.Moved));
    }

    [Fact]
    public async Task Registers_KeptSetting_FirstStandsForAll()
    {
        var kept = await Task.WhenAll(Enumerable.Range(0, 16).Select(index => Store.KeepSettingAsync("ring", $"{index}", Cancellation).AsTask()));
        Assert.Single(kept.Distinct());
        await ReopenStoreAsync();
        Assert.Equal(kept[0], await Store.KeepSettingAsync("ring", "another", Cancellation));
        await Store.PutSettingAsync("ring", "put", Cancellation);
        Assert.Equal("put", await Store.KeepSettingAsync("ring", "another", Cancellation));
    }

    [Fact]
    public async Task Registers_ListedByPrefix_InOrderAndNoOthers()
    {
        foreach (var name in (string[])["key/b", "key", "key/a", "key%c", "Key/d"])
        {
            await Store.PutSettingAsync(name, $"of {name}", Cancellation);
        }

        Assert.Equal([("key/a", "of key/a"), ("key/b", "of key/b")], await Store.ListSettingsAsync("key/", Cancellation));
    }

    [Fact]
    public async Task Registers_ChangedTogether_AllOrNothingWithItsLeaf()
    {
        var first = Rows.Leaf(null, "enrolment");
        Assert.True(await Store.ChangeSettingsAsync([new("code", null, "one"), new("other", null, "kept")], first, Cancellation));
        foreach (SettingChange wrong in (SettingChange[])[new("code", null, "two"), new("code", "another", "two"), new("code", "another", null), new("none", "one", "two")])
        {
            Assert.False(await Store.ChangeSettingsAsync([new("other", "kept", "changed"), wrong, new("new", null, "there")], Rows.Leaf(null, "enrolment"), Cancellation));
        }

        Assert.True(await Store.ChangeSettingsAsync([new("code", "one", null), new("client", null, "enrolled"), new("other", "kept", "changed")], Rows.Leaf(null, "enrolment"), Cancellation));
        await ReopenStoreAsync();
        Assert.Equal((null, "enrolled", "changed", null), (
            await Store.FindSettingAsync("code", Cancellation), await Store.FindSettingAsync("client", Cancellation),
            await Store.FindSettingAsync("other", Cancellation), await Store.FindSettingAsync("new", Cancellation)));
        Assert.Equal(2, (await Store.ListUnindexedAsync(10, Cancellation)).Length);
    }

    [Fact]
    public async Task Registers_ChangedByManyAtOnce_ByExactlyOne()
    {
        await Store.PutSettingAsync("code", "unused", Cancellation);
        var changed = await Task.WhenAll(Enumerable.Range(0, 16).Select(index => Store.ChangeSettingsAsync(
            [new($"client/{index}", null, "enrolled"), new("code", "unused", null)], Rows.Leaf(null, "enrolment"), Cancellation).AsTask()));
        Assert.Single(changed, done => done);
        Assert.Single(await Store.ListSettingsAsync("client/", Cancellation));
        Assert.Single(await Store.ListUnindexedAsync(10, Cancellation));
    }

    [Fact]
    public async Task Registers_ChangesThatAreNone_Refused()
    {
        var leaf = Rows.Leaf(null, "enrolment");
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.ChangeSettingsAsync([], leaf, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.ChangeSettingsAsync([new("a", null, null)], leaf, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.ChangeSettingsAsync([new("a", null, "1"), new("a", "1", "2")], leaf, Cancellation));
    }

    /// <summary>In the place of whichever is active.</summary>
    private async Task ActivateAsync(string digest) =>
        Assert.NotEqual(ActivationOutcome.Moved, await Store.ActivateConfigurationAsync(Activation(digest, await Store.ActiveConfigurationAsync(Cancellation)), Cancellation));

    private ConfigurationActivation Activation(string digest, string? from, string? mark = null) =>
        new(digest, StoreRows.Bytes(digest, 40), from, Rows.Leaf(null, "config"), mark);
}
