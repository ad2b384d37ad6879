using System.Collections.Immutable;
using System.Text;
using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Agencies.Connectors.Batches;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Delivery.Files;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Casework.Tests.House;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Tests.Connectors;

/// <summary>Connectors as the configuration makes them, with a key folder of their own and everything that they log.</summary>
internal sealed class ConnectorScene : IDisposable
{
    public const string Name = "虚构甲";
    public static readonly string Number = SyntheticPeople.ResidentNumber(new DateOnly(1980, 5, 17), 123);

    /// <summary>2026-03-02 14:30:00 +08:00.</summary>
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 6, 30, 0, TimeSpan.Zero);

    private static readonly AgencyId Agency = AgencyId.Parse("civil-affairs-a");

    private readonly string _folder = Directory.CreateTempSubdirectory("connectors-").FullName;
    private readonly ILoggerFactory _loggers;
    private readonly List<IDisposable> _made = [];

    public ConnectorScene(TimeProvider? time = null)
    {
        Time = time ?? new ShiftedTime { By = Now - TimeProvider.System.GetUtcNow() };
        _loggers = LoggerFactory.Create(builder => builder.AddProvider(Logs).SetMinimumLevel(LogLevel.Trace));
        Keys = Path.Combine(_folder, "keys");
        Secrets = new ConnectorSecrets(KeyFolder.OpenOrCreate(Keys, Time), Time);
        Directory.CreateDirectory(Path.Combine(Keys, "connectors"));
        Exchange = Path.Combine(_folder, "exchange");
        Connectors = new FactConnectors(Secrets, Time, new CivilClock(Time), new SystemIds(Time), new FileChannelOptions { Root = Exchange }, _loggers.CreateLogger<FactConnectors>());
    }

    public TimeProvider Time { get; }

    public CapturedLogs Logs { get; } = new();

    public ConnectorSecrets Secrets { get; }

    public FactConnectors Connectors { get; }

    public string Keys { get; }

    /// <summary>Root of the exchange folders.</summary>
    public string Exchange { get; }

    public AnswerFiles AnswerFiles => new(Exchange, Time, new CivilClock(Time), _loggers.CreateLogger<AnswerFiles>());

    public static Agency AgencyOf(string yaml) => Load(yaml).Agencies.Get(Agency);

    /// <summary>The shipped vocabulary.</summary>
    public static FactVocabulary Facts { get; } = Load("{ id: first, kind: http, address: \"http://localhost\", allowed-addresses: [127.0.0.0/8], request: {}, answers: [{ fact: register, from: a, values: { a: none } }] }").Eligibility.Vocabulary;

    public ConnectorScene WithSecret(string file, string text)
    {
        File.WriteAllText(Path.Combine(Keys, "connectors", file), text);
        return this;
    }

    /// <summary>A connector of a body of civil affairs.</summary>
    /// <param name="yaml">One item of <c>connectors</c>.</param>
    public static FactConnector Configured(string yaml, string kind = "civil-affairs") => Assert.Single(Load(yaml, kind).Agencies.Get(Agency).Connectors);

    /// <summary>The one connector of a whole block, <c>connectors: …</c>.</summary>
    public IFactConnector Block(string block, string kind) => Connectors.For(Agency, Assert.Single(Loaded(block, kind).Agencies.Get(Agency).Connectors));

    public IFactConnector Connector(string yaml, string kind = "civil-affairs") => Connectors.For(Agency, Configured(yaml, kind));

    public TracedConnector Traced(string yaml, IConnectorTrace trace)
    {
        var traced = Connectors.Traced(Agency, Configured(yaml), trace);
        _made.Add(traced);
        return traced;
    }

    /// <summary>Asks about the synthetic person, or another.</summary>
    public static FactQuestion Question(string facts = "register", string? name = null, PersonDocument? document = null, string? authorisation = "authorisations/7") => new(
        "q-0195", document ?? Resident, PersonName.TryParse(name ?? Name, out var read, out _) ? read : throw new ArgumentException("no name", nameof(name)),
        [.. facts.Split(' ').Select(fact => Facts.Find(fact) ?? throw new ArgumentException(fact, nameof(facts)))],
        "eligibility-check", "法律援助法第四十一条", RegionCode.Parse("450103"), new DateOnly(2026, 3, 1), authorisation);

    public static PersonDocument Resident => DocumentOf(PersonDocumentKind.ResidentIdCard, Number);

    public static PersonDocument DocumentOf(PersonDocumentKind kind, string number, string? issuer = null) =>
        NumberedDocument.TryParse(kind, number, issuer, ResidentNumberRules.Demonstration, today: null, out var document, out var fault)
            ? document
            : throw new ArgumentException(fault.Code, nameof(number));

    /// <summary>Every line that was logged, in one text.</summary>
    public string Logged => string.Join('\n', Logs.LinesFrom(0));

    /// <summary>The values of an answer, as packs write them.</summary>
    public static IReadOnlyDictionary<string, string> Values(FactAnswer answer) =>
        Assert.IsType<FactAnswer.Answered>(answer).Facts.ToDictionary(fact => fact.Fact.Name, fact => fact.Value.Text(fact.Fact), StringComparer.Ordinal);

    public void Dispose()
    {
        // Whatever a connector logs, nothing of the person is in it.
        Assert.DoesNotContain(Number, Logged, StringComparison.Ordinal);
        Assert.DoesNotContain(Name, Logged, StringComparison.Ordinal);
        _made.ForEach(made => made.Dispose());
        Connectors.Dispose();
        _loggers.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static ConfigurationSnapshot Load(string yaml, string kind = "civil-affairs")
    {
        var item = string.Join('\n', yaml.Trim().Split('\n').Select(line => "    " + line)).TrimStart();
        return Loaded($"connectors:\n  - {item}", kind);
    }

    private static ConfigurationSnapshot Loaded(string connectors, string kind)
    {
        var agency = $$"""
            id: civil-affairs-a
            kind: {{kind}}
            title: { zh: 民政局, en: Civil affairs }
            region: "450100"
            channel: { kind: mailbox }

            """ + connectors;
        ImmutableArray<ConfigurationFile> files =
        [
            new("agencies/civil-affairs-a.yaml", agency),
            new("gateway.yaml", "public-address: http://localhost:8080\nallow-plain-text: true"),
            .. connectors.Contains("descriptors: relief", StringComparison.Ordinal)
                ? new[] { new ConfigurationFile("agencies/civil-affairs-a/relief.protoset.json", $$"""{ "base64": "{{ReliefProto.SetInBase64}}" }""") }
                : [],
            .. new[] { "eligibility/facts.yaml", "calendars/cn.yaml" }.Select(path => new ConfigurationFile(path, File.ReadAllText(Path.Combine(SourceTree.Root, "gateway-config", path), Encoding.UTF8))),
        ];
        return ConfigurationLoader.Load(files, new NoSchemas(), [], []) switch
        {
            LoadOutcome.Loaded loaded => loaded.Snapshot,
            LoadOutcome.Faulty faulty => throw new ArgumentException(string.Join('\n', faulty.Faults) + "\n" + agency, nameof(connectors)),
            _ => throw new InvalidOperationException("no such outcome"),
        };
    }

    private sealed class NoSchemas : IPayloadSchemas
    {
        public IPayloadSchema? Find(string name) => null;
    }
}
