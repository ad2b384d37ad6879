using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>
/// The recipients' register (法律援助对象动态数据库): what bodies answered about a person in the centre's earlier verifications, as long as it holds. There is no second copy:
/// the register is the verifications themselves, found by the blind index of the person, and what is erased there is gone here. Answers stay within the centre that asked
/// and the purpose of the verification (政务数据共享条例 25).
/// </summary>
internal sealed class AnswerRegister(ExchangeReader reader, ISnapshotSource configuration, CivilClock civil)
{
    /// <summary>Most earlier verifications of one person that are looked at, newest first.</summary>
    private const int VerificationsMax = 20;

    private static readonly FormedPath Applicant = new(PayloadPath.Parse("application.person"), ComparedAs.Person);

    /// <summary>What the register has for the verification: answers to facts that its authorisation covers, the newest of each fact and body.</summary>
    /// <param name="id">The verification itself, committed or about to be: its own answers are not among them.</param>
    public async ValueTask<ImmutableArray<AnswerRecord>> FindAsync(ExchangeId id, ExchangeState state, CancellationToken cancellationToken)
    {
        var (snapshot, today) = (configuration.Current, civil.Now.CivilDate());
        var reading = VerificationReading.Of(state, snapshot);
        if (reading.Authorisation is not { } authorisation || ComparedForms.Of(Applicant, state.View) is not { } person)
        {
            return [];
        }

        var query = new ExchangeQuery(reading.Centre, VerificationsMax, Types: [VerificationReading.Type], Term: reader.TermOf("applicant", person));
        return
        [
            .. from other in await reader.ListWholeAsync(query, cancellationToken)
               where other.Id != id && !other.Erased
               from answer in VerificationReading.Of(other.State, snapshot).Progress.Answers
               where answer.ReusedFrom is null && Holds(answer, snapshot, authorisation, today)
               group (answer, other.Id) by (answer.Fact, answer.Body) into same
               let newest = same.MaxBy(one => one.answer.AnsweredOn)
               select newest.answer with { ReusedFrom = $"verifications/{newest.Id}" },
        ];
    }

    private static bool Holds(AnswerRecord answer, ConfigurationSnapshot snapshot, AuthorisationReading authorisation, DateOnly today) =>
        snapshot.Eligibility.Vocabulary.Find(answer.Fact) is { } fact
        && authorisation.Covers(fact, today)
        && answer.AnsweredOn <= today
        && (answer.ValidUntil is null || answer.ValidUntil >= today)
        && (fact.ValidDays is not { } days || today.DayNumber - answer.AnsweredOn.DayNumber <= days);
}
