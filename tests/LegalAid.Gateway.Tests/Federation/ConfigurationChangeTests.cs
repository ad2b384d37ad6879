using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Operations.ConfigurationChanges;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>What people who approve are shown of a change.</summary>
public sealed class ConfigurationChangeTests
{
    private const string Operations = "sharing/operations.yaml", Row = "operations-directory";

    private static readonly ConfigurationSnapshot Shipped = Read();

    [Fact]
    public void Between_TheSame_IsNothing()
    {
        var change = ConfigurationChange.Between(Shipped, Read());

        Assert.Empty(change.Files);
        Assert.Empty(change.Rows);
        Assert.Empty(change.Notices);
    }

    [Fact]
    public void Between_AFileMoreOrLess_SaysWhich()
    {
        var more = Read(new ConfigurationFile("schemas/another.json", """{"type":"object"}"""), Changed("regions.yaml", text => text + "\n# a remark\n"));

        Assert.Equal([(ChangeKind.Changed, "regions.yaml"), (ChangeKind.Added, "schemas/another.json")], Files(ConfigurationChange.Between(Shipped, more)));
        Assert.Equal([(ChangeKind.Changed, "regions.yaml"), (ChangeKind.Removed, "schemas/another.json")], Files(ConfigurationChange.Between(more, Shipped)));
    }

    [Fact]
    public void Between_RowsOfTheMatrix_ShowsBothSidesOfEach()
    {
        var narrowed = Read(Changed(Operations, text => text.Replace("        - legalaid.directory.v1.DirectoryService/GetAgency\n", "", StringComparison.Ordinal)));
        var row = Assert.Single(ConfigurationChange.Between(Shipped, narrowed).Rows);
        Assert.Equal(ChangeKind.Changed, row.Kind);
        Assert.Contains("GetAgency", string.Concat(row.Before ?? []), StringComparison.Ordinal);
        Assert.DoesNotContain("GetAgency", string.Concat(row.After ?? []), StringComparison.Ordinal);

        var renamed = Read(Changed(Operations, text => text.Replace($"id: {Row}", "id: another-row", StringComparison.Ordinal)));
        var rows = ConfigurationChange.Between(Shipped, renamed).Rows;
        Assert.Equal([ChangeKind.Added, ChangeKind.Removed], rows.Select(one => one.Kind));
        Assert.Null(rows[0].Before);
        Assert.Null(rows[1].After);
    }

    /// <summary>A row that says the same is for others when the directory gained somebody.</summary>
    [Fact]
    public void Between_TheSameRowsForOtherAgencies_ShowsThem()
    {
        var text = Shipped.Files.Single(file => file.Path == "agencies/nanning-police.yaml").Text;
        var more = Read(new ConfigurationFile("agencies/nanning-other-police.yaml", text.Replace("nanning-police", "nanning-other-police", StringComparison.Ordinal)));

        Assert.Contains(ConfigurationChange.Between(Shipped, more).Rows, row => row.Kind == ChangeKind.Changed && row.After?[0].StartsWith(Row, StringComparison.Ordinal) == true);
    }

    private static IEnumerable<(ChangeKind, string)> Files(ConfigurationChange change) => change.Files.Select(file => (file.Kind, file.Path));

    private static ConfigurationFile Changed(string path, Func<string, string> change) => new(path, change(Shipped.Files.Single(file => file.Path == path).Text));

    private static ConfigurationSnapshot Read(params ConfigurationFile[] over) => HostConfiguration.Read(new GatewayHostOptions
    {
        ConfigurationFolder = GatewayFixture.ConfigurationFolder, Overlay = [.. over], Adjust = settings => DemoSettings.Of(settings, GatewayFixture.SeedFolder, freePorts: true),
    }).Snapshot;
}
