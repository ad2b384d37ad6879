using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Duty;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>Duty shifts: each kind of agency in each part it can have in one, and with none.</summary>
internal sealed class ShiftArea : RoleArea
{
    private const string AidCentre = "aid-centre", Firm = "firm", SubstituteFirm = "substitute-firm", Station = "station";

    public override string Name => "duty shifts";

    protected override RoleTable<Expected> Table => Expectations.Shifts;

    protected override IReadOnlyList<string> NotNamed { get; } = ["OfferShifts", "ListShifts", "SearchShifts"];

    protected override string Collection => Api.Duty.ShiftMapping.Collection;

    protected override IReadOnlyList<string> RolesOf(string agency) =>
        agency.EndsWith("aid-centre", StringComparison.Ordinal) ? [AidCentre]
        : Shifts.Lawyers.ContainsKey(agency) ? [Firm, SubstituteFirm]
        : new[] { "court", "police", "procuratorate", "detention-centre" }.Any(kind => agency.EndsWith(kind, StringComparison.Ordinal)) ? [Station]
        : [];

    /// <summary>Where the agency has no part, the shift is of others; no station has one in a shift that is only offered.</summary>
    protected override async Task<(string Name, JsonObject Counsel)> OpenAsync(GatewayFixture gateway, string state, string role, string agency)
    {
        var centre = role == AidCentre ? agency : agency == Notices.CityAidCentre ? Notices.AidCentre : Notices.CityAidCentre;
        var station = role == Station ? agency : Notices.DetentionCentre;
        var firm = role == Firm ? agency : Shifts.Lawyers.Keys.First(firm => firm != agency);
        var substitute = Shifts.Lawyers[role == SubstituteFirm ? agency : Shifts.Lawyers.Keys.Last(other => other != firm)];
        var name = await Shifts.OpenAsync(gateway, Shifts.BookingOfItsOwn(station, Shifts.Lawyers[firm].DeepClone().AsObject()), centre);
        if (state == "vacant")
        {
            await Shifts.TakeAsync(gateway, firm, "DeclineShift", name);
        }
        else if (state != "offered")
        {
            await Shifts.TakeAsync(gateway, centre, "PublishShift", name, new JsonObject { ["station"] = $"agencies/{station}" });
        }

        var proposal = new JsonObject { ["counsel"] = substitute.DeepClone(), ["reason"] = "开庭冲突" };
        if (state == "substitution-asked")
        {
            await Shifts.TakeAsync(gateway, centre, "AskSubstitute", name, proposal);
        }
        else if (state == "substitution-proposed")
        {
            await Shifts.TakeAsync(gateway, firm, "ProposeSubstitute", name, proposal);
        }

        return (name, substitute);
    }

    protected override JsonObject Request(string operation, string name, JsonObject counsel, string agency) => operation switch
    {
        "OfferShifts" => Shifts.Offer(Shifts.BookingOfItsOwn(Notices.DetentionCentre, NoticeSteps.FirstCounsel)),
        "GetShift" or "WatchShift" => new JsonObject { ["name"] = name },
        "ListShifts" => [],
        "SearchShifts" => new JsonObject { ["station"] = $"agencies/{Notices.DetentionCentre}", ["pageSize"] = 1 },
        "ProposeSubstitute" or "AskSubstitute" => Shifts.Step(operation, name, new JsonObject { ["counsel"] = counsel.DeepClone(), ["reason"] = "开庭冲突" }),
        "TakeOverShift" => Shifts.Step(operation, name, new JsonObject { ["changes"] = new JsonObject { ["counsel"] = counsel.DeepClone() } }),
        _ => Shifts.Step(operation, name),
    };
}
