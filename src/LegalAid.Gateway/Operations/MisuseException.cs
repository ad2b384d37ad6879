namespace LegalAid.Gateway.Operations;

/// <summary>A verb was given something that it cannot work with, such as a file that is not there.</summary>
public sealed class MisuseException(string message) : Exception(message);
