using System.Collections.Immutable;

namespace LegalAid.Gateway.Casework.Configuration.Yaml;

/// <summary>The names of one list, and whether a name may be looked for in it.</summary>
internal sealed class Declared(string what, ImmutableArray<Word> names, bool whole, FaultSink faults)
{
    private readonly HashSet<string> _names = names.Select(name => name.Text).ToHashSet(StringComparer.Ordinal);

    public void CheckOnce() => MapReader.Once(names, faults);

    public bool Has(Word? name) => name is not null && _names.Contains(name.Text);

    public void Require(ImmutableArray<Word> references)
    {
        foreach (var reference in references)
        {
            Require(reference);
        }
    }

    public void Require(Word? reference)
    {
        if (reference is not null && whole && !_names.Contains(reference.Text))
        {
            faults.Add(reference.At, ConfigurationFaults.ReferenceUnknown, what, reference.Text);
        }
    }
}
