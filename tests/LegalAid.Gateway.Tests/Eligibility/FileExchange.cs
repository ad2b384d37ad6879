using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Agencies.Connectors.Batches;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Demo.Agencies.Bodies;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace LegalAid.Gateway.Tests.Eligibility;

/// <summary>The shipped connector by file and the simulated body that answers it, in a folder of their own into which no gateway looks.</summary>
internal sealed class FileExchange : IAsyncDisposable
{
    private readonly DirectoryInfo _work = Directory.CreateTempSubdirectory("file-exchange-");
    private readonly ShiftedTime _ahead = new() { By = TimeSpan.FromMinutes(1) }; // so that a file which has just come is whole
    private readonly SimulatedBodies _bodies;
    private readonly Agency _agency;
    private readonly BatchFactConnector _asks;
    private readonly AnswerFiles _answers;

    private FileExchange(SimulatedBodies bodies, ConfigurationSnapshot snapshot)
    {
        _bodies = bodies;
        _agency = snapshot.Agencies.Get(AgencyId.Parse(Body.Agency));
        Connector = Assert.Single(_agency.Connectors);
        var root = Path.Combine(_work.FullName, "var", "exchange");
        _asks = new BatchFactConnector(Connector, Assert.IsType<ConnectorCall.File>(Connector.Call), _agency.Id, root, TimeProvider.System, NullLogger.Instance);
        _answers = new AnswerFiles(root, _ahead, new CivilClock(_ahead), NullLogger<AnswerFiles>.Instance);
    }

    public FactConnector Connector { get; }

    public SimulatedBody Body => _bodies.All.Single(body => body.AnswersLater);

    public List<LateAnswer> Taken { get; } = [];

    public int Batches => Files("questions");

    public int Settled => Files("settled") / 2; // each with its report

    public int Refused => Files("refused") / 2;

    public static async Task<FileExchange> StartAsync(SimulatedScene scene, ConfigurationSnapshot snapshot)
    {
        var bodies = await SimulatedBodies.StartAsync(TimeProvider.System);
        bodies.Know(scene.Known);
        var exchange = new FileExchange(bodies, snapshot);
        bodies.Meet(exchange._work.FullName);
        return exchange;
    }

    public Task<FactAnswer> AskAsync(FactQuestion question) => _asks.AskAsync(question, TestContext.Current.CancellationToken);

    /// <summary>Writes batches and reads answers, as the gateway's worker does, until it holds.</summary>
    public Task ExchangeAsync(Func<bool> until) => Eventually.HoldsAsync(
        async () =>
        {
            await _asks.WriteBatchAsync(TestContext.Current.CancellationToken);
            await _answers.LookAsync(_agency, Connector, (late, _) =>
            {
                Taken.Add(late);
                return Task.FromResult(true);
            }, TestContext.Current.CancellationToken);
            return until();
        },
        "the exchange by files");

    public async ValueTask DisposeAsync()
    {
        await _bodies.DisposeAsync();
        _work.Delete(recursive: true);
    }

    private int Files(string folder) => Directory.GetFiles(Path.Combine(_work.FullName, "var", "exchange", _agency.Id.Value, "facts", Connector.Id, folder)).Length;
}
