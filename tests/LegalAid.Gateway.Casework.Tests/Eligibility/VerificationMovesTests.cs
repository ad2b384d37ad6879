using System.Text.Json.Nodes;
using CsCheck;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Tests.Transitions;

namespace LegalAid.Gateway.Casework.Tests.Eligibility;

/// <summary>What a verification does next, played by the shipped type and packs.</summary>
public sealed class VerificationMovesTests
{
    private static readonly (string Fact, string Value)[] OnTheRegister = [("register", "subsistence")];

    /// <summary>What makes wages a matter of no hardship, wherever it is known.</summary>
    private static readonly (string Fact, string Value)[] Wealthy =
    [
        ("register", "none"), ("fixed-livelihood", "true"), ("migrant-worker", "false"), ("judicial-relief", "false"), ("special-care", "false"), ("household-income", "9000.00"),
        ("household-balance", "5000.00"), ("spending-cause", "none"), ("household-assets", "false"), ("household-asset-value", "0.00"), ("hero-relative", "false"),
        ("abuse-victim", "false"), ("disability", "none"), ("senses-impaired", "false"), ("military", "false"), ("worker-file", "none"), ("unemployed", "false"),
        ("serious-illness", "false"), ("returning-worker", "false"), ("retrial-ordered", "false"), ("capacity-limited", "false"), ("possible-penalty", "lesser"),
        ("death-review", "false"), ("in-absentia", "false"), ("own-income", "9000.00"), ("own-balance", "5000.00"), ("own-assets", "false"), ("own-asset-value", "0.00"), ("sex", "male"),
    ];

    /// <summary>Nothing but the income speaks for the applicant.</summary>
    private static readonly (string Fact, string Value)[] Poor =
        [.. Wealthy.Where(fact => fact.Fact is not ("household-income" or "own-income")), ("household-income", "1000.00"), ("own-income", "1000.00")];

    [Fact]
    public void Next_OneAnswerCanSettle_AsksThatBodyAloneAndFindsEligible()
    {
        var scene = new VerificationScene();
        scene.Run(ask => scene.Answer(ask, OnTheRegister));

        var ask = Assert.Single(scene.Sent);
        Assert.Equal("civil-affairs", ask.Body);
        Assert.Equal("granted", scene.State.State.Value);
        Assert.Equal(Outcome.Eligible, scene.Finding.Outcome);
        Assert.Equal(AskState.Confirmed, Assert.Single(scene.Reading.Progress.Asks).State);
        Assert.NotEmpty(scene.Finding.Grounds);
    }

    [Fact]
    public void Next_QuestionsCommitted_BeforeTheyGoOut()
    {
        var scene = new VerificationScene();
        var move = scene.Move();

        Assert.Equal("record", move.Step?.Value);
        Assert.Equal(move.Asks.Select(ask => ask.Id), scene.Reading.Progress.Asks.Select(ask => ask.Id));
        Assert.Equal("checking", scene.State.State.Value);
    }

    [Fact]
    public void Next_NobodyAnswers_AsksEveryBodyOnceAndLeavesEverythingOpen()
    {
        var scene = new VerificationScene();
        scene.Run(scene.Unavailable);

        Assert.Equal("evidence-needed", scene.State.State.Value);
        Assert.Equal(scene.Sent.Count, scene.Sent.Select(ask => ask.Body).Distinct().Count());
        Assert.NotEmpty(scene.Finding.Open);
        Assert.Empty(scene.Reading.Progress.Answers);
    }

    /// <summary>Least data first: a body whose first answer did not settle it is asked again for what then could, and never twice for the same.</summary>
    [Fact]
    public void Next_FirstAnswerSettlesNothing_AsksTheSameBodyForMore()
    {
        var scene = new VerificationScene();
        scene.Run(ask => scene.Answer(ask, Poor));

        Assert.Equal(Outcome.Eligible, scene.Finding.Outcome);
        Assert.Contains(scene.Sent.GroupBy(ask => ask.Body), asks => asks.Count() > 1);
        Assert.Equal(scene.Sent.Sum(ask => ask.Facts.Length), scene.Sent.SelectMany(ask => ask.Facts.Select(fact => (ask.Body, fact))).Distinct().Count());
    }

    [Fact]
    public void Next_NobodyKnowsThePerson_IsNoNo()
    {
        var scene = new VerificationScene();
        scene.Run(scene.NoMatch);

        Assert.Equal("evidence-needed", scene.State.State.Value);
        Assert.All(scene.Reading.Progress.Asks, ask => Assert.Equal(AskState.NoMatch, ask.State));
    }

    [Fact]
    public void Next_EverythingSpeaksAgainst_LeavesItToAPerson()
    {
        var scene = new VerificationScene();
        scene.Run(ask => scene.Answer(ask, Wealthy));

        Assert.Equal(scene.Finding.Outcome is Outcome.PersonDecides or Outcome.RefusalProposed ? "for-person" : "evidence-needed", scene.State.State.Value);
        Assert.NotEqual("granted", scene.State.State.Value);
        Assert.DoesNotContain("refused", scene.State.Taken.Keys);
    }

    /// <summary>An unavailable body never decides against: who is eligible when everybody answers is eligible or open whoever does not.</summary>
    [Fact]
    public void Run_AnySubsetOfBodiesAnswers_UnavailableNeverSpeaksAgainst() => Gen.Int[0, (1 << 13) - 1].Sample(
        mask =>
        {
            var scene = new VerificationScene();
            scene.Run(ask => ((mask >> (ask.Body.Sum(letter => letter) % 13)) & 1) == 1 ? scene.Answer(ask, Poor) : scene.Unavailable(ask));
            Assert.Contains(scene.Finding.Outcome, new[] { Outcome.Eligible, Outcome.EvidenceNeeded });
        },
        iter: 200);

    /// <summary>The same answers, in any order and any number of times, lead to the same record of answers and the same finding.</summary>
    [Fact]
    public void Next_AnswersInAnyOrderAndTwice_EndAlike() => Gen.Shuffle(Enumerable.Range(0, 12).ToArray()).Sample(
        order =>
        {
            var (straight, shuffled) = (new VerificationScene(), new VerificationScene());
            straight.Run(ask => straight.Answer(ask, Wealthy));
            while (true)
            {
                var move = shuffled.Move();
                var open = shuffled.Reading.Progress.Asks.Where(ask => ask.State == AskState.Asked).OrderBy(ask => order[Math.Abs(ask.Body.Length + ask.Facts.Length) % order.Length]).ToList();
                if (move.Ended || open.Count == 0)
                {
                    break;
                }

                foreach (var ask in open)
                {
                    var result = shuffled.Answer(ask, Wealthy);
                    shuffled.Move(VerificationNews.None with { Results = [result, result] });
                    shuffled.Move(VerificationNews.None with { Results = [result] });
                }
            }

            Assert.Equal(straight.State.State, shuffled.State.State);
            Assert.Equal(straight.Finding.TraceDigest, shuffled.Finding.TraceDigest);
            Assert.Equal(Sorted(straight), Sorted(shuffled));
        },
        iter: 50);

    [Fact]
    public void Next_NoAuthorisation_AsksNobody()
    {
        var application = VerificationScene.Application();
        application.Remove("authorisation");
        var scene = new VerificationScene(application);
        scene.Run(scene.Unavailable);

        Assert.Empty(scene.Sent);
        Assert.Equal("evidence-needed", scene.State.State.Value);
    }

    [Fact]
    public void Next_AuthorisationOfOneFact_AsksForThatAlone()
    {
        var application = VerificationScene.Application();
        application["authorisation"]!["facts"] = new JsonArray("household-income"); // set just above
        var scene = new VerificationScene(application);
        scene.Run(scene.Unavailable);

        Assert.All(scene.Sent, ask => Assert.Equal(["household-income"], ask.Facts));
        Assert.NotEmpty(scene.Sent);
    }

    [Fact]
    public void Next_AuthorisationOverBeforeTheQuestion_AsksNobody()
    {
        var scene = new VerificationScene { Now = Play.Start.AddDays(200) };
        scene.Run(scene.Unavailable);

        Assert.Empty(scene.Sent);
    }

    [Fact]
    public void Next_NoWayToABody_PlansWithTheOthers()
    {
        var scene = new VerificationScene();
        scene.Unconnected.Add("civil-affairs");
        scene.Run(scene.Unavailable);

        Assert.DoesNotContain(scene.Sent, ask => ask.Body == "civil-affairs");
    }

    [Fact]
    public void Next_RegisterHasTheAnswer_AsksNobody()
    {
        var scene = new VerificationScene();
        var reused = new AnswerRecord("register", "subsistence", "civil-affairs", "earlier", new DateOnly(2026, 2, 20), null, "verifications/earlier");
        scene.Move(VerificationNews.None with { Reused = [reused] });

        Assert.Empty(scene.Sent);
        Assert.Equal("granted", scene.State.State.Value);
        Assert.Equal("verifications/earlier", Assert.Single(scene.Reading.Progress.Answers).ReusedFrom);
    }

    [Fact]
    public void Next_LateAnswerAfterTheFinding_IsRecordedAndDecidedOn()
    {
        var scene = new VerificationScene();
        scene.Unconnected.UnionWith(["trade-union", "social-security"]);
        scene.Run(scene.Unavailable);
        var late = scene.Reading.Progress.Asks.First(ask => ask.Body == "civil-affairs");
        Assert.False(late.IsOpen); // an unavailable question is over: what answers later than that answers a later question

        scene.Take("supply", new JsonObject { ["added"] = new JsonObject() });
        scene.Run(ask => ask.Body == "civil-affairs" ? scene.Answer(ask, OnTheRegister) : scene.Unavailable(ask));

        Assert.Equal("granted", scene.State.State.Value);
        Assert.Equal(2, scene.Sent.Count(ask => ask.Body == "civil-affairs"));
        Assert.NotEqual(late.Round, scene.Sent[^1].Round);
    }

    [Fact]
    public void Next_SettledWhileOthersAreSlow_FindsAndRecordsWhatComesLater()
    {
        var application = VerificationScene.Application();
        application["authorisation"]!["facts"] = new JsonArray("household-income", "household-assets"); // the scene's own
        var scene = new VerificationScene(application);
        var asks = scene.Move().Asks;
        Assert.Equal(2, asks.Length);

        scene.Take("supply", new JsonObject
        {
            ["added"] = new JsonObject { ["facts"] = new JsonArray(VerificationScene.Stated("register", "subsistence", "FACT_GROUND_DOCUMENT")) },
        });
        Assert.Equal("find-eligible", scene.Move().Step?.Value);
        var move = scene.Move(VerificationNews.None with { Results = [scene.NoMatch(asks[0]), scene.Answer(asks[1], ("household-assets", "true"), ("household-income", "9000.00"))] });

        Assert.Equal("record", move.Step?.Value);
        Assert.Equal("granted", scene.State.State.Value);
        Assert.Equal(2, scene.Reading.Progress.Findings.Length);
        Assert.DoesNotContain(scene.Reading.Progress.Asks, ask => ask.IsOpen);
    }

    /// <summary>A person refused while a body was still to answer: what it says is on record for the review, and the refusal stands.</summary>
    [Fact]
    public void Next_AnswerAfterARefusal_IsRecordedAndChangesNothing()
    {
        var application = VerificationScene.Application();
        application["authorisation"]!["facts"] = new JsonArray("register"); // the scene's own
        var scene = new VerificationScene(application);
        var ask = Assert.Single(scene.Move().Asks);
        scene.Move(VerificationNews.None with { Results = [new AskResult(ask.Id, AskState.Later, scene.Now, [])] });
        scene.Take("supply", new JsonObject { ["added"] = new JsonObject { ["facts"] = new JsonArray([.. Wealthy.Select(fact => (JsonNode)VerificationScene.Stated(fact.Fact, fact.Value, "FACT_GROUND_DOCUMENT"))]) } });
        scene.Run(scene.Unavailable);
        Assert.Equal("for-person", scene.State.State.Value);
        scene.Take("refuse", new JsonObject { ["reasons"] = "不符合" });

        Assert.Equal("record", scene.Move(VerificationNews.None with { Results = [scene.Answer(ask, ("register", "none"))] }).Step?.Value);
        Assert.Equal("refused", scene.State.State.Value);
        Assert.DoesNotContain(scene.Reading.Progress.Asks, one => one.IsOpen);
    }

    [Fact]
    public void Next_FinalInTheMeantime_RecordsNothing()
    {
        var scene = new VerificationScene();
        var ask = Assert.Single(scene.Move().Asks);
        scene.Take("withdraw", []);

        Assert.Null(scene.Move(VerificationNews.None with { Results = [scene.Answer(ask, OnTheRegister)] }).Step);
        Assert.Equal("withdrawn", scene.State.State.Value);
    }

    [Fact]
    public void Next_AnswerComesByItself_WaitsWithoutAFinding()
    {
        var scene = new VerificationScene();
        scene.Unconnected.UnionWith(VerificationScene.Snapshot.Eligibility.Vocabulary.Bodies.Select(body => body.Name).Except(["civil-affairs"]));
        Assert.False(OverdueQuestions.AreWaitedFor(scene.Reading, scene, scene.Now)); // nobody was asked yet
        var ask = Assert.Single(scene.Move().Asks);
        Assert.False(OverdueQuestions.AreWaitedFor(scene.Reading, scene, scene.Now)); // and has not been, as far as anybody knows
        var move = scene.Move(VerificationNews.None with { Results = [new AskResult(ask.Id, AskState.Later, scene.Now, [])] });

        Assert.True(move.Ended);
        Assert.Equal("checking", scene.State.State.Value);
        scene.Move(VerificationNews.None with { Results = [scene.Answer(ask, OnTheRegister)] });
        Assert.Equal("granted", scene.State.State.Value);
    }

    /// <summary>An answer that never comes does not hold the decision up for ever; should it come after all, it counts.</summary>
    [Fact]
    public void Next_AnswerByItselfIsOverdue_EndsAsUnavailableAndStillCounts()
    {
        var scene = new VerificationScene();
        scene.Unconnected.UnionWith(VerificationScene.Snapshot.Eligibility.Vocabulary.Bodies.Select(body => body.Name).Except(["civil-affairs"]));
        var ask = Assert.Single(scene.Move().Asks);
        scene.Move(VerificationNews.None with { Results = [new AskResult(ask.Id, AskState.Later, scene.Now, [])] });

        scene.Now = Play.Start.AddDays(3).AddSeconds(-1);
        Assert.True(OverdueQuestions.AreWaitedFor(scene.Reading, scene, scene.Now)); // and nobody need look
        Assert.Null(scene.Move().Step);
        scene.Now = Play.Start.AddDays(3);
        Assert.False(OverdueQuestions.AreWaitedFor(scene.Reading, scene, scene.Now));
        Assert.Equal("find-evidence-needed", scene.Move().Step?.Value);

        var ended = Assert.Single(scene.Reading.Progress.Asks);
        Assert.Equal((AskState.Unavailable, "not-answered-in-time", scene.Now), (ended.State, ended.Fault, ended.EndedAt));
        Assert.Empty(scene.Reading.Progress.Answers); // and never a no
        Assert.Equal(VerificationMoves.Reopen, scene.Move(VerificationNews.None with { Results = [scene.Answer(ask, OnTheRegister)] }).Step);
        scene.Move();
        Assert.Equal("granted", scene.State.State.Value);
        Assert.Equal((AskState.Confirmed, (string?)null), (scene.Reading.Progress.Asks[0].State, scene.Reading.Progress.Asks[0].Fault));
    }

    /// <summary>Where the agency or its connector is taken out of the configuration nobody reads its files any more: the wait is over at once.</summary>
    [Fact]
    public void Next_AnswerByItselfFromOneWhoIsGone_IsWaitedForNoLonger()
    {
        var scene = new VerificationScene();
        scene.Unconnected.UnionWith(VerificationScene.Snapshot.Eligibility.Vocabulary.Bodies.Select(body => body.Name).Except(["civil-affairs"]));
        var ask = Assert.Single(scene.Move().Asks);
        scene.Move(VerificationNews.None with { Results = [new AskResult(ask.Id, AskState.Later, scene.Now, [])] });

        scene.Unconnected.Add("civil-affairs");
        scene.Move();

        Assert.Equal("evidence-needed", scene.State.State.Value);
        Assert.Equal("not-answered-in-time", Assert.Single(scene.Reading.Progress.Asks).Fault);
    }

    [Fact]
    public void Next_SourceChanged_ReopensWhatRestsOnItAndAsksAgain()
    {
        var scene = new VerificationScene();
        scene.Run(ask => scene.Answer(ask, OnTheRegister));
        scene.Now = Play.Start.AddDays(10);
        var change = new SourceChange("civil-affairs", ["register"], new DateOnly(2026, 3, 10));

        Assert.Equal(VerificationMoves.Reopen, scene.Move(VerificationNews.None with { Changes = [change] }).Step);
        Assert.Equal("checking", scene.State.State.Value);
        Assert.Equal(new DateOnly(2026, 3, 9), Assert.Single(scene.Reading.Progress.Answers).ValidUntil);
        Assert.Contains(scene.Move().Asks, ask => ask.Body == "civil-affairs");
    }

    [Theory]
    [InlineData("trade-union", "register")]
    [InlineData("civil-affairs", "fixed-livelihood")]
    public void Next_SourceChangedWhatNothingRestsOn_ChangesNothing(string body, string fact)
    {
        var scene = new VerificationScene();
        scene.Run(ask => scene.Answer(ask, OnTheRegister));

        Assert.Null(scene.Move(VerificationNews.None with { Changes = [new SourceChange(body, [fact], new DateOnly(2026, 3, 2))] }).Step);
    }

    [Fact]
    public void Next_AnswerOtherThanTheApplicantSaid_IsRefuted()
    {
        var application = VerificationScene.Application();
        application["undertakings"] = new JsonArray(new JsonObject
        {
            ["signDate"] = "2026-03-02", ["paperSha256"] = new string('d', 64), ["facts"] = new JsonArray(new JsonObject { ["fact"] = "household-income", ["value"] = "1500.00" }),
        });
        var scene = new VerificationScene(application);
        scene.Run(ask => ask.Facts.Contains("household-income") ? scene.Answer(ask, ("household-income", "3000.00")) : scene.Unavailable(ask));

        Assert.Contains(scene.Reading.Progress.Asks, ask => ask.State == AskState.Refuted);
    }

    [Fact]
    public void Progress_WrittenAndRead_IsTheSame()
    {
        var scene = new VerificationScene();
        scene.Run(ask => scene.Answer(ask, OnTheRegister));
        var json = scene.Reading.Progress.ToJson();

        Assert.Equal(json.ToJsonString(), Progress.Read(json).ToJson().ToJsonString());
        Assert.Empty(Progress.Read(null).ToJson());
    }

    private static IEnumerable<string> Sorted(VerificationScene scene) =>
        scene.Reading.Progress.Answers.Select(answer => $"{answer.Fact} {answer.Value} {answer.Body}").Order(StringComparer.Ordinal);
}
