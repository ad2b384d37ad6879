using LegalAid.Gateway.Exchange.Approvals;
using Microsoft.Extensions.DependencyInjection;
using static LegalAid.Gateway.Tests.Federation.ApprovalSteps;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>What becomes of a sign-in and of a request as time goes by. The gateway's clock runs ahead here, and its log shows it.</summary>
public sealed class ApprovalTimeTests(StaffScene scene) : IClassFixture<StaffScene>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Acts_OnASignInOfLongAgo_TakeAStepUp()
    {
        var exchange = await FinalExchangeAsync(scene);
        using var first = await scene.SignedInAsync("li.gw-operator");
        var asked = await AskAsync(first, exchange);
        using var second = await scene.SignedInAsync("chen.gw-administrator");
        var seen = await second.GetAsync(asked.Address.AbsolutePath);
        using (scene.Ahead(TimeSpan.FromMinutes(6)))
        {
            var late = await second.GetAsync(asked.Address.AbsolutePath);
            Assert.Contains("作决定前须再次验证身份", late.Words, StringComparison.Ordinal);
            Assert.Null(late.Field("digest"));
            Assert.Equal(403, (await DecideAsync(second, seen, "approve")).Status);
            second.StopBefore = address => address.AbsolutePath.EndsWith("/start", StringComparison.Ordinal);
            Assert.EndsWith("fresh=1", (await second.GetAsync(Ask)).Address.Query, StringComparison.Ordinal);
            second.StopBefore = _ => false;
        }

        Assert.NotNull((await scene.Store.FindExchangeAsync(exchange, Cancellation))?.DataKey);
        Assert.Contains("已执行", (await DecideAsync(second, seen, "approve")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_ThatNobodyDecides_Expires()
    {
        var exchange = await FinalExchangeAsync(scene);
        using var first = await scene.SignedInAsync("li.gw-operator");
        var asked = await AskAsync(first, exchange);
        var id = new ApprovalId(Guid.Parse(asked.Address.Segments[^1]));
        using (scene.Ahead(ApprovalDesk.OpenFor + TimeSpan.FromSeconds(1)))
        {
            await scene.Gateway.Gateway.Services.GetRequiredService<ApprovalDesk>().ResumeAsync(Cancellation);
        }

        Assert.Equal(ApprovalStatus.Expired, (await scene.Store.FindApprovalAsync(id, Cancellation))?.Status);
        Assert.Equal("expired", (await LeavesOfAsync(scene, id.Value))[^1]["event"]?.GetValue<string>());
    }
}
