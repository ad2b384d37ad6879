using System.CommandLine;
using System.Globalization;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Operations.Socket;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// The verbs by which operators oversee deliveries: <c>deliveries …</c> and <c>replay</c>. They talk to the running gateway over its socket in the
/// work folder. Exit 0: done; 1: the gateway refused or is not there; 2: misuse.
/// </summary>
internal static class DeliveryVerbs
{
    private const int FirstShown = 10;

    private static readonly Option<string[]> Ids = new("--delivery", "-d") { Description = "投递编号，可多次 · A delivery's id; may be repeated.", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string?> Recipient = new("--recipient", "-r") { Description = "接收机构 · The recipient." };
    private static readonly Option<string?> Cause = new("--cause") { Description = "原因，如 rejected、exhausted-500 · The cause, as the overview names it." };
    private static readonly Option<string?> Exchange = new("--exchange", "-x") { Description = "往来编号 · The exchange's id." };
    private static readonly Option<DateTimeOffset?> From = Instant("--from", "停止时间不早于 · Stopped at or after");
    private static readonly Option<DateTimeOffset?> Until = Instant("--until", "停止时间早于 · Stopped before");
    private static readonly Option<bool> All = new("--all") { Description = "全部 · Everything that stopped." };
    private static readonly Option<bool> Parked = new("--parked") { Description = "查搁置的，不查死信 · Parked deliveries in place of dead letters." };
    private static readonly Option<bool> DryRun = new("--dry-run", "-n") { Description = "只说明将改变什么 · Say what would be changed, and change nothing." };

    public static Command Deliveries(Option<string> work)
    {
        var command = new Command("deliveries", "查看并处置投递 · Oversee deliveries.");
        command.Subcommands.Add(SocketVerb.Create("overview", "各机构未完成的投递及其状态 · What is unfinished, by recipient, status and cause.", work, OverviewAsync));
        command.Subcommands.Add(SocketVerb.Create("list", "停止的投递，最早的在前 · Dead letters or parked deliveries, oldest first.", work, ListAsync, Recipient, Cause, Exchange, From, Until, Parked));
        command.Subcommands.Add(OnRecipient("suspend", "暂停向某机构投递；投递保留 · Hold back everything to a recipient; nothing is lost.", work));
        command.Subcommands.Add(OnRecipient("resume", "恢复向某机构投递 · Let a suspended or paused recipient go on.", work));
        command.Subcommands.Add(OnSelection("write-off", "放弃投递，其后的继续 · Give deliveries up for good; those behind them go on.", work));
        return command;
    }

    public static Command Replay(Option<string> work) => OnSelection(
        "replay", "重新投递死信：按编号、机构、原因或时间 · Let stopped deliveries go on: these, a recipient's, of a cause, of a time.", work);

    private static Command OnRecipient(string name, string description, Option<string> work)
    {
        var agency = new Argument<string>("agency") { Description = "机构编号 · The agency's id." };
        var command = SocketVerb.Create(name, description, work, async (client, arguments, cancellationToken) =>
        {
            var request = new RecipientRequest(arguments.GetRequiredValue(agency), arguments.GetRequiredValue(SocketVerb.As), arguments.GetRequiredValue(SocketVerb.Reason));
            var answer = await client.AskAsync<ChangedAnswer>($"/recipients/{name}", request, cancellationToken);
            Console.Out.WriteLine(answer.Changed ? "已完成并存证 · Done, with evidence." : "已是如此，未改变 · It was so already; nothing changed.");
        }, SocketVerb.As, SocketVerb.Reason);
        command.Arguments.Add(agency);
        return command;
    }

    private static Command OnSelection(string name, string description, Option<string> work) => SocketVerb.Create(
        name, description, work, (client, arguments, cancellationToken) => ActAsync(client, name, arguments, cancellationToken),
        Ids, Recipient, Cause, Exchange, From, Until, All, Parked, DryRun, SocketVerb.As, SocketVerb.Reason);

    private static async Task OverviewAsync(OperationsClient client, ParseResult arguments, CancellationToken cancellationToken)
    {
        var overview = await client.AskAsync<OverviewAnswer>("/deliveries/overview", new { }, cancellationToken);
        var counts = new TextTable("机构 recipient", "状态 status", "原因 cause", "件数 count", "最早 oldest");
        foreach (var count in overview.Counts)
        {
            counts.Add(count.Recipient, StatusText(count.Status), count.Outcome, $"{count.Count}", CivilText.Seconds(count.Oldest));
        }

        Write(counts, "没有未完成的投递 · Nothing is unfinished.");
        var stopped = new TextTable("机构 recipient", "状态 state", "原因 cause", "直到 until", "自 since");
        foreach (var row in overview.Recipients.Where(row => row.Suspended || row.PausedUntil > overview.At))
        {
            stopped.Add(row.Agency, row.Suspended ? "暂停 suspended" : "等待 paused", row.Cause, row is { Suspended: false, PausedUntil: { } until } ? CivilText.Seconds(until) : "", CivilText.Seconds(row.ChangedAt));
        }

        if (!stopped.IsEmpty)
        {
            Console.Out.WriteLine();
            stopped.Write(Console.Out);
        }
    }

    private static async Task ListAsync(OperationsClient client, ParseResult arguments, CancellationToken cancellationToken)
    {
        const int Count = 200;
        var answer = await client.AskAsync<ListAnswer>("/deliveries/list", new ListRequest(SelectionOf(arguments, everything: true), Count, null, null), cancellationToken);
        var table = new TextTable("投递 delivery", "机构 recipient", "事项 event", "次数 attempts", "原因 cause", "停止于 stopped", "说明 detail");
        foreach (var row in answer.Deliveries)
        {
            table.Add($"{row.Id}", row.Recipient, $"{row.Event} #{row.Sequence}", $"{row.Attempts}", row.Outcome, CivilText.Seconds(row.StoppedAt), row.Detail ?? "");
        }

        Write(table, "没有 · None.");
        if (answer.Deliveries.Length == Count)
        {
            Console.Out.WriteLine($"只显示前 {Count} 件，可用 --from 继续 · Only the first {Count}; go on with --from.");
        }
    }

    private static async Task ActAsync(OperationsClient client, string name, ParseResult arguments, CancellationToken cancellationToken)
    {
        var selection = SelectionOf(arguments, arguments.GetValue(All));
        if (arguments.GetValue(DryRun))
        {
            var preview = await client.AskAsync<PreviewAnswer>("/deliveries/preview", new PreviewRequest(selection, FirstShown), cancellationToken);
            Console.Out.WriteLine($"将改变 {preview.Count} 件 · {preview.Count} would be changed.");
            foreach (var id in preview.First)
            {
                Console.Out.WriteLine($"  {id}");
            }

            return;
        }

        var total = 0L;
        var request = new ActRequest(selection, arguments.GetRequiredValue(SocketVerb.As), arguments.GetRequiredValue(SocketVerb.Reason));
        await foreach (var changed in client.ActAsync($"/deliveries/{name}", request, cancellationToken))
        {
            total += changed.Changed;
            Console.Out.WriteLine($"  {total}…");
        }

        Console.Out.WriteLine($"已改变 {total} 件，均已存证 · {total} changed, with evidence.");
    }

    private static SelectionDocument SelectionOf(ParseResult arguments, bool everything) => new(
        arguments.GetValue(Ids) is { Length: > 0 } ids ? [.. ids.Select(id => SocketVerb.Uuid(id, "--delivery"))] : null,
        arguments.GetValue(Recipient), arguments.GetValue(Cause), arguments.GetValue(Exchange) is { } exchange ? SocketVerb.Uuid(exchange, "--exchange") : null,
        arguments.GetValue(From), arguments.GetValue(Until), arguments.GetValue(Parked) ? "parked" : null, everything);

    /// <summary>A date or an instant; without an offset it is civil time.</summary>
    private static Option<DateTimeOffset?> Instant(string name, string description) => new(name)
    {
        Description = $"{description}（2026-03-02 或 or 2026-03-02T09:00+08:00）",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (DateTime.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var civil))
            {
                return new DateTimeOffset(civil, CivilTime.Offset);
            }

            if (DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            {
                return instant;
            }

            result.AddError($"{name}: {text} 不是日期或时刻 · is neither a date nor an instant");
            return null;
        },
    };

    private static void Write(TextTable table, string none)
    {
        if (table.IsEmpty)
        {
            Console.Out.WriteLine(none);
            return;
        }

        table.Write(Console.Out);
    }

    private static string StatusText(string status) => status switch
    {
        "Pending" => "等待 waiting",
        "Leased" => "投递中 handed out",
        "Dead" => "死信 dead",
        "Parked" => "搁置 parked",
        _ => status,
    };
}
