namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>What an agency may make of an operation on an object. In ascending order of what it learns and can do.</summary>
internal enum Expected
{
    /// <summary>The operation as a whole is not for this kind of agency, whatever object it names: it learns nothing of any.</summary>
    Denied,

    /// <summary>As if there were no such object, or no such operation: told like what does not exist, to the byte.</summary>
    Absent,

    /// <summary>It knows the object, and is told that the step is not its own.</summary>
    NotYours,

    /// <summary>Not refused for who asks, but by the state or the content of what it asks.</summary>
    Stopped,

    /// <summary>Accepted.</summary>
    Granted,
}
