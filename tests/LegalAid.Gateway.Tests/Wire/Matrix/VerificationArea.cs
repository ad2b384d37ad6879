using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Eligibility;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>Verifications: each centre's own, and nobody else's; what bodies report is theirs alone to say.</summary>
internal sealed class VerificationArea : MatrixArea
{
    /// <summary>The bodies that answer facts (eligibility/facts.yaml), and so may say that something has changed.</summary>
    private static readonly HashSet<string> Sources = new(StringComparer.Ordinal)
    {
        "civil-affairs", "disabled-federation", "trade-union", "police", "social-security", "veterans", "court", "procuratorate", "womens-federation", "natural-resources",
        "market-regulation", "tax", "health",
    };

    public override string Name => "verifications";

    public override IReadOnlyList<string> Doors => [.. Expectations.Verifications.Rows.Select(DoorOf)];

    public override async Task CompareAsync(GatewayFixture gateway, Tally tally)
    {
        var cells = from operation in Expectations.Verifications.Rows from face in FacesOf(operation) from agency in Agencies select (operation, face, agency);
        await EachAsync(cells, async cell =>
        {
            var (operation, face, agency) = cell;
            var kind = await KindOfAsync(gateway, agency);
            var column = kind == "aid-centre" ? "own" : Sources.Contains(kind) ? "source" : "other";
            var own = column == "own" && Needs(operation) ? await OpenAsync(gateway, agency) : Nowhere;
            var told = tally.Called(await CallAsync(gateway[agency], face, operation, Request(operation, own)));
            tally.Compare(agency, operation, face, Expectations.Verifications.Of(operation, column), told);
            if (Needs(operation))
            {
                var hidden = tally.Called(await CallAsync(gateway[agency], face, operation, Request(operation, await OpenAsync(gateway, AnotherCentre(agency)))));
                tally.Compare(agency, operation, face, column == "own" ? Expected.Absent : Expected.Denied, hidden);
                tally.CompareHidden(agency, operation, face, hidden, tally.Called(await CallAsync(gateway[agency], face, operation, Request(operation, Nowhere))));
            }
        });
    }

    /// <summary>Whether the operation is about one verification.</summary>
    private static bool Needs(string operation) => Faces.Method(operation).InputType.FindFieldByName("name") is not null;

    private static string AnotherCentre(string agency) => agency == Applicants.Centre ? "nanning-xingning-aid-centre" : Applicants.Centre;

    private static async Task<string> KindOfAsync(GatewayFixture gateway, string agency) =>
        (await gateway[agency].CallAsync(Face.Grpc, "GetAgency", new JsonObject { ["name"] = $"agencies/{agency}" })).Required["kind"]!.GetValue<string>(); // an agency has a kind

    /// <summary>A verification that waits for evidence: nobody is asked without an authorisation.</summary>
    private static async Task<string> OpenAsync(GatewayFixture gateway, string centre)
    {
        var outcome = (await gateway[centre].CallAsync(Face.Grpc, "VerifyEligibility", Applicants.Verify(Unauthorised()))).Required;
        return outcome["verification"]!["name"]!.GetValue<string>().Split('/')[1]; // an outcome names its verification
    }

    private static JsonObject Unauthorised()
    {
        var application = Applicants.Application();
        application.Remove("authorisation");
        return application;
    }

    private static JsonObject Request(string operation, string id)
    {
        var request = new JsonObject { ["name"] = $"verifications/{id}" };
        var (field, content) = operation switch
        {
            "SupplyFacts" => ("supplement", new JsonObject { ["added"] = new JsonObject { ["facts"] = new JsonArray(Applicants.Stated("simple-case", "true")) } }),
            "GrantAid" => ("grant", Reasons()),
            "RefuseAid" => ("refusal", Reasons()),
            "ObjectToRefusal" => ("objection", Reasons()),
            "ReviewObjection" => ("review", new JsonObject { ["result"] = "REVIEW_RESULT_UPHELD", ["reasons"] = "核对" }),
            "WithdrawVerification" => ("withdrawal", Reasons()),
            "CloseVerification" => ("closing", new JsonObject { ["remarks"] = "办结" }),
            _ => ("", []),
        };
        if (field.Length > 0)
        {
            request[field] = content;
            request["requestId"] = NoticeSteps.NewRequestId();
            return request;
        }

        var person = SyntheticPeople.Adult(SyntheticPeople.NextSerial());
        return operation switch
        {
            "VerifyEligibility" => Applicants.Verify(Unauthorised(), "0s"),
            "AssessEligibility" => new JsonObject { ["receivedDate"] = "2026-03-02", ["place"] = "450103", ["facts"] = new JsonArray(Applicants.Stated("matter", "labour-pay")) },
            "ListVerifications" => [],
            "SearchVerifications" => new JsonObject { ["person"] = person },
            "ReportStatusChange" => new JsonObject
            {
                ["change"] = new JsonObject { ["person"] = person, ["facts"] = new JsonArray("register"), ["effectiveDate"] = "2026-03-01" }, ["requestId"] = NoticeSteps.NewRequestId(),
            },
            _ => request,
        };
    }

    private static JsonObject Reasons() => new() { ["reasons"] = "理由" };
}
