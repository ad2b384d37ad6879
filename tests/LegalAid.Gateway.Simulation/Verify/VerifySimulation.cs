using System.CommandLine;
using System.Globalization;

namespace LegalAid.Gateway.Simulation.Verify;

/// <summary>The named command: <c>verify --count 10000 --seed 1</c>. Exits 0 only where nothing was wrong and nothing lost.</summary>
internal static class VerifySimulation
{
    private const int ShownMax = 20;

    public static Task<int> RunAsync(string[] args)
    {
        var count = new Option<int>("--count") { Description = "Applicants.", DefaultValueFactory = _ => 10_000 };
        var seed = new Option<int>("--seed") { Description = "Of their lives and of the bodies' faults.", DefaultValueFactory = _ => 1 };
        var root = new RootCommand("Has applicants verified while bodies are slow, late and failing and the gateway restarts, and judges each by the whole truth.") { count, seed };
        root.SetAction(async (arguments, cancellationToken) =>
        {
            var report = await VerifyRun.PlayAsync(arguments.GetValue(count), arguments.GetValue(seed), TimeProvider.System, cancellationToken);
            Console.Out.WriteLine(Table(report, arguments.GetValue(seed)));
            return report.Wrong.Count == 0 ? 0 : 1;
        });
        return root.Parse(args).InvokeAsync();
    }

    private static string Table(VerifyReport report, int seed) => string.Join(
        Environment.NewLine,
        [
            Text($"{report.Count} verifications in {report.Took.TotalSeconds:0.0} s, one restart among them, seed {seed}"),
            .. report.States.Select(state => Text($"  {state.Key,-18} {state.Value,7}")),
            Text($"bodies asked {report.Asked}, {(double)report.Asked / report.Count:0.00} a verification; questions without an answer {report.Silent}; calls repeated {report.Repeats}"),
            .. report.Wrong.Take(ShownMax).Select(wrong => $"  ! {wrong}"),
            Text($"wrong, lost or asked beyond the plan: {report.Wrong.Count}"),
        ]);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
