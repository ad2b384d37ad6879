using LegalAid.Gateway.Identity.Binding;
using LegalAid.Gateway.Identity.Federation;
using LegalAid.Gateway.Identity.Provider;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Identity;

/// <summary>Everything this module logs: outcomes and ids, never a token, an assertion or a part of one.</summary>
internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "Token issued to client {ClientId} of agency {Agency}, signed with key {Kid}")]
    public static partial void TokenIssued(this ILogger logger, string clientId, string agency, string kid);

    [LoggerMessage(4001, LogLevel.Information, "Client assertion refused: {Outcome}; client {ClientId}")]
    public static partial void AssertionRefused(this ILogger logger, AssertionOutcome outcome, string clientId);

    [LoggerMessage(4002, LogLevel.Information, "Token request refused: {Reason}")]
    public static partial void TokenRequestRefused(this ILogger logger, string reason);

    [LoggerMessage(4003, LogLevel.Information, "Call refused: {Code}; client {ClientId}")]
    public static partial void CallRefused(this ILogger logger, string code, string clientId);

    [LoggerMessage(4040, LogLevel.Information, "Subject token refused: {Outcome}; client {ClientId}")]
    public static partial void SubjectTokenRefused(this ILogger logger, IssuerTokenOutcome outcome, string clientId);

    [LoggerMessage(4041, LogLevel.Warning, "Nothing was fetched from the issuer {Issuer}: {Reason}")]
    public static partial void IssuerDocumentRefused(this ILogger logger, string issuer, string reason);

    [LoggerMessage(4042, LogLevel.Information, "Staff sign-in at {Issuer} refused: {Outcome}")]
    public static partial void SignInRefused(this ILogger logger, string issuer, string outcome);

    [LoggerMessage(4043, LogLevel.Information, "Staff of {Agency} signed in as {Role}")]
    public static partial void SignedIn(this ILogger logger, string agency, string role);

    [LoggerMessage(4004, LogLevel.Error, "No signing key is in force: no token can be issued until one is configured")]
    public static partial void NoSigningKey(this ILogger logger);

    [LoggerMessage(4006, LogLevel.Information, "Client certificate refused: {Outcome}; client {ClientId}")]
    public static partial void CertificateRefused(this ILogger logger, CertificateOutcome outcome, string clientId);

    [LoggerMessage(4007, LogLevel.Warning, "The list of revoked tokens could not be read; calls are refused once it is too old")]
    public static partial void RevocationsUnread(this ILogger logger);

    [LoggerMessage(4008, LogLevel.Information, "Token of client {ClientId} revoked by {By}")]
    public static partial void TokenRevoked(this ILogger logger, string clientId, string by);

    [LoggerMessage(4005, LogLevel.Information, "Proof of possession refused: {Outcome}; client {ClientId}")]
    public static partial void ProofRefused(this ILogger logger, ProofOutcome outcome, string clientId);
}
