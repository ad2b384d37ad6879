using System.Text;
using System.Xml.Linq;
using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Agencies.Connectors.Batches;

namespace LegalAid.Gateway.Tests.Connectors;

/// <summary>Questions and answers by files, whole ones and others.</summary>
public sealed class BatchConnectorTests : IDisposable
{
    private readonly ConnectorScene _scene = new();
    private readonly List<LateAnswer> _taken = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_scene.Exchange, "civil-affairs-a", "facts", "batch");

    public void Dispose() => _scene.Dispose();

    private static string Yaml(string form = "csv", string more = "every: 1h, questions-max: 2", string columns = "编号: \"{{question.id}}\", sfzh: \"{{person.number}}\", xm: \"{{person.name}}\"") => $$"""
        id: batch
        kind: file
        answer-kibibytes-max: 4
        request: { form: {{form}}, columns: { {{columns}} }, question-column: 编号, {{more}} }
        no-match: { when: "结果=无此人" }
        answered-on: { from: 日期 }
        answers:
          - { fact: register, from: 类别, values: { "01": subsistence, "00": none } }
        """;

    private BatchFactConnector Connector(string yaml) => Assert.IsType<BatchFactConnector>(_scene.Connector(yaml));

    private static FactQuestion Question(string id, string? name = null) => ConnectorScene.Question(name: name) with { Id = id };

    private async Task<int> LookAsync(string yaml, Func<LateAnswer, bool>? known = null)
    {
        var agency = ConnectorScene.AgencyOf(yaml);
        return await _scene.AnswerFiles.LookAsync(agency, agency.Connectors[0], (answer, _) =>
        {
            _taken.Add(answer);
            return Task.FromResult(known?.Invoke(answer) ?? true);
        }, Cancellation);
    }

    /// <summary>A file that the agency has finished writing.</summary>
    private void Put(string name, string text, TimeSpan? age = null, Encoding? encoding = null)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "answers"));
        var path = Path.Combine(Folder, "answers", name);
        File.WriteAllBytes(path, (encoding ?? new UTF8Encoding(false)).GetBytes(text));
        File.SetLastWriteTimeUtc(path, (_scene.Time.GetUtcNow() - (age ?? TimeSpan.FromMinutes(1))).UtcDateTime);
    }

    /// <summary>Every question has waited so long.</summary>
    private void Age(TimeSpan by)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, ".waiting")))
        {
            File.SetLastWriteTimeUtc(file, (_scene.Time.GetUtcNow() - by).UtcDateTime);
        }
    }

    private string Report(string folder, string name) => File.ReadAllText(Path.Combine(Folder, folder, $"{name}.report.json"));

    private string OutcomeOf(string question) => _taken.Single(answer => answer.QuestionId == question).Answer switch
    {
        FactAnswer.Unavailable gone => gone.Fault.ToString(),
        FactAnswer.Answered answered => string.Join(' ', answered.Facts.Select(fact => $"{fact.Value.Text(fact.Fact)} {fact.AnsweredOn:yyyy-MM-dd}")),
        var other => other.GetType().Name,
    };

    [Fact]
    public async Task Batch_WhenDueOrFull_HoldsEachQuestionOnceAndWhole()
    {
        var connector = Connector(Yaml());
        Assert.IsType<FactAnswer.Later>(await connector.AskAsync(Question("q-1", "a\"b,\r\n𠮷=1".Replace("\r\n", "", StringComparison.Ordinal)), Cancellation));
        Assert.IsType<FactAnswer.Later>(await connector.AskAsync(Question("q-1", "a\"b,𠮷=1"), Cancellation)); // asked again under its id
        Assert.Equal(0, (await connector.WriteBatchAsync(Cancellation)).Questions); // one waits, and not for an hour yet
        await connector.AskAsync(Question("q-2"), Cancellation);
        await connector.AskAsync(Question("q-3"), Cancellation);

        Assert.Equal(2, (await connector.WriteBatchAsync(Cancellation)).Questions);

        var batch = Assert.Single(Directory.GetFiles(Path.Combine(Folder, "questions")));
        var text = await File.ReadAllTextAsync(batch, Cancellation);
        Assert.StartsWith("\"编号\",\"sfzh\",\"xm\"\r\n", text, StringComparison.Ordinal);
        Assert.Equal(0xEF, (await File.ReadAllBytesAsync(batch, Cancellation))[0]);
        Assert.Contains($"\"q-1\",\"{ConnectorScene.Number}\",\"a\"\"b,𠮷=1\"\r\n", text, StringComparison.Ordinal);
        var back = BatchText.Read(LegalAid.Gateway.Casework.Directory.BatchForm.Csv, text.TrimStart('\uFEFF'), out _);
        Assert.Equal(["q-1", "q-2"], (back ?? []).Select(row => row["编号"]).Order(StringComparer.Ordinal));
        Assert.Equal(0, (await connector.WriteBatchAsync(Cancellation)).Questions); // q-3 waits
        Assert.Single(Directory.GetFiles(Path.Combine(Folder, ".waiting")));
    }

    [Fact]
    public async Task Batch_OfOneThatWaitedLongEnough_IsWrittenAfterARestartToo()
    {
        await Connector(Yaml("xml")).AskAsync(Question("q-1", "<甲&乙>"), Cancellation);
        Age(TimeSpan.FromMinutes(61));

        Assert.Equal(1, (await Connector(Yaml("xml")).WriteBatchAsync(Cancellation)).Questions); // another object, as after a restart

        var row = XElement.Load(Assert.Single(Directory.GetFiles(Path.Combine(Folder, "questions")))).Elements().Single();
        Assert.Equal(["q-1", ConnectorScene.Number, "<甲&乙>"], row.Elements().Select(column => column.Value));
        Assert.Empty(Directory.GetFiles(Path.Combine(Folder, ".waiting")));
    }

    /// <summary>The configuration changed while questions waited: those of the old columns are in no batch and are not lost; asked again, they go with the next and have not waited anew.</summary>
    [Fact]
    public async Task Batch_OfQuestionsOfOtherColumns_NamesThemUntilTheyAreAskedAgain()
    {
        const string Columns = "编号: \"{{question.id}}\", zjhm: \"{{person.number}}\"";
        await Connector(Yaml()).AskAsync(Question("q-1"), Cancellation);
        await Connector(Yaml()).AskAsync(Question("q-2"), Cancellation);
        var now = Connector(Yaml(columns: Columns));

        var written = await now.WriteBatchAsync(Cancellation);
        Assert.Equal(0, written.Questions);
        Assert.Equal(["q-1", "q-2"], written.Outdated.Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFiles(Path.Combine(Folder, "questions")));

        await now.AskAsync(Question("q-1"), Cancellation);
        now.Withdraw("q-2");
        now.Withdraw("q-2"); // gone already
        Age(TimeSpan.FromMinutes(61));
        await now.AskAsync(Question("q-1"), Cancellation);
        Assert.Equal(1, (await now.WriteBatchAsync(Cancellation)).Questions);
        Assert.StartsWith("\"编号\",\"zjhm\"\r\n\"q-1\",", (await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.Combine(Folder, "questions"))), Cancellation)).TrimStart('\uFEFF'), StringComparison.Ordinal);
    }

    /// <summary>A row of an earlier build says by its file's name whose it is; one that cannot be read is put aside.</summary>
    [Fact]
    public async Task Batch_OfRowsInAnotherForm_NamesThoseThatItCanRead()
    {
        var connector = Connector(Yaml());
        await connector.AskAsync(Question("q-1"), Cancellation);
        await connector.AskAsync(Question("q-2"), Cancellation);
        var files = Directory.GetFiles(Path.Combine(Folder, ".waiting")).ToLookup(file => File.ReadAllText(file).Contains("q-1", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Assert.Single(files[true]), """["q-1","x"]""", Cancellation);
        await File.WriteAllTextAsync(Assert.Single(files[false]), "{ torn", Cancellation);

        var written = await connector.WriteBatchAsync(Cancellation);

        Assert.Equal((0, "q-1"), (written.Questions, Assert.Single(written.Outdated)));
        Assert.Single(Directory.GetFiles(Path.Combine(Folder, "refused")));
        Assert.Single(Directory.GetFiles(Path.Combine(Folder, ".waiting")));
    }

    [Fact]
    public async Task Ask_WithoutWhatTheRowNeedsOrAFolder_IsNotAccepted()
    {
        var gone = Assert.IsType<FactAnswer.Unavailable>(await Connector(Yaml(columns: "编号: \"{{question.id}}\", a: \"{{authorisation}}\"")).AskAsync(ConnectorScene.Question(authorisation: null), Cancellation));
        Assert.Equal(ConnectorFault.NotAskable, gone.Fault);
        Directory.CreateDirectory(_scene.Exchange);
        Directory.CreateSymbolicLink(Path.Combine(_scene.Exchange, "civil-affairs-a"), Path.GetTempPath());

        Assert.Equal(ConnectorFault.Unreachable, Assert.IsType<FactAnswer.Unavailable>(await Connector(Yaml()).AskAsync(Question("q-1"), Cancellation)).Fault);
    }

    [Fact]
    public async Task Answers_OfAFile_AreTakenEachAndTheFileIsSettled()
    {
        Put("one.csv", "编号,类别,日期,结果\r\nq-1,01,2026-03-01,\r\nq-2,,,无此人\r\n\"q-3\",\"00\",,\r\nq-4,77,,\r\nq-5,,,\r\nq-6,01,,\r\nq-6,00,,\r\nq-7,01,,\r\nq-7,01,,\r\n,01,,\r\n");

        Assert.Equal(1, await LookAsync(Yaml(), answer => answer.QuestionId != "q-5"));

        Assert.Equal(["subsistence 2026-03-01", "NoMatch", "none 2026-03-02", "UnknownCode", "", "BadAnswer", "subsistence 2026-03-02"], Enumerable.Range(1, 7).Select(i => OutcomeOf($"q-{i}")));
        Assert.Equal("""{"rows":10,"taken":6,"foreign":1,"unusable":3}""", Report("settled", "one.csv"));
        Assert.Equal(0, await LookAsync(Yaml()));
        Put("one.csv", "编号,类别,日期,结果\r\nq-1,01,2026-03-01,\r\n"); // put again: taking it twice is the taker's to bear
        Assert.Equal(1, await LookAsync(Yaml()));
    }

    [Theory]
    [InlineData("编号,类别,日期\r\nq-1,01,", "not whole")]
    [InlineData("编号,类别,日期\r\nq-1,01\r\n", "row 2")]
    [InlineData("编号,类别,日期\r\nq-1,\"01,x\r\n", "row 2")]
    [InlineData("编号,类别,日期\r\nq-1,0\"1,x\r\n", "row 2")]
    [InlineData("编号,类别,类别\r\nq-1,01,01\r\n", "twice")]
    [InlineData("编号,日期\r\nq-1,2026-03-01\r\n", "类别")]
    [InlineData("类别,日期\r\n01,2026-03-01\r\n", "编号")]
    [InlineData("", "not whole")]
    public async Task File_TornOrMalformed_IsRefusedWholeWithItsReason(string text, string reason)
    {
        Put("bad.csv", text);

        Assert.Equal(1, await LookAsync(Yaml()));

        Assert.Empty(_taken);
        Assert.Contains(reason, System.Text.RegularExpressions.Regex.Unescape(Report("refused", "bad.csv")), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Folder, "answers", "bad.csv")));
    }

    [Fact]
    public async Task File_OfXml_IsReadWithoutDtd()
    {
        Put("a.xml", "<rows><row><编号>q-1</编号><类别>01</类别></row></rows>");
        Put("b.xml", "<!DOCTYPE rows [<!ENTITY a '01'>]><rows><row><编号>q-2</编号><类别>&a;</类别></row></rows>");
        Put("c.xml", "<rows><row><编号>q-3</编号><类别><b>01</b></类别></row></rows>");
        Put("d.xml", "<rows><row><编号>q-4");

        Assert.Equal(4, await LookAsync(Yaml("xml")));

        Assert.Equal("q-1", Assert.Single(_taken).QuestionId);
        Assert.Equal(3, Directory.GetFiles(Path.Combine(Folder, "refused"), "*.report.json").Length);
    }

    [Fact]
    public async Task File_StillGrowingHiddenOrALink_IsLeft()
    {
        Put("growing.csv", "编号,类别\r\nq-1,01\r\n", age: TimeSpan.Zero);
        Put(".hidden.csv", "编号,类别\r\nq-1,01\r\n");
        File.CreateSymbolicLink(Path.Combine(Folder, "answers", "link.csv"), "/etc/hostname");

        Assert.Equal(0, await LookAsync(Yaml()));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(Folder, "answers")).Length);
    }

    [Fact]
    public async Task File_TooLongOrInAnotherEncoding_IsRefused()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        const string Text = "编号,类别\r\nq-1,01\r\n";
        Put("long.csv", Text + new string('a', 5000));
        Put("gbk.csv", Text, encoding: Encoding.GetEncoding("gb18030"));
        Assert.Equal(2, await LookAsync(Yaml()));
        Assert.Empty(_taken);

        Put("gbk.csv", Text, encoding: Encoding.GetEncoding("gb18030"));
        Assert.Equal(1, await LookAsync(Yaml(more: "encoding: gb18030")));
        Assert.Equal("subsistence 2026-03-02", OutcomeOf("q-1"));
    }

    [Fact]
    public async Task Taker_WhoFails_FindsTheFileAgain()
    {
        Put("one.csv", "编号,类别\r\nq-1,01\r\n");
        var agency = ConnectorScene.AgencyOf(Yaml());

        await Assert.ThrowsAsync<InvalidOperationException>(() => _scene.AnswerFiles.LookAsync(agency, agency.Connectors[0], (_, _) => throw new InvalidOperationException("the store is away"), Cancellation));

        Assert.Equal(1, await LookAsync(Yaml()));
        Assert.Single(_taken);
    }
}
