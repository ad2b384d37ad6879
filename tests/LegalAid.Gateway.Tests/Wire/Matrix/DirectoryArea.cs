using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>The directory: of bodies and kinds of business, for all; of who asks, for itself.</summary>
internal sealed class DirectoryArea : MatrixArea
{
    public override string Name => "directory";

    public override IReadOnlyList<string> Doors => [.. Expectations.DirectoryEntries.Rows.Select(DoorOf)];

    public override Task CompareAsync(GatewayFixture gateway, Tally tally)
    {
        var cells = from operation in Expectations.DirectoryEntries.Rows from face in BothFaces from agency in Agencies select (operation, face, agency);
        return EachAsync(cells, async cell =>
        {
            var (operation, face, agency) = cell;
            foreach (var there in new[] { "there", "absent" })
            {
                var told = tally.Called(await CallAsync(gateway[agency], face, operation, Request(operation, there)));
                tally.Compare(agency, operation, face, Expectations.DirectoryEntries.Of(operation, there), told);
                if (operation == "WhoAmI")
                {
                    tally.CompareShown(agency, operation, expected: true, told.Message?["agency"]?["name"]?.GetValue<string>() == $"agencies/{agency}", "itself");
                    tally.CompareShown(agency, operation, expected: true, told.Message?["clientId"]?.GetValue<string>() == gateway[agency].ClientId, "its client");
                }
            }
        });
    }

    private static JsonObject Request(string operation, string there) => (operation, there) switch
    {
        ("GetAgency", "there") => new JsonObject { ["name"] = $"agencies/{Notices.DetentionCentre}" },
        ("GetAgency", _) => new JsonObject { ["name"] = "agencies/no-such-agency" },
        ("GetExchangeType", "there") => new JsonObject { ["name"] = "exchangeTypes/defence-notice.court" },
        ("GetExchangeType", _) => new JsonObject { ["name"] = "exchangeTypes/no-such-type" },
        _ => [],
    };
}
