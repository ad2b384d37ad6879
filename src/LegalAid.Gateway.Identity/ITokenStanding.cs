using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Identity;

/// <summary>For calls that last: a token that was good when the call began may have ended, been revoked, or lost its client since.</summary>
public interface ITokenStanding
{
    /// <summary>Why the token of an Authorization header is good no more; null while it is. Does not ask for the key that it is bound to: the call has shown it.</summary>
    ValueTask<FaultCode?> AskAsync(string authorization);
}
