using System.CommandLine;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Operations.Socket;

namespace LegalAid.Gateway.Operations.Enrolment;

/// <summary>
/// The verbs by which an administrator lets agencies' systems in: <c>enrol invite</c>, <c>enrol list</c>, <c>enrol shut-out</c>, <c>enrol let-in</c>. They talk to the running gateway.
/// </summary>
internal static class EnrolVerbs
{
    /// <summary>For what nobody says otherwise.</summary>
    public const string BindingUsual = "bound";

    public const int HoursUsual = 72;

    /// <summary>Bindings by their names in the configuration.</summary>
    public static IReadOnlyDictionary<string, BindingDemand> Bindings { get; } = new Dictionary<string, BindingDemand>(StringComparer.Ordinal)
    {
        ["bound"] = BindingDemand.Bound, ["dpop"] = BindingDemand.Key, ["certificate"] = BindingDemand.Certificate, ["none"] = BindingDemand.None,
    };

    public static Command Create(Option<string> work)
    {
        var command = new Command("enrol", "接入机构系统 · Let agencies' systems in.");
        command.Subcommands.Add(Invite(work));
        command.Subcommands.Add(List(work));
        command.Subcommands.Add(SetEnabled("shut-out", "停用客户端，其令牌随即失效 · Let a system in no more; its tokens die with it.", work));
        command.Subcommands.Add(SetEnabled("let-in", "恢复客户端 · Let a system in again.", work));
        return command;
    }

    private static Command Invite(Option<string> work)
    {
        var agency = new Argument<string>("agency") { Description = "机构编号 · The agency's id." };
        var client = new Argument<string>("client-id") { Description = "客户端编号，全网关唯一 · The client's id, unique in the gateway." };
        var hours = new Option<int>("--hours") { Description = "接入码有效小时数 · How long the code is good, in hours.", DefaultValueFactory = _ => HoursUsual };
        var signs = new Option<bool>("--signs") { Description = "该客户端的写操作须签名 · Its calls that change something must be signed." };
        var binding = new Option<string>("--binding")
        {
            Description = "令牌绑定：bound、dpop、certificate、none（仅供试用） · To what its tokens are bound; none is for a trial only.",
            DefaultValueFactory = _ => BindingUsual,
        };
        var command = SocketVerb.Create("invite", "发出一次性接入码 · Make a code by which one system enrols once.", work, async (socket, arguments, cancellationToken) =>
        {
            var request = new InviteRequest(
                arguments.GetRequiredValue(agency), arguments.GetRequiredValue(client), arguments.GetRequiredValue(binding), arguments.GetValue(signs),
                arguments.GetValue(hours), arguments.GetRequiredValue(SocketVerb.As));
            var answer = await socket.AskAsync<InviteAnswer>("/enrolments/invite", request, cancellationToken);
            Console.Out.WriteLine($"接入码 · Code: {answer.Code}");
            Console.Out.WriteLine($"网关 · Gateway: {answer.Gateway}");
            Console.Out.WriteLine($"有效 {request.Hours} 小时，用一次；只在此处显示 · Good for {request.Hours} hours, once; shown here and nowhere else. docs/connect.md");
        }, hours, signs, binding, SocketVerb.As);
        command.Arguments.Add(agency);
        command.Arguments.Add(client);
        return command;
    }

    private static Command List(Option<string> work) => SocketVerb.Create("list", "已接入的系统 · The systems that enrolled.", work, async (socket, _, cancellationToken) =>
    {
        var answer = await socket.AskAsync<EnrolledAnswer>("/enrolments/list", new { }, cancellationToken);
        var table = new TextTable("客户端 client", "机构 agency", "状态 state", "公钥 kid", "接入于 enrolled");
        foreach (var system in answer.Systems)
        {
            table.Add(
                system.ClientId, system.Agency, system.Enabled ? "启用 in" : "停用 shut out", system.Kid,
                CivilText.Minutes(system.EnrolledAt));
        }

        if (table.IsEmpty)
        {
            Console.Out.WriteLine("没有 · None.");
        }
        else
        {
            table.Write(Console.Out);
        }
    });

    private static Command SetEnabled(string name, string description, Option<string> work)
    {
        var client = new Argument<string>("client-id") { Description = "客户端编号 · The client's id." };
        var command = SocketVerb.Create(name, description, work, async (socket, arguments, cancellationToken) =>
        {
            var answer = await socket.AskAsync<ChangedAnswer>(
                $"/enrolments/{name}", new ClientRequest(arguments.GetRequiredValue(client), arguments.GetRequiredValue(SocketVerb.As)), cancellationToken);
            Console.Out.WriteLine(answer.Changed ? "已完成并存证 · Done, with evidence." : "没有这样的客户端，或已是如此 · There is no such client, or it was so already.");
        }, SocketVerb.As);
        command.Arguments.Add(client);
        return command;
    }
}
