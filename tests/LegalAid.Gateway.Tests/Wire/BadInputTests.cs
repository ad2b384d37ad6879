using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire.BadInputs;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>
/// Bad inputs against the whole gateway, over every face that can carry them. Each is refused with its exact code, field and status, is
/// never an internal error, leaves no business behind, and is itself evidence, once, if the caller is known.
/// </summary>
public sealed class BadInputTests(BadScene scene, ITestOutputHelper output) : IClassFixture<BadScene>
{
    private static readonly IReadOnlyDictionary<string, BadInput> Rows =
        new[] { NoticeRows.All, StepRows.All, ReadRows.All, RawRows.All }.SelectMany(rows => rows).ToDictionary(row => row.Name, StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Call_BadInput_IsRefusedWithItsCodeAndLeavesOnlyEvidence(string name)
    {
        var row = Rows[name];
        if (row.Rest is { } rest)
        {
            await RefusesAsync(row, rest, row.Told.Http, "rest");
        }

        if (row.Grpc is { } grpc)
        {
            await RefusesAsync(row, grpc, row.Told.Grpc, "grpc");
        }
    }

    [Fact]
    public void Table_OfBadInputs_HasEightyRowsAndMoreOverBothFaces()
    {
        var (rest, grpc) = (Rows.Values.Count(row => row.Rest is not null), Rows.Values.Count(row => row.Grpc is not null));
        output.WriteLine($"{Rows.Count} bad inputs: {rest} over REST, {grpc} over gRPC");
        Assert.True(Rows.Count >= 80 && rest >= 80 && grpc >= 80);
    }

    /// <summary>The whole table once more on a gateway of its own, whose files are then read as a thief would read them.</summary>
    [Fact]
    public async Task Store_AfterAllBadInputs_HoldsNoPersonInClear()
    {
        var other = new BadScene();
        await other.InitializeAsync();
        await using (other)
        {
            foreach (var row in Rows.Values)
            {
                other.Pass();
                await (row.Rest ?? row.Grpc!)(other); // every row has a face
            }

            string[] sought = [.. other.Personal, "虚构试", "45019919", "45019920"];
            Assert.True(other.Personal.Count > 50);
            Assert.Empty(other.Gateway.Store.FindInClear(sought));
            Assert.True(other.Gateway.Logs.Count > Rows.Count); // a line for each request at least
            var log = string.Join('\n', other.Gateway.Logs.LinesFrom(0));
            Assert.DoesNotContain(sought, text => log.Contains(text, StringComparison.Ordinal));
            await other.Gateway.StopAsync();
            Assert.Empty(other.Gateway.Store.FindInClear(sought));
        }
    }

    private async Task RefusesAsync(BadInput row, Func<BadScene, Task<FaceAnswer>> call, int status, string face)
    {
        scene.Pass();
        var store = scene.Gateway.Store;
        var (before, evidence, errors) = (store.BusinessRows(), store.Refusals().Count, scene.Gateway.Logs.Errors.Count);

        var answer = await call(scene);

        Assert.False(answer.Accepted, $"{face}: accepted");
        Assert.Equal($"{face} {status} {row.Code}", $"{face} {answer.Status} {answer.Code}");
        Assert.Equal(row.Faults, answer.Faults);
        Assert.Equal(before, store.BusinessRows());
        Assert.Equal(errors, scene.Gateway.Logs.Errors.Count);
        if (row.Agency.Length == 0)
        {
            Assert.Equal(evidence, store.Refusals().Count);
            return;
        }

        // gRPC's answer may be there before the evidence: the status goes out first.
        await Eventually.HoldsAsync(() => store.Refusals().Count > evidence, $"{face}: evidence of the refusal");
        var leaf = Assert.Single(store.Refusals().Skip(evidence));
        Assert.Equal(row.Agency, leaf["agency"]?.GetValue<string>());
        Assert.Contains(row.Code, leaf["codes"]!.AsArray().Select(code => code!.GetValue<string>())); // a refusal lists codes
        Assert.Equal(0, leaf["suppressedBefore"]?.GetValue<int>());
    }
}
