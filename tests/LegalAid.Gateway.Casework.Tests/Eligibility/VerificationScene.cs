using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Tests.Transitions;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Casework.Tests.Eligibility;

/// <summary>
/// One shipped verification, played move by move: what the gateway would commit is committed, and its record is read back from the JSON each time, as from a store.
/// </summary>
internal sealed class VerificationScene : ISourceRoutes
{
    private int _asks;

    public VerificationScene(JsonObject? application = null)
    {
        var decided = TryOpen(application ?? Application());
        State = Assert.IsType<Decision.Accepted>(decided).Next;
    }

    public static ConfigurationSnapshot Snapshot => ShippedType.Snapshot;

    public static ExchangeType Type => Snapshot.FindType(new ExchangeTypeId(VerificationReading.Type)) ?? throw new InvalidOperationException("no such type");

    public DateTimeOffset Now { get; set; } = Play.Start;

    public ExchangeState State { get; private set; }

    public VerificationReading Reading => VerificationReading.Of(State, Snapshot);

    /// <summary>Bodies to which there is no way.</summary>
    public HashSet<string> Unconnected { get; } = new(StringComparer.Ordinal);

    /// <summary>Questions that went out, oldest first.</summary>
    public List<AskRecord> Sent { get; } = [];

    public FindingRecord Finding => Reading.Progress.Findings[^1];

    public static JsonObject Application(params (string Fact, string Value)[] facts)
    {
        (string Fact, string Value)[] desk =
            [("matter", "labour-pay"), ("has-counsel", "false"), ("other-scope", "false"), ("family-dispute", "false"), ("birth-date", "1985-06-15")];
        var person = new JsonObject { ["name"] = "测试甲", ["residentNumber"] = CheckSceneNumber };
        return new JsonObject
        {
            ["person"] = person,
            ["receivedDate"] = "2026-03-02",
            ["place"] = "450103",
            ["facts"] = new JsonArray([.. desk.Concat(facts).Select(fact => (JsonNode)Stated(fact.Fact, fact.Value))]),
            ["authorisation"] = new JsonObject
            {
                ["people"] = new JsonArray(person.DeepClone()), ["expireDate"] = "2026-06-30", ["paperSha256"] = new string('a', 64),
            },
        };
    }

    public static JsonObject Stated(string fact, string value, string ground = "FACT_GROUND_STATED") => new() { ["fact"] = fact, ["value"] = value, ["ground"] = ground };

    public static Decision TryOpen(JsonObject application) => Transition.Open(
        Type, new StepAttempt(Snapshot.Agencies.Get(ShippedType.QingxiuCentre), Type.Opening, application, []), Snapshot, StandardChecks.Catalogue, Play.Start);

    public static IEnumerable<string> Faults(JsonObject application) => FaultsOf(TryOpen(application));

    /// <summary>A vector of the domain reference (section 6); nobody alive has it.</summary>
    private const string CheckSceneNumber = "450103190001010015";

    SourceRoute? ISourceRoutes.Find(SourceBody body, FactDefinition fact) =>
        Unconnected.Contains(body.Name) ? null : new SourceRoute(AgencyId.Parse($"nanning-{body.Name}"), "main");

    TimeSpan? ISourceRoutes.AnswersWithin(AgencyId agency, string connector) =>
        Unconnected.Contains(agency.Value["nanning-".Length..]) ? null : TimeSpan.FromDays(3);

    /// <summary>Decides and commits one move.</summary>
    public VerificationMove Move(VerificationNews? news = null)
    {
        var move = VerificationMoves.Next(State, Reading, news ?? VerificationNews.None, this, () => $"ask-{++_asks}", Now);
        if (move.Step is { } name)
        {
            var step = Type.FindStep(name) ?? throw new InvalidOperationException($"no step {name}");
            State = Assert.IsType<Decision.Accepted>(Transition.TakeOwn(State, step, move.Progress.ToJson(), Snapshot, Now)).Next;
        }

        Sent.AddRange(move.Asks);
        return move;
    }

    /// <summary>Moves until nothing is under way; <paramref name="answer"/> says how each question ends.</summary>
    public VerificationScene Run(Func<AskRecord, AskResult> answer)
    {
        var news = VerificationNews.None;
        while (true)
        {
            var move = Move(news);
            if (move.Step == VerificationMoves.Reopen)
            {
                news = VerificationNews.None;
                continue;
            }

            var open = Reading.Progress.Asks.Where(ask => ask.State == AskState.Asked).ToList();
            if (move.Ended || open.Count == 0)
            {
                return this;
            }

            news = VerificationNews.None with { Results = [.. open.Select(answer)] };
        }
    }

    public void Take(string name, JsonObject payload) => State = Assert.IsType<Decision.Accepted>(TryTake(name, payload)).Next;

    public IEnumerable<string> FaultsOf(string name, JsonObject payload) => FaultsOf(TryTake(name, payload));

    public static IEnumerable<string> FaultsOfCheck(string check, JsonObject payload) => StandardChecks.Catalogue.Check(check)(new CheckInput(
        Type, Type.Opening, payload, [], ImmutableSortedDictionary<string, AgencyId>.Empty, Snapshot.Agencies.Get(ShippedType.QingxiuCentre), Play.Start, Snapshot))
        .Faults.Select(fault => $"{fault.Code.Code} {fault.Field}");

    private Decision TryTake(string name, JsonObject payload)
    {
        var step = Type.FindStep(new StepName(name)) ?? throw new InvalidOperationException($"no step {name}");
        return Transition.Take(State, new StepAttempt(Snapshot.Agencies.Get(ShippedType.QingxiuCentre), step, payload, []), Snapshot, StandardChecks.Catalogue, Now);
    }

    private static IEnumerable<string> FaultsOf(Decision decision) =>
        ((decision as Decision.Refused)?.Faults ?? default(EquatableList<Fault>)).Select(fault => $"{fault.Code.Code} {fault.Field}");

    /// <summary>The question's facts as these values say; a fact that they lack the source does not know.</summary>
    public AskResult Answer(AskRecord ask, params (string Fact, string Value)[] values) => new(
        ask.Id, AskState.Confirmed, Now,
        [.. from value in values where ask.Facts.Contains(value.Fact) let known = ShippedPacks.Answer(value.Fact, value.Value, Now.CivilDate()) select new AskedFactAnswer(known.Fact, known.Value, known.AnsweredOn, null)],
        AnswerDigest: new string('b', 64));

    public AskResult Unavailable(AskRecord ask) => new(ask.Id, AskState.Unavailable, Now, [], Fault: "timed-out");

    public AskResult NoMatch(AskRecord ask) => new(ask.Id, AskState.NoMatch, Now, [], AnswerDigest: new string('c', 64));
}
