using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

public sealed class DurablyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sync-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void CreateFolder_BelowFoldersThatAreNot_MakesThemAllAndMayBeRepeated()
    {
        var deep = Path.Combine(_folder.FullName, "one", "two", "three");

        Durably.CreateFolder(deep);
        Durably.CreateFolder(deep);

        Assert.True(Directory.Exists(deep));
    }

    [Fact]
    public void Rename_IntoAnotherFolder_WritesOverWhereItMayAndNowhereElse()
    {
        var (from, to) = (Path.Combine(_folder.FullName, "from"), Path.Combine(_folder.FullName, "folder", "to"));
        Durably.CreateFolder(Path.GetDirectoryName(to)!); // it is in a folder
        File.WriteAllText(from, "new");
        File.WriteAllText(to, "old");

        Assert.Throws<IOException>(() => Durably.Rename(from, to, overwrite: false));
        Durably.Rename(from, to, overwrite: true);

        Assert.Equal("new", File.ReadAllText(to));
        Assert.False(File.Exists(from));
    }
}
