using System.Reflection;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Tests.House;

namespace LegalAid.Gateway.Tests.House;

/// <summary>The parts of <c>docs/errors.md</c> that Casework does not see, and what must hold over all of them.</summary>
public sealed class ErrorPageTests
{
    private static readonly Assembly[] Above =
        [Assembly.Load("LegalAid.Gateway.Exchange"), Assembly.Load("LegalAid.Gateway.Identity"), typeof(GatewayHost).Assembly];

    [Fact]
    public void ErrorPage_SectionsAboveCasework_SayWhatTheCodeSays() =>
        Findings.AreNone(Above.SelectMany(assembly => ErrorPage.Check(SourceTree.Root, assembly)));

    /// <summary>The table that the host answers from holds every row of every assembly: no code stands twice, none is left out.</summary>
    [Fact]
    public void Faults_OfTheHost_AreAllRowsOfAllAssemblies()
    {
        Assembly[] all = [typeof(FaultTable).Assembly, .. Above];

        Assert.Equal(FaultTable.Gather(all).Rows, GatewayHost.Faults.Rows);
    }
}
