using System.Collections.Frozen;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>Whether a duty shift is one that can be served, and a substitution is what was proposed. Whether its time is free is the hold's business, in the commit.</summary>
internal static class DutyChecks
{
    private const string Booking = "booking", Changes = "changes", Counsel = "counsel", Licence = "licenceNumber", Start = "startTime", End = "endTime", Mode = "mode",
        TravelBefore = "travelBefore", TravelAfter = "travelAfter", StationField = "station", SwapField = "swap", GivenBy = "givenBy";

    /// <summary>Modes in which the lawyer stays where they are.</summary>
    private static readonly FrozenSet<string> AtHome = new[] { "DUTY_MODE_PHONE", "DUTY_MODE_NETWORK" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary><c>duty-station</c>: the directory has the station, and it is one. It joins only when the shift is published.</summary>
    public static CheckFindings Station(CheckInput input)
    {
        var findings = new Findings();
        var station = AgencyId.TryParseResourceName(input.Payload.Text(StationField), out var id) ? input.Snapshot.Agencies.Find(id) : null;
        findings.FaultIf(station is null, TransitionFaults.PartyUnknown, StationField);
        findings.FaultIf(
            station is not null && !AgencyKinds.DutyStations.Contains(station.Kind), TransitionFaults.PartyKind, StationField, string.Join(", ", AgencyKinds.DutyStations.Order(StringComparer.Ordinal)));
        return findings.Result;
    }

    /// <summary><c>duty-station-as-booked</c>: it is published to the station at which it is served, and to no other.</summary>
    public static CheckFindings StationAsBooked(CheckInput input)
    {
        var findings = new Findings();
        findings.FaultIf(input.Payload.Text(StationField) != input.View.Child(Booking).Text(StationField), DutyFaults.StationDiffers, StationField);
        return findings.Result;
    }

    /// <summary><c>duty-hours</c>: to come, and without journeys where nobody travels.</summary>
    public static CheckFindings Hours(CheckInput input)
    {
        var findings = new Findings();
        findings.FaultIf(input.Payload.Instant(Start).At < input.Now, DutyFaults.ShiftPast, Start);
        Travel(findings, input.Payload);
        return findings.Result;
    }

    /// <summary><c>duty-changed-hours</c>: the same of the shift as it would be after the changes.</summary>
    public static CheckFindings ChangedHours(CheckInput input)
    {
        var findings = new Findings(Changes);
        var changed = Changed(input);
        findings.FaultIf(changed.Instant(Start).At < input.Now, DutyFaults.ShiftPast, Start);
        Travel(findings, changed);
        return findings.Result;
    }

    /// <summary><c>duty-substitute</c>: somebody else, to a shift that is not over; where a shift is asked for in return, the substitute's, for the present lawyer.</summary>
    public static CheckFindings Substitute(CheckInput input)
    {
        var findings = new Findings();
        var booking = input.View.Child(Booking);
        findings.FaultIf(LicenceOf(input.Payload) == LicenceOf(booking), DutyFaults.SubstituteSame, $"{Counsel}.{Licence}");
        findings.FaultIf(booking.Instant(End).At <= input.Now, DutyFaults.ShiftPast, "");
        var travels = input.Payload.DeepClone().AsObject();
        travels[Mode] = booking.Text(Mode);
        Travel(findings, travels);
        if (input.Payload.Child(SwapField) is { } swap)
        {
            SwapIsOffered(findings, input);
            findings.FaultIf(swap.Text(GivenBy) != LicenceOf(input.Payload), DutyFaults.SwapLawyers, $"{SwapField}.{GivenBy}");
            findings.FaultIf(LicenceOf(swap.Child(Changes)) != LicenceOf(booking), DutyFaults.SwapLawyers, $"{SwapField}.{Changes}.{Counsel}.{Licence}");
        }

        return findings.Result;
    }

    /// <summary><c>duty-swap</c>: the shift is what the other lawyer agreed to take over, is its lawyer's to give, and is not over. Nothing but lawyer and journeys changes.</summary>
    public static CheckFindings Swap(CheckInput input)
    {
        var findings = new Findings();
        var booking = input.View.Child(Booking);
        findings.FaultIf(input.Payload.Text(GivenBy) != LicenceOf(booking), DutyFaults.SwapLawyers, GivenBy);
        findings.FaultIf(input.Payload.Text(StationField) != booking.Text(StationField), DutyFaults.StationDiffers, StationField);
        foreach (var field in new[] { Start, End })
        {
            findings.FaultIf(input.Payload.Instant(field).At != booking.Instant(field).At, DutyFaults.SwapTimes, field);
        }

        findings.FaultIf(booking.Instant(End).At <= input.Now, DutyFaults.ShiftPast, End);
        foreach (var field in OtherThanLawyer(input.Payload.Child(Changes)))
        {
            findings.Fault(DutyFaults.NotAsProposed, $"{Changes}.{field}");
        }

        Travel(findings, Changed(input), $"{Changes}.");
        return findings.Result;
    }

    /// <summary><c>duty-changed-counsel</c>: somebody else comes, and the journeys are those of the mode.</summary>
    public static CheckFindings ChangedCounsel(CheckInput input)
    {
        var findings = new Findings(Changes);
        findings.FaultIf(LicenceOf(input.Payload.Child(Changes)) == LicenceOf(input.View.Child(Booking)), DutyFaults.SubstituteSame, $"{Counsel}.{Licence}");
        Travel(findings, Changed(input));
        return findings.Result;
    }

    /// <summary><c>duty-as-proposed</c>: whoever consents, consents to the proposal as it stands.</summary>
    public static CheckFindings AsProposed(CheckInput input)
    {
        var findings = new Findings();
        var (changes, proposal) = (input.Payload.Child(Changes), input.View.Child("proposal"));
        foreach (var field in new[] { Counsel, TravelBefore, TravelAfter })
        {
            findings.FaultIf(!AreSame(changes.Field(field), proposal.Field(field)), DutyFaults.NotAsProposed, $"{Changes}.{field}");
        }

        foreach (var field in OtherThanLawyer(changes))
        {
            findings.Fault(DutyFaults.NotAsProposed, $"{Changes}.{field}");
        }

        findings.FaultIf(!AreSame(input.Payload.Field(SwapField), proposal.Field(SwapField)), DutyFaults.NotAsProposed, SwapField);
        SwapIsOffered(findings, input);
        return findings.Result;
    }

    /// <summary><c>duty-begun</c>: nobody is missed, and nothing was served, before it begins.</summary>
    public static CheckFindings Begun(CheckInput input)
    {
        var findings = new Findings();
        findings.FaultIf(input.View.Child(Booking).Instant(Start).At > input.Now, DutyFaults.NotBegun, "");
        return findings.Result;
    }

    /// <summary>A shift keeps the type under which it was offered: one from before swaps takes nothing along, and half of a swap is none.</summary>
    private static void SwapIsOffered(Findings findings, CheckInput input) => findings.FaultIf(
        input.Payload.Child(SwapField) is not null && input.Type.Steps.All(step => step.Together is null), DutyFaults.SwapNotOffered, SwapField);

    private static void Travel(Findings findings, JsonObject shift, string under = "")
    {
        if (shift.Text(Mode) is { } mode && AtHome.Contains(mode))
        {
            foreach (var field in new[] { TravelBefore, TravelAfter })
            {
                findings.FaultIf(shift.Text(field) is { } travel && travel != "0s", DutyFaults.TravelAtHome, under + field);
            }
        }
    }

    private static bool AreSame(JsonNode? one, JsonNode? other) => one is null ? other is null : one.IsSameAs(other);

    private static IEnumerable<string> OtherThanLawyer(JsonObject? changes) =>
        (changes ?? []).Select(change => change.Key).Where(field => field is not (Counsel or TravelBefore or TravelAfter));

    private static JsonObject Changed(CheckInput input)
    {
        var changed = input.View.Child(Booking)?.DeepClone().AsObject() ?? [];
        foreach (var (field, value) in input.Payload.Child(Changes) ?? [])
        {
            changed[field] = value?.DeepClone();
        }

        return changed;
    }

    private static string? LicenceOf(JsonObject? holder) => holder.Child(Counsel).Text(Licence);
}
