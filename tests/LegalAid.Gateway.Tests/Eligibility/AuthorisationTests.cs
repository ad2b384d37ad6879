using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Eligibility;

/// <summary>An authorisation to query that is held once, over the wire: several verifications rest on it, and revoked or not one's own it lets nobody ask.</summary>
public sealed class AuthorisationTests : IAsyncLifetime
{
    private BodiesScene _bodies = null!; // set before each test by InitializeAsync

    private Demo.Agencies.AgencySystem Centre => _bodies.Gateway[Applicants.Centre];

    public async ValueTask InitializeAsync() => _bodies = await BodiesScene.StartAsync();

    public ValueTask DisposeAsync() => _bodies.DisposeAsync();

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Verify_OnAHeldAuthorisation_AsksUntilItIsRevoked(Face face)
    {
        var application = Applicants.Application();
        var held = await GiveAsync(face, Applicants.Centre, application);
        application["authorisation"]!["held"] = held; // the application has one
        _bodies.Know(Applicants.NumberOf(application), ("register", "subsistence"));
        Assert.Equal("granted", await VerifyAsync(application));

        var revoked = (await Centre.CallAsync(face, "TakeStep", NoticeSteps.Take(held, "revoke", new JsonObject { ["remarks"] = "申请人撤回" }))).Required;
        Assert.Equal("revoked", (string?)revoked["exchange"]?["state"]);
        var asked = _bodies.Asked(BodiesScene.CivilAffairs);
        var other = Applicants.Application(SyntheticPeople.Adult(SyntheticPeople.NextSerial()));
        application["facts"]!.AsArray().Add(Applicants.Stated("sex", "male")); // another application of the same person
        Assert.Equal("granted", await VerifyAsync(application)); // by the register: what was answered before stands
        other["authorisation"]!["held"] = held; // as above
        Assert.Equal("evidence-needed", await VerifyAsync(other));
        Assert.Equal(asked, _bodies.Asked(BodiesScene.CivilAffairs));
    }

    [Fact]
    public async Task Verify_AfterTheRevocation_AsksNobody()
    {
        var application = Applicants.Application();
        var held = await GiveAsync(Face.Rest, Applicants.Centre, application);
        application["authorisation"]!["held"] = held; // as above
        _bodies.Know(Applicants.NumberOf(application), ("register", "subsistence"));
        (await Centre.CallAsync(Face.Rest, "TakeStep", NoticeSteps.Take(held, "revoke", new JsonObject { ["remarks"] = "申请人撤回" }))).Required.ToString();

        Assert.Equal("evidence-needed", await VerifyAsync(application));
        Assert.Equal(0, _bodies.Asked(BodiesScene.CivilAffairs));
    }

    [Theory]
    [InlineData("of another centre")]
    [InlineData("of another person")]
    [InlineData("of another paper")]
    [InlineData("that is no authorisation")]
    [InlineData("that is not there")]
    public async Task Verify_OnAnAuthorisation_ThatIsNotItsOwn_AsksNobody(string which)
    {
        var application = Applicants.Application();
        _bodies.Know(Applicants.NumberOf(application), ("register", "subsistence"));
        application["authorisation"]!["held"] = which switch // as above
        {
            "of another centre" => await GiveAsync(Face.Rest, "nanning-xingning-aid-centre", application),
            "of another person" => await GiveAsync(Face.Rest, Applicants.Centre, Applicants.Application()),
            "of another paper" => await GiveAsync(Face.Rest, Applicants.Centre, application, paper: 'b'),
            "that is no authorisation" => "exchanges/" + ((string?)(await Centre.CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(Applicants.Application(), "30s"))).Required["verification"]!["name"])!.Split('/')[1], // an outcome has one
            _ => "exchanges/019cac0f-3238-7002-b46d-fa108ab217d5",
        };

        var asked = _bodies.Asked(BodiesScene.CivilAffairs);
        Assert.Equal("evidence-needed", await VerifyAsync(application));
        Assert.Equal(asked, _bodies.Asked(BodiesScene.CivilAffairs));
    }

    private async Task<string> GiveAsync(Face face, string centre, JsonObject application, char paper = 'a')
    {
        var authorisation = application["authorisation"]!.DeepClone(); // the application has one
        authorisation["paperSha256"] = new string(paper, 64);
        var opened = (await _bodies.Gateway[centre].CallAsync(face, "OpenExchange", new JsonObject
        {
            ["type"] = "exchangeTypes/query-authorisation",
            ["requestId"] = NoticeSteps.NewRequestId(),
            ["openings"] = new JsonArray(new JsonObject { ["payload"] = new JsonObject { ["person"] = application["person"]!.DeepClone(), ["authorisation"] = authorisation } }), // as above
        })).Required;
        return (string?)opened["outcomes"]?[0]?["exchange"]?["name"] ?? throw new InvalidOperationException(opened.ToJsonString());
    }

    private async Task<string?> VerifyAsync(JsonObject application) =>
        (string?)(await Centre.CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(application, "30s"))).Required["verification"]?["state"];
}
