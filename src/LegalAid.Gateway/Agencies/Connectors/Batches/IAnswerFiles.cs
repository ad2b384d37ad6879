using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Agencies.Connectors.Batches;

/// <summary>An answer that came hours after its question, in a file.</summary>
/// <param name="QuestionId">As the file repeats it; whoever asked knows whether it is one of his.</param>
/// <param name="Answer">Of every fact that the connector maps, asked for or not: the file does not say what was asked.</param>
internal sealed record LateAnswer(AgencyId Agency, string Connector, string QuestionId, FactAnswer Answer);

/// <summary>Answers to batches, as agencies put them into their folders.</summary>
internal interface IAnswerFiles
{
    /// <summary>
    /// Looks once into the folder of one agency's connector and gives every answer that is there to <paramref name="take"/>. A file is moved away after all of it was taken: where the process
    /// dies between, its answers are given again, so that taking one twice must do no harm.
    /// </summary>
    /// <param name="take">Keeps the answer durably before it returns; false where the question is nobody's here. Several answers of a file, each to another question, are given at a time.</param>
    /// <returns>How many files were settled.</returns>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    Task<int> LookAsync(Agency agency, FactConnector connector, Func<LateAnswer, CancellationToken, Task<bool>> take, CancellationToken cancellationToken);
}
