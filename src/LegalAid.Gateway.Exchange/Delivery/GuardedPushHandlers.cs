using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>Makes what carries pushes to one agency. A simulation puts its own network in this place.</summary>
public interface IPushHandlers
{
    /// <summary>A handler for the channel alone: connections are never shared with another agency, whose allowed addresses differ.</summary>
    HttpMessageHandler Create(Channel.Push channel);
}

/// <summary>Carries pushes over the network (<see cref="GuardedHandlers"/>); the sender writes <c>traceparent</c> itself.</summary>
public sealed class GuardedPushHandlers(DeliveryOptions options) : IPushHandlers
{
    public HttpMessageHandler Create(Channel.Push channel) => GuardedHandlers.Create(channel.AllowedAddresses, options.AttemptTimeout, options.AgencyConcurrency);
}
