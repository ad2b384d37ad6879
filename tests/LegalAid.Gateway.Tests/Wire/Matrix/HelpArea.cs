using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Duty;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>Requests for a duty lawyer: each kind of agency in each part it can have in one, and with none.</summary>
internal sealed class HelpArea : RoleArea
{
    private const string Organ = "organ", AidCentre = "aid-centre", Firm = "firm", Detention = "detention-centre";

    public override string Name => "help";

    protected override RoleTable<Expected> Table => Expectations.HelpRequests;

    protected override IReadOnlyList<string> NotNamed { get; } = ["RequestHelp", "ListHelpRequests", "SearchHelpRequests"];

    protected override string Collection => Api.Duty.HelpMapping.Collection;

    protected override IReadOnlyList<string> RolesOf(string agency) =>
        agency.EndsWith(AidCentre, StringComparison.Ordinal) ? [AidCentre]
        : Shifts.Lawyers.ContainsKey(agency) ? [Firm]
        : agency.EndsWith(Detention, StringComparison.Ordinal) ? [Organ, Detention]
        : new[] { "court", "police", "procuratorate" }.Any(kind => agency.EndsWith(kind, StringComparison.Ordinal)) ? [Organ]
        : [];

    /// <summary>The organ asks a centre that is competent for it: of each organ's, the region's; of a centre's, the first whose it is.</summary>
    protected override async Task<(string Name, JsonObject Counsel)> OpenAsync(GatewayFixture gateway, string state, string role, string agency)
    {
        var organ = role switch
        {
            Organ => agency,
            AidCentre => Expectations.Competence.Rows.First(organ => Expectations.Competence.Of(organ, agency) == Answer.Yes),
            _ => Expectations.Competence.Rows.First(organ => organ != agency),
        };
        var centre = role == AidCentre ? agency : Notices.ProvincialAidCentre;
        if (role.Length == 0 && agency == centre)
        {
            centre = Notices.CityAidCentre;
        }

        var counsel = Shifts.Lawyers[role == Firm ? agency : Shifts.Lawyers.Keys.First(firm => firm != agency)];
        var name = await HelpRequests.OpenAsync(gateway, organ, HelpRequests.Request(centre, role == Detention ? agency : null));
        if (state == "notified")
        {
            await HelpRequests.TakeAsync(gateway, centre, "NotifyLawyer", name, HelpRequests.Naming(counsel.DeepClone().AsObject()));
        }
        else if (state == "refused")
        {
            await HelpRequests.TakeAsync(gateway, organ, "RefuseHelp", name);
        }

        return (name, counsel);
    }

    protected override JsonObject Request(string operation, string name, JsonObject counsel, string agency) => operation switch
    {
        "RequestHelp" => HelpRequests.Notice(HelpRequests.Request(Notices.ProvincialAidCentre)),
        "GetHelpRequest" or "WatchHelpRequest" => new JsonObject { ["name"] = name },
        "ListHelpRequests" => new JsonObject { ["pageSize"] = 1 },
        "SearchHelpRequests" => new JsonObject { ["person"] = SyntheticPeople.Adult(SyntheticPeople.NextSerial()) },
        _ => HelpRequests.Step(operation, name),
    };
}
