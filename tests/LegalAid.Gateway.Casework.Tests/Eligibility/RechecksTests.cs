using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Tests.Transitions;

namespace LegalAid.Gateway.Casework.Tests.Eligibility;

/// <summary>Who is asked again by itself, and when: a body that did not answer, an answer that soon holds no longer.</summary>
public sealed class RechecksTests
{
    private static readonly VerificationNews Look = VerificationNews.None with { Recheck = RecheckPolicy.Usual };

    [Fact]
    public void Due_BodyDidNotAnswer_IsAskedAgainAfterAQuarterOfAnHourAndDoubling()
    {
        var scene = OnlyCivilAffairs();
        foreach (var (wait, round) in new[] { 15, 30, 60, 120, 240, 480, 960, 1440, 1440 }.Select((minutes, index) => (TimeSpan.FromMinutes(minutes), index)))
        {
            var ended = scene.Now;
            scene.Now = ended + wait - TimeSpan.FromSeconds(1);
            Assert.Null(scene.Move(Look).Step);
            scene.Now = ended + wait;
            var move = scene.Move(Look);
            Assert.Equal("record", move.Step?.Value);
            Assert.Equal("civil-affairs", Assert.Single(move.Asks).Body);
            Assert.Equal("evidence-needed", scene.State.State.Value); // the centre's work is not disturbed
            Assert.Empty(scene.Move(Look).Asks); // it is under way
            scene.Move(VerificationNews.None with { Results = [scene.Unavailable(move.Asks[0])] });
            Assert.Equal(round + 2, scene.Reading.Progress.Asks.Length);
        }

        Assert.Single(scene.Reading.Progress.Findings); // nothing was learned
    }

    [Fact]
    public void Due_RecoveredBodyAnswers_BeginsARoundAndGrants()
    {
        var scene = OnlyCivilAffairs();
        scene.Now += TimeSpan.FromMinutes(15);
        var ask = Assert.Single(scene.Move(Look).Asks);

        Assert.Equal(VerificationMoves.Reopen, scene.Move(VerificationNews.None with { Results = [scene.Answer(ask, ("register", "subsistence"))] }).Step);
        scene.Move();
        Assert.Equal("granted", scene.State.State.Value);
    }

    /// <summary>The answer alone settles nothing, but makes another body worth asking.</summary>
    [Fact]
    public void Due_AnswerMakesAnotherBodyUseful_BeginsARound()
    {
        var scene = new VerificationScene();
        scene.Unconnected.UnionWith(VerificationScene.Snapshot.Eligibility.Vocabulary.Bodies.Select(body => body.Name).Except(["civil-affairs"]));
        scene.Run(scene.Unavailable);
        scene.Now += TimeSpan.FromMinutes(15);
        var ask = Assert.Single(scene.Move(Look).Asks);
        scene.Unconnected.Clear();

        Assert.Equal(VerificationMoves.Reopen, scene.Move(VerificationNews.None with { Results = [scene.Answer(ask, ("register", "none"))] }).Step);
        Assert.NotEmpty(scene.Move().Asks);
    }

    [Fact]
    public void Due_KnowsNobody_IsNotAskedAgain()
    {
        var scene = new VerificationScene();
        scene.Run(scene.NoMatch);
        scene.Now += TimeSpan.FromDays(2);

        Assert.Null(scene.Move(Look).Step);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void Due_AnswerSoonHoldsNoLonger_IsAskedForAgain(int days, bool asked)
    {
        var scene = new VerificationScene();
        scene.Run(ask => scene.Answer(ask, ("register", "subsistence")));
        Assert.Equal("granted", scene.State.State.Value);
        var last = Play.Start.AddDays(ValidDays("register"));

        scene.Now = last.AddDays(days - RecheckPolicy.Usual.RefreshDays);
        Assert.Equal(asked ? ["civil-affairs"] : [], scene.Move(Look).Asks.Select(ask => ask.Body));
    }

    [Fact]
    public void Due_RefreshedAlike_StaysGrantedAndHoldsLonger()
    {
        var scene = new VerificationScene();
        scene.Run(ask => scene.Answer(ask, ("register", "subsistence")));
        scene.Now = Play.Start.AddDays(ValidDays("register") - 1);
        var ask = Assert.Single(scene.Move(Look).Asks);
        scene.Move(VerificationNews.None with { Results = [scene.Answer(ask, ("register", "subsistence"))] });

        Assert.Equal("granted", scene.State.State.Value);
        Assert.Equal(2, scene.Reading.Progress.Answers.Length);
        Assert.Empty(scene.Move(Look).Asks);
    }

    [Fact]
    public void Due_RefreshedOtherwise_IsCheckedAgain()
    {
        var scene = new VerificationScene();
        scene.Run(ask => scene.Answer(ask, ("register", "subsistence")));
        scene.Now = Play.Start.AddDays(ValidDays("register") - 1);
        var ask = Assert.Single(scene.Move(Look).Asks);

        Assert.Equal(VerificationMoves.Reopen, scene.Move(VerificationNews.None with { Results = [scene.Answer(ask, ("register", "none"))] }).Step);
        Assert.Equal("checking", scene.State.State.Value);
    }

    [Fact]
    public void Due_RefreshFails_IsTriedAgainNextDayAndTheGrantStands()
    {
        var scene = new VerificationScene();
        scene.Run(ask => scene.Answer(ask, ("register", "subsistence")));
        scene.Now = Play.Start.AddDays(ValidDays("register") - 3);
        scene.Move(VerificationNews.None with { Results = [scene.Unavailable(Assert.Single(scene.Move(Look).Asks))] });
        scene.Now += TimeSpan.FromHours(23);
        Assert.Empty(scene.Move(Look).Asks);
        scene.Now += TimeSpan.FromHours(1);

        Assert.Single(scene.Move(Look).Asks);
        Assert.Equal("granted", scene.State.State.Value);
    }

    [Fact]
    public void Due_AuthorisationOver_AsksNobody()
    {
        var scene = OnlyCivilAffairs();
        scene.Now = Play.Start.AddDays(200);

        Assert.Null(scene.Move(Look).Step);
    }

    /// <summary>Civil affairs alone can be asked, for the register alone, and did not answer.</summary>
    private static VerificationScene OnlyCivilAffairs()
    {
        var application = VerificationScene.Application();
        application["authorisation"]!["facts"] = new System.Text.Json.Nodes.JsonArray("register"); // the scene's own
        var scene = new VerificationScene(application);
        scene.Run(scene.Unavailable);
        Assert.Equal(Outcome.EvidenceNeeded, scene.Finding.Outcome);
        return scene;
    }

    private static int ValidDays(string fact) =>
        VerificationScene.Snapshot.Eligibility.Vocabulary.Find(fact)?.ValidDays ?? throw new InvalidOperationException($"{fact} holds for ever");
}
