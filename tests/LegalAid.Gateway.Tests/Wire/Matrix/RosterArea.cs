using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>Rosters: for legal-aid centres, and for nobody else. Nothing is kept, so that nobody's is another's.</summary>
internal sealed class RosterArea : MatrixArea
{
    public override string Name => "rosters";

    public override IReadOnlyList<string> Doors => [.. Expectations.Rosters.Rows.Select(DoorOf)];

    public override Task CompareAsync(GatewayFixture gateway, Tally tally)
    {
        var cells = from operation in Expectations.Rosters.Rows from face in FacesOf(operation) from agency in Agencies select (operation, face, agency);
        return EachAsync(cells, async cell =>
        {
            var (operation, face, agency) = cell;
            var column = agency.EndsWith("aid-centre", StringComparison.Ordinal) ? "aid-centre" : "other";
            tally.Compare(agency, operation, face, Expectations.Rosters.Of(operation, column), tally.Called(await CallAsync(gateway[agency], face, operation, Request(operation))));
        });
    }

    /// <summary>One shift at one station, which one lawyer serves or could.</summary>
    private static JsonObject Request(string operation)
    {
        var request = new JsonObject
        {
            ["case"] = new JsonObject
            {
                ["period"] = new JsonObject { ["firstDay"] = "2026-03-02", ["lastDay"] = "2026-03-02" },
                ["stations"] = new JsonArray(new JsonObject { ["id"] = "s1", ["kind"] = "STATION_KIND_COURT", ["name"] = "法院", ["region"] = "450103" }),
                ["lawyers"] = new JsonArray(new JsonObject { ["id"] = "l1", ["practisingSince"] = "2015-01-01", ["region"] = "450103" }),
                ["shifts"] = new JsonArray(new JsonObject
                {
                    ["id"] = "a", ["station"] = "s1", ["date"] = "2026-03-02", ["start"] = "09:00", ["end"] = "12:00", ["mode"] = "DUTY_MODE_ON_SITE",
                }),
            },
        };
        var roster = new JsonObject { ["assignments"] = new JsonArray(new JsonObject { ["shift"] = "a", ["lawyer"] = "l1" }) };
        switch (operation)
        {
            case "CheckRoster":
                request["roster"] = roster;
                break;
            case "RedraftRoster":
                (request["published"], request["cancelledShift"]) = (roster, "a");
                request["case"]!["shifts"]!.AsArray().Add(new JsonObject // it has them
                {
                    ["id"] = "b", ["station"] = "s1", ["date"] = "2026-03-02", ["start"] = "14:30", ["end"] = "17:30", ["mode"] = "DUTY_MODE_ON_SITE",
                });
                break;
            case "ExportRoster":
                (request["roster"], request["kind"]) = (roster, "ROSTER_FILE_KIND_CSV");
                break;
            case "ImportRoster":
                (request["kind"], request["file"]) = ("ROSTER_FILE_KIND_CSV", Convert.ToBase64String("日期,开始,结束,站点,站点名称,班次,席位,方式,律师,律师姓名,备注\n"u8));
                break;
            default:
                break;
        }

        return request;
    }
}
