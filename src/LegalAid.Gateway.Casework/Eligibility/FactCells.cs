using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>
/// The values of one fact, divided so that no test of the rules tells two values of a cell apart. A decision needs the cell alone, so there are few cases
/// however many amounts and days there are.
/// </summary>
internal sealed class FactCells
{
    private readonly decimal[] _cuts;
    private readonly int[] _ofChoice;

    /// <param name="tests">All demands that rules make of the fact, with the parameters' values put in.</param>
    public FactCells(FactDefinition fact, IReadOnlyCollection<ResolvedDemand> tests)
    {
        Fact = fact;
        _cuts = [.. tests.Select(test => test.Cut).OfType<decimal>().Distinct().Order()];
        if (fact.Kind is FactKind.YesNo or FactKind.Choice)
        {
            var choices = fact.Kind == FactKind.YesNo ? 2 : fact.Choices.Length;
            var kinds = new Dictionary<string, int>(StringComparer.Ordinal);
            _ofChoice = new int[choices];
            for (var choice = 0; choice < choices; choice++)
            {
                var kind = string.Concat(tests.Select(test => test.HoldsFor(choice) ? '1' : '0'));
                kinds.TryAdd(kind, kinds.Count);
                _ofChoice[choice] = kinds[kind];
            }

            Count = kinds.Count;
        }
        else
        {
            _ofChoice = [];
            Count = _cuts.Length + 1;
        }
    }

    public FactDefinition Fact { get; }

    /// <summary>At least one.</summary>
    public int Count { get; }

    /// <param name="receivedOn">The day from which years and days are measured.</param>
    public int CellOf(FactValue value, DateOnly receivedOn) => Fact.Kind switch
    {
        FactKind.YesNo or FactKind.Choice => _ofChoice[value.Choice],
        FactKind.Money => CellOf(value.Amount),
        FactKind.Date => CellOf(value.Date.DayNumber - receivedOn.DayNumber),
        FactKind.BirthDate => CellOf(CivilAge.On(value.Date, receivedOn)),
        _ => throw new InvalidOperationException($"kind {Fact.Kind}"),
    };

    /// <summary>In which cells the demand holds.</summary>
    public ImmutableArray<bool> Holds(ResolvedDemand test)
    {
        var holds = new bool[Count];
        if (test.Cut is { } cut)
        {
            var at = Array.IndexOf(_cuts, cut);
            for (var cell = 0; cell < Count; cell++)
            {
                holds[cell] = test.Below == cell <= at;
            }
        }
        else
        {
            for (var choice = 0; choice < _ofChoice.Length; choice++)
            {
                holds[_ofChoice[choice]] = test.HoldsFor(choice);
            }
        }

        return [.. holds];
    }

    /// <summary>The number of cuts at or below the measure.</summary>
    private int CellOf(decimal measure)
    {
        var cell = 0;
        while (cell < _cuts.Length && _cuts[cell] <= measure)
        {
            cell++;
        }

        return cell;
    }
}

/// <summary>A demand at one place and date.</summary>
/// <param name="Demand">As it stands in the pack.</param>
/// <param name="Cut">Its cut; null for choices, and where <paramref name="Row"/> has no value.</param>
/// <param name="Parameter">The parameter that the cut is taken from.</param>
/// <param name="Row">The parameter's row in force.</param>
internal sealed record ResolvedDemand(Demand Demand, decimal? Cut, Parameter? Parameter = null, ParameterRow? Row = null)
{
    public bool Below => Demand is Demand.Span { Below: true } or Demand.Limit { Below: true } or Demand.Sum { Below: true };

    /// <summary>The law has no figure here: nothing follows, whatever the fact.</summary>
    public bool IsUnset => Row is not null && Cut is null;

    public bool HoldsFor(int choice) => Demand switch
    {
        Demand.Is yes => yes.Yes == (choice == 1),
        Demand.OneOf some => some.Choices.Contains(choice),
        _ => false,
    };
}
