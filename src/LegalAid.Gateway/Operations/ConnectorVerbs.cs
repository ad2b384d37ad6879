using System.Collections.Immutable;
using System.CommandLine;
using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Agencies.Connectors.Drafting;
using LegalAid.Gateway.Agencies.Verification;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Delivery.Files;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Operations.Socket;
using Microsoft.Extensions.Logging.Abstractions;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// <c>connector test</c>: asks an agency about a synthetic person and shows request, answer and facts. <c>connector draft</c>: writes a first connector from an OpenAPI
/// or WSDL document. <c>connector list</c>: how the running gateway fares with each. Exit 0: it answered, or the draft is written; 1: it did not, or the document is of no use; 2: misuse.
/// </summary>
internal static class ConnectorVerbs
{
    private static readonly Argument<string> AgencyArgument = new("agency") { Description = "机构 · The agency's id." };
    private static readonly Argument<string> ConnectorArgument = new("connector") { Description = "接口 · The connector's id." };
    private static readonly Option<string> Person = new("--person") { Description = "虚构人员的证件号码，地区 450199 · A synthetic resident number, of region 450199.", DefaultValueFactory = _ => "450199199005120135" };
    private static readonly Option<string> Name = new("--name") { Description = "虚构姓名 · A synthetic name.", DefaultValueFactory = _ => "虚构乙" };
    private static readonly Option<string[]> Fact = new("--fact", "-f") { Description = "只问这些事实，可多次；默认全部 · Ask for these facts only; may be repeated. By default all." };

    private static readonly Argument<string> Document = new("document") { Description = "OpenAPI 3.0、3.1（JSON 或 YAML）、Swagger 2.0 或 WSDL 1.1 文件 · An OpenAPI (JSON or YAML), Swagger or WSDL file." };
    private static readonly Option<string?> Operation = new("--operation", "-o") { Description = "操作的名称，或“POST /路径” · The operation's id or name, or \"POST /path\"." };
    private static readonly Option<string?> Kind = new("--kind") { Description = "机构类别，用来挑选事实 · The agency's kind, to choose among the facts." };
    private static readonly Option<string?> Network = new("--network") { Description = "该机构的网段 · The agency's network, in CIDR form." };

    public static Command Create(Func<ParseResult, GatewayHostOptions> optionsOf, Option<string> work)
    {
        var test = new Command("test", "以虚构人员查询，显示请求、答复和所得事实 · Ask about a synthetic person; show request, answer and facts.") { AgencyArgument, ConnectorArgument, Person, Name, Fact };
        test.SetAction((arguments, cancellationToken) => GuardedAsync(() => TestAsync(arguments, optionsOf(arguments), cancellationToken)));
        var draft = new Command("draft", "由 OpenAPI 或 WSDL 起草一个核查接口 · Draft a connector from OpenAPI or WSDL.") { Document, Operation, Kind, Network };
        draft.SetAction((arguments, _) => GuardedAsync(() => Task.FromResult(Draft(arguments, optionsOf(arguments)))));
        var list = SocketVerb.Create("list", "运行中的网关与各接口的状况：是否停问、问过几次、最近为何失败 · How the running gateway fares with each: whether it is left alone, and why.", work, ListAsync);
        return new Command("connector", "核查接口：试用、起草、状况 · Connectors: try one, draft one, see how they fare.") { test, draft, list };
    }

    private static async Task ListAsync(OperationsClient client, ParseResult arguments, CancellationToken cancellationToken)
    {
        var answer = await client.AskAsync<SourcesAnswer>("/connectors/list", new { }, cancellationToken);
        var table = new TextTable("机构 agency", "接口 connector", "方式 kind", "状态 state", "已问 asked", "在途 under way", "未答 failed", "最近原因 last fault", "时间 at");
        foreach (var line in answer.Sources)
        {
            table.Add(
                line.Agency, line.Connector, line.Kind, StandingText(line.Standing), $"{line.Asked}", $"{line.UnderWay}", $"{line.Failed}", line.Fault ?? "",
                line.FailedAt is { } at ? CivilText.Seconds(at) : "");
        }

        table.Write(Console.Out);
    }

    private static string StandingText(string? standing) => standing switch
    {
        null => "未问过 not asked yet",
        nameof(SourceStanding.Asked) => "正常 asked",
        nameof(SourceStanding.LeftAlone) => "停问 left alone",
        nameof(SourceStanding.Tried) => "试问 tried",
        _ => standing,
    };

    private static async Task<int> GuardedAsync(Func<Task<int>> act)
    {
        try
        {
            return await act();
        }
        catch (MisuseException misuse)
        {
            await Console.Error.WriteLineAsync(misuse.Message);
            return CommandLine.Misuse;
        }
        catch (StartRefusedException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return 1;
        }
    }

    private static async Task<int> TestAsync(ParseResult arguments, GatewayHostOptions options, CancellationToken cancellationToken)
    {
        var configuration = HostConfiguration.Read(options);
        var (agency, connector) = Find(configuration.Snapshot, arguments.GetRequiredValue(AgencyArgument), arguments.GetRequiredValue(ConnectorArgument));
        var question = QuestionOf(arguments, connector, agency, options.Time);
        var keys = KeyFolder.OpenOrCreate(Path.Combine(options.WorkingFolder, configuration.Settings.KeyFolder), options.Time);
        using var connectors = new FactConnectors(
            new ConnectorSecrets(keys, options.Time), options.Time, new CivilClock(options.Time), new SystemIds(options.Time),
            new FileChannelOptions { Root = Path.GetFullPath(configuration.Settings.FileExchangeFolder, Path.GetFullPath(options.WorkingFolder)) }, NullLogger<FactConnectors>.Instance);
        using var traced = connectors.Traced(agency.Id, connector, new ConsoleTrace(Console.Out));
        return Write(Console.Out, await traced.Asks.AskAsync(question, cancellationToken));
    }

    private static (Agency Agency, FactConnector Connector) Find(ConfigurationSnapshot snapshot, string agencyId, string connectorId)
    {
        var agency = AgencyId.TryParse(agencyId, out var id) && snapshot.Agencies.Find(id) is { } found ? found : throw new MisuseException($"没有机构 · There is no agency {agencyId}");
        var connector = agency.Connectors.FirstOrDefault(connector => connector.Id == connectorId)
            ?? throw new MisuseException($"没有接口 · There is no connector {connectorId}: {string.Join(", ", agency.Connectors.Select(other => other.Id))}");
        return connector.Wire is not null
            ? (agency, connector)
            : throw new MisuseException("该接口以文件或信箱查询，不能即时试用 · The connector asks by files or through a mailbox; it cannot be tried at once");
    }

    private static FactQuestion QuestionOf(ParseResult arguments, FactConnector connector, Agency agency, TimeProvider time)
    {
        if (!ResidentNumber.TryParse(arguments.GetRequiredValue(Person), ResidentNumberRules.Demonstration, today: null, out var number, out _) || number.Region.Assignment != RegionAssignment.Unassigned)
        {
            throw new MisuseException("只可用虚构号码（地区 450199，校验位正确）· Synthetic numbers only: of region 450199, with the right check character");
        }

        if (!PersonName.TryParse(arguments.GetRequiredValue(Name), out var name, out var fault))
        {
            throw new MisuseException($"{fault.Zh} · {fault.En}");
        }

        var wanted = arguments.GetValue(Fact) ?? [];
        var known = connector.Answers.Select(mapping => mapping.Fact).ToImmutableArray();
        if (wanted.FirstOrDefault(fact => known.All(other => other.Name != fact)) is { } unknown)
        {
            throw new MisuseException($"该接口不回答 · The connector does not answer {unknown}: {string.Join(", ", known)}");
        }

        var now = time.GetUtcNow();
        return new FactQuestion(
            $"test-{now.ToUnixTimeMilliseconds()}", NumberedDocument.Of(number), name, wanted.Length == 0 ? known : [.. known.Where(fact => wanted.Contains(fact.Name, StringComparer.Ordinal))],
            Purpose.ConnectionTest.Name, "测试 test", agency.Region, now.CivilDate(), "authorisations/test");
    }

    private static int Write(TextWriter output, FactAnswer answer)
    {
        switch (answer)
        {
            case FactAnswer.Answered answered:
                output.WriteLine($"== 事实 · Facts (SHA-256 {answered.RawDigest[..12]}…)");
                foreach (var fact in answered.Facts)
                {
                    output.WriteLine($"{fact.Fact.Name} {fact.Fact.Title.Zh} = {fact.Value.Text(fact.Fact)}（{fact.AnsweredOn:yyyy-MM-dd}{(fact.ValidUntil is { } until ? $" – {until:yyyy-MM-dd}" : "")}）");
                }

                output.WriteLine(answered.Facts.IsEmpty ? "答复有效，但没有所问的事实 · It answered, and has none of the facts." : $"共 {answered.Facts.Length} 项 · {answered.Facts.Length} facts.");
                return 0;
            case FactAnswer.NoMatch:
                output.WriteLine("== 查无此人 · It knows no such person.");
                return 0;
            case FactAnswer.Later:
                output.WriteLine("== 已放入批次，答复稍后以文件送达 · It is in a batch; the answer comes by file.");
                return 0;
            case FactAnswer.Unavailable gone:
                output.WriteLine($"== 没有得到答复 · Not answered: {gone.Fault}{(gone.RetryAfter is { } pause ? $", {pause.TotalSeconds:0} s" : "")}");
                return 1;
            default:
                throw new InvalidOperationException($"answer {answer}");
        }
    }

    private static int Draft(ParseResult arguments, GatewayHostOptions options)
    {
        var document = ForeignDocuments.Read(TextOf(arguments.GetRequiredValue(Document)));
        if (document.Calls.IsEmpty)
        {
            Console.Error.WriteLine(document.Fault);
            return 1;
        }

        var wanted = arguments.GetValue(Operation);
        var fitting = document.Calls.Where(call => wanted is null || call.Name == wanted || $"{call.Method} {call.Address}".EndsWith(wanted, StringComparison.Ordinal) || call.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase)).ToList();
        if (fitting.Count > 1 && fitting.Where(call => call.Name == wanted).ToList() is [var exact])
        {
            fitting = [exact]; // there are documents whose operations differ in capitals only
        }

        if (fitting.Count != 1)
        {
            Console.Error.WriteLine(fitting.Count == 0 ? $"没有操作 · There is no operation {wanted}. 可用 · Known:" : "用 --operation 选择一个操作 · Choose one by --operation:");
            foreach (var call in (fitting.Count == 0 ? document.Calls : [.. fitting]).Take(200))
            {
                Console.Error.WriteLine($"  {call.Name}  {DraftText.OneLine(call.Title)}");
            }

            return CommandLine.Misuse;
        }

        var vocabulary = VocabularyOf(options);
        Console.Out.Write(new ConnectorDraft(fitting[0], vocabulary, arguments.GetValue(Kind)).Write(arguments.GetValue(Network)));
        return 0;
    }

    /// <summary>The facts of the configuration at hand; none where there is no sound one, and then none are guessed.</summary>
    private static FactVocabulary VocabularyOf(GatewayHostOptions options) => Directory.Exists(options.ConfigurationFolder)
        ? Casework.Configuration.Eligibility.EligibilityFiles.Read(ConfigurationFolder.Read(options.ConfigurationFolder)).Packs.Vocabulary
        : FactVocabulary.Empty;

    private static string TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new MisuseException($"读不到文件 · Cannot read {path}: {unreadable.Message}");
        }
    }

    private sealed class ConsoleTrace(TextWriter output) : IConnectorTrace
    {
        public void Sent(string text) => output.WriteLine($"== 请求 · Request\n{text}");

        public void Received(string text) => output.WriteLine($"== 答复 · Answer\n{text}");
    }
}
