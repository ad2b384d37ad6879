using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Operations.Socket;

namespace LegalAid.Gateway.Operations.Peers;

/// <summary>
/// The verb <c>peers test</c>: a test message to another gateway and its answer back, over the whole path (<see cref="LineTests"/>), rung by rung. It talks to the running
/// gateway over its socket. Exit 0: every rung stands; 1: one failed or the wait is over, and the table says which and what to do.
/// </summary>
internal static class PeerTestVerb
{
    private const int WaitUsual = 60, WaitMax = 3_600;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private static readonly Option<string?> Near = new("--from") { Description = "以本市哪个机构的名义发出；默认第一个可用的 · In the name of which agency of ours; by default the first that may." };
    private static readonly Option<string?> Far = new("--to") { Description = "发给对方哪个机构；该机构不会收到任何消息 · To which agency of the other's, which is delivered nothing; by default the first." };
    private static readonly Option<int> Wait = new("--wait") { Description = "等待秒数 · How long to wait, in seconds.", DefaultValueFactory = _ => WaitUsual };

    private static readonly ImmutableArray<string> Titles = ["本方提交 committed here", "对方收妥 taken there", "对方答复 answered there", "结果告知 told there"];

    public static Command Create(Option<string> work)
    {
        var gateway = new Argument<string>("gateway") { Description = "外市网关的机构编号 · The other gateway's id in the directory." };
        Wait.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > WaitMax)
            {
                result.AddError($"--wait 须在 1 至 {WaitMax} 之间 · --wait is between 1 and {WaitMax}");
            }
        });
        var command = SocketVerb.Create(
            "test", "经真实路径发送测试消息并等待答复，逐级列出回执和用时 · Send a test message over the whole path and await its answer; each rung with its receipt and its time.",
            work, (client, arguments, cancellationToken) => RunAsync(client, arguments, arguments.GetRequiredValue(gateway), cancellationToken), Near, Far, Wait);
        command.Arguments.Add(gateway);
        return command;
    }

    private static async Task RunAsync(OperationsClient client, ParseResult arguments, string gateway, CancellationToken cancellationToken)
    {
        var test = await client.AskAsync<PeerTestAnswer>("/peers/test", new PeerTestRequest(gateway, arguments.GetValue(Near), arguments.GetValue(Far)), cancellationToken);
        var rungs = ImmutableArray<PeerRungLine>.Empty;
        var (time, patience) = (TimeProvider.System, TimeSpan.FromSeconds(arguments.GetValue(Wait)));
        if (test.Exchange is { } exchange)
        {
            for (var from = time.GetTimestamp(); ; await Task.Delay(Interval, time, cancellationToken))
            {
                rungs = (await client.AskAsync<PeerLookAnswer>("/peers/look", new PeerLookRequest(exchange), cancellationToken)).Rungs;
                if (rungs.All(rung => rung.At is not null) || time.GetElapsedTime(from) > patience)
                {
                    break;
                }
            }
        }

        Write(gateway, test, rungs);
        if (FirstMissing(test, rungs) is { } failed)
        {
            throw new OperationsRefusedException(failed);
        }
    }

    private static void Write(string gateway, PeerTestAnswer test, ImmutableArray<PeerRungLine> rungs)
    {
        Console.Out.WriteLine($"{test.Near} → {gateway} ({test.Far})");
        Console.Out.WriteLine();
        var table = new TextTable("环节 RUNG", "结果 RESULT", "回执 RECEIPT", "用时 TIME", "说明 DETAIL");
        table.Add("连通 reached", ResultOf(test.Cause.Length == 0), "", Milliseconds(test.ReachingMilliseconds), test.Cause);
        var before = (DateTimeOffset?)null;
        foreach (var (rung, title) in rungs.Zip(Titles))
        {
            var whose = rung.Rung == nameof(LineRungKind.Committed) ? "本网关 ours" : gateway;
            var detail = rung.Attempts > 1 || rung.At is null ? $"{rung.Cause}{(rung.Attempts > 0 ? $"（第 {rung.Attempts} 次 attempts）" : "")}" : "";
            table.Add(title, ResultOf(rung.At is not null), rung.Kid is { } kid ? $"{whose}: {kid}" : "", rung.At - before is { } took ? Milliseconds(took.TotalMilliseconds) : "", detail);
            before = rung.At;
        }

        table.Write(Console.Out);
        Console.Out.WriteLine();
        if (rungs.All(rung => rung.At is not null) && rungs is [var first, .., var last])
        {
            Console.Out.WriteLine($"全程 · The whole path: {Milliseconds((last.At - first.At)?.TotalMilliseconds ?? 0)}，exchanges/{test.Exchange}");
        }

        if (!test.Differing.IsEmpty)
        {
            Console.Out.WriteLine($"对方没有或版本不同的业务类型 · Exchange types that the other lacks or has in another version: {string.Join(", ", test.Differing)}");
        }
    }

    /// <summary>What the operator is to do about the first rung that does not stand; null where all do.</summary>
    private static string? FirstMissing(PeerTestAnswer test, ImmutableArray<PeerRungLine> rungs)
    {
        if (test.Exchange is null)
        {
            return $"未连通，未发送任何内容 · Not reached; nothing was sent. {PeerCauses.RemedyOf(test.Cause)}";
        }

        var missing = rungs.ToList().FindIndex(rung => rung.At is null);
        return missing < 0 ? null : $"停在 · Stopped at: {Titles[missing]}。{RemedyOf(rungs[missing])}\n"
            + $"测试消息保留在队列中，排除后自动继续；不再需要可放弃 · The message stays due and goes on by itself; to give it up: legalaid-gateway deliveries write-off --exchange {test.Exchange}";
    }

    private static string RemedyOf(PeerRungLine rung) => rung.Rung == nameof(LineRungKind.Answered)
        ? "对方已收妥，但其答复未到：请对方运行 deliveries overview，核对其目录中本网关的地址、网络、密钥和证书 · The other holds the message and its answer does not come: have it look at its "
            + "deliveries overview, and compare address, networks, keys and certificate of this gateway in its directory."
        : PeerCauses.RemedyOf(rung.Cause);

    private static string ResultOf(bool stands) => stands ? "完成 done" : "未完成 MISSING";

    private static string Milliseconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0} ms");
}
