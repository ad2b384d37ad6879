using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Delivery.Files;

namespace LegalAid.Gateway.Agencies.Connectors.Batches;

/// <summary>
/// Reads answers to batches. For each file, in the order of names: 1. one that still grows, or begins with a dot, is left; 2. one that is too long, not whole or not of the form is refused whole,
/// with the reason beside it; 3. each row is understood, two rows that disagree about one question are no answer to it; 4. each is taken; 5. the file is moved away, with a
/// report of what was taken, foreign and unusable beside it.
/// </summary>
internal sealed class AnswerFiles(string exchangeRoot, TimeProvider system, CivilClock civil, ILogger<AnswerFiles> logger) : IAnswerFiles
{
    /// <summary>A file that was written to less long ago may still grow.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private const int FilesMax = 100, QuestionCharactersMax = 200;

    /// <summary>Each answer is kept durably; one by one, a file of thousands would hold up the others for minutes where the store is busy.</summary>
    private const int TakenAtOnce = 32;

    static AnswerFiles() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public async Task<int> LookAsync(Agency agency, FactConnector connector, Func<LateAnswer, CancellationToken, Task<bool>> take, CancellationToken cancellationToken)
    {
        if (connector.Call is not ConnectorCall.File call)
        {
            throw new ArgumentException($"connector {connector.Id} does not answer by files", nameof(connector));
        }

        var folders = new BatchFolders(exchangeRoot, agency.Id, connector.Id);
        folders.Ensure();
        var settled = 0;
        foreach (var file in new DirectoryInfo(folders.Answers).GetFiles().Where(IsReady).OrderBy(file => file.Name, StringComparer.Ordinal).Take(FilesMax))
        {
            var (reason, report) = await ReadAsync(file, call, connector, agency, take, cancellationToken);
            var folder = reason is null ? folders.Settled : folders.Refused;
            await AtomicFiles.PutAsync(folder, $"{file.Name}.report.json", (report ?? new JsonObject { ["refused"] = reason }).ToJsonString(), cancellationToken);
            AtomicFiles.Move(file.FullName, folder, file.Name);
            settled++;
            if (reason is not null)
            {
                ConnectorLog.FileRefused(logger, $"{agency.Id}/{connector.Id}", reason);
            }
        }

        return settled;
    }

    private bool IsReady(FileInfo file) => !file.Name.StartsWith('.') && file.LinkTarget is null && system.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc >= Settling;

    private async Task<(string? Refused, JsonObject? Report)> ReadAsync(
        FileInfo file, ConnectorCall.File call, FactConnector connector, Agency agency, Func<LateAnswer, CancellationToken, Task<bool>> take, CancellationToken cancellationToken)
    {
        if (file.Length > connector.AnswerBytesMax)
        {
            return ("文件过长 · It is too long", null);
        }

        var bytes = await File.ReadAllBytesAsync(file.FullName, cancellationToken);
        if (TextOf(bytes, call.Encoding) is not { } text)
        {
            return ($"不是 {call.Encoding} · It is not {call.Encoding}", null);
        }

        if (BatchText.Read(call.Form, text, out var fault) is not { } rows)
        {
            return (fault, null);
        }

        var needed = connector.Answers.Select(mapping => mapping.From).Append(call.QuestionColumn).ToList();
        if (rows.Count > 0 && needed.Find(column => call.Form == BatchForm.Csv && !rows[0].ContainsKey(column)) is { } missing)
        {
            return ($"缺少列 · A column is missing: {missing}", null);
        }

        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var (taken, foreign, unusable) = (0, 0, 0);
        foreach (var some in rows.GroupBy(row => row.GetValueOrDefault(call.QuestionColumn, "").Trim(), StringComparer.Ordinal).Chunk(TakenAtOnce))
        {
            var nobodys = some.Where(same => same.Key.Length is 0 or > QuestionCharactersMax).ToList();
            var answers = some.Except(nobodys).Select(same => new LateAnswer(agency.Id, connector.Id, same.Key, Understand(connector, [.. same], digest))).ToList();
            unusable += nobodys.Sum(same => same.Count()) + answers.Count(late => late.Answer is FactAnswer.Unavailable);
            var known = await Task.WhenAll(answers.Select(late => take(late, cancellationToken)));
            taken += known.Count(one => one);
            foreign += known.Count(one => !one);
        }

        return (null, new JsonObject { ["rows"] = rows.Count, ["taken"] = taken, ["foreign"] = foreign, ["unusable"] = unusable });
    }

    private FactAnswer Understand(FactConnector connector, List<IReadOnlyDictionary<string, string>> rows, string digest)
    {
        if (rows.Skip(1).Any(row => row.Count != rows[0].Count || row.Any(column => rows[0].GetValueOrDefault(column.Key) != column.Value)))
        {
            return FactAnswer.Unavailable.Of(ConnectorFault.BadAnswer); // they disagree
        }

        var mapper = new AnswerMapper(connector.Reading);
        return mapper.Map(new RowAnswer(rows[0]), [.. connector.Answers.Select(mapping => mapping.Fact)], civil.Now.CivilDate(), status: 0, succeeded: true, digest, out _);
    }

    private static string? TextOf(byte[] bytes, string encoding)
    {
        try
        {
            return Encoding.GetEncoding(encoding, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
