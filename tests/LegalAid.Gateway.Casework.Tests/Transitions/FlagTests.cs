using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Tests.Checks;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Casework.Tests.Transitions;

/// <summary>A flag stays until a check that asks the same finds otherwise.</summary>
public sealed class FlagTests
{
    private static readonly DateTimeOffset FarHearing = Play.Start.AddDays(60);

    private static Play Submitted(Action<JsonObject>? change = null)
    {
        var notice = ShippedType.Notice(FarHearing);
        change?.Invoke(notice);
        var play = new Play(ShippedType.Court, ShippedType.Snapshot, StandardChecks.Catalogue);
        var decision = play.TryOpen(notice, ShippedType.QingxiuCourt, "indictment");
        Assert.True(decision is Decision.Accepted, string.Join(", ", (decision as Decision.Refused)?.Faults.Select(fault => fault.ToString()) ?? []));
        return play;
    }

    private static JsonObject Person(int birthYear, params (string Name, JsonNode Value)[] more)
    {
        var person = new JsonObject { ["name"] = "测试人甲", ["residentNumber"] = CheckWorld.Number(birthYear, 5, 4) };
        foreach (var (name, value) in more)
        {
            person[name] = value;
        }

        return person;
    }

    private static JsonObject Hearing(DateTimeOffset at) => new() { ["startTime"] = ShippedType.Time(at) };

    private static Play Amend(Play play, string field, JsonNode value) => play.Take("amend", ShippedType.Amendment(field, value));

    [Fact]
    public void Amend_IdentityOfAnAdult_WithdrawsWhatWasSaidOfAMinor()
    {
        var play = Submitted(notice => notice["person"] = Person(2010));
        Assert.Equal(["ARTICLE_25_MINOR_NOT_CLAIMED"], play.State.Flags);

        Assert.Empty(Amend(play, "person", Person(1990)).State.Flags);
    }

    [Fact]
    public void Amend_GroundsThatSayIt_WithdrawsTheDifference()
    {
        var play = Submitted(notice => notice["person"] = Person(2010));

        Assert.Empty(Amend(play, "grounds", new JsonArray("GROUND_MINOR")).State.Flags);
    }

    [Fact]
    public void Amend_ToAnUnknownIdentity_WithdrawsWhatTheNumberSaid()
    {
        var play = Submitted(notice => notice["person"] = Person(2010));
        var unknown = Play.Json("""{"name":"自称甲","unknownIdentity":{"label":"甲","estimatedAge":30}}""");

        Assert.Empty(Amend(play, "person", unknown).State.Flags);
    }

    [Fact]
    public void Amend_WithoutTheCertificate_WithdrawsWhatItSaid()
    {
        var play = Submitted(notice => notice["person"] = Person(1990, ("disabilityCertificate", CheckWorld.Number(1990, 5, 4) + "21")));
        Assert.Equal(["ARTICLE_25_SENSORY_NOT_CLAIMED"], play.State.Flags);

        Assert.Empty(Amend(play, "person", Person(1990)).State.Flags);
    }

    [Fact]
    public void Amend_SomethingElse_LeavesTheFlag()
    {
        var play = Submitted(notice => notice["person"] = Person(2010));

        Assert.Equal(["ARTICLE_25_MINOR_NOT_CLAIMED"], Amend(play, "cause", "诈骗罪").State.Flags);
        Assert.Equal(["ARTICLE_25_MINOR_NOT_CLAIMED"], Amend(play, "hearing", Hearing(FarHearing.AddDays(1))).State.Flags);
    }

    [Fact]
    public void Amend_HearingPutOff_WithdrawsThatItIsSoon()
    {
        var play = Submitted(notice => notice["hearing"] = Hearing(Play.Start.AddDays(2)));
        Assert.Equal(["HEARING_SOON", "HEARING_VERY_SOON"], play.State.Flags);

        Assert.Equal(["HEARING_SOON"], Amend(play, "hearing", Hearing(Play.Start.AddDays(10))).State.Flags);
        Assert.Empty(Amend(play, "hearing", Hearing(FarHearing)).State.Flags);
    }

    [Fact]
    public void Amend_ProcedureAlone_JudgesHowSoonTheHearingIsAnew()
    {
        var play = Submitted(notice =>
        {
            notice["hearing"] = Hearing(Play.Start.AddDays(10));
            notice["grounds"] = new JsonArray("GROUND_LIFE_OR_DEATH");
        });
        Assert.Equal(["COUNSEL_THREE_YEARS_NEEDED", "HEARING_SOON"], play.State.Flags);

        Assert.Equal(["COUNSEL_THREE_YEARS_NEEDED"], Amend(play, "procedure", "PROCEDURE_SUMMARY").State.Flags);
        Assert.Equal(["COUNSEL_THREE_YEARS_NEEDED", "HEARING_SOON"], Amend(play, "procedure", "PROCEDURE_ORDINARY").State.Flags);
    }

    [Fact]
    public void Amend_ProcedureAfterTheHearing_IsNotRefusedForIt()
    {
        var play = Submitted(notice =>
        {
            notice["hearing"] = Hearing(Play.Start.AddDays(2));
            notice["grounds"] = new JsonArray("GROUND_LIFE_OR_DEATH");
        });

        Amend(play.After(TimeSpan.FromDays(3)), "procedure", "PROCEDURE_SUMMARY");

        Assert.Contains("HEARING_SOON", play.State.Flags);
    }

    [Fact]
    public void ReplaceCounsel_WithOneWhoSuits_WithdrawsWhatWasSaidOfTheOther()
    {
        var play = Submitted(notice =>
        {
            notice["person"] = Person(2010, ("language", "sign-language"));
            notice["grounds"] = new JsonArray("GROUND_MINOR");
            notice["wish"] = new JsonObject { ["speciality"] = "disability" };
        });
        play.Take("assign-counsel", Counsel("14501201510000011", "虚构甲律师"), ShippedType.QingxiuCentre);
        Assert.Equal(["COUNSEL_WITHOUT_LANGUAGE", "COUNSEL_WITHOUT_WISHED_SPECIALITY"], play.State.Flags);

        var replacement = Counsel("14501201810000028", "虚构乙律师");
        replacement["reason"] = "换人";
        play.Take("replace-counsel", replacement, ShippedType.QingxiuCentre);

        Assert.Equal(["COUNSEL_WITHOUT_JUVENILE_SPECIALITY"], play.State.Flags);
    }

    private static JsonObject Counsel(string licence, string name)
    {
        var assignment = ShippedType.Assignment(ShippedType.FirstFirm);
        (assignment["counsel"]!["licenceNumber"], assignment["counsel"]!["name"]) = (licence, name); // an assignment names counsel
        return assignment;
    }
}
