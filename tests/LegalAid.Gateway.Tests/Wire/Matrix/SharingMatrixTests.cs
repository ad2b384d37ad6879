namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>
/// Every agency, with every operation, over every face that it has, on an object that is its own, another's, and none at all: what it is told is what
/// <see cref="Expectations"/> says, and what is hidden is told like what is absent, to the byte.
/// </summary>
public sealed class SharingMatrixTests(MatrixFixture matrix) : IClassFixture<MatrixFixture>
{
    public static TheoryData<string> Areas => MatrixFixture.Names;

    [Theory]
    [MemberData(nameof(Areas))]
    public async Task Area_EveryAgencyOperationAndObject_IsToldAsTheTableSays(string area)
    {
        var tally = await matrix.OfAsync(area);
        Assert.True(tally.Findings.Count == 0, $"{tally}\n{string.Join('\n', tally.Findings)}");
    }

    /// <summary>Prints what was compared; docs/measures.md has the command.</summary>
    [Fact]
    public async Task Matrix_Whole_HasNoLeakAndNoWrongRefusal()
    {
        var tallies = new List<Tally>();
        foreach (var area in MatrixFixture.Areas)
        {
            tallies.Add(await matrix.OfAsync(area.Name));
        }

        var total = $"{MatrixArea.Agencies.Length} agencies: {tallies.Sum(tally => tally.Calls)} calls, {tallies.Sum(tally => tally.Comparisons)} comparisons, "
            + $"{Sum(Difference.Leak)} leaks, {Sum(Difference.WrongRefusal)} wrong refusals, {Sum(Difference.Unequal)} hidden told unlike absent";
        TestContext.Current.TestOutputHelper?.WriteLine($"{string.Join('\n', tallies)}\n{total}");
        Assert.True(tallies.All(tally => tally.Findings.Count == 0), total);

        int Sum(Difference difference) => tallies.Sum(tally => tally.Of(difference));
    }
}
