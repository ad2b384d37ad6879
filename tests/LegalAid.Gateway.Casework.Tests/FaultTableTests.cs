using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Tests;

public sealed class FaultTableTests
{
    [Fact]
    public void Gather_OwnAssembly_HasEveryRowWithBothLanguages()
    {
        var table = FaultTable.Gather(typeof(FaultTable).Assembly);

        Assert.NotEmpty(table.Rows);
        Assert.All(table.Rows, row =>
        {
            Assert.Matches("^[A-Z][A-Z0-9_]+$", row.Code);
            Assert.NotEmpty(row.Zh);
            Assert.NotEmpty(row.En);
            Assert.NotEmpty(row.RemedyZh);
            Assert.NotEmpty(row.RemedyEn);
        });
    }
}
