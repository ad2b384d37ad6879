using System.Collections.Concurrent;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>How an answer differs from the table.</summary>
internal enum Difference
{
    /// <summary>It tells or lets do more.</summary>
    Leak,

    /// <summary>It tells or lets do less.</summary>
    WrongRefusal,

    /// <summary>What is hidden is not told like what is absent.</summary>
    Unequal,
}

/// <param name="Agency">Who was told so.</param>
/// <param name="Operation">The operation, as the tables name it.</param>
/// <param name="What">What was told, and what should have been.</param>
internal sealed record MatrixFinding(Difference Difference, string Agency, string Operation, string What)
{
    public override string ToString() => $"{Difference}: {Agency}, {Operation}: {What}";
}

/// <summary>Counts what was compared and keeps what differed. Safe on any thread.</summary>
internal sealed class Tally(string area)
{
    private readonly ConcurrentQueue<MatrixFinding> _findings = [];
    private int _calls, _comparisons;

    public string Area => area;

    public int Calls => _calls;

    public int Comparisons => _comparisons;

    public IReadOnlyCollection<MatrixFinding> Findings => _findings;

    /// <summary>A call that was made, whatever is compared of it.</summary>
    public Told Called(Told told)
    {
        Interlocked.Increment(ref _calls);
        return told;
    }

    /// <summary>Holds an answer against the table.</summary>
    public void Compare(string agency, string operation, Face face, Expected expected, Told told)
    {
        Interlocked.Increment(ref _comparisons);
        var actual = told.As;
        if (actual != expected)
        {
            Add(actual > expected ? Difference.Leak : Difference.WrongRefusal, agency, operation, $"{face}: {(told.Code.Length > 0 ? told.Code : "accepted")}, not {expected}");
        }
    }

    /// <summary>Holds what was told of a hidden object against what is told of none.</summary>
    public void CompareHidden(string agency, string operation, Face face, Told hidden, Told absent)
    {
        Interlocked.Increment(ref _comparisons);
        if (hidden.Whole != absent.Whole)
        {
            Add(Difference.Unequal, agency, operation, $"{face}: hidden is told as\n{hidden.Whole}\nand absent as\n{absent.Whole}");
        }
    }

    /// <summary>Holds a part of an answer against the table: whether the agency is shown it.</summary>
    public void CompareShown(string agency, string operation, bool expected, bool shown, string what)
    {
        Interlocked.Increment(ref _comparisons);
        if (shown != expected)
        {
            Add(shown ? Difference.Leak : Difference.WrongRefusal, agency, operation, $"{what} {(shown ? "shown" : "withheld")}");
        }
    }

    public override string ToString() =>
        $"{area,-12} {_calls,6} calls {_comparisons,6} comparisons {Of(Difference.Leak),4} leaks {Of(Difference.WrongRefusal),4} wrong refusals {Of(Difference.Unequal),4} unequal";

    public int Of(Difference difference) => _findings.Count(finding => finding.Difference == difference);

    private void Add(Difference difference, string agency, string operation, string what) => _findings.Enqueue(new(difference, agency, operation, what));
}
