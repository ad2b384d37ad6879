using System.CommandLine;
using System.Globalization;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Simulation.Kill;

namespace LegalAid.Gateway.Simulation.Documents;

/// <summary>
/// The named command <c>documents --mib 1024</c>: a document of that size up and down again, through the gateway in a process of its own, with
/// that process's resident memory watched. Exits 0 only where it grew by less than 64 MiB and the bytes came back.
/// </summary>
internal static class DocumentsCommand
{
    private const long GrowthMax = 64 << 20;

    public static Task<int> RunAsync(string[] args)
    {
        var size = new Option<int>("--mib") { Description = "Size of the document in MiB.", DefaultValueFactory = _ => 1024 };
        var root = new RootCommand("Sends a large document both ways and watches the gateway's memory.") { size };
        root.SetAction((arguments, cancellationToken) => MeasureAsync((long)arguments.GetValue(size) << 20, cancellationToken));
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<int> MeasureAsync(long bytes, CancellationToken cancellationToken)
    {
        var agencies = new[] { Story.Court, Story.AidCentre }.ToDictionary(name => name, name => new AgencySystem(name), StringComparer.Ordinal);
        using var folder = RunFolder.Prepare(agencies.Values, [(Story.Court, new Uri("http://127.0.0.1:9"))], civilRate: 1, TimeProvider.System);
        await using var gateway = new GatewayProcess(folder.Nodes[0], TimeProvider.System);
        gateway.Start();
        await gateway.WaitReadyAsync(cancellationToken);
        foreach (var agency in agencies.Values)
        {
            agency.Connect(folder.Nodes[0].Rest, folder.Nodes[0].Grpc, folder.PublicAddress, TimeProvider.System);
        }

        var notice = DemoSeeds.Read(RunFolder.Seeds).Request(OrganScript.Court.Seed, "NOTICE_KIND_COURT");
        var answer = await agencies[Story.Court].PostAsync("/v1/defenceNotices", notice, cancellationToken);
        var exchange = answer.Body?["outcomes"]?[0]?["notice"]?["exchange"]?["name"]?.GetValue<string>() ?? throw new InvalidOperationException($"{answer.Status} {answer.Code}");
        using var transfer = new DocumentTransfer(agencies[Story.Court], agencies[Story.AidCentre], exchange);
        await transfer.UploadAsync(4 << 20, cancellationToken); // what is loaded and compiled once is not growth
        await transfer.DownloadAsync(cancellationToken);

        var before = Resident(gateway.Id);
        var watch = new ResidentWatch(gateway.Id);
        var (up, down) = (await TimedAsync(() => transfer.UploadAsync(bytes, cancellationToken)), await TimedAsync(() => transfer.DownloadAsync(cancellationToken)));
        var growth = await watch.StopAsync() - before;
        Console.Out.WriteLine(Text($"{bytes >> 20} MiB up in {up.TotalSeconds:0.0} s ({(bytes >> 20) / up.TotalSeconds:0} MiB/s), down in {down.TotalSeconds:0.0} s ({(bytes >> 20) / down.TotalSeconds:0} MiB/s)"));
        Console.Out.WriteLine(Text($"resident before {before >> 20} MiB, growth at most {growth / 1048576.0:0.0} MiB (bound {GrowthMax >> 20})"));
        Console.Out.WriteLine(Text($"errors in the log {gateway.Errors.Count}"));
        return growth < GrowthMax && gateway.Errors.Count == 0 ? 0 : 1;
    }

    public static long Resident(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) << 10;
    }

    private static async Task<TimeSpan> TimedAsync(Func<Task> act)
    {
        var started = TimeProvider.System.GetTimestamp();
        await act();
        return TimeProvider.System.GetElapsedTime(started);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Looks every 50 ms and keeps the most that it saw.</summary>
    private sealed class ResidentWatch
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task<long> _watching;

        public ResidentWatch(int process) => _watching = WatchAsync(process, _stop.Token);

        public async Task<long> StopAsync()
        {
            await _stop.CancelAsync();
            return await _watching;
        }

        private static async Task<long> WatchAsync(int process, CancellationToken stop)
        {
            var most = 0L;
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            while (!stop.IsCancellationRequested)
            {
                most = Math.Max(most, Resident(process));
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }

            return most;
        }
    }
}
