using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>What a rule asks of the facts. A closed tree; every branch is always evaluated.</summary>
public abstract record Condition
{
    private Condition()
    {
    }

    public sealed record All(EquatableList<Condition> Of) : Condition;

    public sealed record Any(EquatableList<Condition> Of) : Condition;

    public sealed record Not(Condition Of) : Condition;

    /// <summary>One question to one fact.</summary>
    public sealed record Test(FactDefinition Fact, Demand Demand) : Condition;

    /// <summary>The tests of the tree, in the order of the file.</summary>
    public IEnumerable<Test> Tests => this switch
    {
        All all => all.Of.SelectMany(part => part.Tests),
        Any any => any.Of.SelectMany(part => part.Tests),
        Not not => not.Of.Tests,
        Test test => [test],
        _ => throw new InvalidOperationException($"no such condition: {GetType().Name}"),
    };
}

/// <summary>What a test demands of its fact's value. Numbers are cut half-open: below the cut, or from it on.</summary>
public abstract record Demand
{
    private Demand()
    {
    }

    public sealed record Is(bool Yes) : Demand;

    /// <param name="Choices">Places in the fact's choices, ascending.</param>
    public sealed record OneOf(EquatableList<int> Choices) : Demand;

    /// <summary>Years for a day of birth, days from the day of receipt for a date.</summary>
    /// <param name="Below">True: less than the cut; false: the cut or more.</param>
    public sealed record Span(bool Below, int Cut) : Demand;

    /// <summary>Yuan against the parameter's value at the place and date.</summary>
    public sealed record Limit(bool Below, string Parameter) : Demand;

    /// <summary>Yuan against a sum that the law itself names.</summary>
    public sealed record Sum(bool Below, decimal Cut) : Demand;
}
