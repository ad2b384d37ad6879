namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>Every way into the gateway is held against the matrix, or stands in the short list of those that the matrix says nothing of.</summary>
public sealed class DoorTests(WireFixture wire) : IClassFixture<WireFixture>
{
    [Fact]
    public void Door_OfAServedGateway_IsInOneTableOrInTheShortList()
    {
        var faults = FaultsOf(Doors.Of(wire.Gateway.Gateway), MatrixFixture.Areas, OtherDoors.All);
        Assert.True(faults.Count == 0, $"{string.Join('\n', faults)}\n{Advice}");
    }

    /// <summary>A method or route that somebody adds is found, and so are entries that are stale or double.</summary>
    [Fact]
    public void Door_NewStaleOrDouble_IsToldWithWhatToDo()
    {
        var served = Doors.Of(wire.Gateway.Gateway).Where(door => door != "GET /log/checkpoint").Append("legalaid.exchange.v1.ExchangeService/ForwardExchange").Append("GET /v1/everything");
        OtherDoor[] listed = [.. OtherDoors.All, new OtherDoor("legalaid.exchange.v1.ExchangeService/GetExchange", "", typeof(DoorTests))];

        var faults = FaultsOf(served, MatrixFixture.Areas, listed);

        Assert.Equal(
            [
                "GET /v1/everything: served, and no table says who may use it",
                "legalaid.exchange.v1.ExchangeService/ForwardExchange: served, and no table says who may use it",
                "GET /log/checkpoint: the gateway serves it no more; take its entry out",
                "legalaid.exchange.v1.ExchangeService/GetExchange: stands twice; an area's table is enough",
            ],
            faults);
    }

    private const string Advice =
        "Write what each agency may expect of a new door, by the law, into Expectations.cs, and add it to the Doors of the area that calls it. "
        + "Only what asks nobody, or somebody else than the matrix, goes into OtherDoors.cs, with its reason and the test class that covers it.";

    private static List<string> FaultsOf(IEnumerable<string> served, IEnumerable<MatrixArea> areas, IEnumerable<OtherDoor> others)
    {
        var doors = served.ToHashSet(StringComparer.Ordinal);
        var entries = areas.SelectMany(area => area.Doors).Distinct(StringComparer.Ordinal).Concat(others.Select(other => other.Door)).ToList();
        return
        [
            .. doors.Except(entries, StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(door => $"{door}: served, and no table says who may use it"),
            .. entries.Except(doors, StringComparer.Ordinal).Select(entry => $"{entry}: the gateway serves it no more; take its entry out"),
            .. entries.GroupBy(entry => entry, StringComparer.Ordinal).Where(twice => twice.Count() > 1).Select(twice => $"{twice.Key}: stands twice; an area's table is enough"),
        ];
    }
}
