using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>Uploads that are under way: each party's own, another's, and none. Both faces find the same upload.</summary>
internal sealed class UploadArea : MatrixArea
{
    private const string One = "/v1/exchanges/{exchange}/uploads/{upload}";

    public override string Name => "uploads";

    public override IReadOnlyList<string> Doors =>
        [DoorOf("GetUpload"), DoorOf("UploadAttachment"), DoorOf("CancelUpload"), $"HEAD {One}", $"PATCH {One}", $"DELETE {One}"];

    public override async Task CompareAsync(GatewayFixture gateway, Tally tally)
    {
        var sample = Notices.Of("COURT");
        var exchange = (await gateway.NoticeInAsync("assigned", sample)).Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal);
        var parties = Agencies.Where(agency => Parties.RoleOf(agency, sample) is not null).ToList();
        foreach (var (operation, sender) in from operation in Expectations.Uploads.Rows from sender in parties select (operation, sender))
        {
            var begun = await gateway[sender].CallAsync(Face.Grpc, "BeginUpload", DocumentArea.Announcement(exchange));
            var upload = begun.Required["name"]?.GetValue<string>() ?? throw new InvalidOperationException("an upload has a name");
            await EachAsync(Agencies.Where(agency => agency != sender), async agency =>
            {
                var expected = Expectations.Uploads.Of(operation, parties.Contains(agency) ? "party" : "stranger");
                var told = await AskAsync(agency, operation, upload, expected);
                foreach (var nothing in new[] { $"{exchange}/uploads/{Nowhere}", $"exchanges/{Nowhere}/uploads/{Nowhere}", $"exchanges/{Nowhere}/uploads/{upload.Split('/')[^1]}" })
                {
                    tally.CompareHidden(agency, operation, FaceOf(operation), told, await AskAsync(agency, operation, nothing, Expected.Absent));
                }
            });
            await AskAsync(sender, operation, $"{exchange}/uploads/{Nowhere}", Expected.Absent);
            await AskAsync(sender, operation, upload, Expectations.Uploads.Of(operation, "sender"));
            await CallAsync(gateway[sender], Face.Grpc, "CancelUpload", new JsonObject { ["name"] = upload }); // an agency may have only so many
        }

        async Task<Told> AskAsync(string agency, string operation, string upload, Expected expected)
        {
            var told = tally.Called(await CallAsync(gateway[agency], operation, upload));
            tally.Compare(agency, operation, FaceOf(operation), expected, told);
            return told;
        }
    }

    private static Face FaceOf(string operation) => operation is "HEAD" or "PATCH" or "DELETE" ? Face.Rest : Face.Grpc;

    private static Task<Told> CallAsync(AgencySystem agency, string operation, string upload) => operation switch
    {
        "UploadAttachment" => CallAsync(agency, Face.Grpc, operation, new JsonObject { ["name"] = upload, ["content"] = Convert.ToBase64String(DocumentArea.Content) }),
        "GetUpload" or "CancelUpload" => CallAsync(agency, Face.Grpc, operation, new JsonObject { ["name"] = upload }),
        "PATCH" => SendAsync(agency.Rest, HttpMethod.Patch, $"/v1/{upload}", Piece(DocumentArea.Content), stream: false, ("Tus-Resumable", "1.0.0"), ("Upload-Offset", "0")),
        _ => SendAsync(agency.Rest, new HttpMethod(operation), $"/v1/{upload}", content: null, stream: false, ("Tus-Resumable", "1.0.0")),
    };
}
