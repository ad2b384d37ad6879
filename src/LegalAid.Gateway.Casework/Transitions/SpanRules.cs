using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Transitions;

/// <summary>
/// The time that a step would have an exchange hold must be a span that can be held. It is decided with the step and not when its keys are made: there nobody could be
/// told, and to claim nothing instead would let somebody be in two places.
/// </summary>
internal static class SpanRules
{
    /// <summary>A fault for each unsound span, at the field of the payload that says where it ends, or of the view where another step said it.</summary>
    public static IReadOnlyList<Fault> Check(ExchangeState next, StepDefinition step) =>
    [
        .. from hold in next.Type.Holds
           where hold.While.Contains(next.State)
           let span = hold.Span
           where span?.Read(next.View) is SpanReading.Unsound
           select Fault.With(TransitionFaults.SpanUnsound, FieldOf(span.To, step.View), $"{(span.Step * HoldSpan.QuantaMax).TotalHours:0}"),
    ];

    private static string FieldOf(PayloadPath path, ViewChange change) => change switch
    {
        ViewChange.Put put when put.Section == path.Fields[0] => path.Tail.ToString(),
        ViewChange.Patch patch when patch.Section == path.Fields[0] => $"{patch.From}.{path.Tail}",
        _ => path.ToString(),
    };
}
