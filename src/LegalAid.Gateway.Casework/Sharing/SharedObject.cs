using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Sharing;

/// <summary>What kind of thing is asked for.</summary>
public enum SharedKind
{
    /// <summary>An operation of the gateway's own contracts.</summary>
    Call,

    /// <summary>Taking a step of an exchange type; its message goes whole.</summary>
    Take,

    /// <summary>Receiving a step's message, by mailbox, push or file; it comes whole or not at all.</summary>
    Receive,

    /// <summary>Receiving the warnings and breaches of a type's clocks.</summary>
    Clocks,

    /// <summary>Reading the view of an exchange of a type.</summary>
    View,

    /// <summary>Asking an agency for a fact.</summary>
    Fact,

    /// <summary>Calling a published service, <c>/svc/{agency}/{service}</c>.</summary>
    Service,
}

/// <summary>One thing that the matrix grants. Compared by value: the key under which the rows about it are found.</summary>
public readonly record struct SharedObject
{
    private SharedObject(SharedKind kind, string name, string part = "") => (Kind, Name, Part) = (kind, name, part);

    public SharedKind Kind { get; }

    /// <summary>Operation, exchange type, fact, or <c>{agency}/{service}</c>.</summary>
    public string Name { get; }

    /// <summary>The step of <see cref="SharedKind.Take"/> and <see cref="SharedKind.Receive"/>; else empty.</summary>
    public string Part { get; }

    /// <param name="operation">Full name of a method, <c>legalaid.directory.v1.DirectoryService/WhoAmI</c>.</param>
    public static SharedObject Call(string operation) => new(SharedKind.Call, operation);

    public static SharedObject Take(ExchangeTypeId type, StepName step) => new(SharedKind.Take, type.Value, step.Value);

    public static SharedObject Receive(ExchangeTypeId type, StepName step) => new(SharedKind.Receive, type.Value, step.Value);

    public static SharedObject Clocks(ExchangeTypeId type) => new(SharedKind.Clocks, type.Value);

    public static SharedObject View(ExchangeTypeId type) => new(SharedKind.View, type.Value);

    public static SharedObject Fact(string name) => new(SharedKind.Fact, name);

    public static SharedObject Service(AgencyId agency, string service) => new(SharedKind.Service, $"{agency}/{service}");

    public override string ToString() => Part.Length == 0 ? $"{Kind} {Name}" : $"{Kind} {Name} {Part}";
}
