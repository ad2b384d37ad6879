using System.Collections.Concurrent;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>The whole matrix, area by area, and one gateway on which each area is compared once, whichever tests ask for it.</summary>
public sealed class SharingMatrix : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Lazy<Task<Tally>>> _tallies = new(StringComparer.Ordinal);

    internal static IReadOnlyList<MatrixArea> Areas { get; } =
    [
        new NoticeArea(["COURT", "POLICE", "TRIAL_IN_ABSENTIA"]),
        new ViewArea(),
        new ListArea(),
        new OpeningArea(),
        new DocumentArea(),
        new UploadArea(),
        new EvidenceArea(),
        new DirectoryArea(),
    ];

    public static TheoryData<string> Names => [.. Areas.Select(area => area.Name)];

    public GatewayFixture Gateway { get; private set; } = null!; // set before any test runs

    public async ValueTask InitializeAsync() => Gateway = await GatewayFixture.StartAsync();

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    /// <summary>The area's comparison, made at the first call.</summary>
    internal Task<Tally> OfAsync(string area) => _tallies.GetOrAdd(area, name => new Lazy<Task<Tally>>(() => CompareAsync(name))).Value;

    private async Task<Tally> CompareAsync(string name)
    {
        var tally = new Tally(name);
        await Areas.Single(area => area.Name == name).CompareAsync(Gateway, tally);
        return tally;
    }
}
