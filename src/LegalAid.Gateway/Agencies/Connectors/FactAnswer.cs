using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Eligibility;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>How a question ended. That an agency is unavailable never reads as no.</summary>
internal abstract record FactAnswer
{
    private FactAnswer()
    {
    }

    /// <summary>It answered.</summary>
    /// <param name="Facts">Of those that were asked for and that the mapping knows; one on which the source has nothing is not there.</param>
    /// <param name="RawDigest">SHA-256 over the raw answer's body, lower-case hex; the body itself is not kept.</param>
    public sealed record Answered(ImmutableArray<AnsweredFact> Facts, string RawDigest) : FactAnswer;

    /// <summary>The body knows no such person.</summary>
    public sealed record NoMatch(string RawDigest) : FactAnswer;

    /// <summary>The question is on its way; the answer comes by itself (<see cref="Batches.IAnswerFiles"/>, <see cref="IQuestionMailbox"/>).</summary>
    public sealed record Later : FactAnswer;

    /// <summary>Nothing is known.</summary>
    /// <param name="RetryAfter">When the agency says it may be asked again.</param>
    /// <param name="Retryable">Whether asking again at once may help.</param>
    public sealed record Unavailable(ConnectorFault Fault, TimeSpan? RetryAfter, bool Retryable) : FactAnswer
    {
        public static Unavailable Of(ConnectorFault fault, TimeSpan? retryAfter = null) => new(fault, retryAfter, fault.IsPassing());
    }
}

/// <param name="AnsweredOn">The source's own date where it tells one, else the civil day on which it answered.</param>
/// <param name="ValidUntil">The last day on which it holds, where the source says so.</param>
internal sealed record AnsweredFact(FactDefinition Fact, FactValue Value, DateOnly AnsweredOn, DateOnly? ValidUntil);

/// <summary>At which point a question failed.</summary>
internal enum ConnectorFault
{
    /// <summary>A secret, a certificate or a descriptor is missing or unusable on the gateway's side.</summary>
    NotConfigured,

    /// <summary>The request needs what this question does not have: a number of another kind of document, an authorisation.</summary>
    NotAskable,

    /// <summary>The name leads to no address in the allowed networks.</summary>
    AddressRefused,

    /// <summary>No connection.</summary>
    Unreachable,

    /// <summary>The TLS handshake failed: its certificate is not trusted, or ours was not taken.</summary>
    NotTrusted,

    /// <summary>No token: the token's server was not reached, or failed.</summary>
    TokenUnavailable,

    /// <summary>The token's server does not take our credential.</summary>
    TokenRefused,

    /// <summary>The agency does not take our credential, signature or token.</summary>
    CredentialRefused,

    /// <summary>The agency does not take the request.</summary>
    Refused,

    /// <summary>Too much at once, or not now.</summary>
    TooBusy,

    /// <summary>The agency's system failed, or says that it did.</summary>
    SourceFailed,

    TimedOut,

    /// <summary>The connection ended in the middle of the answer.</summary>
    BrokenOff,

    /// <summary>A redirect; none is followed.</summary>
    Redirected,

    AnswerTooLarge,

    /// <summary>Of another content type or encoding than the connector reads.</summary>
    WrongContentType,

    /// <summary>Not well-formed, or not of the form that the mapping expects.</summary>
    BadAnswer,

    /// <summary>A code of the source that the mapping does not know.</summary>
    UnknownCode,

    /// <summary>Not asked: too many questions to it failed, and it is left alone for a while.</summary>
    LeftAlone,
}

/// <summary>What the points of failure have in common.</summary>
internal static class ConnectorFaults
{
    /// <summary>Whether it may be over by itself within seconds.</summary>
    public static bool IsPassing(this ConnectorFault fault) => fault
        is ConnectorFault.Unreachable or ConnectorFault.TokenUnavailable or ConnectorFault.TooBusy or ConnectorFault.SourceFailed
        or ConnectorFault.TimedOut or ConnectorFault.BrokenOff;

    /// <summary>Whether the gateway's operator must act.</summary>
    public static bool NeedsOperator(this ConnectorFault fault) => fault
        is ConnectorFault.NotConfigured or ConnectorFault.AddressRefused or ConnectorFault.NotTrusted or ConnectorFault.TokenRefused or ConnectorFault.CredentialRefused
        or ConnectorFault.UnknownCode;
}
