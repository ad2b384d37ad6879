namespace LegalAid.Gateway.Simulation.Documents;

/// <summary>The command at a size that the suite has time for: larger than the bound on memory, so that a gateway that holds documents fails it.</summary>
public sealed class DocumentsTests
{
    [Fact]
    public async Task Document_LargerThanTheBoundBothWays_LeavesMemoryUnderIt() =>
        Assert.Equal(0, await DocumentsCommand.RunAsync(["--mib", "128"]));
}
