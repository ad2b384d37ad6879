using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Tests.Configuration;

/// <summary>What a published service's path takes: what two readers could read differently is none of them.</summary>
public sealed class ServicePathTests
{
    private static readonly ServicePath Path = ServicePath.TryParse("/cases/{number}/hearings")!; // a path

    [Theory]
    [InlineData("/cases/1/hearings")]
    [InlineData("/cases/a.b-c_d~e/hearings")]
    [InlineData("/cases/%EF%BC%882026%EF%BC%89%E6%A1%820103%E5%88%91%E5%88%9D1%E5%8F%B7/hearings")]
    [InlineData("/cases/.../hearings")]
    [InlineData("/cases/%20/hearings")]
    public void Matches_OneSegment_Takes(string raw) => Assert.True(Path.Matches(raw));

    [Theory]
    [InlineData("")]
    [InlineData("cases/1/hearings")]
    [InlineData("/cases/1/hearings/")]
    [InlineData("/cases//hearings")]
    [InlineData("/cases/1/hearing")]
    [InlineData("/Cases/1/hearings")]
    [InlineData("/%63ases/1/hearings")]
    [InlineData("/cases/1/2/hearings")]
    [InlineData("/cases/../hearings")]
    [InlineData("/cases/./hearings")]
    [InlineData("/cases/%2e%2e/hearings")]
    [InlineData("/cases/.%2E/hearings")]
    [InlineData("/cases/1%2f..%2fadmin/hearings")]
    [InlineData("/cases/1%5Cadmin/hearings")]
    [InlineData("/cases/1\\admin/hearings")]
    [InlineData("/cases/%252e%252e/hearings")]
    [InlineData("/cases/1;x=2/hearings")]
    [InlineData("/cases/1%3Bx=2/hearings")]
    [InlineData("/cases/1%00/hearings")]
    [InlineData("/cases/1%0d%0aX:/hearings")]
    [InlineData("/cases/%/hearings")]
    [InlineData("/cases/%4/hearings")]
    [InlineData("/cases/%zz/hearings")]
    [InlineData("/cases/%c0%af/hearings")]
    [InlineData("/cases/%ff/hearings")]
    [InlineData("/cases/案/hearings")]
    [InlineData("/cases/a b/hearings")]
    [InlineData("/cases/a?b/hearings")]
    public void Matches_AnythingElse_DoesNot(string raw) => Assert.False(Path.Matches(raw));

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void Matches_LongSegment_IsBounded(int length, bool matches) => Assert.Equal(matches, Path.Matches($"/cases/{new string('a', length)}/hearings"));
}
