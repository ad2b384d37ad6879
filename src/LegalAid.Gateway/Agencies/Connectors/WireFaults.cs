using System.Security.Authentication;
using LegalAid.Gateway.Exchange.Delivery;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>What a failure of the HTTP client means.</summary>
internal static class WireFaults
{
    public static ConnectorFault Of(HttpRequestException failure) => failure switch
    {
        _ when Causes(failure).Any(cause => cause is AddressRefusedException) => ConnectorFault.AddressRefused,
        _ when Causes(failure).Any(cause => cause is AuthenticationException) => ConnectorFault.NotTrusted,
        { HttpRequestError: HttpRequestError.SecureConnectionError } => ConnectorFault.NotTrusted,
        { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError } => ConnectorFault.Unreachable,
        { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => ConnectorFault.AnswerTooLarge,
        { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.VersionNegotiationError } => ConnectorFault.BadAnswer,
        _ => ConnectorFault.BrokenOff,
    };

    private static IEnumerable<Exception> Causes(Exception failure)
    {
        for (var cause = failure.InnerException; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
