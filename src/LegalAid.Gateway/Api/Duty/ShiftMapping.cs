using System.Text.Json.Nodes;
using LegalAid.Gateway.Contracts.Duty.V1;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Api.Duty;

/// <summary>A shift from the exchange behind it. What a section of the view holds is what the caller may read.</summary>
internal sealed class ShiftMapping(ExchangeMapping exchanges)
{
    public const string Collection = "dutyShifts", Type = "duty-shift";

    public DutyShift Shift(ExchangeReading reading)
    {
        var view = reading.State.View;
        return new DutyShift
        {
            Name = $"{Collection}/{reading.Id}",
            State = reading.State.State.Value,
            Booking = view.Section<ShiftBooking>("booking"),
            Acceptance = Answered(view, "phone") ? view.Section<ShiftAcceptance>("answer") : null,
            Refusal = Answered(view, "reason") ? view.Section<ShiftRefusal>("answer") : null,
            Publication = view.Section<ShiftPublication>("publication"),
            Proposal = view.Section<SubstituteProposal>("proposal"),
            Agreement = view.Section<SubstituteAgreement>("agreement"),
            SubstituteRefusal = view.Section<SubstituteRefusal>("substitute-refusal"),
            NoShow = view.Section<NoShowReport>("no-show"),
            Arrival = view.Section<ArrivalReport>("arrival"),
            Completion = view.Section<ShiftCompletion>("completion"),
            Release = view.Section<ShiftRelease>("release"),
            Exchange = exchanges.Exchange(reading),
        };
    }

    /// <summary>The type has one section for yes and no; a yes gives the number at which the lawyer is reached, a no its reason, and either must.</summary>
    private static bool Answered(JsonObject view, string field) => view["answer"] is JsonObject answer && answer.ContainsKey(field);
}
