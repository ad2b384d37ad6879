namespace LegalAid.Gateway.Simulation.Delivery;

/// <summary>The checker finds what is planted.</summary>
public sealed class DeliveryHistoryTests
{
    [Fact]
    public void Faults_GoodHistoryWithCopies_IsEmpty() =>
        Assert.Empty(History(Copy(1, "a"), Copy(1, "a"), Copy(2, "b"), Copy(2, "b"), Copy(3, "c")).Faults());

    [Fact]
    public void Faults_Loss_IsFound() => Assert.Contains(History(Copy(1, "a"), Copy(2, "b")).Faults(), fault => fault.StartsWith("lost", StringComparison.Ordinal));

    [Theory]
    [InlineData("b a c")]
    [InlineData("a c b")]
    [InlineData("a b a c")]
    public void Faults_Reordering_IsFound(string order)
    {
        var copies = order.Split(' ').Select(text => Copy(text[0] - 'a' + 1, text)).ToArray();

        Assert.Contains(History(copies).Faults(), fault => fault.StartsWith("out of order", StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_SecondIdForOneMessage_IsFound() =>
        Assert.Contains(
            History(Copy(1, "a"), Copy(1, "a") with { DeliveryId = "other" }, Copy(2, "b"), Copy(3, "c")).Faults(),
            fault => fault.StartsWith("two effects", StringComparison.Ordinal));

    [Fact]
    public void Faults_OneIdForTwoMessages_IsFound() =>
        Assert.Contains(
            History(Copy(1, "a"), Copy(2, "b") with { DeliveryId = "id-1" }, Copy(3, "c")).Faults(),
            fault => fault.StartsWith("one id", StringComparison.Ordinal));

    [Theory]
    [InlineData(false, 0, "not delivered")]
    [InlineData(true, 0, "0 leaves")]
    [InlineData(true, 2, "2 leaves")]
    public void Faults_WrongRecord_IsFound(bool delivered, int leaves, string expected)
    {
        var history = History(Copy(1, "a"), Copy(2, "b"), Copy(3, "c"));
        history.Ended.Enqueue(new Ended("id-1", delivered, leaves));

        Assert.Contains(history.Faults(), fault => fault.StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_RecordWithoutArrival_IsFound()
    {
        var history = History(Copy(1, "a"), Copy(2, "b"), Copy(3, "c"));
        history.Ended.Enqueue(new Ended("id-4", Delivered: true, 1));

        Assert.Contains(history.Faults(), fault => fault.StartsWith("recorded and never arrived", StringComparison.Ordinal));
    }

    private static DeliveryHistory History(params Arrival[] arrivals)
    {
        var history = new DeliveryHistory();
        foreach (var text in new[] { "a", "b", "c" })
        {
            history.Acknowledged.Enqueue(new Acknowledged("e", "r", text));
        }

        foreach (var arrival in arrivals)
        {
            history.Arrivals.Enqueue(arrival);
        }

        return history;
    }

    private static Arrival Copy(long sequence, string text) => new("e", "r", sequence, $"id-{sequence}", text);
}
