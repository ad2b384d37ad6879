using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>
/// Makes facts of an answer, in this order: 1. the body knows nobody; 2. it says that it failed; 3. its dates; 4. each fact that was asked for. One value that is
/// not understood makes the whole answer unusable: a list of codes that changed is no reason to believe the rest.
/// </summary>
internal sealed class AnswerMapper(AnswerReading reading)
{
    /// <param name="today">The civil day on which the answer came.</param>
    /// <param name="status">The protocol's status, of which <see cref="NoMatchRule.Statuses"/> speaks.</param>
    /// <param name="succeeded">Whether the protocol calls it a success.</param>
    /// <param name="where">The key of the configuration that was not satisfied, for the log; never a value.</param>
    public FactAnswer Map(IReadAnswer answer, ImmutableArray<FactDefinition> asked, DateOnly today, int status, bool succeeded, string digest, out string where)
    {
        where = "no-match";
        if (IsNoMatch(status, succeeded) && (reading.NoMatch?.When is not { } when || IsTrue(answer.Find(when))))
        {
            return new FactAnswer.NoMatch(digest);
        }

        where = "success";
        if (!succeeded || (reading.Success is { } success && !IsTrue(answer.Find(success))))
        {
            return FactAnswer.Unavailable.Of(ConnectorFault.SourceFailed);
        }

        where = "answered-on";
        if (!TryDate(answer, reading.AnsweredOn, out var answeredOn))
        {
            return FactAnswer.Unavailable.Of(ConnectorFault.BadAnswer);
        }

        where = "valid-until";
        if (!TryDate(answer, reading.ValidUntil, out var validUntil))
        {
            return FactAnswer.Unavailable.Of(ConnectorFault.BadAnswer);
        }

        var facts = ImmutableArray.CreateBuilder<AnsweredFact>();
        foreach (var mapping in reading.Facts.Where(mapping => asked.Any(fact => fact.Name == mapping.Fact.Name)))
        {
            where = mapping.Fact.Name;
            switch (MappedValue.Read(mapping, answer.Find(mapping.From)))
            {
                case MappedValue.Known { Value: var value }:
                    facts.Add(new AnsweredFact(mapping.Fact, value, answeredOn ?? today, validUntil));
                    break;
                case MappedValue.Wrong { Fault: var fault }:
                    return FactAnswer.Unavailable.Of(fault);
                default:
                    break; // the source has nothing on it
            }
        }

        where = "";
        return new FactAnswer.Answered(facts.ToImmutable(), digest);
    }

    /// <summary>Whether an answer of this status may say that the body knows nobody, so that it is worth reading although it is no success.</summary>
    public bool IsNoMatch(int status, bool succeeded) =>
        reading.NoMatch is { } rule && (rule.Statuses.IsEmpty ? succeeded : rule.Statuses.Contains(status));

    /// <summary>Whether the status alone says it.</summary>
    public bool SaysByStatusAlone(int status, bool succeeded) => reading.NoMatch is { When: null } && IsNoMatch(status, succeeded);

    private static bool IsTrue(AnswerText found) => found is { Finding: AnswerFinding.Text, Text: "true" };

    /// <summary>False where something stands there that is no date.</summary>
    private static bool TryDate(IReadAnswer answer, DateMapping? mapping, out DateOnly? date)
    {
        date = null;
        if (mapping is null || answer.Find(mapping.From) is not { Finding: not AnswerFinding.Nothing } found)
        {
            return true;
        }

        date = found.Finding == AnswerFinding.Text ? SourceDates.Read(found.Text, mapping.Form) : null;
        return date is not null;
    }
}
