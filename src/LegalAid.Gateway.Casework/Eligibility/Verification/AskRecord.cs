using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Eligibility.Verification;

/// <summary>What became of a question to a body; the names are those of <c>legalaid.eligibility.v1.AskState</c>.</summary>
public enum AskState
{
    /// <summary>No answer yet.</summary>
    Asked,

    /// <summary>It answered, and contradicts nothing that the applicant said.</summary>
    Confirmed,

    /// <summary>It answered otherwise than the applicant said.</summary>
    Refuted,

    /// <summary>It knows no such person.</summary>
    NoMatch,

    /// <summary>It did not answer. Never read as no.</summary>
    Unavailable,

    /// <summary>It took the question; the answer comes by itself.</summary>
    Later,
}

/// <summary>Words for why a question has no answer that are the verification's own; those of connectors are theirs. They never change.</summary>
public static class AskFaults
{
    /// <summary>It was to be answered by itself, and was not within <see cref="ISourceRoutes.AnswersWithin"/>, or the way to the agency was taken out of the configuration.</summary>
    public const string NotAnsweredInTime = "not-answered-in-time";
}

/// <summary>One question to one agency, as a verification keeps it.</summary>
/// <param name="Id">Opaque; the agency sees it, and a repeat has the same.</param>
/// <param name="Round">The ordinal of the step that the asking began with: the application, a supplement, a change.</param>
/// <param name="Body">The body's name in the vocabulary.</param>
/// <param name="Facts">Names in the vocabulary.</param>
/// <param name="Fault">Why there is no answer; a stable word.</param>
/// <param name="AnswerDigest">SHA-256 of the raw answer, lower-case hexadecimal.</param>
public sealed record AskRecord(
    string Id, int Round, string Body, AgencyId Agency, string Connector, ImmutableArray<string> Facts, AskState State, DateTimeOffset AskedAt,
    DateTimeOffset? EndedAt = null, string? Fault = null, string? AnswerDigest = null)
{
    /// <summary>Whether an answer may still come: also one that nobody waits for any longer.</summary>
    public bool IsOpen => State is AskState.Asked or AskState.Later || (State == AskState.Unavailable && Fault == AskFaults.NotAnsweredInTime);
}

/// <summary>One answer to one fact, as a verification keeps it. The values are of the form that <see cref="FactValue.Parse"/> reads.</summary>
/// <param name="Ask">The question; of an answer from the register, the question of then.</param>
/// <param name="ValidUntil">The last day on which it holds, where the body said so.</param>
/// <param name="ReusedFrom">The verification that it was first given for; null: this one.</param>
public sealed record AnswerRecord(string Fact, string Value, string Body, string Ask, DateOnly AnsweredOn, DateOnly? ValidUntil = null, string? ReusedFrom = null);

/// <summary>How a question ended, on its way into the record.</summary>
/// <param name="State">Anything but <see cref="AskState.Asked"/>; whether an answer confirms or refutes is found when it is recorded.</param>
public sealed record AskResult(
    string Ask, AskState State, DateTimeOffset EndedAt, ImmutableArray<AskedFactAnswer> Answers, string? Fault = null, string? AnswerDigest = null)
{
    /// <summary>Who answered, where it came by itself: it counts only from whom it was asked. Null: the gateway asked and waited.</summary>
    public SourceRoute? From { get; init; }
}

/// <summary>An answer to one of the facts of a question.</summary>
public sealed record AskedFactAnswer(FactDefinition Fact, FactValue Value, DateOnly AnsweredOn, DateOnly? ValidUntil);

/// <summary>Which agency answers for a body, and by which connector.</summary>
public sealed record SourceRoute(AgencyId Agency, string Connector);

/// <summary>The way from a fact to whoever answers it, for one asking centre and place.</summary>
public interface ISourceRoutes
{
    /// <summary>The route; null where there is no connected agency, or the sharing matrix does not let the centre ask it.</summary>
    SourceRoute? Find(SourceBody body, FactDefinition fact);

    /// <summary>How long an answer that comes by itself is waited for, civil time; null where the agency or its connector is there no more.</summary>
    TimeSpan? AnswersWithin(AgencyId agency, string connector);
}
