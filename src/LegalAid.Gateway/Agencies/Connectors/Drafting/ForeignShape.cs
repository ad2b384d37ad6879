using System.Collections.Immutable;

namespace LegalAid.Gateway.Agencies.Connectors.Drafting;

/// <summary>What a document of somebody else's says of a request or an answer: the same for JSON Schema and XML Schema.</summary>
internal abstract record ForeignShape(string Description)
{
    public sealed record Map(ImmutableArray<ForeignMember> Members, string Description) : ForeignShape(Description);

    public sealed record List(ForeignShape Item, string Description) : ForeignShape(Description);

    /// <param name="Type">As the document calls it: string, integer, xs:date….</param>
    /// <param name="Example">A value that the document gives: a constant, default or example; empty: none.</param>
    /// <param name="Codes">The values that it may have, where they are listed.</param>
    public sealed record Value(string Type, string Format, string Example, ImmutableArray<string> Codes, int? LengthMax, string Description) : ForeignShape(Description)
    {
        public bool IsNumber => Type is "integer" or "number";

        /// <summary>The document itself says that <see cref="Example"/> is what is sent or meant: a constant or default, and no mere example.</summary>
        public bool IsGiven { get; init; }
    }

    /// <summary>What cannot be told: a reference that leads elsewhere, a circle, a form that is not understood.</summary>
    public sealed record Unknown(string Why) : ForeignShape(Why);
}

/// <param name="Namespace">Of XML; empty: none.</param>
/// <param name="IsAttribute">Of XML.</param>
internal sealed record ForeignMember(string Name, ForeignShape Shape, bool Required, string Namespace = "", bool IsAttribute = false);

/// <summary>One call that a document describes, with what a draft needs of it.</summary>
internal sealed record ForeignCall
{
    /// <summary>As <c>--operation</c> names it.</summary>
    public required string Name { get; init; }

    public required string Title { get; init; }

    /// <summary>As far as the document tells it; may be relative.</summary>
    public required string Address { get; init; }

    public required ForeignShape? Request { get; init; }

    public required ForeignShape? Answer { get; init; }

    /// <summary>What the drafter must say, each in a line, Chinese and English.</summary>
    public ImmutableArray<string> Remarks { get; init; } = [];

    /// <summary>Of HTTP: GET or POST.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>Of HTTP: the request is a form and no JSON.</summary>
    public bool IsForm { get; init; }

    public ImmutableArray<ForeignMember> Query { get; init; } = [];

    public ImmutableArray<ForeignMember> Headers { get; init; } = [];

    /// <summary>Lines of <c>auth</c> and <c>certificate</c>.</summary>
    public ImmutableArray<string> Authentication { get; init; } = [];

    /// <summary>Statuses by which it may say that it knows nobody, with what the document says of each.</summary>
    public ImmutableArray<(int Status, string Description)> NotFound { get; init; } = [];

    /// <summary>Of SOAP; null: not SOAP.</summary>
    public ForeignEnvelope? Envelope { get; init; }
}

/// <param name="Version">1.1 or 1.2.</param>
/// <param name="Root">The element in the body; for rpc it is the operation's own.</param>
/// <param name="AnswerRoot">Likewise of the answer.</param>
internal sealed record ForeignEnvelope(string Version, string Action, ForeignMember Root, ForeignMember? AnswerRoot);

/// <summary>What a document holds, or why it is of no use.</summary>
internal sealed record ForeignDocument(ImmutableArray<ForeignCall> Calls, string Fault)
{
    public static ForeignDocument Useless(string fault) => new([], fault);
}
