using System.Collections.Concurrent;
using System.Collections.Immutable;
using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>
/// Asks agencies: by each connector's pipeline (<see cref="SourcePipelines"/>), and one question about a person once however often it is asked at the same time. However
/// asking ends, it is a result; what failed is never a no.
/// </summary>
internal sealed class SourceDesk(
    ISnapshotSource configuration, FactConnectors connectors, SourcePipelines pipelines, ExchangeReader exchanges, CivilClock civil, ILogger<SourceDesk> logger)
{
    /// <summary>Questions under way. Names persons: it stays in memory, as long as the answer takes.</summary>
    private readonly ConcurrentDictionary<QuestionKey, Lazy<Task<FactAnswer>>> _underWay = new();

    /// <summary>How the question ended; null where the node stops before that.</summary>
    public async Task<AskResult?> AskAsync(AskRecord ask, VerificationReading reading, CancellationToken stopping)
    {
        FactAnswer answer;
        try
        {
            answer = await AnswerAsync(ask, reading, configuration.Current, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            // The question's edge: a bug of ours must not leave the verification waiting.
            Log.AskFailed(logger, e, ask.Id, ask.Agency.Value, ask.Connector);
            answer = FactAnswer.Unavailable.Of(ConnectorFault.SourceFailed);
        }

        var result = ResultOf(ask.Id, answer, civil.Now);
        Log.Asked(logger, ask.Id, ask.Agency.Value, ask.Connector, result.Fault ?? result.State.ToString());
        SourceMeters.Ended(result);
        return result;
    }

    private async Task<FactAnswer> AnswerAsync(AskRecord ask, VerificationReading reading, ConfigurationSnapshot snapshot, CancellationToken stopping)
    {
        // The grant and the way are looked at again: between the decision to ask and the question they may have gone.
        var today = civil.Now.CivilDate();
        var agency = snapshot.Agencies.Find(ask.Agency);
        var connector = agency?.Connectors.FirstOrDefault(connector => connector.Id == ask.Connector);
        ImmutableArray<FactDefinition> facts = [.. ask.Facts.Select(snapshot.Eligibility.Vocabulary.Find).OfType<FactDefinition>()];
        if (agency is null || connector is null || facts.Length != ask.Facts.Length || snapshot.Agencies.Find(reading.Centre) is not { } centre)
        {
            return FactAnswer.Unavailable.Of(ConnectorFault.NotConfigured);
        }

        var grants = facts.Select(fact => SourceRoutes.Grant(snapshot, centre, fact, reading, today)).ToList();
        if (grants.Contains(null) || reading.Subject(snapshot.ResidentNumbers, today) is not var (document, name) || !await StandsAsync(reading, facts, today, stopping))
        {
            return FactAnswer.Unavailable.Of(ConnectorFault.NotAskable);
        }

        var basis = string.Join("; ", grants.OfType<SharingDecision.Allowed>().SelectMany(grant => grant.Rows).Select(row => row.Basis.ToString()).Distinct(StringComparer.Ordinal));
        var question = new FactQuestion(
            ask.Id, document, name, facts, Purpose.EligibilityCheck.Name, basis, reading.Place, reading.ReceivedOn, reading.Authorisation?.PaperDigest)
        {
            Centre = reading.Centre,
        };
        if (connector.Call.AnswersLater)
        {
            // Its answer comes by the question's own id, to whoever asked.
            return await pipelines.Of(agency, connector).AskAsync(connectors.For(agency.Id, connector), question, stopping);
        }

        var key = new QuestionKey(agency.Id, connector.Id, document.HoldKey, name.ToString(), string.Join(' ', ask.Facts), basis, question.Authorisation, reading.Centre, reading.ReceivedOn);
        var asked = _underWay.GetOrAdd(key, _ => new Lazy<Task<FactAnswer>>(() => pipelines.Of(agency, connector).AskAsync(connectors.For(agency.Id, connector), question, stopping)));
        try
        {
            return await asked.Value;
        }
        finally
        {
            _underWay.TryRemove(new KeyValuePair<QuestionKey, Lazy<Task<FactAnswer>>>(key, asked));
        }
    }

    /// <summary>Whether an authorisation that is held as an object of its own stands: it may have been revoked since the application, or be another's.</summary>
    private async ValueTask<bool> StandsAsync(VerificationReading reading, ImmutableArray<FactDefinition> facts, DateOnly today, CancellationToken cancellationToken) =>
        reading.Authorisation is not { Held: { } name } authorisation
        || (ExchangeId.TryParseResourceName(name, out var id) && reading.PersonForm is { } person
            && await exchanges.FindWholeAsync(id, cancellationToken) is { Erased: false } held && authorisation.HoldsBy(held.State, reading.Centre, person, facts, today));

    /// <param name="now">When it ended, civil time.</param>
    public static AskResult ResultOf(string ask, FactAnswer answer, DateTimeOffset now) => answer switch
    {
        FactAnswer.Answered answered => new AskResult(
            ask, AskState.Confirmed, now, [.. answered.Facts.Select(fact => new AskedFactAnswer(fact.Fact, fact.Value, fact.AnsweredOn, fact.ValidUntil))],
            AnswerDigest: answered.RawDigest),
        FactAnswer.NoMatch none => new AskResult(ask, AskState.NoMatch, now, [], AnswerDigest: none.RawDigest),
        FactAnswer.Later => new AskResult(ask, AskState.Later, now, []),
        FactAnswer.Unavailable { Fault: var fault } => new AskResult(ask, AskState.Unavailable, now, [], Fault: FaultWords.Of(fault)),
        _ => throw new InvalidOperationException($"answer {answer.GetType().Name}"),
    };

    /// <summary>Two questions of one key are one (政务数据共享条例 25: purpose, basis and authorisation bound what an answer may be used for).</summary>
    private sealed record QuestionKey(
        AgencyId Agency, string Connector, string Person, string Name, string Facts, string Basis, string? Authorisation, AgencyId Centre, DateOnly ReceivedOn)
    {
        /// <summary>Says nothing of the person.</summary>
        public override string ToString() => $"{Agency}/{Connector}";
    }
}

/// <summary>The words that verifications keep for faults. They never change.</summary>
internal static class FaultWords
{
    /// <summary>The body said that it cannot answer.</summary>
    public const string Declined = "declined";

    /// <summary>The gateway took the question back.</summary>
    public const string Withdrawn = "withdrawn";

    private static readonly string[] Words = [.. Enum.GetNames<ConnectorFault>().Select(Kebab)];

    public static string Of(ConnectorFault fault) => Words[(int)fault];

    private static string Kebab(string name) => string.Concat(name.Select((letter, place) => char.IsUpper(letter) && place > 0 ? $"-{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
