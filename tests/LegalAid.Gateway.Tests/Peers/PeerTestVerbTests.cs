using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire;
using static LegalAid.Gateway.Tests.Cooperation.Cooperations;

namespace LegalAid.Gateway.Tests.Peers;

/// <summary>The operator's test of the way to another gateway and back: over TLS, with each rung's receipt; and which rung it names where the way is broken.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class PeerTestVerbTests
{
    [Fact]
    public async Task Test_OverMutualTls_ListsEachRungWithWhoseReceipt()
    {
        await using var cities = await TwoCities.StartAsync(northern: [Origin], southern: [Asked], tls: true);
        var (north, south) = (cities.Northern.Gateway, cities.Southern.Gateway);

        var (code, output, error) = await TestAsync(north, TwoCities.South, "--from", Origin);

        Assert.True(code == 0, output + error);
        Assert.Contains($"{Origin} → {TwoCities.South} ({Asked})", output, StringComparison.Ordinal);
        var (ours, theirs) = (await KidAsync(cities.Northern), await KidAsync(cities.Southern));
        Assert.Contains($"ours: {ours}", output, StringComparison.Ordinal);
        Assert.Equal(3, output.Split($"{TwoCities.South}: {theirs}").Length - 1); // taken, answered, told
        Assert.DoesNotContain("MISSING", output, StringComparison.Ordinal);
        Assert.Contains("The whole path: ", output, StringComparison.Ordinal);

        // No agency is delivered anything, on either side.
        Assert.Equal(0, north.Store.Count("delivery", $"recipient <> '{TwoCities.South}'"));
        Assert.Equal(0, south.Store.Count("delivery", $"recipient <> '{TwoCities.North}'"));
        Assert.Equal(1, south.Store.Count("delivery", $"recipient = '{TwoCities.North}' AND event = 'answer' AND last_outcome = '200'"));
    }

    [Fact]
    public async Task Test_WhileTheLineIsCut_SaysNotReachedAndSendsNothing()
    {
        await using var cities = await TwoCities.StartAsync(northern: [Origin], southern: [Asked]);
        await cities.Southern.CutAsync();

        var (code, output, error) = await TestAsync(cities.Northern.Gateway, TwoCities.South);

        Assert.Equal(1, code);
        Assert.Contains("network", output, StringComparison.Ordinal);
        Assert.Contains("Not reached; nothing was sent", error, StringComparison.Ordinal);
        Assert.Equal(0, cities.Northern.Gateway.Store.Count("exchange"));
    }

    /// <summary>The other does not know the agency in whose name the test is sent: it is not taken, and the code says what to compare.</summary>
    [Fact]
    public async Task Test_InTheNameOfAnAgencyThatTheOtherHasElsewhere_StopsWhereItIsNotTaken()
    {
        await using var cities = await TwoCities.StartAsync(northern: [Origin], southern: [Asked]);

        var (code, output, error) = await TestAsync(cities.Northern.Gateway, TwoCities.South, "--from", Third, "--wait", "5");

        Assert.Equal(1, code);
        Assert.Contains("PEER_NOT_YOURS", output, StringComparison.Ordinal);
        Assert.Contains("Stopped at: 对方收妥 taken there", error, StringComparison.Ordinal);
        Assert.Contains("deliveries write-off --exchange", error, StringComparison.Ordinal);
    }

    /// <summary>The way back is cut: the other holds the message, and its answer is what does not come. It comes once that is mended.</summary>
    [Fact]
    public async Task Test_WhileTheWayBackIsCut_StopsAtTheAnswerWhichComesLater()
    {
        await using var cities = await TwoCities.StartAsync(northern: [Origin], southern: [Asked]);
        await cities.Northern.CutAsync();

        var (code, _, error) = await TestAsync(cities.Northern.Gateway, TwoCities.South, "--from", Origin, "--wait", "5");

        Assert.Equal(1, code);
        Assert.Contains("Stopped at: 对方答复 answered there", error, StringComparison.Ordinal);
        cities.Northern.Mend();
        await Eventually.HoldsAsync(() => cities.Northern.Gateway.Store.Count("exchange", "state = 'answered'") == 1, "the answer");
    }

    [Theory]
    [InlineData("nobody-gateway", "is no other city's gateway in the directory")]
    [InlineData(Asked, "is no other city's gateway in the directory")]
    [InlineData("No Id", "malformed")]
    public async Task Test_OfWhoIsNoGateway_IsRefused(string gateway, string says)
    {
        await using var city = await TwoCities.City.StartAsync();

        var (code, _, error) = await TestAsync(city.Gateway, gateway);

        Assert.Equal(1, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    private static Task<(int Code, string Output, string Error)> TestAsync(GatewayFixture gateway, params string[] arguments) =>
        CapturedConsole.RunAsync(["peers", "test", .. arguments, "--work", gateway.WorkingFolder]);

    private static async Task<string?> KidAsync(TwoCities.City city) =>
        (await city.KeysAsync()).Select(key => (string?)key?["kid"]).Last(kid => kid?.StartsWith("receipt-", StringComparison.Ordinal) == true);
}
