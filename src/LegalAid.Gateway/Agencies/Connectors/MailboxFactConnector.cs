using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>Where questions to agencies without a system are put.</summary>
internal interface IQuestionMailbox
{
    /// <summary>
    /// Puts the question durably into the agency's mailbox; one of the same id that is there already stays as it is. Its answer comes by itself, to whoever asked.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<QuestionPut> PutAsync(AgencyId agency, string connector, ConnectorCall.Mailbox call, FactQuestion question, CancellationToken cancellationToken);
}

/// <summary>What became of a question on its way into a mailbox.</summary>
internal enum QuestionPut
{
    Put,

    /// <summary>The person has no document by which an agency could know them, or nobody asks.</summary>
    NotAskable,

    /// <summary>The configuration has no exchange type for it, or not for this agency's kind.</summary>
    NotConfigured,
}

/// <summary>Asks through the agency's mailbox: the answer is <see cref="FactAnswer.Later"/>.</summary>
internal sealed class MailboxFactConnector(string id, ConnectorCall.Mailbox call, AgencyId agency, IQuestionMailbox mailbox, ILogger logger) : IFactConnector
{
    public async Task<FactAnswer> AskAsync(FactQuestion question, CancellationToken cancellationToken)
    {
        try
        {
            return await mailbox.PutAsync(agency, id, call, question, cancellationToken) switch
            {
                QuestionPut.Put => new FactAnswer.Later(),
                QuestionPut.NotAskable => Gone(question, ConnectorFault.NotAskable, "no document with a number, or nobody who asks"),
                QuestionPut.NotConfigured => Gone(question, ConnectorFault.NotConfigured, "no exchange type for questions to this agency"),
                var other => throw new InvalidOperationException($"outcome {other}"),
            };
        }
        catch (StoreUnavailableException)
        {
            return Gone(question, ConnectorFault.TooBusy, "the store is away"); // the store has said that itself
        }
    }

    private FactAnswer.Unavailable Gone(FactQuestion question, ConnectorFault fault, string detail)
    {
        ConnectorLog.Tell(logger, $"{agency}/{id}", question.Id, fault, detail);
        return FactAnswer.Unavailable.Of(fault);
    }
}
