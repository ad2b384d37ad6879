using System.Collections.Immutable;
using System.Globalization;
using LegalAid.Gateway.Contracts.Eligibility.V1;

namespace LegalAid.Gateway.Simulation.Verify;

/// <summary>What can be wrong with a verification.</summary>
internal enum VerifyFault
{
    /// <summary>It was decided otherwise than it should have been.</summary>
    Wrong,

    /// <summary>It, or an answer to it, is gone: it does not come to rest.</summary>
    Lost,

    /// <summary>Other bodies were asked, or for other facts, than the plan names.</summary>
    Unplanned,
}

internal sealed record VerifyFinding(VerifyFault Fault, string Text);

/// <summary>What became of the questions to one body, over all verifications.</summary>
/// <param name="Planned">How many the plan names, given what failed.</param>
/// <param name="Faults">Of those without an answer: how many for which reason.</param>
internal sealed record SourceFigures(string Body, int Asked, int Planned, int Confirmed, int Refuted, int NoMatch, ImmutableSortedDictionary<string, int> Faults, int Open)
{
    public static SourceFigures Of(string body, IReadOnlyList<Ask> asks, int planned) => new(
        body, asks.Count, planned, Count(asks, AskState.Confirmed), Count(asks, AskState.Refuted), Count(asks, AskState.NoMatch),
        asks.Where(ask => ask.State == AskState.Unavailable).GroupBy(ask => ask.Fault).ToImmutableSortedDictionary(same => same.Key, same => same.Count(), StringComparer.Ordinal),
        Count(asks, AskState.Asked) + Count(asks, AskState.Later));

    private static int Count(IReadOnlyList<Ask> asks, AskState state) => asks.Count(ask => ask.State == state);
}

/// <summary>What came of a run.</summary>
/// <param name="States">How many ended in which state.</param>
/// <param name="Requests">How often bodies answered, repeats included.</param>
/// <param name="ByFile">How many questions were answered by file.</param>
/// <param name="FileHours">How long those took, civil time: the median, in hours.</param>
/// <param name="Reopened">Verifications with more than one round of asking.</param>
/// <param name="Repeats">Calls that the centre made again.</param>
/// <param name="LoggedErrors">Lines that the gateway logged as errors.</param>
internal sealed record VerifyReport(
    VerifyPlan Plan, IReadOnlyList<VerifyFinding> Findings, ImmutableSortedDictionary<string, int> States, ImmutableArray<SourceFigures> Sources, int Requests,
    int ByFile, double FileHours, int Reopened, int Kills, int Repeats, IReadOnlyCollection<string> LoggedErrors, TimeSpan Took)
{
    private const int ShownMax = 20;

    public bool Held => Findings.Count == 0 && LoggedErrors.Count == 0;

    public string Table()
    {
        var (asked, planned) = (Sources.Sum(source => source.Asked), Sources.Sum(source => source.Planned));
        return string.Join(
            Environment.NewLine,
            [
                Text($"{Plan.Count} verifications, seed {Plan.Seed}, {Kills} kills (SIGKILL), {Took.TotalSeconds:0.0} s"),
                .. Enum.GetValues<VerifyFault>().Select(fault => Text($"  {Word(fault),-30}{Findings.Count(finding => finding.Fault == fault),8}")),
                .. States.Select(state => Text($"  {state.Key,-30}{state.Value,8}")),
                Text($"  {"questions asked, planned",-30}{asked,8}{planned,8}   {(double)asked / Plan.Count:0.00} a verification; bodies answered {Requests} times, repeats included"),
                Text($"  {"answered by file",-30}{ByFile,8}   after {FileHours:0.0} h of civil time (median); checked again {Reopened}"),
                Text($"  {"calls made again",-30}{Repeats,8}"),
                Text($"  {"errors in the log",-30}{LoggedErrors.Count,8}"),
                Text($"  {"source",-22}{"asked",8}{"planned",8}{"confirmed",10}{"refuted",8}{"no match",9}{"open",6}  unavailable"),
                .. Sources.Select(source => Text(
                    $"  {source.Body,-22}{source.Asked,8}{source.Planned,8}{source.Confirmed,10}{source.Refuted,8}{source.NoMatch,9}{source.Open,6}  {string.Join(", ", source.Faults.Select(fault => Text($"{fault.Value} {fault.Key}")))}")),
                .. LoggedErrors.Take(ShownMax).Select(line => $"  # {line}"),
                .. Findings.Take(ShownMax).Select(finding => $"  ! {finding.Fault}: {finding.Text}"),
            ]);
    }

    private static string Word(VerifyFault fault) => fault switch
    {
        VerifyFault.Wrong => "wrong",
        VerifyFault.Lost => "lost",
        VerifyFault.Unplanned => "asked otherwise than planned",
        _ => throw new InvalidOperationException($"fault {fault}"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
