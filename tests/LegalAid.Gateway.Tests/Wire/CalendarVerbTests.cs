using System.Net;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>An address of a calendar went astray and its agency cannot be reached: the operator ends it.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class CalendarVerbTests
{
    private const string Lawyer = "14501201510000011";

    [Fact]
    public async Task Verbs_OfAnOperator_ListAndRevokeWhatIsAnothers()
    {
        await using var gateway = await DutyShiftTests.StartAsync();
        var created = (await gateway[Notices.AidCentre].CallAsync(Face.Rest, "CreateCalendarFeed", new JsonObject { ["requestId"] = NoticeSteps.NewRequestId(), ["lawyer"] = Lawyer })).Required;
        var (code, listed, _) = await DeliveryVerbTests.RunAsync(gateway, "calendars", "list", Notices.AidCentre);
        Assert.Equal(0, code);
        Assert.DoesNotContain(Lawyer, listed, StringComparison.Ordinal);
        var id = listed.Split('\n').Single(line => line.Contains("律师 a lawyer", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        Assert.Contains("没有", (await DeliveryVerbTests.RunAsync(gateway, "calendars", "list", Notices.Court)).Output, StringComparison.Ordinal);

        Assert.Contains("已撤销", (await DeliveryVerbTests.RunAsync(gateway, "calendars", "revoke", id, "--as", "wei", "--reason", "地址外泄")).Output, StringComparison.Ordinal);
        Assert.Contains("早已撤销", (await DeliveryVerbTests.RunAsync(gateway, "calendars", "revoke", id)).Output, StringComparison.Ordinal);

        using var client = new HttpClient();
        var address = new Uri(created["address"]!.GetValue<string>()); // the answer has it, this once
        using var gone = await client.GetAsync(new Uri(gateway.Gateway.Rest, address.AbsolutePath), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(1, gateway.Store.Count("leaf", "kind = 'calendar-feed' AND CAST(entry AS TEXT) LIKE '%\"operator\":\"wei\"%'"));
    }

    [Theory]
    [InlineData(1, "list", "No Such Name")]
    [InlineData(1, "revoke", "nonsense")]
    [InlineData(2, "revoke")]
    public async Task Verbs_Misused_ChangeNothingAndSayWhy(int code, params string[] verb)
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var (left, _, error) = await DeliveryVerbTests.RunAsync(gateway, ["calendars", .. verb]);
        Assert.Equal(code, left);
        Assert.NotEqual("", error);
    }
}
