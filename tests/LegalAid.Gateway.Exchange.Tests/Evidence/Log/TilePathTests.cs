using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Log;

public sealed class TilePathTests
{
    /// <summary>The second is the example of c2sp.org/tlog-tiles, "Merkle Tree".</summary>
    [Theory]
    [InlineData("tile/0/000", 0, 0, 256)]
    [InlineData("tile/0/x001/x234/067", 0, 1234067, 256)]
    [InlineData("tile/2/x001/234.p/17", 2, 1234, 17)]
    [InlineData("tile/7/000.p/1", 7, 0, 1)]
    [InlineData("tile/0/x999/999.p/255", 0, 999999, 255)]
    public void Path_OfATile_ReadsAsItIsWritten(string text, int level, long position, int width)
    {
        Assert.True(TilePath.TryParse(text, out var path));
        Assert.Equal(new TilePath(level, position, width), path);
        Assert.Equal(text, path.ToString());
    }

    /// <summary>The last two are refused in golang.org/x/mod, sumdb/tlog/tlog_test.go (there with a height before the level).</summary>
    [Theory]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("tile/00/000")]
    [InlineData("tile/8/000")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/xx001/000")]
    [InlineData("tile/0/+01")]
    [InlineData("tile/0/ 01")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/000.p/")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/07")]
    [InlineData("tile/0/x001.p/000/7")]
    [InlineData("tile/entries/000")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/5/123/456/078")]
    [InlineData("tile/-1/123/456/078")]
    public void Path_InAnyOtherSpelling_IsNone(string text) => Assert.False(TilePath.TryParse(text, out _));

    /// <summary>The example of c2sp.org/tlog-tiles, "Partial Tiles": 70,000 leaves, and 256.</summary>
    [Fact]
    public void TilesOf_TheSpecificationsExamples_AreItsTiles()
    {
        Assert.Equal([new TilePath(0, 273, 112), new TilePath(1, 1, 17), new TilePath(2, 0, 1)], TreeEdge.TilesOf(70_000));
        Assert.Equal([new TilePath(1, 0, 1)], TreeEdge.TilesOf(256));
        Assert.Equal(new TilePath(0, 272, 256), TilePath.InTree(70_000, 0, 272));
        Assert.Equal(new TilePath(1, 0, 256), TilePath.InTree(70_000, 1, 0));
        Assert.Null(TilePath.InTree(70_000, 0, 274));
        Assert.Null(TilePath.InTree(70_000, 3, 0));
    }
}
