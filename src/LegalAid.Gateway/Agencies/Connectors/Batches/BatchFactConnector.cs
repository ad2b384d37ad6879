using System.Collections.Immutable;
using System.Globalization;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery.Files;

namespace LegalAid.Gateway.Agencies.Connectors.Batches;

/// <summary>What came of a look at the questions that wait.</summary>
/// <param name="Questions">How many went into a batch.</param>
/// <param name="Outdated">Ids of those that were rendered for other columns and wait on: whoever asked them renders them again, or withdraws them.</param>
internal sealed record WrittenBatch(int Questions, ImmutableArray<string> Outdated)
{
    public static readonly WrittenBatch None = new(0, []);
}

/// <summary>
/// Asks by files. A question waits durably in a file of its own until a batch is due; the batch is written whole, then what waited is deleted: where the process dies between, a question stands in two
/// batches under one id. The answer is <see cref="FactAnswer.Later"/>, and comes through <see cref="IAnswerFiles"/>.
/// </summary>
internal sealed class BatchFactConnector(FactConnector connector, ConnectorCall.File call, AgencyId agency, string exchangeRoot, TimeProvider system, ILogger logger) : IFactConnector
{
    private readonly BatchFolders _folders = new(exchangeRoot, agency, connector.Id);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly string _template = WaitingQuestion.TemplateOf(connector, call);

    public async Task<FactAnswer> AskAsync(FactQuestion question, CancellationToken cancellationToken)
    {
        var values = new QuestionValues(question, connector, system.GetUtcNow(), secret: null);
        var row = call.Columns.Select(column => column.Value.Fill(values.Of)).OfType<string>().ToArray();
        if (!values.IsAskable || row.Length < call.Columns.Length)
        {
            return Gone(question, ConnectorFault.NotAskable, "the row needs more than the question has");
        }

        try
        {
            _folders.Ensure();
            var name = WaitingQuestion.FileOf(question.Id);
            var path = Path.Combine(_folders.Waiting, name);
            var since = File.Exists(path) ? File.GetLastWriteTimeUtc(path) : system.GetUtcNow().UtcDateTime; // asked again, it has waited since then
            await AtomicFiles.PutAsync(_folders.Waiting, name, new WaitingQuestion(question.Id, _template, row).ToJson(), cancellationToken);
            File.SetLastWriteTimeUtc(path, since); // of the clock by which a batch is due
            return new FactAnswer.Later();
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            return Gone(question, ConnectorFault.Unreachable, "the exchange folder cannot be written");
        }
    }

    /// <summary>Writes a batch of what waits, where one is due. To be called now and then; also by several nodes with folders of their own.</summary>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public async Task<WrittenBatch> WriteBatchAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            _folders.Ensure();
            var waiting = new DirectoryInfo(_folders.Waiting).GetFiles().Where(file => !file.Name.StartsWith('.')).OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.Name, StringComparer.Ordinal).ToList();
            var now = system.GetUtcNow();
            if (waiting.Count == 0 || (waiting.Count < call.QuestionsMax && now.UtcDateTime - waiting[0].LastWriteTimeUtc < call.Every))
            {
                return WrittenBatch.None;
            }

            // A row of columns that have changed since would be another question: it is none of this batch.
            var (rows, files, outdated) = (new List<ImmutableArray<string>>(), new List<FileInfo>(), ImmutableArray.CreateBuilder<string>());
            foreach (var file in waiting.Take(call.QuestionsMax))
            {
                switch (WaitingQuestion.Read(await File.ReadAllTextAsync(file.FullName, cancellationToken), file.Name))
                {
                    case { } question when question.Template == _template:
                        rows.Add([.. question.Row]);
                        files.Add(file);
                        break;
                    case { } question:
                        outdated.Add(question.Id);
                        break;
                    default:
                        AtomicFiles.Move(file.FullName, _folders.Refused, file.Name); // whose it was nobody can tell; the wait for its answer has an end
                        ConnectorLog.FileRefused(logger, $"{agency}/{connector.Id}", "a waiting question cannot be read");
                        break;
                }
            }

            if (rows.Count > 0)
            {
                var text = BatchText.Write(call.Form, [.. call.Columns.Select(column => column.Name)], rows);
                var name = string.Create(CultureInfo.InvariantCulture, $"{connector.Id}-{now.UtcDateTime:yyyyMMddHHmmssfff}.{(call.Form == BatchForm.Csv ? "csv" : "xml")}");
                await AtomicFiles.PutAsync(_folders.Questions, name, (call.Form == BatchForm.Csv ? "\uFEFF" : "") + text, cancellationToken);
                files.ForEach(file => file.Delete());
            }

            return new WrittenBatch(rows.Count, outdated.ToImmutable());
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Takes a question back that waits in no batch yet; one that does not wait is gone already.</summary>
    public void Withdraw(string question) => File.Delete(Path.Combine(_folders.Waiting, WaitingQuestion.FileOf(question)));

    private FactAnswer.Unavailable Gone(FactQuestion question, ConnectorFault fault, string detail)
    {
        ConnectorLog.Tell(logger, $"{agency}/{connector.Id}", question.Id, fault, detail);
        return FactAnswer.Unavailable.Of(fault);
    }
}
