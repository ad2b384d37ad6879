using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// <c>explain</c>: why the sharing matrix of a configuration would allow or refuse something, row by row. It asks no gateway, so that a change can be tried
/// before it is activated. Exit 0: allowed; 1: refused, or the configuration is not sound; 2: misuse.
/// </summary>
internal static class ExplainCommand
{
    private static readonly Argument<string> AgencyArgument = new("agency") { Description = "谁 · Who asks: the agency's id." };

    private static readonly Argument<string> KindArgument = new("kind") { Description = "做什么 · What: call | take | receive | clocks | view | fact | service" };

    private static readonly Argument<string> NameArgument = new("name")
    {
        Description = "对象 · Of what: a method (legalaid.directory.v1.DirectoryService/WhoAmI), a type and step (defence-notice.court/submit), "
            + "a type (defence-notice.court), a fact, or a service (agency/service).",
    };

    private static readonly Option<string?> PurposeOption = new("--purpose", "-p") { Description = "使用目的，如 gateway-purpose · The purpose, as gateway-purpose would say it." };
    private static readonly Option<string[]> Role = new("--role", "-r") { Description = "该机构在业务中的角色，可多次 · A role that the agency holds in the exchange; may be repeated." };
    private static readonly Option<string?> State = new("--state", "-s") { Description = "业务状态 · The state that the exchange is in." };
    private static readonly Option<string?> Addressed = new("--addressed") { Description = "报文所致的角色 · The role in which a message reaches the agency, such as supervisor." };
    private static readonly Option<string?> Place = new("--place") { Description = "事项所在地区划代码 · The matter's place, a division code." };
    private static readonly Option<string?> On = new("--on") { Description = "日期，默认今天 · The civil date; by default today: 2026-03-02." };

    public static Command Create(Func<ParseResult, GatewayHostOptions> optionsOf)
    {
        var command = new Command(
            "explain",
            "说明共享授权矩阵为何允许或拒绝 · Why the sharing matrix would allow or refuse: explain nanning-police view defence-notice.police --role organ")
        {
            AgencyArgument, KindArgument, NameArgument, PurposeOption, Role, State, Addressed, Place, On,
        };
        KindArgument.AcceptOnlyFromAmong("call", "take", "receive", "clocks", "view", "fact", "service");
        command.SetAction(arguments =>
        {
            try
            {
                var snapshot = HostConfiguration.Read(optionsOf(arguments)).Snapshot;
                var question = QuestionOf(arguments, snapshot);
                Write(Console.Out, snapshot, question, snapshot.Sharing.Explain(question));
                return snapshot.Sharing.Decide(question) is SharingDecision.Allowed ? 0 : 1;
            }
            catch (MisuseException misuse)
            {
                Console.Error.WriteLine(misuse.Message);
                return CommandLine.Misuse;
            }
            catch (StartRefusedException refused)
            {
                Console.Error.WriteLine(refused.Message);
                return 1;
            }
        });
        return command;
    }

    private static SharingQuestion QuestionOf(ParseResult arguments, ConfigurationSnapshot snapshot)
    {
        var id = arguments.GetRequiredValue(AgencyArgument);
        var caller = AgencyId.TryParse(id, out var agency) && snapshot.Agencies.Find(agency) is { } found
            ? found
            : throw new MisuseException($"没有机构 · There is no agency {id}");
        var purpose = arguments.GetValue(PurposeOption) is not { } stated ? null
            : Purpose.Find(stated) ?? throw new MisuseException($"没有目的 · There is no purpose {stated}: {string.Join(", ", Purpose.All)}");
        var (roles, state) = (arguments.GetValue(Role) ?? [], arguments.GetValue(State));
        var (addressed, place) = (arguments.GetValue(Addressed), arguments.GetValue(Place));
        return new SharingQuestion(caller, ObjectOf(arguments.GetRequiredValue(KindArgument), arguments.GetRequiredValue(NameArgument)), DateOf(arguments.GetValue(On)))
        {
            Purpose = purpose,
            Exchange = roles.Length == 0 && state is null && addressed is null ? null : new ExchangeAtHand(
                roles.Distinct(StringComparer.Ordinal).ToImmutableSortedDictionary(role => role, _ => caller.Id, StringComparer.Ordinal), new StateName(state ?? ""),
                addressed is null ? null : new RoleName(addressed)),
            Place = place is null ? null : RegionCode.TryParse(place, out var region, out _) ? region : throw new MisuseException($"--place: {place} 不是区划代码 · is no division code"),
        };
    }

    private static SharedObject ObjectOf(string kind, string name)
    {
        var parts = name.Split('/', 2);
        return kind switch
        {
            "call" => Operation.Find(name) is not null ? SharedObject.Call(name) : throw new MisuseException($"没有操作 · There is no operation {name}"),
            "view" => SharedObject.View(new ExchangeTypeId(name)),
            "clocks" => SharedObject.Clocks(new ExchangeTypeId(name)),
            "fact" => SharedObject.Fact(name),
            _ when parts.Length != 2 => throw new MisuseException($"{kind}: {name} 须写成 甲/乙 · takes two names with a slash between"),
            "take" => SharedObject.Take(new ExchangeTypeId(parts[0]), new StepName(parts[1])),
            "receive" => SharedObject.Receive(new ExchangeTypeId(parts[0]), new StepName(parts[1])),
            _ => AgencyId.TryParse(parts[0], out var agency) ? SharedObject.Service(agency, parts[1]) : throw new MisuseException($"没有机构 · There is no agency {parts[0]}"),
        };
    }

    private static DateOnly DateOf(string? text) => text is null ? TimeProvider.System.GetUtcNow().CivilDate()
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date
        : throw new MisuseException($"--on: {text} 不是日期 · is no date");

    private static void Write(TextWriter output, ConfigurationSnapshot snapshot, in SharingQuestion question, SharingExplanation explanation)
    {
        output.WriteLine($"{question.Caller.Id}  {question.Object}  {question.On:yyyy-MM-dd}  {snapshot.Digest[..12]}");
        output.WriteLine(explanation.Decision is SharingDecision.Allowed allowed
            ? $"允许 ALLOWED  目的 for {allowed.Purpose}  字段 sees {(allowed.Fields.IsEverything ? "*" : string.Join(", ", allowed.Fields.Paths))}"
            : "拒绝 REFUSED");
        if (explanation.Rows.IsEmpty)
        {
            output.WriteLine("没有任何授权行涉及此对象 · No row is about it.");
            return;
        }

        var table = new WrappedTable(("授权行 ROW", 30), ("位置 PLACE", 34), ("缺少 WHAT IS MISSING", 52));
        table.WriteHead(output);
        foreach (var finding in explanation.Rows.OrderByDescending(finding => finding.Holds))
        {
            var missing = finding.Holds ? "成立 holds" : string.Join('\n', finding.Reasons.Select(reason => $"{reason.Zh} · {reason.En}"));
            table.Write(output, [finding.Row.Id, $"{finding.Row.File}:{finding.Row.Line}", missing]);
        }
    }
}
