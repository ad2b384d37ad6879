using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Demo.Agencies.Bodies;
using Spectre.Console;

// The demo: the gateways of two cities on SQLite with simulated agencies, in this process. It plays the main job on a fixed civil date, prints
// it as a table and stays up until Ctrl-C. With --once it takes free ports, ends after the story, and exits 0 only if every step held.
var once = args.Contains("--once", StringComparer.Ordinal);
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

var started = TimeProvider.System.GetTimestamp();
var work = Directory.CreateTempSubdirectory("legalaid-demo-");
var agencies = Systems(Story.Cast);
var others = Systems(City.Liuzhou.Agencies);
try
{
    await using var courtDesk = await PushReceiver.StartAsync(TimeProvider.System);
    await using var courtService = await CaseStatusService.StartAsync("Basic demo");
    var seeds = DemoSeeds.Read(Path.Combine(AppContext.BaseDirectory, "seeds"));
    await using var bodies = await SimulatedBodies.StartAsync(TimeProvider.System);
    using var province = new Province();
    await using var nanning = DemoCity.Found(City.Nanning, work, AppContext.BaseDirectory);
    await using var liuzhou = DemoCity.Found(City.Liuzhou, work, AppContext.BaseDirectory);
    bodies.Know(seeds.Known(nanning.Configuration));
    bodies.Meet(nanning.Folder);
    await nanning.StartAsync(
        agencies,
        [new PushTarget(Story.Court, courtDesk.Address, "court-push")],
        [DemoGateway.Publish(courtService, nanning.Configuration, nanning.Folder), .. bodies.Files(nanning.Configuration)],
        anyPorts: once,
        stop.Token);
    var gateway = nanning.Gateway;
    courtDesk.Trust(gateway.PushSecret("court-push"));

    AnsiConsole.MarkupLineInterpolated($"网关已启动 · The gateway is up: [blue]{gateway.Rest}[/] ({TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s)");
    var table = new StoryTable(AnsiConsole.Console);
    var other = StartOtherAsync();
    using (var trays = new InTrays())
    {
        await new Story(gateway, seeds, courtDesk, trays, table).PlayAsync(stop.Token);
        await new EligibilityStory(gateway, seeds, bodies, table).PlayAsync(stop.Token);
        await other;
        await new PeerStory(nanning, liuzhou, province, seeds, trays, table).PlayAsync(stop.Token);
        await new DutyStory(gateway, seeds, trays, table).PlayAsync(stop.Token);
    }

    table.Print();
    AnsiConsole.MarkupLineInterpolated(
        $"首件通知受理于进程启动后 · First notice accepted after process start: {table.FirstHeldAfter.TotalSeconds:0.0} s");
    AnsiConsole.MarkupLineInterpolated(
        $"{(table.Held ? "全部步骤成立 · Every step held" : "有步骤不成立 · A step did not hold")} ({TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s)");
    if (!once)
    {
        var tokens = Path.Combine(work.FullName, "tokens");
        var keeping = TokenFiles.KeepAsync(tokens, [.. agencies.Values, .. others.Values], TimeProvider.System, stop.Token);
        AnsiConsole.MarkupLineInterpolated($"接口文档 · API: [blue]{new Uri(gateway.Rest, "/docs")}[/]、[blue]{new Uri(liuzhou.Gateway.Rest, "/docs")}[/]   Ctrl-C 结束 · ends");
        Console.WriteLine("以任一机构的身份试用（令牌文件自动更新） · Call as any of the agencies (the token files are kept fresh):");
        Console.WriteLine($"  curl -H \"Authorization: Bearer $(cat {tokens}/{Story.Court})\" {new Uri(gateway.Rest, "/v1/defenceNotices")}");
        Console.WriteLine($"  curl -H \"Authorization: Bearer $(cat {tokens}/{Story.AidCentre})\" {new Uri(gateway.Rest, "/v1/whoami")}");
        Console.WriteLine($"  curl -H \"Authorization: Bearer $(cat {tokens}/{Story.AidCentre})\" {new Uri(gateway.Rest, "/svc/nanning-qingxiu-court/case-status/cases/1")}");
        Console.WriteLine($"  curl -H \"Authorization: Bearer $(cat {tokens}/{City.LiuzhouCentre})\" {new Uri(liuzhou.Gateway.Rest, "/v1/cooperations")}");
        Console.WriteLine($"  {string.Join(' ', [.. agencies.Keys, .. others.Keys])}");
        await gateway.WaitForShutdownAsync(stop.Token);
        await keeping;
    }

    return table.Held ? 0 : 1;

    // The other city's gateway is not needed for the first notice, and so does not hold it up.
    async Task StartOtherAsync()
    {
        await table.FirstPlayed.WaitAsync(stop.Token);
        await liuzhou.StartAsync(others, [], [], anyPorts: once, stop.Token);
        AnsiConsole.MarkupLineInterpolated($"柳州网关已启动 · Another city's gateway is up: [blue]{liuzhou.Gateway.Rest}[/] ({TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s)");
    }
}
finally
{
    foreach (var agency in agencies.Values.Concat(others.Values))
    {
        agency.Dispose();
    }

    work.Delete(recursive: true);
}

static Dictionary<string, AgencySystem> Systems(IEnumerable<string> agencies) =>
    agencies.ToDictionary(agency => agency, agency => new AgencySystem(agency, bound: true), StringComparer.Ordinal);
