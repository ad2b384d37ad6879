using System.Collections.Concurrent;
using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>The whole matrix, area by area, and one gateway on which each area is compared once, whichever tests ask for it.</summary>
public sealed class MatrixFixture : IAsyncLifetime
{
    private const string Secret = "Basic Y291cnQ6c3RhdHVz";

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
        new OwnArea(),
        new MailboxArea(),
        new SystemArea(),
        new ServiceArea(),
        new VerificationArea(),
        new CooperationArea(),
        new RosterArea(),
        new CalendarArea(),
        new ShiftArea(),
        new HelpArea(),
    ];

    public static TheoryData<string> Names => [.. Areas.Select(area => area.Name)];

    private CaseStatusService _court = null!; // set before any test runs

    public GatewayFixture Gateway { get; private set; } = null!; // set before any test runs

    public async ValueTask InitializeAsync() => (Gateway, _court) = await StartAsync(sharing: []);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _court.DisposeAsync();
    }

    /// <summary>A gateway with the shipped configuration, in which some files of the sharing matrix are others, and the court whose interface it publishes.</summary>
    internal static async Task<(GatewayFixture Gateway, CaseStatusService Court)> StartAsync(ImmutableArray<ConfigurationFile> sharing)
    {
        const string Service = "services/case-status.yaml";
        var court = await CaseStatusService.StartAsync(Secret);
        var published = Shipped(Service).Replace("http://127.0.0.1:8082/api", court.Address.AbsoluteUri, StringComparison.Ordinal);
        var gateway = await GatewayFixture.StartAsync(new GatewayStart { Overlay = [new ConfigurationFile(Service, published), .. sharing] });
        var folder = Directory.CreateDirectory(Path.Combine(gateway.WorkingFolder, "var", "keys", "services"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "court-case-status.secret"), Secret);
        return (gateway, court);
    }

    /// <summary>A file of the shipped configuration.</summary>
    internal static string Shipped(string path) => File.ReadAllText(Path.Combine(GatewayFixture.ConfigurationFolder, path));

    /// <summary>The area's comparison, made at the first call.</summary>
    internal Task<Tally> OfAsync(string area) => _tallies.GetOrAdd(area, name => new Lazy<Task<Tally>>(() => CompareAsync(name))).Value;

    private async Task<Tally> CompareAsync(string name)
    {
        var tally = new Tally(name);
        await Areas.Single(area => area.Name == name).CompareAsync(Gateway, tally);
        return tally;
    }
}
