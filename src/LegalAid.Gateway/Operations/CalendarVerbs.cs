using System.CommandLine;
using LegalAid.Gateway.Operations.Socket;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// The verbs by which operators oversee the addresses of calendars: <c>calendars list</c> and <c>calendars revoke</c>. An address that went astray is ended at once, whose ever it is.
/// They talk to the running gateway. Exit 0: done; 1: the gateway refused or is not there; 2: misuse.
/// </summary>
internal static class CalendarVerbs
{
    public static Command Create(Option<string> work)
    {
        var command = new Command("calendars", "查看并撤销日历订阅地址 · Oversee addresses of calendars.");
        command.Subcommands.Add(List(work));
        command.Subcommands.Add(Revoke(work));
        return command;
    }

    private static Command List(Option<string> work)
    {
        var agency = new Argument<string>("agency") { Description = "机构编号 · The agency's id." };
        var command = SocketVerb.Create("list", "某机构的地址，最新的在前 · An agency's addresses, newest first.", work, async (socket, arguments, cancellationToken) =>
        {
            var table = new TextTable("地址 feed", "对象 of", "创建 created", "到期 expires", "撤销 revoked");
            Guid? before = null;
            while (await socket.AskAsync<FeedsAnswer>("/calendars/list", new FeedsRequest(arguments.GetRequiredValue(agency), before), cancellationToken) is { Feeds: [.., var last] feeds })
            {
                foreach (var feed in feeds)
                {
                    table.Add($"{feed.Id}", feed.Station ?? "律师 a lawyer", CivilText.Minutes(feed.Created), CivilText.Minutes(feed.Expires), feed.Revoked is { } revoked ? CivilText.Minutes(revoked) : "");
                }

                before = last.Id;
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
        command.Arguments.Add(agency);
        return command;
    }

    private static Command Revoke(Option<string> work)
    {
        var feed = new Argument<string>("feed") { Description = "地址编号，见 list · The address's id, as list tells it." };
        var command = SocketVerb.Create("revoke", "撤销地址，立即生效 · Revoke an address, at once.", work, async (socket, arguments, cancellationToken) =>
        {
            var request = new RevokeFeedRequest(
                SocketVerb.Uuid(arguments.GetRequiredValue(feed), "feed"), arguments.GetRequiredValue(SocketVerb.As), arguments.GetRequiredValue(SocketVerb.Reason));
            var answer = await socket.AskAsync<ChangedAnswer>("/calendars/revoke", request, cancellationToken);
            Console.Out.WriteLine(answer.Changed ? "已撤销并存证 · Revoked, with evidence." : "没有该地址，或早已撤销 · There is none, or it was revoked already.");
        }, SocketVerb.As, SocketVerb.Reason);
        command.Arguments.Add(feed);
        return command;
    }
}
