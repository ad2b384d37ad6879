using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Cooperation;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>Cooperation: for the two centres that it is between, each in its part, and for nobody else.</summary>
internal sealed class CooperationArea : MatrixArea
{
    private static readonly HashSet<string> Centres = [.. Agencies.Where(agency => agency.EndsWith("aid-centre", StringComparison.Ordinal))];

    public override string Name => "cooperations";

    public override IReadOnlyList<string> Doors => [.. Expectations.Cooperations.Rows.Select(DoorOf)];

    public override async Task CompareAsync(GatewayFixture gateway, Tally tally)
    {
        var cells = from operation in Expectations.Cooperations.Rows from face in FacesOf(operation) from agency in Agencies select (operation, face, agency);
        await EachAsync(cells, async cell =>
        {
            var (operation, face, agency) = cell;
            if (!Centres.Contains(agency))
            {
                var refused = tally.Called(await CallAsync(gateway[agency], face, operation, Request(operation, await OpenAsync(gateway, Cooperations.Origin, Cooperations.Asked), agency)));
                tally.Compare(agency, operation, face, Expectations.Cooperations.Of(operation, "other"), refused);
                return;
            }

            var others = Centres.Where(centre => centre != agency).Order(StringComparer.Ordinal).ToList();
            foreach (var (column, origin, recipient) in new[] { ("origin", agency, others[0]), ("recipient", others[0], agency), ("centre", others[0], others[1]) })
            {
                var told = tally.Called(await CallAsync(gateway[agency], face, operation, Request(operation, await OpenAsync(gateway, origin, recipient), agency)));
                tally.Compare(agency, operation, face, Expectations.Cooperations.Of(operation, column), told);
                if (column == "centre" && Expectations.Cooperations.Of(operation, column) == Expected.Absent)
                {
                    tally.CompareHidden(agency, operation, face, told, tally.Called(await CallAsync(gateway[agency], face, operation, Request(operation, $"cooperations/{Nowhere}", agency))));
                }
            }
        });
    }

    private static Task<string> OpenAsync(GatewayFixture gateway, string origin, string recipient) =>
        Cooperations.OpenAsync(gateway, Cooperations.Letter(to: recipient), origin);

    /// <summary>A centre asks another than itself, and passes on to one that has no part yet.</summary>
    private static JsonObject Request(string operation, string name, string agency) => operation switch
    {
        "RequestCooperation" => Cooperations.Request(Cooperations.Letter(to: agency == Cooperations.Asked ? Cooperations.Origin : Cooperations.Asked)),
        "GetCooperation" or "WatchCooperation" => new JsonObject { ["name"] = name },
        "ListCooperations" => [],
        "SearchCooperations" => new JsonObject { ["person"] = SyntheticPeople.Adult(SyntheticPeople.NextSerial()) },
        "ForwardCooperation" => Cooperations.Step(operation, name, new JsonObject { ["to"] = $"agencies/{Centres.Order(StringComparer.Ordinal).Last(centre => centre != agency)}", ["reasons"] = "转送" }),
        _ => Cooperations.Step(operation, name),
    };
}
