using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Tests.House;

public sealed class ErrorPageTests
{
    [Fact]
    public void ErrorPage_SectionOfCasework_SaysWhatTheCodeSays() =>
        Findings.AreNone(ErrorPage.Check(SourceTree.Root, typeof(FaultTable).Assembly));
}
