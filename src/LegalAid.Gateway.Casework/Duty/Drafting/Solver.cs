using System.Globalization;
using Google.OrTools.Sat;

namespace LegalAid.Gateway.Casework.Duty.Drafting;

/// <summary>CP-SAT on one worker, bounded by its own count of work and not by a clock: the same model ends in the same answer on any machine.</summary>
internal static class Solver
{
    public static CpSolver Make(int seed, double work) => new()
    {
        StringParameters = string.Create(CultureInfo.InvariantCulture, $"num_workers:1 random_seed:{seed & int.MaxValue} max_deterministic_time:{work} log_search_progress:false"),
    };

    /// <summary>Solves, and stops at once when the token says so. A stopped solver gives the best that it has.</summary>
    public static CpSolverStatus Run(CpSolver solver, CpModel model, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return CpSolverStatus.Unknown;
        }

        using var stop = cancellationToken.Register(solver.StopSearch);
        return solver.Solve(model);
    }

    public static bool HasSolution(this CpSolverStatus status) => status is CpSolverStatus.Optimal or CpSolverStatus.Feasible;
}
