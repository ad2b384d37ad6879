using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Evidence;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>What takes two people.</summary>
public abstract partial class LedgerStoreConformance
{
    [Fact]
    public async Task Approval_IsKeptAsAsked_AndMovesOnceWithItsLeaf()
    {
        var asked = await AskedAsync();
        var approved = asked with
        {
            Status = ApprovalStatus.Approved, DecidedBy = "idp#2", DecidedName = "乙", DecidedAt = Now.AddMinutes(1), DecisionReason = "同意",
        };
        var before = await LeafCountAsync();

        Assert.True(await Store.MoveApprovalAsync(approved, ApprovalStatus.Asked, Rows.Leaf(null, LeafKinds.Approval), Cancellation));
        Assert.False(await Store.MoveApprovalAsync(
            approved with { Status = ApprovalStatus.Refused }, ApprovalStatus.Asked, Rows.Leaf(null, LeafKinds.Approval), Cancellation));
        Assert.Equal(before + 1, await LeafCountAsync());
        for (var round = 0; round < 2; round++)
        {
            AssertSame(approved, await Store.FindApprovalAsync(asked.Id, Cancellation));
            await ReopenStoreAsync();
        }

        var done = approved with { Status = ApprovalStatus.Done, EndedAt = Now.AddMinutes(2), Outcome = "erased" };
        Assert.True(await Store.MoveApprovalAsync(done, ApprovalStatus.Approved, Rows.Leaf(null, LeafKinds.Approval), Cancellation));
        AssertSame(done, await Store.FindApprovalAsync(asked.Id, Cancellation));
    }

    [Fact]
    public async Task Approval_OfTwoDecisionsAtOnce_OneStands()
    {
        var asked = await AskedAsync();
        var decided = await Task.WhenAll(Enumerable.Range(0, 8).Select(index => Task.Run(async () => await Store.MoveApprovalAsync(
            asked with { Status = index % 2 == 0 ? ApprovalStatus.Approved : ApprovalStatus.Refused }, ApprovalStatus.Asked,
            Rows.Leaf(null, LeafKinds.Approval), Cancellation))));

        Assert.Single(decided, moved => moved);
    }

    [Fact]
    public async Task ListApprovals_NewestFirst_ByStatusAndPage()
    {
        var first = await AskedAsync();
        var second = await AskedAsync();
        var third = await AskedAsync();
        await Store.MoveApprovalAsync(second with { Status = ApprovalStatus.Refused }, ApprovalStatus.Asked, Rows.Leaf(null, LeafKinds.Approval), Cancellation);

        Assert.Equal([third.Id, second.Id, first.Id], (await Store.ListApprovalsAsync(null, null, 10, Cancellation)).Select(row => row.Id));
        Assert.Equal([third.Id, first.Id], (await Store.ListApprovalsAsync(ApprovalStatus.Asked, null, 10, Cancellation)).Select(row => row.Id));
        Assert.Equal([first.Id], (await Store.ListApprovalsAsync(ApprovalStatus.Asked, third.Id, 10, Cancellation)).Select(row => row.Id));
        Assert.Equal([second.Id], (await Store.ListApprovalsAsync(null, third.Id, 1, Cancellation)).Select(row => row.Id));
        Assert.Null(await Store.FindApprovalAsync(new ApprovalId(Rows.NewId()), Cancellation));
    }

    private async Task<ApprovalRow> AskedAsync()
    {
        var row = new ApprovalRow(
            new ApprovalId(Rows.NewId()), ApprovalActs.Erase, [1, 2, 3], "0a", "到期前删除", "idp#1", "甲", Now, Now.AddDays(3), ApprovalStatus.Asked);
        await Store.AddApprovalAsync(row, Rows.Leaf(null, LeafKinds.Approval), Cancellation);
        return row;
    }

    private async Task<int> LeafCountAsync() => (await Store.ListUnindexedAsync(1000, Cancellation)).Length;
}
