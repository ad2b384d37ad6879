using System.Text;

namespace LegalAid.Gateway.Demo.Agencies.Bodies;

/// <summary>
/// The trade union (工会): takes batches of questions out of its exchange folder and puts a file of answers there when it has them. CSV in GB18030, its own words for columns and
/// codes. Nobody proves who asks: who may write into the folder is the operator's to say.
/// </summary>
internal sealed class FileBody : SimulatedBody
{
    private const string Folder = "var/exchange/nanning-trade-union/facts/worker-files", QuestionsWaitHere = "every: 1s";

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);
    private static readonly TradeUnionInterface Interface = new();
    private static readonly Encoding Gb18030;

    private readonly CancellationTokenSource _stopping = new();
    private readonly string _shipped;
    private readonly TimeProvider _time;
    private Task _working = Task.CompletedTask;

    static FileBody()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Gb18030 = Encoding.GetEncoding("gb18030");
    }

    public FileBody(BodyPlace place, int seed, TimeProvider time)
        : base(place.Agency, place.Body, Interface, seed) => (_shipped, _time) = (place.Shipped, time);

    public override bool AnswersLater => true;

    public override async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    internal override string Reached(string shipped) => Replaced(shipped, _shipped, QuestionsWaitHere);

    internal override void Meet(string workingFolder) => _working = WorkAsync(Path.Combine(workingFolder, Folder));

    private async Task WorkAsync(string folder)
    {
        using var timer = new PeriodicTimer(Glance, _time);
        while (await timer.WaitForNextTickAsync(_stopping.Token))
        {
            var questions = Path.Combine(folder, "questions");
            if (Faults.Down || !Directory.Exists(questions))
            {
                continue;
            }

            foreach (var batch in Directory.GetFiles(questions, "*.csv").Where(file => !Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal))
            {
                await AnswerAsync(batch, Path.Combine(folder, "answers"), Faults);
            }
        }
    }

    private async Task AnswerAsync(string batch, string answers, BodyFaults faults)
    {
        var asked = TradeUnionInterface.Read(await File.ReadAllTextAsync(batch, _stopping.Token));
        if (faults.Delay > TimeSpan.Zero)
        {
            await Task.Delay(faults.Delay, _time, _stopping.Token);
        }

        // A question that fails gets lost in its own system: no row answers it.
        var text = TradeUnionInterface.Write(asked.Where(_ => !Fails(faults.FailPercent)).Select(question => (question.Serial, Find(question.Number))), Remark);
        Overheard?.Invoke(text);
        var name = Path.GetFileName(batch);
        var unfinished = Path.Combine(answers, $".{name}");
        await File.WriteAllBytesAsync(unfinished, Gb18030.GetBytes(faults.Garbage ? text[..(text.Length / 2)] : text), _stopping.Token);
        File.Move(unfinished, Path.Combine(answers, $"hf-{name}"), overwrite: true);
        File.Delete(batch);
    }

    private sealed class TradeUnionInterface() : BodyInterface(
        BodyField.Coded("worker-file", "困难等级", ("none", "无"), ("difficult", "困难"), ("extreme", "特困")),
        BodyField.YesNo("migrant-worker", "农民工", "是", "否"))
    {
        private const string Serial = "流水号", Number = "身份证号";

        /// <summary>The questions of a batch: a header line, every field in quotes.</summary>
        public static List<(string Serial, string Number)> Read(string text)
        {
            var lines = text.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line[1..^1].Split("\",\"")).ToList();
            var (serial, number) = (Array.IndexOf(lines[0], Serial), Array.IndexOf(lines[0], Number));
            return [.. lines.Skip(1).Select(fields => (fields[serial], fields[number]))];
        }

        public static string Write(IEnumerable<(string Serial, IReadOnlyDictionary<string, string>? Known)> answers, string remark) => string.Concat(
            answers.Select(answer => answer.Known is { } known
                    ? $"{answer.Serial},有,{Interface.Word(known, "worker-file")},{Interface.Word(known, "migrant-worker")},{remark}\r\n"
                    : $"{answer.Serial},查无,,,{remark}\r\n")
                .Prepend($"{Serial},结果,困难等级,农民工,备注\r\n"));
    }
}
