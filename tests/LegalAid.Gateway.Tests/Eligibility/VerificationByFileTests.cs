using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Eligibility;

/// <summary>A body that answers by batches of files: the verification waits for it, over a restart too, and goes on by itself.</summary>
public sealed class VerificationByFileTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly ConfigurationFile CivilAffairs = new("agencies/nanning-civil-affairs.yaml", """
        id: nanning-civil-affairs
        kind: civil-affairs
        title: { zh: 模拟民政, en: Simulated civil affairs }
        region: "450100"
        channel: { kind: mailbox }
        connectors:
          - id: batch
            kind: file
            request: { form: csv, columns: { id: "{{question.id}}", number: "{{person.number}}" }, question-column: id, every: 1s, questions-max: 100 }
            answers:
              - { fact: register, from: kind, values: { "01": subsistence, "00": none } }
        """);

    [Fact]
    public async Task Verify_BodyAnswersByFile_WaitsAndGoesOnWhenTheFileIsThere()
    {
        await using var bodies = await BodiesScene.StartAsync(new GatewayStart { Overlay = [CivilAffairs] });
        var centre = bodies.Gateway[Applicants.Centre];
        var verification = (await centre.CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(Applicants.Application()))).Required["verification"]!; // an outcome has one
        var name = (string?)verification["name"];
        Assert.Equal("checking", (string?)verification["state"]);
        Assert.Equal("ASK_STATE_LATER", (string?)verification["progress"]!["asks"]![0]!["state"]); // civil affairs was asked

        var folder = Path.Combine(bodies.Gateway.WorkingFolder, "var", "exchange", "nanning-civil-affairs", "facts", "batch");
        await Eventually.HoldsAsync(() => Directory.Exists(Path.Combine(folder, "questions")) && Directory.GetFiles(Path.Combine(folder, "questions")).Length > 0, "the batch");
        var question = (await File.ReadAllLinesAsync(Directory.GetFiles(Path.Combine(folder, "questions"))[0], Cancellation))[1].Split(',')[0].Trim('"');
        await bodies.Gateway.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(folder, "answers", "answer.csv"), $"id,kind\r\n{question},01\r\n", Cancellation);
        await bodies.Gateway.StartAgainAsync();

        await Eventually.HoldsAsync(async () => await StateAsync() == "granted", "the finding from the file");

        async Task<string?> StateAsync() => (string?)(await centre.CallAsync(Face.Rest, "GetVerification", new JsonObject { ["name"] = name })).Required["state"];
    }

    /// <summary>A file that never comes holds the decision up until its time is over and no longer; should it come after all, it is decided on.</summary>
    [Fact]
    public async Task Verify_NoAnswerInTime_GoesOnWithoutItAndTakesItLater()
    {
        var time = new ShiftedTime();
        var patient = CivilAffairs with { Text = CivilAffairs.Text.Replace("    kind: file\n", "    kind: file\n    answers-within: 8h\n", StringComparison.Ordinal) };
        await using var bodies = await BodiesScene.StartAsync(new GatewayStart { Overlay = [patient], Time = time });
        var centre = bodies.Gateway[Applicants.Centre];
        var verification = (await centre.CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(Applicants.Application()))).Required["verification"]!; // as above
        var name = (string?)verification["name"];
        var question = (string?)verification["progress"]!["asks"]![0]!["id"]; // as above
        Assert.Equal("checking", (string?)verification["state"]);

        await bodies.Gateway.Gateway.AdvanceAsync(TimeSpan.FromHours(8));
        time.By = TimeSpan.FromMinutes(1); // that it has stood still is seen by real time

        await Eventually.HoldsAsync(async () => (string?)(await GetAsync(centre, name))["state"] == "evidence-needed", "the finding without it");
        Assert.Equal("not-answered-in-time", (string?)(await GetAsync(centre, name))["progress"]!["asks"]![0]!["fault"]); // as above
        await File.WriteAllTextAsync(Path.Combine(FolderOf(bodies), "answers", "answer.csv"), $"id,kind\r\n{question},01\r\n", Cancellation);
        time.By += TimeSpan.FromMinutes(1); // the file is whole
        await Eventually.HoldsAsync(async () => (string?)(await GetAsync(centre, name))["state"] == "granted", "the finding with it");
    }

    /// <summary>The agency wants other columns while a question waits for its batch: the question goes out with them.</summary>
    [Fact]
    public async Task Verify_ColumnsChangeWhileAQuestionWaits_SendsItInTheNewOnes()
    {
        var waiting = CivilAffairs with { Text = CivilAffairs.Text.Replace("every: 1s", "every: 24h", StringComparison.Ordinal) };
        await using var bodies = await BodiesScene.StartAsync(new GatewayStart { Overlay = [waiting] });
        var centre = bodies.Gateway[Applicants.Centre];
        var application = Applicants.Application();
        var verification = (await centre.CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(application))).Required["verification"]!; // as above
        var question = (string?)verification["progress"]!["asks"]![0]!["id"]; // as above
        Assert.Single(Directory.GetFiles(Path.Combine(FolderOf(bodies), ".waiting")));
        await bodies.Gateway.StopAsync();
        var changed = CivilAffairs with { Text = CivilAffairs.Text.Replace("number: \"{{person.number}}\"", "sfzh: \"{{person.number}}\", cxsy: \"{{purpose}}\"", StringComparison.Ordinal) };
        bodies.Gateway.Overlay = [.. bodies.Gateway.Overlay.Select(file => file.Path == changed.Path ? changed : file)];

        await bodies.Gateway.StartAgainAsync();

        await Eventually.HoldsAsync(() => Directory.GetFiles(Path.Combine(FolderOf(bodies), "questions")).Length > 0, "the batch");
        var batch = await File.ReadAllLinesAsync(Directory.GetFiles(Path.Combine(FolderOf(bodies), "questions"))[0], Cancellation);
        Assert.Equal(["\"id\",\"sfzh\",\"cxsy\"", $"\"{question}\",\"{Applicants.NumberOf(application)}\",\"eligibility-check\""], batch.Select(line => line.TrimStart('\uFEFF')));
        await Eventually.HoldsAsync(() => Directory.GetFiles(Path.Combine(FolderOf(bodies), ".waiting")).Length == 0, "nothing waits any more");
    }

    /// <summary>An answer counts from the agency that was asked, and from no other that learned of the question's id.</summary>
    [Fact]
    public async Task Answer_FromAnotherBody_ChangesNothing()
    {
        var other = new ConfigurationFile("agencies/nanning-veterans.yaml", CivilAffairs.Text
            .Replace("nanning-civil-affairs", "nanning-veterans", StringComparison.Ordinal).Replace("kind: civil-affairs", "kind: veterans", StringComparison.Ordinal)
            .Replace("fact: register, from: kind, values: { \"01\": subsistence, \"00\": none }", "fact: special-care, from: kind", StringComparison.Ordinal));
        await using var bodies = await BodiesScene.StartAsync(new GatewayStart { Overlay = [CivilAffairs, other] });
        var centre = bodies.Gateway[Applicants.Centre];
        var verification = (await centre.CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(Applicants.Application()))).Required["verification"]!; // as above
        var question = (string?)verification["progress"]!["asks"]![0]!["id"]; // as above
        var folder = Path.Combine(bodies.Gateway.WorkingFolder, "var", "exchange", "nanning-veterans", "facts", "batch");
        await Eventually.HoldsAsync(() => Directory.Exists(Path.Combine(folder, "answers")), "the folder");
        await File.WriteAllTextAsync(Path.Combine(folder, "answers", "answer.csv"), $"id,kind\r\n{question},true\r\n", Cancellation);

        await Eventually.HoldsAsync(() => Directory.GetFiles(Path.Combine(folder, "settled")).Length > 0, "the file put away");
        var after = (await centre.CallAsync(Face.Rest, "GetVerification", new JsonObject { ["name"] = (string?)verification["name"] })).Required;
        Assert.Equal("checking", (string?)after["state"]);
        Assert.Null(after["progress"]!["answers"]); // nobody that was asked has answered
    }

    private static string FolderOf(BodiesScene bodies) => Path.Combine(bodies.Gateway.WorkingFolder, "var", "exchange", "nanning-civil-affairs", "facts", "batch");

    private static async Task<JsonObject> GetAsync(Demo.Agencies.AgencySystem centre, string? name) =>
        (await centre.CallAsync(Face.Rest, "GetVerification", new JsonObject { ["name"] = name })).Required;
}
