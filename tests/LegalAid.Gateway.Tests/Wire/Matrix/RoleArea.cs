using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>
/// Objects whose parties have roles. Every agency is tried in each role that its kind can have, on an object of its own; then with none, where what it may do as a party is told like
/// what does not exist; and whoever can have no role at all is denied everything.
/// </summary>
internal abstract class RoleArea : MatrixArea
{
    public override IReadOnlyList<string> Doors => [.. Table.Rows.Select(DoorOf)];

    /// <summary>Operations by roles, with a column "state" that says in which state of the object.</summary>
    protected abstract RoleTable<Expected> Table { get; }

    /// <summary>The operations that name no object.</summary>
    protected abstract IReadOnlyList<string> NotNamed { get; }

    protected abstract string Collection { get; }

    /// <summary>The roles that the agency can have; none: no operation is for its kind.</summary>
    protected abstract IReadOnlyList<string> RolesOf(string agency);

    /// <summary>Opens an object in which the agency has the role, and brings it to the state; with whom a request may have to name.</summary>
    /// <param name="role">Empty: the agency has none in it.</param>
    protected abstract Task<(string Name, JsonObject Counsel)> OpenAsync(GatewayFixture gateway, string state, string role, string agency);

    protected abstract JsonObject Request(string operation, string name, JsonObject counsel, string agency);

    public override async Task CompareAsync(GatewayFixture gateway, Tally tally)
    {
        var hidden = new Dictionary<string, (string Name, JsonObject Counsel)>(StringComparer.Ordinal);
        foreach (var agency in Agencies)
        {
            hidden[agency] = await OpenAsync(gateway, Table.Text(Table.Rows[0], "state"), "", agency); // what is refused changes nothing
        }

        var cells = from operation in Table.Rows from face in FacesOf(operation) from agency in Agencies select (operation, face, agency);
        await EachAsync(cells, async cell =>
        {
            var (operation, face, agency) = cell;
            var roles = RolesOf(agency);
            foreach (var role in roles)
            {
                var expected = Table.Of(operation, role);
                var isOpened = expected is not (Expected.Denied or Expected.Absent);
                var (name, counsel) = isOpened ? await OpenAsync(gateway, Table.Text(operation, "state"), role, agency) : hidden[agency];
                tally.Compare(agency, operation, face, expected, tally.Called(await CallAsync(gateway[agency], face, operation, Request(operation, name, counsel, agency))));
            }

            if (NotNamed.Contains(operation) && roles.Count > 0)
            {
                return;
            }

            var best = roles.Count == 0 ? Expected.Denied : roles.Max(role => Table.Of(operation, role));
            var told = tally.Called(await CallAsync(gateway[agency], face, operation, Request(operation, hidden[agency].Name, hidden[agency].Counsel, agency)));
            tally.Compare(agency, operation, face, best == Expected.Denied ? Expected.Denied : Expected.Absent, told);
            var none = tally.Called(await CallAsync(gateway[agency], face, operation, Request(operation, $"{Collection}/{Nowhere}", hidden[agency].Counsel, agency)));
            tally.CompareHidden(agency, operation, face, told, none);
        });
    }
}
