using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery.Files;

namespace LegalAid.Gateway.Agencies.Connectors.Batches;

/// <summary>
/// Asks by files. A question waits durably in a file of its own until a batch is due; the batch is written whole, then what waited is deleted: where the process dies between, a question stands in two
/// batches under one id. The answer is <see cref="FactAnswer.Later"/>, and comes through <see cref="IAnswerFiles"/>.
/// </summary>
internal sealed class BatchFactConnector(FactConnector connector, ConnectorCall.File call, AgencyId agency, string exchangeRoot, TimeProvider system, ILogger logger) : IFactConnector
{
    private readonly BatchFolders _folders = new(exchangeRoot, agency, connector.Id);
    private readonly SemaphoreSlim _writing = new(1, 1);

    public async Task<FactAnswer> AskAsync(FactQuestion question, CancellationToken cancellationToken)
    {
        var values = new QuestionValues(question, connector, system.GetUtcNow(), secret: null);
        var row = call.Columns.Select(column => column.Value.Fill(values.Of)).ToList();
        if (!values.IsAskable || row.Contains(null))
        {
            return Gone(question, ConnectorFault.NotAskable, "the row needs more than the question has");
        }

        try
        {
            _folders.Ensure();
            var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(question.Id)))[..32];
            await AtomicFiles.PutAsync(_folders.Waiting, name, JsonSerializer.Serialize(row), cancellationToken);
            File.SetLastWriteTimeUtc(Path.Combine(_folders.Waiting, name), system.GetUtcNow().UtcDateTime); // of the clock by which a batch is due
            return new FactAnswer.Later();
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            return Gone(question, ConnectorFault.Unreachable, "the exchange folder cannot be written");
        }
    }

    /// <summary>Writes a batch of what waits, where one is due. To be called now and then; also by several nodes with folders of their own.</summary>
    /// <returns>How many questions went into it.</returns>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public async Task<int> WriteBatchAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            _folders.Ensure();
            var waiting = new DirectoryInfo(_folders.Waiting).GetFiles().Where(file => !file.Name.StartsWith('.')).OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.Name, StringComparer.Ordinal).ToList();
            var now = system.GetUtcNow();
            if (waiting.Count == 0 || (waiting.Count < call.QuestionsMax && now.UtcDateTime - waiting[0].LastWriteTimeUtc < call.Every))
            {
                return 0;
            }

            var taken = waiting.Take(call.QuestionsMax).ToList();
            var rows = new List<ImmutableArray<string>>();
            foreach (var file in taken)
            {
                rows.Add([.. JsonSerializer.Deserialize<string[]>(await File.ReadAllTextAsync(file.FullName, cancellationToken)) ?? []]);
            }

            var whole = rows.Where(row => row.Length == call.Columns.Length).ToList(); // a row of columns that have changed since would be another question
            var text = BatchText.Write(call.Form, [.. call.Columns.Select(column => column.Name)], whole);
            var name = string.Create(CultureInfo.InvariantCulture, $"{connector.Id}-{now.UtcDateTime:yyyyMMddHHmmssfff}.{(call.Form == BatchForm.Csv ? "csv" : "xml")}");
            await AtomicFiles.PutAsync(_folders.Questions, name, (call.Form == BatchForm.Csv ? "\uFEFF" : "") + text, cancellationToken);
            taken.ForEach(file => file.Delete());
            return whole.Count;
        }
        finally
        {
            _writing.Release();
        }
    }

    private FactAnswer.Unavailable Gone(FactQuestion question, ConnectorFault fault, string detail)
    {
        ConnectorLog.Tell(logger, $"{agency}/{connector.Id}", question.Id, fault, detail);
        return FactAnswer.Unavailable.Of(fault);
    }
}
