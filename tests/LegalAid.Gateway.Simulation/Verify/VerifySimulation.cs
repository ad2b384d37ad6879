using System.CommandLine;

namespace LegalAid.Gateway.Simulation.Verify;

/// <summary>The named command: <c>verify --count 10000 --seed 1</c>. Exits 0 only where nothing was wrong, lost or asked beyond the plan, and no error was logged.</summary>
internal static class VerifySimulation
{
    public static Task<int> RunAsync(string[] args)
    {
        var count = new Option<int>("--count") { Description = "Applicants.", DefaultValueFactory = _ => 10_000 };
        var seed = new Option<int>("--seed") { Description = "Of their lives, the bodies' faults and the moments of the kills.", DefaultValueFactory = _ => 1 };
        var kills = new Option<int>("--kills") { Description = "How often the gateway is killed, spread over the run.", DefaultValueFactory = _ => 3 };
        var lost = new Option<int>("--lost") { Description = "Share of the questions by file that the body never answers, in percent.", DefaultValueFactory = _ => 2 };
        var root = new RootCommand("Has applicants verified while bodies are slow, late and failing and the gateway is killed, and judges each by the whole truth.") { count, seed, kills, lost };
        root.SetAction(async (arguments, cancellationToken) =>
        {
            var plan = new VerifyPlan(arguments.GetValue(count), arguments.GetValue(seed), arguments.GetValue(kills), arguments.GetValue(lost));
            var report = await VerifyRun.PlayAsync(plan, Console.Out.WriteLine, TimeProvider.System, cancellationToken);
            Console.Out.WriteLine(report.Table());
            return report.Held ? 0 : 1;
        });
        return root.Parse(args).InvokeAsync();
    }
}
