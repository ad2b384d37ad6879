namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>Sees what goes out and what comes back, for the operator who tries a connector with a synthetic person. Never used in the running gateway.</summary>
internal interface IConnectorTrace
{
    /// <summary>A request, secrets masked.</summary>
    void Sent(string text);

    /// <summary>An answer as it came, laid out for reading.</summary>
    void Received(string text);
}
